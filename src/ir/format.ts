/** Values as text, as Wireshark prints them: `-T fields` and JSON on one side, the packet tree on the other. */
import { formatEther, formatIpv4, formatIpv6 } from "../bytes/address.ts";
import { toHex } from "../bytes/hex.ts";
import { type Base, type FieldType, lookupValueString, type RawValue, type ValueStrings } from "./fields.ts";
import { formatAbsoluteTime, formatSeconds } from "./format-time.ts";

/** What the text of a value depends on; a FieldInfo fits. */
export interface ValueFormat {
  readonly type: FieldType;
  readonly base: Base;
  /** Width in bits inside the carrier, where that is less than the type's. */
  readonly bits?: number;
  readonly strings?: ValueStrings;
}

const INTEGER = /^FT_U?INT\d+$|^FT_FRAMENUM$/;
const WIDTH = /^FT_U?INT(\d+)$/;

const BITS = new Map<FieldType, number>();

/** Bits that the type holds; 32 for what has no width of its own. */
function typeBits(type: FieldType): number {
  let bits = BITS.get(type);
  if (bits === undefined) {
    bits = type === "FT_CHAR" ? 8 : Number(WIDTH.exec(type)?.[1] ?? 32);
    BITS.set(type, bits);
  }
  return bits;
}

function hexDigits(value: number | bigint, bits: number): string {
  if (typeof value === "number" && value >= 0 && value < 2 ** Math.min(bits, 32))
    return fixedHex(value, Math.ceil(bits / 4));
  const raw = BigInt.asUintN(bits, BigInt(value));
  return `0x${raw.toString(16).padStart(Math.ceil(bits / 4), "0")}`;
}

const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** {@link hexDigits} of a number below 2^32. */
function fixedHex(value: number, digits: number): string {
  if (digits === 4) return `0x${PAIRS[value >>> 8]}${PAIRS[value & 0xff]}`;
  return digits === 2 ? `0x${PAIRS[value]}` : `0x${value.toString(16).padStart(digits, "0")}`;
}

function octal(value: number | bigint): string {
  const digits = value.toString(8);
  return digits === "0" ? "0" : `0${digits}`;
}

function integerText(format: ValueFormat, value: number | bigint, bits: number): string {
  switch (format.base) {
    case "hex":
    case "hex_dec":
      return hexDigits(value, bits);
    case "oct":
      return octal(value);
    case "none":
    case "dec":
    case "dec_hex":
    case "port":
    case "oui":
    case "custom":
    case "colon":
      return value.toString();
  }
}

/** Wireshark's form of a character: `'a'`, or an escape of two hex digits or a letter. */
function charText(value: number | bigint): string {
  const code = Number(value);
  const letter = code >= 7 && code <= 13 ? "abtnvfr"[code - 7] : undefined;
  if (letter !== undefined) return `'\\${letter}'`;
  if (code === 0) return "'\\0'";
  if (code === 0x27 || code === 0x5c) return `'\\${String.fromCharCode(code)}'`;
  if (code >= 0x20 && code < 0x7f) return `'${String.fromCharCode(code)}'`;
  return `'\\x${code.toString(16).padStart(2, "0")}'`;
}

function bytesText(type: FieldType, value: Uint8Array, separator: string): string {
  switch (type) {
    case "FT_IPv4":
      return value.length === 4 ? formatIpv4(value) : toHex(value);
    case "FT_IPv6":
      return value.length === 16 ? formatIpv6(value) : toHex(value);
    case "FT_ETHER":
    case "FT_EUI64":
      return formatEther(value);
    default:
      return toHex(value, separator);
  }
}

const CONTROLS: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
};

/** Text that may stand in a line of columns: what would move the cursor is written as an escape. */
function lineText(text: string): string {
  return /[\b\t\n\f\r]/.test(text) ? text.replace(/[\b\t\n\f\r]/g, (one) => CONTROLS[one] ?? one) : text;
}

/**
 * One value as `-T fields` prints it: integers in the field's base (hexadecimal padded to the type's width), booleans as
 * `1` and `0`, bytes as hex digits, addresses in their usual form, times with nine digits, FT_NONE as `1`.
 */
