/** Values as the characters of their text, written in place: no string is made. */
import type { RawValue } from "./fields.ts";
import { displayShape, type IntegerShape, integerShape, type ValueFormat } from "./format.ts";
import { absoluteParts, splitSeconds } from "./format-time.ts";

/** Writes the text of a value from the array's start on. How many characters it has; -1 where the value is not of the usual kind. */
export type Putter = (value: RawValue, target: Uint8Array) => number;

/** The longest text. */
export const PUT_ROOM = 64;

const ZERO = 0x30;
const LETTER = 0x61 - 10;
const MINUS = 0x2d;
const POINT = 0x2e;
const X = 0x78;
const NANO_DIGITS = 9;

/** A whole number below 2^53 in decimal digits. Where they end. */
function putDecimal(target: Uint8Array, start: number, value: number): number {
  let size = 1;
  for (let limit = 10; limit <= value; limit *= 10) size++;
  putDigits(target, start, value, size);
  return start + size;
}

/** The last `size` decimal digits. */
function putDigits(target: Uint8Array, start: number, value: number, size: number): void {
  let rest = value;
  for (let at = start + size - 1; at >= start; at--) {
    const less = rest < 2 ** 32 ? ((rest >>> 0) / 10) >>> 0 : Math.floor(rest / 10);
    target[at] = ZERO + (rest - less * 10);
    rest = less;
  }
}

function putHex(target: Uint8Array, value: number, size: number): number {
  target[0] = ZERO;
  target[1] = X;
  let rest = value;
  for (let at = size + 1; at > 1; at--) {
    const digit = rest & 15;
    target[at] = digit + (digit < 10 ? ZERO : LETTER);
    rest >>>= 4;
  }
  return size + 2;
}

/** {@link formatSeconds} with all its digits. */
function putSeconds(target: Uint8Array, nanoseconds: bigint): number {
  const isNegative = nanoseconds < 0n;
  if (isNegative) target[0] = MINUS;
  const { seconds, rest } = splitSeconds(isNegative ? -nanoseconds : nanoseconds);
  if (seconds > Number.MAX_SAFE_INTEGER) return -1;
  const at = putDecimal(target, isNegative ? 1 : 0, seconds);
  target[at] = POINT;
  putDigits(target, at + 1, rest, NANO_DIGITS);
  return at + 1 + NANO_DIGITS;
}

function putText(target: Uint8Array, start: number, text: string): number {
  for (let index = 0; index < text.length; index++) target[start + index] = text.charCodeAt(index);
  return start + text.length;
}

/** {@link formatAbsoluteTime}. */
function putAbsolute(target: Uint8Array, nanoseconds: bigint): number {
  const { seconds, rest } = splitSeconds(nanoseconds);
  const [before, behind] = absoluteParts(seconds);
  if (before.length + 1 + NANO_DIGITS + behind.length > PUT_ROOM) return -1;
  const at = putText(target, 0, before);
  target[at] = POINT;
  putDigits(target, at + 1, rest, NANO_DIGITS);
  return putText(target, at + 1 + NANO_DIGITS, behind);
}

/** {@link jsonFormatter} in place; undefined for formats whose texts are only made as strings. */
export function jsonPutter(format: ValueFormat): Putter | undefined {
  if (format.type === "FT_BOOLEAN")
    return (value, target) => {
      if (typeof value !== "boolean") return -1;
      target[0] = value ? ZERO + 1 : ZERO;
      return 1;
    };
  if (format.type === "FT_RELATIVE_TIME")
    return (value, target) => (typeof value === "bigint" ? putSeconds(target, value) : -1);
  if (format.type === "FT_ABSOLUTE_TIME")
    return (value, target) => (typeof value === "bigint" ? putAbsolute(target, value) : -1);
  return integerPutter(integerShape(format));
}

const BLANK = 0x20;

/** What a putter writes, behind blanks up to `size`. */
export function padded(put: Putter, size: number): Putter {
  return (value, target) => {
    const length = put(value, target);
    if (length < 0 || length >= size) return length;
    target.copyWithin(size - length, 0, length);
    target.fill(BLANK, 0, size - length);
    return size;
  };
}

/** What a putter writes, behind a short label. */
export function labeled(label: string, put: Putter): Putter {
  return (value, target) => {
    const size = put(value, target);
    if (size < 0) return size;
    target.copyWithin(label.length, 0, size);
    return putText(target, 0, label) + size;
  };
}

/** A number in decimal digits. */
export const putNumber: Putter = (value, target) =>
  typeof value === "number" && value >= 0 && Number.isSafeInteger(value) ? putDecimal(target, 0, value) : -1;

/** {@link formatDisplay} in place. */
export function displayPutter(format: ValueFormat): Putter | undefined {
  if (format.type === "FT_ABSOLUTE_TIME") return jsonPutter(format);
  if (format.type === "FT_RELATIVE_TIME")
    return (value, target) => {
      const size = typeof value === "bigint" ? putSeconds(target, value) : -1;
      return size < 0 ? size : putText(target, size, " seconds");
    };
  return integerPutter(displayShape(format));
}

function integerPutter(shape: IntegerShape | undefined): Putter | undefined {
  if (shape === undefined) return undefined;
  const { digits, limit } = shape;
  const isUsual = (value: RawValue): value is number =>
    typeof value === "number" && value >= 0 && value < limit && Number.isInteger(value);
  if (digits === 0) return (value, target) => (isUsual(value) ? putDecimal(target, 0, value) : -1);
  return (value, target) => (isUsual(value) ? putHex(target, value, digits) : -1);
}
