/** Values while a filter runs. */
import type { FieldInfo, FieldType, Occurrence, RawValue } from "../ir/fields.ts";
import { types } from "./types.ts";

/** A signed integer. Unsigned ones are bare numbers: the difference decides comparisons with negative numbers. */
export class SignedInteger {
  readonly value: number | bigint;
  constructor(value: number | bigint) {
    this.value = value;
  }
}

/** An address with fewer prefix bits than it is long. */
export class Network {
  readonly address: Uint8Array;
  readonly prefix: number;
  constructor(address: Uint8Array, prefix: number) {
    this.address = address;
    this.prefix = prefix;
  }
}

/**
 * Unsigned integers and frame numbers: number up to 32 bits, bigint above. Booleans: 0 or 1. Floats: number. Strings, bytes,
 * addresses, protocols: bytes (strings as UTF-8). Times: nanoseconds.
 */
export type Datum = number | bigint | SignedInteger | Network | Uint8Array;

const encoder = new TextEncoder();
const noBytes = new Uint8Array(0);

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A field's value as the evaluator computes with it. A source that breaks the rules of RawValue gives a harmless value. */
export function toDatum(value: RawValue, type: FieldType): Datum {
  const row = types[type];
  switch (row.family) {
    case "label":
      return 1;
    case "boolean":
      return value === true ||
        (typeof value === "number" && value !== 0) ||
        (typeof value === "bigint" && value !== 0n)
        ? 1
        : 0;
    case "integer": {
      const usable = typeof value === "bigint" || Number.isSafeInteger(value);
      const number = usable && (typeof value === "number" || typeof value === "bigint") ? value : 0;
      return row.signed ? new SignedInteger(number) : number;
    }
    case "float":
      return typeof value === "number" ? value : 0;
    case "string":
      return typeof value === "string"
        ? encoder.encode(value)
        : value instanceof Uint8Array
          ? value
          : noBytes;
    case "absolute-time":
    case "relative-time":
      if (typeof value === "number" && Number.isFinite(value)) return BigInt(Math.trunc(value));
      return typeof value === "bigint" ? value : 0n;
    case "eui64":
      return typeof value === "bigint" ? wideBytes(value) : value instanceof Uint8Array ? value : noBytes;
    default:
      return value instanceof Uint8Array ? value : noBytes;
  }
}

function wideBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value));
  return bytes;
}

/** Value of an occurrence; `raw` asks for the bytes that it was read from. Undefined when there are none. */
export function occurrenceDatum(occurrence: Occurrence, info: FieldInfo, raw: boolean): Datum | undefined {
  if (!raw) return toDatum(occurrence.value, info.type);
  return occurrence.bytes ?? (occurrence.value instanceof Uint8Array ? occurrence.value : undefined);
}