export function formatFieldText(format: ValueFormat, value: RawValue, separator = ""): string {
  if (typeof value === "string") return lineText(value);
  if (value instanceof Uint8Array)
    return bytesText(format.type, value, format.base === "colon" ? ":" : separator);
  if (typeof value === "boolean") return value ? "1" : "0";
  if (format.type === "FT_ABSOLUTE_TIME") return formatAbsoluteTime(BigInt(value));
  if (format.type === "FT_RELATIVE_TIME") return formatSeconds(BigInt(value));
  if (format.type === "FT_CHAR") return charText(value);
  return integerText(format, value, typeBits(format.type));
}

/** One value as `-T json` prints it: as {@link formatFieldText}, but bytes are pairs joined by colons and FT_NONE is empty. */
export function formatJsonText(format: ValueFormat, value: RawValue): string {
  if (typeof value === "string") return value;
  return format.type === "FT_NONE" ? "" : formatFieldText(format, value, ":");
}

/** How JSON shows the integers of a format: in decimal where `digits` is 0, else in so many hexadecimal ones. */
export interface IntegerShape {
  readonly digits: number;
  /** Above the largest value that is shown so as a number. */
  readonly limit: number;
}

/** The same of {@link formatDisplay}, where that shows the number and nothing else. */
export function displayShape({ type, base, bits, strings }: ValueFormat): IntegerShape | undefined {
  if (strings !== undefined || base === "hex_dec" || base === "dec_hex") return undefined;
  return integerShape({ type, base }, bits);
}

/** Undefined for what is no integer, or not shown by either base. */
export function integerShape(
  { type, base }: Pick<ValueFormat, "type" | "base">,
  bits: number = typeBits(type),
): IntegerShape | undefined {
  if (!INTEGER.test(type) || base === "oct") return undefined;
  if (base !== "hex" && base !== "hex_dec") return { digits: 0, limit: Number.MAX_SAFE_INTEGER };
  return { digits: Math.ceil(bits / 4), limit: 2 ** Math.min(bits, 32) };
}

/** {@link formatJsonText} for one format, made once: integers and flags, which most fields are, take a short way. */
export function jsonFormatter(format: ValueFormat): (value: RawValue) => string {
  const whole = (value: RawValue): string => formatJsonText(format, value);
  if (format.type === "FT_BOOLEAN")
    return (value) => (value === true ? "1" : value === false ? "0" : whole(value));
  if (format.type === "FT_RELATIVE_TIME")
    return (value) => (typeof value === "bigint" ? formatSeconds(value) : whole(value));
  if (format.type === "FT_ABSOLUTE_TIME")
    return (value) => (typeof value === "bigint" ? formatAbsoluteTime(value) : whole(value));
  const shape = integerShape(format);
  if (shape === undefined) return whole;
  const { digits, limit } = shape;
  if (digits === 0) return (value) => (typeof value === "number" ? String(value) : whole(value));
  return (value) =>
    typeof value === "number" && value >= 0 && value < limit ? fixedHex(value, digits) : whole(value);
}

/** One value as the packet tree shows it, with the name of the value: `IPv4 (0x0800)`, `Set`, `0x7868 (30824)`. */
export function formatDisplay(format: ValueFormat, value: RawValue): string {
  if (typeof value === "boolean") {
    const name = format.strings === undefined ? undefined : lookupValueString(format.strings, value);
    return name ?? (value ? "True" : "False");
  }
  if (format.type === "FT_NONE") return "";
  if (format.type === "FT_RELATIVE_TIME") return `${formatFieldText(format, value)} seconds`;
  const isNumber = typeof value === "number" || typeof value === "bigint";
  if (!isNumber || format.type === "FT_ABSOLUTE_TIME" || format.type === "FT_CHAR")
    return formatFieldText(format, value);
  const text = integerText(format, value, format.bits ?? typeBits(format.type));
  if (format.strings !== undefined) {
    const name = lookupValueString(format.strings, Number(value));
    if (format.base === "none") return name ?? text;
    return `${name ?? "Unknown"} (${text})`;
  }
  if (format.base === "hex_dec") return `${text} (${value})`;
  if (format.base === "dec_hex") return `${text} (${hexDigits(value, format.bits ?? typeBits(format.type))})`;
  return text;
}
