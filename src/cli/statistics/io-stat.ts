/** `-z io,stat,INTERVAL[,COLUMN]…`: frames, bytes or values of a field by interval of time. */
import type { CapturedFrame } from "../../capture/types.ts";
import type { Filter } from "../../engine/api.ts";
import type { FieldInfo, RawValue } from "../../ir/fields.ts";
import type { Row } from "../../plugin.ts";
import { CliError } from "../errors.ts";
import { type Layout, layoutOf, shownLength, tableEnd, tableHead, tableRow } from "./io-table.ts";
import {
  CALCULATIONS,
  type Calculation,
  Cell,
  columnWidths,
  type IoColumn,
  unitsOf,
  Widest,
} from "./io-values.ts";
import { seconds } from "./table.ts";
import type { CaptureSpan, Tap, TapContext, TapKind } from "./tap.ts";

const USAGE = 'invalid "-z io,stat,<interval>[,<filter>][,<filter>]..." argument';

/** Microseconds; 0 stands for the whole capture. */
function readInterval(text: string): number {
  if (!/^\d*\.?\d+$|^\d+\.$/.test(text)) throw new CliError(USAGE);
  const interval = Math.round(Number(text) * 1e6);
  if (interval === 0 && Number(text) > 0) {
    throw new CliError('"-z" interval must be >=0.000001 seconds or "0" for the entire capture duration.');
  }
  return interval;
}

