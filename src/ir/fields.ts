/** Types, display bases and value strings of filter fields, with Wireshark's names. */

import type { Severity } from "../errors.ts";

export type FieldType =
  | "FT_NONE"
  | "FT_PROTOCOL"
  | "FT_BOOLEAN"
  | "FT_CHAR"
  | "FT_UINT8"
  | "FT_UINT16"
  | "FT_UINT24"
  | "FT_UINT32"
  | "FT_UINT40"
  | "FT_UINT48"
  | "FT_UINT56"
  | "FT_UINT64"
  | "FT_INT8"
  | "FT_INT16"
  | "FT_INT24"
  | "FT_INT32"
  | "FT_INT40"
  | "FT_INT48"
  | "FT_INT56"
  | "FT_INT64"
  | "FT_FRAMENUM"
  | "FT_FLOAT"
  | "FT_DOUBLE"
  | "FT_STRING"
  | "FT_BYTES"
  | "FT_ETHER"
  | "FT_EUI64"
  | "FT_AX25"
  | "FT_IPv4"
  | "FT_IPv6"
  | "FT_ABSOLUTE_TIME"
  | "FT_RELATIVE_TIME";

/** How an integer is shown; `colon`: bytes in pairs with colons between them. */
export type Base =
  | "none"
  | "dec"
  | "hex"
  | "oct"
  | "dec_hex"
  | "hex_dec"
  | "port"
  | "oui"
  | "custom"
  | "colon";

/**
 * A field's value as filters and columns see it. Integers up to 32 bits are numbers, wider ones bigints; booleans are
 * booleans; addresses, bytes and protocols are the bytes themselves; times are nanoseconds; FT_NONE is `true`.
 */
export type RawValue = number | bigint | boolean | string | Uint8Array;

/** One row of a value-string table: `low`..`high` inclusive. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
  readonly text: string;
}

/**
 * Names of values. `values`: single numbers. `ranges`: ranges, which a filter may not compare with by name.
 * `booleans`: the pair of labels of an FT_BOOLEAN.
 */
export type ValueStrings =
  | { readonly kind: "values"; readonly rows: readonly ValueRange[] }
  | { readonly kind: "ranges"; readonly rows: readonly ValueRange[] }
  | { readonly kind: "booleans"; readonly set: string; readonly clear: string };

/** Wireshark's groups of expert information, by what a finding is about. */
export type FindingGroup =
  | "checksum"
  | "sequence"
  | "response"
  | "request"
  | "undecoded"
  | "reassemble"
  | "malformed"
  | "debug"
  | "protocol"
  | "security"
  | "comment"
  | "decryption"
  | "assumption"
  | "deprecated";

/** What `_ws.expert.*` tell where a field (FT_NONE) is present. */
export interface Finding {
  /** Filter name of the field. */
  readonly field: string;
  readonly severity: Severity | "comment";
  readonly group: FindingGroup;
  /** The field's description unless given. `{}` stands for the value of `about`. */
  readonly message?: string;
  readonly about?: string;
}

/** One name that filters, `-e` and the field list know. */
export interface FieldInfo {
  /** Wireshark's filter name, such as `tcp.options.mptcp.subtype`. */
  readonly name: string;
  readonly type: FieldType;
  readonly base: Base;
  /** Width in bits of the value inside its carrier, for bit fields (mask). */
  readonly bits?: number;
  /** Name of the protocol that it belongs to, such as `tcp`. */
  readonly protocol: string;
  /** One line in our words. */
  readonly description: string;
  readonly strings?: ValueStrings;
  /** Id of the schema that declares it; undefined for fields of a tracker. */
  readonly schema?: string;
  readonly spec?: string;
  /** Id of the tracker that provides it: such a field needs earlier frames. */
  readonly tracker?: string;
  /** It tells of something worth a look. */
  readonly finding?: Finding;
  /** Why no frame has it: Wireshark's name is known, so that filters with it compile. */
  readonly absent?: string;
  /** Wireshark has no such field. It is found only where it is asked for by name: whole trees are as Wireshark's. */
  readonly own?: boolean;
}

/** Text for a number in a table, or undefined. Tables are short or looked up rarely; the first hit counts. */
export function lookupValueString(strings: ValueStrings, value: number | boolean): string | undefined {
  if (strings.kind === "booleans") return value ? strings.set : strings.clear;
  const number = Number(value);
  return strings.rows.find((row) => row.low <= number && number <= row.high)?.text;
}

/** One value of a field in one frame, as the filter evaluator sees it. */
export interface Occurrence {
  readonly value: RawValue;
  /** Running number (from 1) of the protocol whose header was being read: `ip.src#2` is the inner header's. */
  readonly layer: number;
  /** The bytes that the field was read from; undefined for generated fields. */
  readonly bytes?: Uint8Array | undefined;
  /** FT_PROTOCOL only: from the first byte of the item to the end of the enclosing data. */
  readonly buffer?: Uint8Array | undefined;
}

/** What a filter reads: all occurrences of a field in one frame, in wire order; an empty list when there is none. */
export type FieldSource = (name: string) => readonly Occurrence[];
