/** Named sets of bytes, as PCRE2 has them in the C locale: nothing above 127 is a letter, digit or blank. */
import type { ByteSet } from "./nodes.ts";

export function setOf(test: (byte: number) => boolean): ByteSet {
  return Uint8Array.from({ length: 256 }, (_, byte) => (test(byte) ? 1 : 0));
}

export function invert(set: ByteSet): ByteSet {
  return set.map((member) => 1 - member);
}

function range(low: number, high: number): (byte: number) => boolean {
  return (byte) => byte >= low && byte <= high;
}

const digit = range(0x30, 0x39);
const upper = range(0x41, 0x5a);
const lower = range(0x61, 0x7a);
const alpha = (byte: number): boolean => upper(byte) || lower(byte);
const alnum = (byte: number): boolean => alpha(byte) || digit(byte);
const space = (byte: number): boolean => range(9, 13)(byte) || byte === 32;
const graph = range(0x21, 0x7e);

export function isWordByte(byte: number): boolean {
  return alnum(byte) || byte === 0x5f;
}

/** Adds the other case of every ASCII letter in the set. */
export function foldCase(set: ByteSet): ByteSet {
  return setOf((byte) => set[byte] === 1 || (alpha(byte) && set[byte ^ 0x20] === 1));
}

/** Names between `[:` and `:]`. */
export const posix: Readonly<Record<string, ByteSet>> = {
  alpha: setOf(alpha),
  lower: setOf(lower),
  upper: setOf(upper),
  alnum: setOf(alnum),
  ascii: setOf((byte) => byte < 128),
  blank: setOf((byte) => byte === 32 || byte === 9),
  cntrl: setOf((byte) => byte < 32 || byte === 127),
  digit: setOf(digit),
  graph: setOf(graph),
  print: setOf((byte) => graph(byte) || byte === 32),
  punct: setOf((byte) => graph(byte) && !alnum(byte)),
  space: setOf(space),
  word: setOf(isWordByte),
  xdigit: setOf((byte) => digit(byte) || range(0x41, 0x46)(byte) || range(0x61, 0x66)(byte)),
};

const digits = setOf(digit);
const words = setOf(isWordByte);
const spaces = setOf(space);
const horizontal = setOf((byte) => byte === 9 || byte === 32 || byte === 0xa0);
const vertical = setOf((byte) => range(10, 13)(byte) || byte === 0x85);

/** Letters behind a backslash that stand for a set. */
export const escapeSets: Readonly<Record<string, ByteSet>> = {
  d: digits,
  D: invert(digits),
  w: words,
  W: invert(words),
  s: spaces,
  S: invert(spaces),
  h: horizontal,
  H: invert(horizontal),
  v: vertical,
  V: invert(vertical),
};

export const anyByte: ByteSet = setOf(() => true);
export const notNewline: ByteSet = setOf((byte) => byte !== 10);
export const verticalSpace: ByteSet = vertical;

export function single(byte: number): ByteSet {
  return setOf((candidate) => candidate === byte);
}
