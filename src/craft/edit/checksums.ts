/**
 * Checksums after an edit, updated from the words that changed (RFC 1624): right checksums stay right and wrong ones stay as
 * wrong as they were, also where the capture holds only the first bytes of a packet.
 */
import type { Dissection, Layer } from "../../ir/tree.ts";

interface Place {
  /** Bytes from the header's start. */
  readonly at: number;
  readonly pseudo: boolean;
  readonly headerOnly: boolean;
}

const CHECKSUMS: Readonly<Record<string, Place>> = {
  ipv4: { at: 10, pseudo: false, headerOnly: true },
  tcp: { at: 16, pseudo: true, headerOnly: false },
  udp: { at: 6, pseudo: true, headerOnly: false },
  icmp: { at: 2, pseudo: false, headerOnly: false },
  icmpv6: { at: 2, pseudo: true, headerOnly: false },
};

/** A layer's bytes before and after. */
export interface Moved {
  readonly layer: Layer;
  /** Range in the new frame. */
  readonly start: number;
  readonly end: number;
  readonly bufferEnd: number;
}

/** Sum of 16-bit words, folded; a last odd byte counts as the upper half. */
function sumWords(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return folded;
}

/** RFC 1624 equation 3, for any number of words: HC' = ~(~HC + ~m + m'). */
function updated(checksum: number, before: number, after: number): number {
  return ~fold((~checksum & 0xffff) + (~before & 0xffff) + after) & 0xffff;
}

/** Addresses and length of the pseudo-header, as far as an edit can change them. */
function pseudoSum(data: Uint8Array, outer: Layer, start: number, length: number): number {
  const addresses =
    outer.id === "ipv4" ? data.subarray(start + 12, start + 20) : data.subarray(start + 8, start + 40);
  return fold(sumWords(addresses) + (length & 0xffff) + (length >>> 16));
}

function words(data: Uint8Array, from: number, to: number, skip: number): number {
  const bytes = Uint8Array.from(data.subarray(from, to));
  if (skip + 1 < bytes.length) bytes.fill(0, skip, skip + 2);
  return sumWords(bytes);
}

/**
 * Updates every checksum of `data` whose bytes changed, the innermost first.
 *
 * @param moved - the layers of the old frame, and where each stands in the new one.
 * @param keep - names of layers (`tcp`) whose checksum is left as it is.
 */
export function updateChecksums(
  before: Dissection,
  data: Uint8Array,
  moved: readonly Moved[],
  keep: ReadonlySet<string>,
): void {
  const old = before.frame.data;
  for (let index = moved.length - 1; index >= 0; index--) {
    const now = moved[index];
    if (now === undefined) continue;
    const { layer } = now;
    const place = Object.hasOwn(CHECKSUMS, layer.id) ? CHECKSUMS[layer.id] : undefined;
    if (place === undefined || keep.has(layer.id)) continue;
    const at = now.start + place.at;
    if (at + 2 > data.length) continue;
    const checksum = ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
    // RFC 768: zero means that there is none.
    if (layer.id === "udp" && checksum === 0) continue;
    const oldEnd = place.headerOnly ? layer.end : layer.bufferEnd;
    const newEnd = place.headerOnly ? now.end : now.bufferEnd;
    let was = words(old, layer.start, oldEnd, place.at);
    let is = words(data, now.start, newEnd, place.at);
    const outer = place.pseudo
      ? moved.slice(0, index).findLast(({ layer: one }) => /^ipv[46]$/.test(one.id))
      : undefined;
    if (outer !== undefined) {
      // Lengths grow alike, whatever was not captured.
      was = fold(was + pseudoSum(old, outer.layer, outer.layer.start, 0));
      is = fold(is + pseudoSum(data, outer.layer, outer.start, 0));
      const grown = newEnd - now.start - (oldEnd - layer.start);
      if (grown >= 0) is = fold(is + grown);
      else was = fold(was - grown);
    }
    if (was === is) continue;
    let next = updated(checksum, was, is);
    if (layer.id === "udp" && next === 0) next = 0xffff;
    data[at] = next >> 8;
    data[at + 1] = next & 0xff;
  }
}
