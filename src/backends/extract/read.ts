/** Expressions that read numbers from the bytes `b`, or from `v`, a DataView over the same bytes. */
import { readSmallBits } from "../../bytes/bits.ts";
import { type Code, code, Name } from "../../codegen/code.ts";
import { NotExtractable } from "./tables.ts";

export const B: Name = new Name("b");
export const V: Name = new Name("v");
/** Index behind all bytes at hand. */
export const TO: Name = new Name("to");
const HELPER = new Name("readSmallBits");

/** Values that the expressions name. */
export const READ_BINDINGS: Readonly<Record<string, unknown>> = { readSmallBits };

/** `bit` bits behind the byte that the variable `base` points at. */
export interface Place {
  readonly base: Name;
  readonly bit: number;
}

export function moved(place: Place, bits: number): Place {
  return { base: place.base, bit: place.bit + bits };
}

/** `base + offset`, without a useless zero. */
export function plus(base: Name | Code, offset: number): Name | Code {
  if (offset === 0) return base;
  return offset < 0 ? code`${base} - ${-offset}` : code`${base} + ${offset}`;
}

/** Index of the byte that the place is in. */
export function byteOf(place: Place): Name | Code {
  return plus(place.base, place.bit >> 3);
}

/** Index of the first byte behind the place. */
export function byteBehind(place: Place): Name | Code {
  return plus(place.base, (place.bit + 7) >> 3);
}

export function isAligned(place: Place): boolean {
  return (place.bit & 7) === 0;
}

/** Unsigned big-endian value of up to 32 bits. */
export function unsigned(place: Place, bits: number): Code {
  const first = place.bit >> 3;
  const behind = (place.bit + bits + 7) >> 3;
  const at = byteOf(place);
  const shift = behind * 8 - place.bit - bits;
  const span = behind - first;
  const load = loaded(at, plus(place.base, first + 1), span);
  if (load === undefined) return code`${HELPER}(${B}, (${at}) * 8 + ${place.bit & 7}, ${bits})`;
  if (shift === 0 && isAligned(place)) return load;
  const low = shift === 0 ? load : code`${load} >>> ${shift}`;
  return isAligned(place) ? code`(${low})` : code`(${low} & ${2 ** bits - 1})`;
}

function loaded(at: Name | Code, second: Name | Code, span: number): Code | undefined {
  switch (span) {
    case 1:
      return code`${B}[${at}]`;
    case 2:
      return code`${V}.getUint16(${at})`;
    case 3:
      return code`(${B}[${at}] << 16 | ${V}.getUint16(${second}))`;
    case 4:
      return code`${V}.getUint32(${at})`;
    default:
      return undefined;
  }
}

/** Unsigned little-endian value of whole bytes. */
export function unsignedLittle(place: Place, bits: number): Code {
  const at = byteOf(place);
  if (isAligned(place)) {
    if (bits === 8) return code`${B}[${at}]`;
    if (bits === 16) return code`${V}.getUint16(${at}, true)`;
    if (bits === 24)
      return code`(${V}.getUint16(${at}, true) | ${B}[${plus(place.base, (place.bit >> 3) + 2)}] << 16)`;
    if (bits === 32) return code`${V}.getUint32(${at}, true)`;
  }
  throw new NotExtractable(`${bits} little-endian bits at bit ${place.bit & 7}`);
}

/** The same bits as a signed number. */
export function signedOf(value: Code, bits: number): Code {
  return bits === 32 ? code`(${value} | 0)` : code`(${value} << ${32 - bits} >> ${32 - bits})`;
}

/** A value of 33 to 64 bits as two halves. */
export interface Halves {
  readonly high: Code;
  readonly low: Code;
}

export function halves(place: Place, bits: number, little: boolean): Halves {
  if (bits <= 32) {
    return { high: code`0`, low: little ? unsignedLittle(place, bits) : unsigned(place, bits) };
  }
  if (!little) return { high: unsigned(place, bits - 32), low: unsigned(moved(place, bits - 32), 32) };
  return { high: unsignedLittle(moved(place, 32), bits - 32), low: unsignedLittle(place, 32) };
}

/** `value * scale + bias`, without useless ones and zeros. */
export function linear(value: Name | Code, scale: number, bias: number): Name | Code {
  return plus(scale === 1 ? value : code`${value} * ${scale}`, bias);
}
