/** From a field's bytes to the values of its filter names. */
import { formatEther, formatIpv4, formatIpv6 } from "../bytes/address.ts";
import { readBits, readSmallBits, reverseBytes } from "../bytes/bits.ts";
import { toHex } from "../bytes/hex.ts";
import type { RawValue } from "./fields.ts";
import type { View } from "./nodes.ts";
import type { FieldNode } from "./tree.ts";

/** State of a checksum that nobody looked at. */
export const UNVERIFIED = 2;

/** The bytes of the frame that a node covers (whole bytes; a bit field's carrier). */
export function nodeBytes(
  node: { readonly bitOffset: number; readonly bitLength: number },
  data: Uint8Array,
): Uint8Array {
  return data.subarray(node.bitOffset >> 3, (node.bitOffset + node.bitLength + 7) >> 3);
}

/** Text of an address field, else undefined. */
export function addressText(node: FieldNode): string | undefined {
  const { ir, value } = node;
  if (ir.kind !== "address" || !(value instanceof Uint8Array)) return undefined;
  return { ipv4: formatIpv4, ipv6: formatIpv6, ether: formatEther }[ir.family](value);
}

function letters(value: number, alphabet: string, blank: string): string {
  return Array.from(alphabet, (letter, index) =>
    (value >>> (alphabet.length - 1 - index)) & 1 ? letter : blank,
  ).join("");
}

/** The value of one name of a field; undefined where the name has none here (a list without items in its view). */
export function viewValue(node: FieldNode, view: View, data: Uint8Array): RawValue | undefined {
  const { value } = node;
  const { derive } = view;
  if (derive === undefined) return coerce(value, view);
  switch (derive.kind) {
    case "constant":
      return view.type === "FT_BOOLEAN" ? derive.value !== 0 : derive.value;
    case "status":
      return node.status ?? UNVERIFIED;
    case "present":
      return true;
    case "length":
      return node.wireLength ?? node.bitLength / 8;
    case "count":
      return node.children.length;
    case "text":
      return addressText(node) ?? (value instanceof Uint8Array ? toHex(value, ":") : String(value));
    case "letters":
      return letters(Number(value), derive.letters, derive.blank);
    case "power":
      // RFC 7323 section 2.3: a window scale shift above 14 is taken as 14.
      return 2 ** Math.min(Number(value), 14);
    case "linear":
      return Number(value) * derive.scale + derive.bias;
    case "swap":
      return swapped(nodeBytes(node, data), view);
    case "bits": {
      // A value without bytes (of a capture file's record) counts as 32 bits.
      if (node.bitLength === 0) return bitsOfWord(Number(value), derive.from, derive.count, view);
      const at = node.bitOffset + derive.from;
      if (view.type === "FT_BOOLEAN") return readSmallBits(data, at, derive.count) !== 0;
      return derive.count > 32 ? readBits(data, at, derive.count) : readSmallBits(data, at, derive.count);
    }
    case "bytes": {
      const from = (node.bitOffset >> 3) + derive.from;
      const bytes = data.subarray(from, from + derive.count);
      if (view.type === "FT_STRING") return toHex(bytes, ":");
      return /^FT_U?INT/.test(view.type) ? integer(bytes) : bytes;
    }
  }
}

function bitsOfWord(word: number, from: number, count: number, view: View): RawValue {
  const bits = Math.floor(word / 2 ** (32 - from - count)) % 2 ** count;
  return view.type === "FT_BOOLEAN" ? bits !== 0 : bits;
}

function integer(bytes: Uint8Array): number | bigint {
  return bytes.length > 4 ? readBits(bytes, 0, bytes.length * 8) : readSmallBits(bytes, 0, bytes.length * 8);
}

function swapped(bytes: Uint8Array, view: View): RawValue {
  const turned = reverseBytes(bytes);
  return view.type === "FT_BYTES" ? turned : integer(turned);
}

/** A name may show a value under another type: a flag as FT_UINT8, a small integer as FT_UINT64. */
function coerce(value: RawValue | undefined, view: View): RawValue | undefined {
  if (value === undefined) return undefined;
  // Text in a field of fixed size ends at its first NUL; what pads it stays in the parsed object.
  if (typeof value === "string") return value.split("\0", 1)[0];
  if (view.type === "FT_BOOLEAN") return typeof value === "boolean" ? value : Number(value) !== 0;
  if (view.type === "FT_NONE") return true;
  if (!/^FT_U?INT|^FT_CHAR|^FT_FRAMENUM/.test(view.type)) return value;
  if (value instanceof Uint8Array) return integer(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  const wide = /(?:40|48|56|64)$/.test(view.type);
  if (wide && typeof value === "number") return BigInt(value);
  if (!wide && typeof value === "bigint") return Number(value);
  return value;
}
