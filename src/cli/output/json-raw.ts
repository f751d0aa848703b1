/** What `-T jsonraw`, and `-T json -x`, say of each name: its bytes in hex, offset, length, mask and type. */
import { toHex } from "../../bytes/hex.ts";
import type { FieldType } from "../../ir/fields.ts";
import { extentBytes, maskedText } from "./extents.ts";
import { type Item, isFinding } from "./items.ts";
import type { JsonEntry } from "./json-print.ts";

/** Wireshark 4.0's numbers of the types. */
const TYPE_NUMBERS: Readonly<Record<FieldType, number>> = {
  FT_NONE: 0,
  FT_PROTOCOL: 1,
  FT_BOOLEAN: 2,
  FT_CHAR: 3,
  FT_UINT8: 4,
  FT_UINT16: 5,
  FT_UINT24: 6,
  FT_UINT32: 7,
  FT_UINT40: 8,
  FT_UINT48: 9,
  FT_UINT56: 10,
  FT_UINT64: 11,
  FT_INT8: 12,
  FT_INT16: 13,
  FT_INT24: 14,
  FT_INT32: 15,
  FT_INT40: 16,
  FT_INT48: 17,
  FT_INT56: 18,
  FT_INT64: 19,
  FT_FLOAT: 22,
  FT_DOUBLE: 23,
  FT_ABSOLUTE_TIME: 24,
  FT_RELATIVE_TIME: 25,
  FT_STRING: 26,
  FT_ETHER: 29,
  FT_BYTES: 30,
  FT_IPv4: 32,
  FT_IPv6: 33,
  FT_FRAMENUM: 35,
  FT_EUI64: 38,
  FT_AX25: 39,
};

/** `[hex, offset, length, mask, type]` under the name with `_raw`; undefined for headings, which have no bytes. */
export function rawEntry(item: Item, data: Uint8Array): JsonEntry | undefined {
  const { key, extent } = item;
  if (item.kind === "text") return undefined;
  const { position, size, mask, shift } = extent;
  const type = TYPE_NUMBERS[item.format.type];
  // tshark makes these without any packet at hand: they have no bytes, not even none.
  if (key === "_ws.expert" || key === "tcp.completeness" || isFinding(item))
    return [`${key}_raw`, { list: [0, 0, 0, type] }];
  const hex = mask === 0n ? toHex(extentBytes(extent, data)) : maskedText(extent, data);
  return [`${key}_raw`, { list: [hex, position, size, Number(mask << shift), type] }];
}
