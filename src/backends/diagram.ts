/** Bit diagrams as RFCs draw them: 32 bits a row, two columns a bit. */
import type { FieldIR, RepeatField, Variant } from "../ir/nodes.ts";
import { flagsOf, presenceText, sizeText, typeText } from "./describe.ts";

const ROW = 32;
/** A field of more rows than this is drawn as one row that names its size. */
const MAX_ROWS = 8;

/** Something to draw. Without `bits` it has no fixed place: a row of its own, with its size in words. */
interface Cell {
  readonly name: string;
  /** Candidates, the longest first; the first that fits is drawn. */
  readonly labels: readonly string[];
  /** What has to be told of it if the first label does not fit; empty for nothing. */
  readonly about: string;
  readonly bits: number | undefined;
}

/** Values by field name, as `parse` gives them: the diagram then shows one concrete option. */
export type DiagramValues = Readonly<Record<string, unknown>>;

function isValues(value: unknown): value is DiagramValues {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}

function valueText(value: unknown): string {
  if (value instanceof Uint8Array)
    return value.length === 0
      ? "empty"
      : `0x${Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  if (typeof value === "boolean") return value ? "1" : "0";
  if (Array.isArray(value)) return `${value.length} ${value.length === 1 ? "entry" : "entries"}`;
  return String(value);
}

/** Bits that a field has in the abstract; undefined where other fields or what is left decide. */
function abstractBits(field: FieldIR): number | undefined {
  switch (field.kind) {
    case "flag":
      return 1;
    case "uint":
      return typeof field.bits === "number" ? field.bits : undefined;
    case "address":
      return { ipv4: 32, ipv6: 128, ether: 48 }[field.family];
    case "bytes":
      return field.size.kind === "fixed" ? field.size.bytes * 8 : undefined;
    default:
      return undefined;
  }
}

/** Bits that a field has in an object. */
function concreteBits(field: FieldIR, values: DiagramValues): number | undefined {
  const value = values[field.name];
  if (field.kind === "uint" && typeof field.bits !== "number")
    return values[field.bits.flag] === true || values[field.bits.flag] === 1
      ? field.bits.set
      : field.bits.clear;
  if (field.kind === "bytes" && (value instanceof Uint8Array || typeof value === "string"))
    return value.length * 8;
  return abstractBits(field);
}

function abstractCells(fields: readonly FieldIR[], isFlag: (name: string) => boolean): Cell[] {
  return fields.flatMap((field): Cell[] => {
    if (field.kind === "meta") return [];
    if (field.kind === "group") return abstractCells(field.fields, isFlag);
    if (field.kind === "repeat") return repeatCells(field, isFlag);
    const presence = presenceText(field, isFlag);
    const bits = abstractBits(field);
    const size = "size" in field ? sizeText(field.size) : typeText(field);
    const about = [...(bits === undefined ? [size] : []), ...(presence === "" ? [] : [presence])].join("; ");
    const full = about === "" ? [] : [`${field.label} (${about})`];
    return [{ name: field.name, labels: [...full, field.label, field.name], about, bits }];
  });
}

/** One item, then a row that says that it recurs. */
function repeatCells(field: RepeatField, isFlag: (name: string) => boolean): Cell[] {
  const presence = presenceText(field, isFlag);
  const about = [sizeText(field.size), ...(presence === "" ? [] : [presence])].join("; ");
  const item = field.scalar ? field.item.map((only) => ({ ...only, label: field.label })) : field.item;
  const more = { name: field.name, labels: [`… ${field.label} (${about})`, "…"], about, bits: undefined };
  return [...abstractCells(item, isFlag), more];
}

function concreteCells(fields: readonly FieldIR[], values: DiagramValues): Cell[] {
  return fields.flatMap((field): Cell[] => {
    if (field.kind === "group") return concreteCells(field.fields, values);
    const value = values[field.name];
    if (field.kind === "meta" || value === undefined) return [];
    if (field.kind === "repeat" && Array.isArray(value)) {
      return value.flatMap((item) => {
        const inner = field.scalar ? { [field.item[0]?.name ?? ""]: item } : item;
        return isValues(inner) ? concreteCells(field.item, inner) : [];
      });
    }
    const text = valueText(value);
    return [
      {
        name: field.name,
        labels: [`${field.label}: ${text}`, `${field.name}: ${text}`, text],
        about: "",
        bits: concreteBits(field, values),
      },
    ];
  });
}

/** One to three letters that no other cell has: capitals of the name first ("dataSequenceNumber8" → "D", "DS"). */
function abbreviate(name: string, room: number, taken: ReadonlySet<string>): string {
  const capitals = `${name.charAt(0).toUpperCase()}${name.slice(1).replace(/[^A-Z0-9]/g, "")}`;
  const letters = [...name, ..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const tries = [capitals.slice(0, room), ...letters, ...letters.map((letter) => letter.toUpperCase())];
  return tries.find((text) => text !== "" && !taken.has(text)) ?? "?";
}

/** Which cell each bit of the drawing belongs to: rows of 32. */
function place(cells: readonly Cell[]): number[][] {
  const rows: number[][] = [];
  let row: number[] = [];
  const flush = (): void => {
    if (row.length > 0) rows.push(row);
    row = [];
  };
  for (const [index, cell] of cells.entries()) {
    if (cell.bits === undefined || cell.bits > MAX_ROWS * ROW) {
      flush();
      rows.push(new Array<number>(ROW).fill(index));
      continue;
    }
    for (let left = cell.bits; left > 0; left--) {
      row.push(index);
      if (row.length === ROW) flush();
    }
  }
  flush();
  return rows;
}

/** The line between two rows: open where one cell goes on from the upper row to the lower. */
function border(above: readonly number[], below: readonly number[]): string {
  const width = Math.max(above.length, below.length);
  let line = "";
  for (let bit = 0; bit < width; bit++) {
    const open = above[bit] !== undefined && above[bit] === below[bit];
    line += open && bit > 0 && above[bit - 1] === below[bit - 1] ? (open ? "  " : "+-") : open ? "+ " : "+-";
  }
  return `${line}+`;
}

interface Segment {
  readonly cell: number;
  readonly bits: number;
}

function segmentsOf(row: readonly number[]): Segment[] {
  const segments: Segment[] = [];
  for (const cell of row) {
    const last = segments.at(-1);
    if (last?.cell === cell) segments[segments.length - 1] = { cell, bits: last.bits + 1 };
    else segments.push({ cell, bits: 1 });
  }
  return segments;
}

const center = (text: string, width: number): string => {
  const before = Math.floor((width - text.length) / 2);
  return `${" ".repeat(before)}${text}${" ".repeat(width - text.length - before)}`;
};

/** The row of a cell that bears its label: the middle one of those where it is widest. */
function labelRows(rows: readonly (readonly Segment[])[], count: number): number[] {
  return Array.from({ length: count }, (_, cell) => {
    const widths = rows.map((row) => row.find((segment) => segment.cell === cell)?.bits ?? 0);
    const widest = Math.max(0, ...widths);
    const candidates = widths.flatMap((width, row) => (width === widest && width > 0 ? [row] : []));
    return candidates[Math.floor((candidates.length - 1) / 2)] ?? -1;
  });
}

/**
 * The diagram of one form, without a final line break. Names that do not fit stand as letters that a legend explains. With
 * `values` only the fields that are there are drawn, each with its value.
 */
export function bitDiagram(variant: Variant, values?: DiagramValues): string {
  const cells =
    values === undefined
      ? abstractCells(variant.fields, flagsOf(variant))
      : concreteCells(variant.fields, values);
  const drawn = cells.filter((cell) => cell.bits !== 0);
  const rows = place(drawn);
  const segments = rows.map(segmentsOf);
  const labelled = labelRows(segments, drawn.length);
  const legend = new Map<string, string>();
  const notes: string[] = [];
  const tens = Array.from({ length: 4 }, (_, ten) => `${ten}`.padEnd(20))
    .join("")
    .trimEnd();
  const units = Array.from({ length: ROW }, (_, bit) => bit % 10).join(" ");
  const lines = [` ${tens}`, ` ${units}`];
  for (const [index, row] of rows.entries()) {
    lines.push(border(rows[index - 1] ?? [], row));
    let line = "|";
    for (const { cell, bits } of segments[index] ?? []) {
      const width = 2 * bits - 1;
      const content = drawn[cell];
      let text = "";
      if (content !== undefined && labelled[cell] === index) {
        const fits = content.labels.find((label) => label.length <= width);
        text = fits ?? abbreviate(content.name, width, new Set(legend.keys()));
        if (fits === undefined) legend.set(text, content.labels[0] ?? content.name);
        else if (content.about !== "" && fits !== content.labels[0]) notes.push(`${fits}: ${content.about}`);
      }
      line += `${center(text, width)}|`;
    }
    lines.push(line);
  }
  lines.push(border(rows.at(-1) ?? [], []));
  for (const [letters, label] of legend) lines.push(`${letters.padEnd(3)} ${label}`);
  return [...lines, ...notes].join("\n");
}