/** Splits at commas that stand in no bracket and no string, so that filters may hold sets. */
function splitColumns(text: string): readonly string[] {
  const parts: string[] = [];
  let [start, depth] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? "";
    if (letter === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === "\\") at++;
    } else if ("({[".includes(letter)) depth++;
    else if (")}]".includes(letter)) depth--;
    else if (letter === "," && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

interface Column extends IoColumn {
  readonly filter: Filter | undefined;
  /** Index of the field among the tap's columns. */
  readonly place: number;
}

function checkField(calculation: Calculation, name: string, context: TapContext): FieldInfo {
  if (name === "") throw new CliError(`You didn't specify a field name for ${calculation}(*).`);
  const info = context.field(name);
  if (info === undefined) throw new CliError(`There is no field named '${name}'.`);
  if (calculation === "LOAD" && info.type !== "FT_RELATIVE_TIME") {
    throw new CliError("LOAD() is only supported for relative-time fields such as tcp.time_delta");
  }
  if (calculation !== "COUNT" && unitsOf(info.type) === undefined) {
    throw new CliError(
      `${name} doesn't have integral values, so ${calculation}(*) calculations are not supported on it.`,
    );
  }
  return info;
}

function readColumn(text: string, place: number, context: TapContext): Column {
  const calculation = CALCULATIONS.find((name) => text.startsWith(`${name}(`));
  if (calculation === undefined) {
    return { text, calculation: "FRAMES_AND_BYTES", field: undefined, filter: context.filter(text), place };
  }
  const open = calculation.length + 1;
  const close = text.indexOf(")", open);
  if (close < 0) throw new CliError("Closing parenthesis missing from calculated expression.");
  const name = text.slice(open, close).trim();
  const filter = context.filter(text.slice(close + 1).trim());
  const plain = calculation === "FRAMES" || calculation === "BYTES";
  if (plain && name !== "") throw new CliError(`${calculation} does not require or allow a field name.`);
  return {
    text,
    calculation,
    field: plain ? undefined : checkField(calculation, name, context),
    filter,
    place,
  };
}

class IoStat implements Tap {
  readonly filter: undefined;
  readonly forgotten: number = 0;
  readonly requires: readonly string[];
  readonly #columns: readonly Column[];
  /** Microseconds; infinite for the whole capture. */
  readonly #interval: number;
  /** By number of the interval: memory grows with those that have frames, not with time. */
  readonly #intervals = new Map<number, readonly Cell[]>();
  readonly #widest: readonly Widest[];
  #first: bigint | undefined;
  #last = 0n;

  constructor(interval: number, columns: readonly Column[]) {
    this.#interval = interval === 0 ? Number.POSITIVE_INFINITY : interval;
    this.#columns = columns;
    this.#widest = columns.map(() => new Widest());
    this.requires = ["frame.len", ...columns.map(({ field }) => field?.name ?? "frame.len")];
  }

  #cells(index: number): readonly Cell[] {
    let cells = this.#intervals.get(index);
    if (cells === undefined) {
      cells = this.#columns.map(() => new Cell());
      this.#intervals.set(index, cells);
    }
    return cells;
  }

  get readsFrames(): boolean {
    return this.#columns.some(({ filter }) => filter !== undefined);
  }

  watch(row: Row, frame: CapturedFrame | undefined): void {
    this.#last = row.timestamp ?? this.#last;
    this.#first ??= this.#last;
    const micros = Math.max(0, Number((this.#last - this.#first + 500n) / 1000n));
    const index = this.#interval === Number.POSITIVE_INFINITY ? 0 : Math.floor(micros / this.#interval);
    const length = row.number(0);
    for (const [place, column] of this.#columns.entries()) {
      // A filter is asked about each frame: it may rest on earlier ones.
      if (column.filter !== undefined && (frame === undefined || !column.filter(frame))) continue;
      this.#take(index, place, column, row, length);
    }
  }

  #take(index: number, place: number, column: Column, row: Row, length: number): void {
    const cell = this.#cells(index)[place];
    if (cell === undefined) return;
    cell.frames++;
    cell.bytes += length;
    const { field, calculation } = column;
    if (field !== undefined) {
      const units = unitsOf(field.type);
      for (let occurrence = 0; occurrence < row.count(place + 1); occurrence++) {
        const value = row.at(place + 1, occurrence);
        if (value === undefined) continue;
        if (calculation === "LOAD") this.#load(index, place, value);
        else cell.add(calculation, units?.(value) ?? 0n);
      }
    }
    this.#widest[place]?.take(cell.frames, cell.size(calculation));
  }

  /** A response time stands for the time that passed up to now: each interval before gets its part. */
  #load(index: number, place: number, value: RawValue): void {
    let left = typeof value === "bigint" ? value / 1000n : 0n;
    if (this.#interval === Number.POSITIVE_INFINITY) {
      this.#addLoad(0, place, left);
      return;
    }
    const whole = BigInt(this.#interval);
    let part = left % whole;
    for (let at = index; at >= 0 && (part > 0n || left > 0n); at--) {
      this.#addLoad(at, place, part);
      left -= part;
      part = left < whole ? left : whole;
    }
  }

  #addLoad(index: number, place: number, micros: bigint): void {
    const cell = this.#cells(index)[place];
    if (cell === undefined) return;
    cell.value += micros;
    this.#widest[place]?.take(0, cell.value);
  }

  /** Times of the intervals that the table shows, in microseconds: no frame is left out, that at the very end neither. */
  #layout({ first, last }: CaptureSpan): Layout {
    const duration = last > first ? Number((last - first + 500n) / 1000n) : 0;
    const whole = this.#interval >= duration;
    const interval = whole ? duration : this.#interval;
    const widths = columnWidths(this.#columns, this.#widest, interval);
    return layoutOf(duration, interval, whole, this.#columns, widths);
  }

  /** Cells of an interval; the last one takes the frames at its end too. */
  #merged(index: number, count: number): readonly Cell[] | undefined {
    const own = this.#intervals.get(index);
    if (index + 1 < count) return own;
    const beyond = this.#intervals.get(count);
    if (own === undefined || beyond === undefined) return own ?? beyond;
    return own.map((cell, place) => cell.merge(beyond[place], this.#columns[place]?.calculation));
  }

  *#rows(layout: Layout): Generator<{ start: number; end: number; cells: readonly Cell[] | undefined }> {
    for (let index = 0; index < layout.count; index++) {
      const start = index * layout.interval;
      const end = Math.min(start + layout.interval, layout.duration);
      yield { start, end, cells: this.#merged(index, layout.count) };
    }
  }

  *text(span: CaptureSpan): Generator<string> {
    const layout = this.#layout(span);
    yield tableHead(layout);
    for (const { start, cells } of this.#rows(layout)) {
      const length = shownLength(layout, start);
      const values = this.#columns.map((column, place) =>
        (cells?.[place] ?? new Cell()).texts(column, length),
      );
      yield tableRow(layout, start, values);
    }
    yield tableEnd(layout);
  }

  json(span: CaptureSpan): unknown {
    const layout = this.#layout(span);
    return {
      duration: seconds(span.last - span.first),
      interval: layout.interval / 1e6,
      columns: this.#columns.map(({ text, calculation }) => ({ calculation, text })),
      rows: [...this.#rows(layout)].map(({ start, end, cells }) => ({
        start: start / 1e6,
        end: end / 1e6,
        values: this.#columns.map((column, place) =>
          (cells?.[place] ?? new Cell()).json(column, end - start),
        ),
      })),
    };
  }
}

export const ioStat: TapKind = {
  name: "io,stat",
  usage: ",INTERVAL[,FILTER|,COUNT|SUM|MIN|MAX|AVG|LOAD(FIELD)FILTER|,FRAMES|BYTES()FILTER]…",
  create: (rest, context) => {
    const [interval = "", ...columns] = splitColumns(rest ?? "");
    const micros = readInterval(interval);
    if (columns.at(-1) === "" && columns.length > 0) throw new CliError(USAGE);
    const texts = columns.length === 0 ? [""] : columns;
    return new IoStat(
      micros,
      texts.map((text, place) => readColumn(text.trim(), place, context)),
    );
  },
};
