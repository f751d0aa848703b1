/** Which bytes, and which bits of them, an item of the tree was read from. */
import type { View } from "../../ir/nodes.ts";
import type { FieldNode } from "../../ir/tree.ts";

/** Where an item stands in the frame. */
export interface Extent {
  /** Offset in bytes from the start of the frame. */
  readonly position: number;
  /** Bytes; 0 for what was computed. */
  readonly size: number;
  /** The value's bits within those bytes, taken as one big-endian number; 0: all of them. */
  readonly mask: bigint;
  /** Bits that the mask is written higher than it stands, where Wireshark writes that of a wider field. */
  readonly shift: bigint;
}

export const NOWHERE: Extent = { position: 0, size: 0, mask: 0n, shift: 0n };

export function areSame(a: Extent, b: Extent): boolean {
  return a.position === b.position && a.size === b.size && a.mask === b.mask && a.shift === b.shift;
}

interface Span {
  readonly bitOffset: number;
  readonly bitLength: number;
}

/** The whole bytes of a node. */
export function spanOf({ bitOffset, bitLength }: Span): Extent {
  const position = bitOffset >> 3;
  return { position, size: ((bitOffset + bitLength + 7) >> 3) - position, mask: 0n, shift: 0n };
}

/** A field's bits within `size` bytes that begin `at` bytes behind the header's start; the mask may be written `shift` bits higher. */
interface Carrier {
  readonly at: number;
  readonly size: number;
  readonly shift?: bigint;
}

/** Where Wireshark reads a field from more, or other, bytes than the field's own bits need. */
const CARRIERS: Readonly<Record<string, Carrier>> = {
  "ieee8021ad.dei": { at: 0, size: 1, shift: 8n },
  "ieee8021ad.priority": { at: 0, size: 1, shift: 8n },
  "ipv6.tclass": { at: 0, size: 4 },
  "ipv6.tclass.dscp": { at: 0, size: 4 },
  "ipv6.tclass.ecn": { at: 0, size: 4 },
  "tcp.flags.ae": { at: 12, size: 1, shift: 8n },
  "tcp.flags.res": { at: 12, size: 1, shift: 8n },
  "vlan.dei": { at: 0, size: 2 },
  "vlan.priority": { at: 0, size: 2 },
};

/** Names without a mask, though they have some bits of their byte only. */
const UNMASKED: ReadonlySet<string> = new Set(["ip.version", "ip.hdr_len", "ipv6.version", "tcp.hdr_len"]);

/** Bits within whole bytes. */
function bitsOf({ bitOffset, bitLength }: Span, bytes: Extent): Extent {
  if (bitLength === bytes.size * 8) return bytes;
  const behind = (bytes.position + bytes.size) * 8 - (bitOffset + bitLength);
  return { ...bytes, mask: ((1n << BigInt(bitLength)) - 1n) << BigInt(behind) };
}

/** `start`: offset of the header, where computed values stand. */
export function fieldExtent(node: FieldNode, view: View, start: number): Extent {
  const { derive, filter } = view;
  if (node.ir.kind === "meta") return NOWHERE;
  const position = node.bitOffset >> 3;
  switch (derive?.kind) {
    case "length":
    case "constant":
      return { ...NOWHERE, position: start };
    case "count":
    case "status":
      return { ...NOWHERE, position };
    case "bytes":
      return { ...NOWHERE, position: position + derive.from, size: derive.count };
    case "letters":
      return spanOf(node);
    case "bits": {
      const bits = { bitOffset: node.bitOffset + derive.from, bitLength: derive.count };
      // The two bits of an Ethernet address are read from its first half.
      const isEther = node.ir.kind === "address" && node.ir.family === "ether";
      return bitsOf(bits, isEther ? { ...NOWHERE, position, size: 3 } : spanOf(bits));
    }
  }
  // IPv6 has `ip.version` beside its own name, and that one is masked.
  if (UNMASKED.has(filter) && node.views[0] === view) return spanOf(node);
  const carrier = Object.hasOwn(CARRIERS, filter) ? CARRIERS[filter] : undefined;
  if (carrier === undefined) return bitsOf(node, spanOf(node));
  const found = bitsOf(node, { ...NOWHERE, position: start + carrier.at, size: carrier.size });
  return { ...found, shift: carrier.shift ?? 0n };
}

/** The bytes of an item. */
export function extentBytes({ position, size }: Extent, data: Uint8Array): Uint8Array {
  return data.subarray(position, position + size);
}

/** The masked bits as hexadecimal digits. */
export function maskedText(extent: Extent, data: Uint8Array): string {
  let number = 0n;
  for (const byte of extentBytes(extent, data)) number = (number << 8n) | BigInt(byte);
  let { mask } = extent;
  number &= mask;
  while (mask > 0n && (mask & 1n) === 0n) {
    mask >>= 1n;
    number >>= 1n;
  }
  return number.toString(16).toUpperCase();
}
