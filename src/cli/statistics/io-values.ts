/** Values of one column of `-z io,stat` in one interval. All are whole numbers of the field's smallest unit. */
import type { FieldInfo, FieldType, RawValue } from "../../ir/fields.ts";

export const CALCULATIONS = ["COUNT", "SUM", "MIN", "MAX", "AVG", "LOAD", "FRAMES", "BYTES"] as const;
export type Calculation = (typeof CALCULATIONS)[number] | "FRAMES_AND_BYTES";

export interface IoColumn {
  /** As given; empty for frames and bytes of all frames. */
  readonly text: string;
  readonly calculation: Calculation;
  /** What is calculated with; undefined for frames and bytes. */
  readonly field: FieldInfo | undefined;
}

const NANOSECONDS = 1_000_000_000n;
/** Floating point values are counted in millionths, which is what is printed. */
const MILLION = 1_000_000n;

function isFloat(type: FieldType): boolean {
  return type === "FT_FLOAT" || type === "FT_DOUBLE";
}

/** How a value becomes a whole number; undefined for types that one cannot calculate with. */
export function unitsOf(type: FieldType): ((value: RawValue) => bigint) | undefined {
  if (isFloat(type)) return (value) => BigInt(Math.round(Number(value) * 1e6));
  if (/^FT_U?INT\d+$/.test(type) || type === "FT_RELATIVE_TIME") {
    return (value) => (typeof value === "bigint" ? value : BigInt(Math.trunc(Number(value))));
  }
  return undefined;
}

/** `123.000045` for so many units, of which `unit` make one; rounded, a load cut. */
function decimal(value: bigint, unit: bigint, cut: boolean): string {
  const size = value < 0n ? -value : value;
  const micros = (size * MILLION + (cut ? 0n : unit / 2n)) / unit;
  return `${value < 0n ? "-" : ""}${micros / MILLION}.${String(micros % MILLION).padStart(6, "0")}`;
}

/** Units in one, where values are printed with six digits behind the point. */
function unitOf({ field, calculation }: IoColumn, interval: number): bigint | undefined {
  if (field === undefined || calculation === "COUNT") return undefined;
  if (calculation === "LOAD") return BigInt(Math.max(1, interval));
  if (field.type === "FT_RELATIVE_TIME") return NANOSECONDS;
  return isFloat(field.type) ? MILLION : undefined;
}

export class Cell {
  frames = 0;
  bytes = 0;
  /** Values of the field. */
  count = 0;
  /** Their sum, or the smallest or largest of them. */
  value = 0n;

  add(calculation: Calculation, value: bigint): void {
    const first = this.count++ === 0;
    if (calculation === "MIN") this.value = first || value < this.value ? value : this.value;
    else if (calculation === "MAX") this.value = first || value > this.value ? value : this.value;
    else this.value += value;
  }

  /** Both together. */
  merge(other: Cell | undefined, calculation: Calculation | undefined): Cell {
    const both = new Cell();
    if (other === undefined || other.frames === 0) return this;
    both.frames = this.frames + other.frames;
    both.bytes = this.bytes + other.bytes;
    both.count = this.count + other.count;
    const extreme = calculation === "MIN" || calculation === "MAX";
    if (!extreme) both.value = this.value + other.value;
    else if (this.count === 0) both.value = other.value;
    else if (other.count === 0) both.value = this.value;
    else both.value = (calculation === "MIN") === this.value < other.value ? this.value : other.value;
    return both;
  }

  #average(): bigint {
    return this.count === 0 ? 0n : this.value / BigInt(this.count);
  }

  /** What decides the column's width. */
  size(calculation: Calculation): bigint {
    switch (calculation) {
      case "FRAMES":
        return BigInt(this.frames);
      case "BYTES":
      case "FRAMES_AND_BYTES":
        return BigInt(this.bytes);
      case "COUNT":
        return BigInt(this.count);
      case "AVG":
        return this.#average();
      case "SUM":
      case "MIN":
      case "MAX":
      case "LOAD":
        return this.value;
    }
  }

  /** What the table shows: two texts for frames and bytes, else one. */
  texts(column: IoColumn, interval: number): readonly string[] {
    if (column.calculation === "FRAMES_AND_BYTES") return [String(this.frames), String(this.bytes)];
    const unit = unitOf(column, interval);
    const value = this.size(column.calculation);
    return [unit === undefined ? String(value) : decimal(value, unit, column.calculation === "LOAD")];
  }

  json(column: IoColumn, interval: number): unknown {
    if (column.calculation === "FRAMES_AND_BYTES") return { frames: this.frames, bytes: this.bytes };
    const unit = unitOf(column, interval);
    const value = this.size(column.calculation);
    return unit === undefined ? Number(value) : Number(value) / Number(unit);
  }
}

/** The largest numbers that a column showed while it was counted. */
export class Widest {
  frames = 0;
  value = 0n;

  take(frames: number, value: bigint): void {
    if (frames > this.frames) this.frames = frames;
    if (value > this.value) this.value = value;
  }
}

/** Widths of a column's values: those of frames and bytes, else one. */
export function columnWidths(
  columns: readonly IoColumn[],
  widest: readonly Widest[],
  interval: number,
): readonly (readonly number[])[] {
  return columns.map((column, place) => {
    const { frames = 0, value: largest = 0n } = widest[place] ?? {};
    const digits = String(largest).length;
    const unit = unitOf(column, interval);
    if (unit !== undefined) {
      const rounded = column.calculation === "LOAD" ? largest / unit : (largest + unit / 2n) / unit;
      return [String(rounded).length + 7];
    }
    switch (column.calculation) {
      case "FRAMES_AND_BYTES":
        return [Math.max(6, String(frames).length), Math.max(5, digits)];
      case "FRAMES":
        return [Math.max(6, digits)];
      case "BYTES":
      case "COUNT":
        return [Math.max(5, digits)];
      default:
        return [Math.max(column.calculation.length, digits)];
    }
  });
}
