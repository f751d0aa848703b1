/** Helpers that generated tests call on stretches of bytes; they allocate nothing but where a pattern needs a view. */
import type { Pattern } from "../../filter/regex/compile.ts";

export function equalBytes(b: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  const { length } = wanted;
  if (end - start !== length) return false;
  for (let i = 0; i < length; i++) if (b[start + i] !== wanted[i]) return false;
  return true;
}

/** Byte by byte; with `text` false a shorter one sorts first, whatever is in it. `prefix`: bits that count. */
export function orderBytes(
  b: Uint8Array,
  start: number,
  end: number,
  wanted: Uint8Array,
  prefix: number,
): number {
  const length = end - start;
  if (length !== wanted.length) return length - wanted.length;
  for (let i = 0; i < length; i++) {
    const bits = prefix - i * 8;
    if (bits <= 0) return 0;
    const mask = bits >= 8 ? 0xff : (0xff00 >> bits) & 0xff;
    const difference = ((b[start + i] ?? 0) & mask) - ((wanted[i] ?? 0) & mask);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function patternWithin(pattern: Pattern, b: Uint8Array, start: number, end: number): boolean {
  return pattern.test(b.subarray(start, end));
}
