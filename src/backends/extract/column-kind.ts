/** How values of each type stand in the columns of a row. */
import type { FieldType, RawValue } from "../../ir/fields.ts";

/** How a column's values are held. */
export type ColumnKind =
  /** `values`: the number. */
  | "number"
  | "boolean"
  /** `values`: the lower 32 bits; `ends`: the upper ones. */
  | "wide"
  /** `values`: index of the first byte in the store's `bytes`; `ends`: index behind the last. */
  | "bytes"
  /** Nothing is held: the field is there. */
  | "label"
  /** `objects`: the value. */
  | "object";

const NUMBER = /^FT_(U?INT(8|16|24|32)|CHAR|FRAMENUM|FLOAT|DOUBLE)$/;
const WIDE = /^FT_UINT(40|48|56|64)$/;
const BYTES: ReadonlySet<FieldType> = new Set<FieldType>([
  "FT_BYTES",
  "FT_ETHER",
  "FT_EUI64",
  "FT_IPv4",
  "FT_IPv6",
  "FT_PROTOCOL",
]);

export function columnKind(type: FieldType): ColumnKind {
  if (NUMBER.test(type)) return "number";
  if (type === "FT_BOOLEAN") return "boolean";
  if (WIDE.test(type)) return "wide";
  if (BYTES.has(type)) return "bytes";
  return type === "FT_NONE" ? "label" : "object";
}

/** 32 bits of a value that is bytes, with a sign; 0 behind its end. */
export function wordOf(value: RawValue | undefined, word: number): number {
  const at = word * 4;
  if (!(value instanceof Uint8Array) || at + 4 > value.length) return 0;
  const [a = 0, b = 0, c = 0, d = 0] = [value[at], value[at + 1], value[at + 2], value[at + 3]];
  return (a << 24) | (b << 16) | (c << 8) | d;
}
