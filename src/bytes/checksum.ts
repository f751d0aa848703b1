/** The Internet checksum (RFC 1071). */
import { concatBytes } from "./hex.ts";

/**
 * Ones' complement sum of the 16-bit big-endian words of all parts, as if they were one sequence (a part of odd length is
 * padded with a zero byte, so only the last may be odd). Not yet complemented; folded to 16 bits.
 */
export function onesComplementSum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    const even = part.length & ~1;
    for (let i = 0; i < even; i += 2) sum += ((part[i] as number) << 8) | (part[i + 1] as number);
    if (part.length & 1) sum += (part[even] as number) << 8;
    // Fold between parts: a sum of 2^20 words still fits exactly in a double, more parts may follow.
    sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

/** The checksum as it is sent: the complement of {@link onesComplementSum}. */
export function internetChecksum(...parts: readonly Uint8Array[]): number {
  return ~onesComplementSum(...parts) & 0xffff;
}

/** RFC 1624 (equation 3): the checksum after a 16-bit word changed from `before` to `after`. */
export function updateChecksum(checksum: number, before: number, after: number): number {
  let sum = (~checksum & 0xffff) + (~before & 0xffff) + (after & 0xffff);
  sum = (sum & 0xffff) + (sum >>> 16);
  sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** RFC 9293 section 3.1 (IPv4: 12 bytes) and RFC 8200 section 8.1 (IPv6: 40 bytes). */
export function pseudoHeader(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  length: number,
): Uint8Array {
  const ipv4 = source.length === 4;
  const tail = new Uint8Array(ipv4 ? 4 : 8);
  const view = new DataView(tail.buffer);
  if (ipv4) {
    view.setUint8(1, protocol);
    view.setUint16(2, length & 0xffff);
  } else {
    view.setUint32(0, length);
    view.setUint8(7, protocol);
  }
  return concatBytes([source, destination, tail]);
}
