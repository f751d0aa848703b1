/** Items of `[…]` behind a field or `#`: reading them, and applying them to bytes and to layer numbers. */
import type { Span } from "../errors.ts";
import type { Source } from "./source-error.ts";
import type { RangeItem } from "./syntax.ts";

/** Numbers as C reads them: decimal, `0x`, leading-0 octal, with a sign. */
const numberPattern = "[+-]?(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)";
const itemPattern = new RegExp(`^(${numberPattern})?(?:(:)(${numberPattern})?|(-)(${numberPattern}))?$`);

function toInteger(source: Source, span: Span, text: string): number {
  const negative = text.startsWith("-");
  const digits = text.replace(/^[+-]/, "");
  const octal = /^0[0-7]+$/.test(digits);
  const size = octal ? Number.parseInt(digits, 8) : Number(digits);
  const value = negative ? -size : size;
  if (value > 0x7fffffff || value < -0x80000000)
    source.fail("bad-slice", span, `"${source.slice(span)}" does not fit 32 bits`);
  return value === 0 ? 0 : value;
}

/** One item, such as `3`, `-2:2`, `0-5`, `:4`. */
export function rangeItem(source: Source, span: Span): RangeItem {
  const shown = source.slice(span);
  // Blanks may stand around the numbers, but not inside: "0 1" is no item.
  const text = shown
    .trim()
    .replace(/\s*:\s*/, ":")
    .replace(/([0-9a-fA-F])\s*-\s*/, "$1-");
  const match = itemPattern.exec(text);
  if (match === null || text === "") {
    const number = /^[+-]?[0-9]/.test(text) || text.startsWith(":");
    return source.fail("bad-slice", span, `"${shown}" is not a valid ${number ? "range" : "number"}`);
  }
  const [, first, colon, length, , last] = match;
  const start = first === undefined ? 0 : toInteger(source, span, first);
  if (colon !== undefined) {
    if (length === undefined) return { kind: "rest", start };
    const count = toInteger(source, span, length);
    if (count <= 0)
      source.fail("bad-slice", span, `range ${shown} isn't valid because length ${count} isn't positive`);
    return { kind: "length", start, length: count };
  }
  if (last === undefined) return { kind: "one", start };
  const end = toInteger(source, span, last);
  if (start < 0 !== end < 0)
    source.fail(
      "bad-slice",
      span,
      `range ${shown} isn't valid because ${start} and ${end} have different signs`,
    );
  if (end <= start)
    source.fail("bad-slice", span, `range ${shown} isn't valid because ${start} is not smaller than ${end}`);
  return { kind: "span", start, end };
}

/** Start and end (excluded) of an item in something of `length` elements; undefined if it does not fit entirely. */
export function resolveRange(item: RangeItem, length: number): readonly [number, number] | undefined {
  const fromEnd = (at: number): number => (at < 0 ? at + length : at);
  const start = fromEnd(item.start);
  if (start < 0 || start >= length) return undefined;
  let end: number;
  if (item.kind === "one") end = start + 1;
  else if (item.kind === "length") end = start + item.length;
  else if (item.kind === "span") end = fromEnd(item.end) + 1;
  else end = length;
  return end <= length ? [start, end] : undefined;
}

/** The items of `bytes`, joined. The first item that does not fit entirely is dropped with all behind it. */
export function sliceBytes(bytes: Uint8Array, ranges: readonly RangeItem[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (const item of ranges) {
    const range = resolveRange(item, bytes.length);
    if (range === undefined) break;
    const part = bytes.subarray(range[0], range[1]);
    parts.push(part);
    size += part.length;
  }
  const first = parts[0];
  if (parts.length === 1 && first !== undefined) return first;
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Is layer number `layer` (from 1) among the ranges? Negative starts count back from the `highest` of the field. */
export function layerSelected(ranges: readonly RangeItem[], layer: number, highest: number): boolean {
  const fromEnd = (at: number): number => (at < 0 ? highest + 1 + at : at);
  return ranges.some((item) => {
    const start = fromEnd(item.start);
    if (item.kind === "one") return layer === start;
    if (item.kind === "length") return layer >= start && layer < start + item.length;
    if (item.kind === "span") return layer >= start && layer <= fromEnd(item.end);
    return layer >= start;
  });
}
