/** The frame around the values of `-z io,stat`, in tshark's form. */
import type { IoColumn } from "./io-values.ts";

/** Where everything stands. Times in microseconds, widths in characters. */
export interface Layout {
  readonly duration: number;
  readonly interval: number;
  /** Rows. */
  readonly count: number;
  /** Digits behind the point of times; 0 where intervals are whole seconds. */
  readonly precision: number;
  /** Digits before the point. */
  readonly digits: number;
  /** Digits before the point of the rounded duration, which may be one more: what the widths are made for. */
  readonly roundedDigits: number;
  readonly whole: boolean;
  readonly columns: readonly IoColumn[];
  readonly widths: readonly (readonly number[])[];
  readonly timeWidth: number;
  readonly tableWidth: number;
  readonly width: number;
}

/** Wider tables are not made for a filter's sake: it is wrapped. */
const MAX_WIDTH = 102;
/** Characters around a filter in its line. */
const AROUND_FILTER = 11;
const FRAMES_AND_BYTES = "Frames and bytes";

/** Digits behind the point that the interval needs. */
function precisionOf(interval: number): number {
  let precision = 6;
  for (let unit = 10; precision > 0 && interval % unit === 0; unit *= 10) precision--;
  return precision;
}

function digitsOf(seconds: number): number {
  return Math.min(5, String(Math.floor(seconds)).length);
}

/** Whole seconds round to the nearest, a half down; other times a half up. */
function roundTo(micros: number, precision: number): number {
  const unit = 10 ** (6 - precision);
  return precision === 0 ? Math.ceil(micros / unit - 0.5) * unit : Math.round(micros / unit) * unit;
}

export function layoutOf(
  duration: number,
  interval: number,
  whole: boolean,
  columns: readonly IoColumn[],
  widths: readonly (readonly number[])[],
): Layout {
  const precision = whole ? (duration >= 10e6 ? 1 : 3) : precisionOf(interval);
  const digits = digitsOf(duration / 1e6);
  const roundedDigits = digitsOf(roundTo(duration, precision) / 1e6);
  const timeWidth = Math.max(12, 2 * roundedDigits + (precision === 0 ? 8 : 2 * precision + 10));
  const tableWidth = timeWidth + widths.flat().reduce((sum, width) => sum + width + 3, 0);
  const heading = 25 + digits + (precision === 0 ? 0 : precision + 1) + (whole ? 5 : 0);
  let width = Math.max(tableWidth, heading);
  const filters = Math.max(...columns.map(({ text }) => (text === "" ? 26 : text.length + AROUND_FILTER)));
  if (filters > width && width < MAX_WIDTH) width = Math.min(filters, MAX_WIDTH);
  // One column more would look like a double border.
  if (width - tableWidth === 1) width++;
  return {
    duration,
    interval,
    count: interval === 0 ? 0 : Math.ceil(duration / interval),
    precision,
    digits,
    roundedDigits,
    whole,
    columns,
    widths,
    timeWidth,
    tableWidth,
    width,
  };
}

/** Microseconds of the interval that begins at `start`, as the table shows its ends. */
export function shownLength({ precision, interval, duration }: Layout, start: number): number {
  const end = Math.min(start + interval, duration);
  return precision === 0 ? end - start : roundTo(end, precision) - roundTo(start, precision);
}

function time(micros: number, { precision, digits }: Layout): string {
  const rounded = roundTo(micros, precision);
  return (rounded / 1e6).toFixed(precision).padStart(digits + (precision === 0 ? 0 : precision + 1));
}

function headLine(text: string, { width }: Layout, length: number = text.length): string {
  return `| ${text}${" ".repeat(Math.max(0, width - length - 3))}|\n`;
}

/** tshark fills these lines as if they had the digits of the rounded duration: at 9.9 seconds they are short by one. */
function timeLine(name: string, text: string, point: number, layout: Layout): string {
  const line = `${name}: ${text} secs`;
  return headLine(line, layout, line.length - text.length + layout.roundedDigits + point);
}

