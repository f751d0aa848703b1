/** What the language may do with a value, by field type: one row per type. */
import type { FieldType } from "../ir/fields.ts";

/** Types with the same literals, comparison and constants form a family. */
export type Family =
  | "label"
  | "integer"
  | "boolean"
  | "float"
  | "string"
  | "bytes"
  | "ether"
  | "eui64"
  | "ipv4"
  | "ipv6"
  | "absolute-time"
  | "relative-time"
  | "protocol";

export type Capability =
  | "compare"
  | "slice"
  | "contains"
  | "matches"
  | "bitwise"
  | "add"
  | "multiply"
  | "modulo"
  | "negate";

export interface TypeRow {
  readonly family: Family;
  /** Integers: width in bits. */
  readonly bits: number;
  readonly signed: boolean;
  /** Bytes of a fixed-size value, as `len()` counts them; 0 for booleans and times. */
  readonly size: number;
  /** For messages: "unsigned integer (2 bytes)". */
  readonly noun: string;
  readonly can: ReadonlySet<Capability>;
}

const none: readonly Capability[] = [];
const sequence: readonly Capability[] = ["compare", "slice", "contains", "matches"];
const arithmetic: readonly Capability[] = ["compare", "add", "multiply", "negate"];

function row(
  family: Family,
  noun: string,
  can: readonly Capability[],
  size = 0,
  bits = 0,
  signed = false,
): TypeRow {
  return { family, noun, can: new Set(can), size, bits, signed };
}

function integer(bits: number, signed: boolean, noun = "integer"): TypeRow {
  const size = bits / 8;
  const name = `${signed ? "signed" : "unsigned"} ${noun} (${size} byte${size === 1 ? "" : "s"})`;
  return row("integer", name, [...arithmetic, "bitwise", "modulo"], size, bits, signed);
}

export const types: Readonly<Record<FieldType, TypeRow>> = {
  FT_NONE: row("label", "label", none),
  FT_PROTOCOL: row("protocol", "protocol", sequence),
  FT_BOOLEAN: row("boolean", "boolean", ["compare"]),
  FT_CHAR: integer(8, false, "character"),
  FT_UINT8: integer(8, false),
  FT_UINT16: integer(16, false),
  FT_UINT24: integer(24, false),
  FT_UINT32: integer(32, false),
  FT_UINT40: integer(40, false),
  FT_UINT48: integer(48, false),
  FT_UINT56: integer(56, false),
  FT_UINT64: integer(64, false),
  FT_INT8: integer(8, true),
  FT_INT16: integer(16, true),
  FT_INT24: integer(24, true),
  FT_INT32: integer(32, true),
  FT_INT40: integer(40, true),
  FT_INT48: integer(48, true),
  FT_INT56: integer(56, true),
  FT_INT64: integer(64, true),
  FT_FRAMENUM: integer(32, false, "frame number"),
  FT_FLOAT: row("float", "floating point number (single precision)", arithmetic, 4),
  FT_DOUBLE: row("float", "floating point number (double precision)", arithmetic, 8),
  FT_STRING: row("string", "character string", sequence),
  FT_BYTES: row("bytes", "sequence of bytes", [...sequence, "bitwise"]),
  FT_ETHER: row("ether", "Ethernet address", [...sequence, "bitwise"], 6),
  FT_EUI64: row("eui64", "EUI-64 address", ["compare"], 8),
  FT_AX25: row("ether", "AX.25 address", [...sequence, "bitwise"], 7),
  FT_IPv4: row("ipv4", "IPv4 address", ["compare", "slice", "bitwise"], 4),
  FT_IPv6: row("ipv6", "IPv6 address", ["compare", "slice", "bitwise"], 16),
  FT_ABSOLUTE_TIME: row("absolute-time", "date and time", ["compare"]),
  FT_RELATIVE_TIME: row("relative-time", "time offset", ["compare", "add", "negate"]),
};

export function can(type: FieldType, capability: Capability): boolean {
  return types[type].can.has(capability);
}

/** Arithmetic on up to 32 bits is done in 32 bits, above in 64. */
export function isWide(type: FieldType): boolean {
  return types[type].bits > 32;
}

/** May a value of type `right` stand on the right of one of type `left`? The left one decides. */
export function compatible(left: FieldType, right: FieldType): boolean {
  const a = types[left].family;
  const b = types[right].family;
  if (a === "integer") return b === "integer" || b === "boolean";
  if (a === "bytes" || a === "ether") return b === "bytes" || b === "ether";
  return a === b && a !== "label";
}
