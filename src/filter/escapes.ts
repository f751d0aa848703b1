/** Escapes of quoted strings and character constants. */
import type { Source } from "./source-error.ts";

const simple: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  "\\": 92,
  "'": 39,
  '"': 34,
};

export interface Escaped {
  /** A byte (`\n`, `\x41`, `\101`), or a Unicode code point (`\u00e9`). */
  readonly value: number;
  readonly unicode: boolean;
  /** Offset behind the escape. */
  readonly end: number;
}

/** Reads the escape whose backslash stands at `at`. */
export function readEscape(source: Source, at: number): Escaped {
  const text = source.text;
  const letter = text[at + 1] ?? "";
  const byte = simple[letter];
  if (byte !== undefined) return { value: byte, unicode: false, end: at + 2 };
  const numeric = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;
  numeric.lastIndex = at;
  const match = numeric.exec(text);
  if (match === null) {
    const wide = letter === "" ? "" : String.fromCodePoint(text.codePointAt(at + 1) ?? 0);
    const span = { start: at, end: at + 1 + wide.length };
    return source.fail("bad-escape", span, `${source.slice(span)} is not a valid character escape sequence`);
  }
  const end = at + match[0].length;
  const span = { start: at, end };
  const [, octal, hex, short, long] = match;
  if (octal !== undefined || hex !== undefined) {
    const value = octal === undefined ? Number.parseInt(hex ?? "", 16) : Number.parseInt(octal, 8);
    if (value > 255) source.fail("bad-escape", span, `${match[0]} is larger than a byte`);
    return { value, unicode: false, end };
  }
  const value = Number.parseInt(short ?? long ?? "", 16);
  // As in C: a universal character name may not stand for a basic character, nor for half of a surrogate pair.
  const basic = value < 0xa0 && value !== 0x24 && value !== 0x40 && value !== 0x60;
  if (basic || (value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff)
    source.fail("bad-escape", span, `${match[0]} is not a valid universal character name`);
  return { value, unicode: true, end };
}

const encoder = new TextEncoder();

/** Value of a quoted string that begins with a quote at `at`. Raw strings keep every backslash. */
export function readString(source: Source, at: number, raw: boolean): { bytes: Uint8Array; end: number } {
  const text = source.text;
  const bytes: number[] = [];
  let i = at + 1;
  for (;;) {
    const char = text[i];
    if (char === undefined) {
      const span = { start: text.length, end: text.length };
      return source.fail("unterminated-string", span, "the final quote was missing from a quoted string");
    }
    if (char === '"') return { bytes: Uint8Array.from(bytes), end: i + 1 };
    if (char === "\\" && raw) {
      bytes.push(92);
      i++;
      if (i < text.length) i += append(bytes, text, i);
    } else if (char === "\\" && i + 1 < text.length) {
      const escaped = readEscape(source, i);
      if (escaped.unicode) bytes.push(...encoder.encode(String.fromCodePoint(escaped.value)));
      else bytes.push(escaped.value);
      i = escaped.end;
    } else i += append(bytes, text, i);
  }
}

/** Appends the character at `i` as UTF-8; returns its length in UTF-16 code units. */
function append(bytes: number[], text: string, i: number): number {
  const point = text.codePointAt(i) ?? 0;
  if (point < 128) {
    bytes.push(point);
    return 1;
  }
  const char = String.fromCodePoint(point);
  for (const byte of encoder.encode(char)) bytes.push(byte);
  return char.length;
}

/** Value of a character constant that begins with an apostrophe at `at`: exactly one byte. */
export function readCharacter(source: Source, at: number): { value: number; end: number } {
  const text = source.text;
  let end = at + 1;
  while (end < text.length && text[end] !== "'") end += text[end] === "\\" ? 2 : 1;
  if (end >= text.length) {
    const span = { start: text.length, end: text.length };
    source.fail("unterminated-string", span, "the final quote was missing from a character constant");
  }
  const span = { start: at, end: end + 1 };
  const body = text.slice(at + 1, end);
  const shown = source.slice(span);
  if (body.length === 0) source.fail("bad-character-constant", span, "a character constant may not be empty");
  if (body.startsWith("\\")) {
    const octal = /^\\[0-7]{1,3}$/.exec(body);
    if (octal !== null && Number.parseInt(body.slice(1), 8) > 255)
      source.fail("bad-character-constant", span, `${shown} is too large to be a valid character constant`);
    const escaped = readEscape(source, at + 1);
    if (escaped.end !== end)
      source.fail("bad-character-constant", span, `${shown} is too long for a character constant`);
    return { value: escaped.value, end: end + 1 };
  }
  const value = body.charCodeAt(0);
  if (body.length > 1)
    source.fail("bad-character-constant", span, `${shown} is too long for a character constant`);
  if (value < 32 || value > 126)
    source.fail("bad-character-constant", span, `${shown} is not a printable ASCII character`);
  return { value, end: end + 1 };
}