/** Whole seconds are shown with the microseconds of the duration, filled up with spaces. */
function durationText(layout: Layout): string {
  if (layout.precision > 0) return time(layout.duration, layout);
  const micros = String(layout.duration % 1_000_000).padStart(6);
  return `${String(Math.floor(layout.duration / 1e6)).padStart(layout.digits)}.${micros}`;
}

/** Pieces of a filter at most so long, broken at spaces. */
function wrap(text: string, length: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > length) {
    const space = rest.lastIndexOf(" ", length - 1);
    const at = space > 0 ? space : length;
    lines.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  return [...lines, rest];
}

function filterLines(layout: Layout): string {
  return layout.columns
    .map(({ text }, place) => {
      const label = place === 0 ? "Col 1: " : `${String(place + 1).padStart(5)}: `;
      const lines = wrap(text === "" ? FRAMES_AND_BYTES : text, layout.width - AROUND_FILTER);
      return lines
        .map((line, index) => headLine((index === 0 ? label : " ".repeat(7)) + line, layout))
        .join("");
    })
    .join("");
}

/** Fills a line of the table up to the border. */
function fill(line: string, { width, tableWidth }: Layout): string {
  return width > tableWidth ? `${line}${" ".repeat(width - tableWidth - 1)}|\n` : `${line}\n`;
}

/** In the middle of a value's cell; nearer to the right where that is not possible. */
function centred(name: string, width: number): string {
  const left = Math.ceil((width + 2 - name.length) / 2);
  return (" ".repeat(Math.max(0, left)) + name).padEnd(width + 2);
}

export function tableHead(layout: Layout): string {
  const { width, tableWidth, timeWidth, columns, widths, precision } = layout;
  const border = `${"=".repeat(width)}\n`;
  const empty = headLine("", layout);
  const numbers = widths.map((each, place) => {
    const inner = each.reduce((sum, one) => sum + one + 3, -1);
    return `${String(place + 1).padEnd(inner)}|`;
  });
  const names = columns.map(({ calculation }, place) => {
    const texts = calculation === "FRAMES_AND_BYTES" ? ["Frames", "Bytes"] : [calculation];
    return texts.map((name, index) => `${centred(name, widths[place]?.[index] ?? 0)}|`).join("");
  });
  const rule = `|${"-".repeat(tableWidth - 2)}|`;
  return [
    "\n",
    border,
    headLine("IO Statistics", layout),
    empty,
    timeLine("Duration", durationText(layout), precision === 0 ? 7 : precision + 1, layout),
    timeLine("Interval", time(layout.interval, layout), precision === 0 ? 0 : precision + 1, layout),
    empty,
    filterLines(layout),
    `|${"-".repeat(width - 2)}|\n`,
    fill(`|${" ".repeat(timeWidth - 2)}|${numbers.join("")}`, layout),
    fill(`| ${"Interval".padEnd(timeWidth - 3)}|${names.join("")}`, layout),
    fill(rule, layout),
  ].join("");
}

/** `start`: microseconds; `values`: texts of each column. */
export function tableRow(layout: Layout, start: number, values: readonly (readonly string[])[]): string {
  const { roundedDigits, precision, interval, duration, timeWidth } = layout;
  const isLast = start + interval >= duration;
  const gap = precision === 0 ? Math.max(0, (timeWidth - (2 * roundedDigits + 8)) / 2) : 0;
  const space = " ".repeat(gap);
  const end =
    precision === 0 && isLast
      ? "Dur".padEnd(roundedDigits + 1 + gap)
      : `${time(Math.min(start + interval, duration), layout)} ${space}`;
  const cells = values.map((texts, place) =>
    texts.map((text, index) => ` ${text.padStart(layout.widths[place]?.[index] ?? 0)} |`).join(""),
  );
  return fill(`| ${space}${time(start, layout)} <> ${end}|${cells.join("")}`, layout);
}

export function tableEnd(layout: Layout): string {
  return `${"=".repeat(layout.width)}\n`;
}
