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

const vertical = (byte: number): boolean => range(10, 13)(byte) || byte === 0x85;

type ByteTest = (byte: number) => boolean;

/** Names between `[:` and `:]`. Sets are made when a pattern asks for them. */
const POSIX: Readonly<Record<string, ByteTest>> = {
  alpha,
  lower,
  upper,
  alnum,
  ascii: (byte) => byte < 128,
  blank: (byte) => byte === 32 || byte === 9,
  cntrl: (byte) => byte < 32 || byte === 127,
  digit,
  graph,
  print: (byte) => graph(byte) || byte === 32,
  punct: (byte) => graph(byte) && !alnum(byte),
  space,
  word: isWordByte,
  xdigit: (byte) => digit(byte) || range(0x41, 0x46)(byte) || range(0x61, 0x66)(byte),
};

/** Letters behind a backslash that stand for a set; as capitals, for what it lacks. */
const ESCAPES: Readonly<Record<string, ByteTest>> = {
  d: digit,
  w: isWordByte,
  s: space,
  h: (byte) => byte === 9 || byte === 32 || byte === 0xa0,
  v: vertical,
};

/** `[:name:]`. */
export function posixSet(name: string): ByteSet | undefined {
  const test = Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
  return test && setOf(test);
}

/** `\d` and its like. */
export function escapeSet(letter: string): ByteSet | undefined {
  const small = letter.toLowerCase();
  const test = Object.hasOwn(ESCAPES, small) ? ESCAPES[small] : undefined;
  if (test === undefined) return undefined;
  return letter === small ? setOf(test) : invert(setOf(test));
}

export const anyByte: ByteSet = new Uint8Array(256).fill(1);
export const notNewline: ByteSet = anyByte.with(10, 0);
export const verticalSpace: ByteSet = setOf(vertical);

export function single(byte: number): ByteSet {
  return setOf((candidate) => candidate === byte);
}
