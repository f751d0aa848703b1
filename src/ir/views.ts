/** From a field's bytes to the values of its filter names. */
import { formatEther, formatIpv4, formatIpv6 } from "../bytes/address.ts";
import { readBits, readSmallBits, reverseBytes } from "../bytes/bits.ts";
import { toHex } from "../bytes/hex.ts";
import type { RawValue } from "./fields.ts";
import type { FieldIR, View } from "./nodes.ts";
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
export function addressText(ir: FieldIR, value: RawValue | undefined): string | undefined {
  if (ir.kind !== "address" || !(value instanceof Uint8Array)) return undefined;
  return { ipv4: formatIpv4, ipv6: formatIpv6, ether: formatEther }[ir.family](value);
}

/** One letter a bit; letters of the schemas are single code units. */
function letters(value: number, alphabet: string, blank: string): string {
  const last = alphabet.length - 1;
  let text = "";
  for (let index = 0; index <= last; index++)
    text += (value >>> (last - index)) & 1 ? alphabet.charAt(index) : blank;
  return text;
}

/** Reads the value of one name of a field; undefined where the name has none here (a list without items in its view). */
export type ViewReader = (node: FieldNode, data: Uint8Array) => RawValue | undefined;

/** Makes the value of one name of a field from the field's own. */
export type ViewMaker = (
  value: RawValue | undefined,
  node: FieldNode,
  data: Uint8Array,
) => RawValue | undefined;

/** What rests on the name alone is decided here. */
function makeMaker(view: View): ViewMaker {
  const { derive } = view;
  const isBoolean = view.type === "FT_BOOLEAN";
  if (derive === undefined) {
    const isInteger = INTEGER.test(view.type);
    const isWide = WIDE.test(view.type);
    // What most fields are under their first name: no type but their own.
    return (value) => {
      if (isInteger ? typeof value === "number" && !isWide : isBoolean && typeof value === "boolean")
        return value;
      return coerce(value, view);
    };
  }
  switch (derive.kind) {
    case "constant": {
      const value = isBoolean ? derive.value !== 0 : derive.value;
      return () => value;
    }
    case "status":
      return (_, node) => node.status ?? UNVERIFIED;
    case "present":
      return () => true;
    case "length":
      return (_, node) => node.wireLength ?? node.bitLength / 8;
    case "count":
      return (_, node) => node.children.length;
    case "text":
      return (value, { ir }) =>
        addressText(ir, value) ?? (value instanceof Uint8Array ? toHex(value, ":") : String(value));
    case "letters":
      return (value) => letters(Number(value), derive.letters, derive.blank);
    case "power":
      // RFC 7323 section 2.3: a window scale shift above 14 is taken as 14.
      return (value) => 2 ** Math.min(Number(value), 14);
    case "linear":
      return (value) => Number(value) * derive.scale + derive.bias;
    case "swap":
      return (_, node, data) => swapped(nodeBytes(node, data), view);
    case "bits": {
      const { from, count } = derive;
      return (value, node, data) => {
        // A value without bytes (of a capture file's record) counts as 32 bits.
        if (node.bitLength === 0) return bitsOfWord(Number(value), from, count, view);
        const at = node.bitOffset + from;
        if (isBoolean) return readSmallBits(data, at, count) !== 0;
        return count > 32 ? readBits(data, at, count) : readSmallBits(data, at, count);
      };
    }
    case "bytes": {
      const { from, count } = derive;
      const isText = view.type === "FT_STRING";
      const isInteger = /^FT_U?INT/.test(view.type);
      return (_, node, data) => {
        const at = (node.bitOffset >> 3) + from;
        if (isInteger && count <= 4 && at + count <= data.length)
          return readSmallBits(data, at * 8, count * 8);
        const bytes = data.subarray(at, at + count);
        if (isText) return toHex(bytes, ":");
        return isInteger ? integer(bytes) : bytes;
      };
    }
  }
}

interface ViewCode {
  readonly make: ViewMaker;
  readonly read: ViewReader;
}

const KNOWN = new WeakMap<View, ViewCode>();

function viewCode(view: View): ViewCode {
  let code = KNOWN.get(view);
  if (code === undefined) {
    const make = makeMaker(view);
    code = { make, read: (node, data) => make(node.value, node, data) };
    KNOWN.set(view, code);
  }
  return code;
}

export function viewReader(view: View): ViewReader {
  return viewCode(view).read;
}

export function viewMaker(view: View): ViewMaker {
  return viewCode(view).make;
}

/** The value of one name of a field; undefined where the name has none here. */
export function viewValue(node: FieldNode, view: View, data: Uint8Array): RawValue | undefined {
  return viewReader(view)(node, data);
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

const INTEGER = /^FT_U?INT|^FT_CHAR|^FT_FRAMENUM/;
const WIDE = /(?:40|48|56|64)$/;

/** A name may show a value under another type: a flag as FT_UINT8, a small integer as FT_UINT64. */
function coerce(value: RawValue | undefined, view: View): RawValue | undefined {
  if (value === undefined) return undefined;
  // Text in a field of fixed size ends at its first NUL; what pads it stays in the parsed object.
  if (typeof value === "string") return value.split("\0", 1)[0];
  if (view.type === "FT_BOOLEAN") return typeof value === "boolean" ? value : Number(value) !== 0;
  if (view.type === "FT_NONE") return true;
  if (!INTEGER.test(view.type)) return value;
  if (value instanceof Uint8Array) return integer(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  const wide = WIDE.test(view.type);
  if (wide && typeof value === "number") return BigInt(value);
  if (!wide && typeof value === "bigint") return Number(value);
  return value;
}
