/**
 * Checksums after an edit, updated from the words that changed (RFC 1624): right checksums stay right and wrong ones stay as
 * wrong as they were, also where the capture holds only the first bytes of a packet.
 */
import { checksumOf, type Ends, pseudoHeaderEnds } from "../../engine/checksums.ts";
import type { Dissection, FieldNode, Layer } from "../../ir/tree.ts";

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

/** Addresses of the pseudo-header in a frame where its header begins at `start`. */
function addressSum(data: Uint8Array, ends: Ends, start: number): number {
  const at = ({ bitOffset, bitLength }: FieldNode): Uint8Array => {
    const from = bitOffset / 8 - ends.layer.start + start;
    return data.subarray(from, from + bitLength / 8);
  };
  return fold(sumWords(at(ends.source)) + sumWords(at(ends.destination)));
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
 * @param keep - filter names of checksums (`tcp.checksum`) that are left as they are.
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
    const found = checksumOf(layer);
    if (found === undefined || found.node.views.some((view) => keep.has(view.filter))) continue;
    const { compute } = found;
    const skip = found.node.bitOffset / 8 - layer.start;
    const at = now.start + skip;
    if (at + 2 > data.length) continue;
    const checksum = ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
    // RFC 768: zero means that there is none.
    if (compute.zero !== undefined && checksum === 0) continue;
    const oldEnd = compute.cover === "header" ? layer.end : layer.bufferEnd;
    const newEnd = compute.cover === "header" ? now.end : now.bufferEnd;
    let was = words(old, layer.start, oldEnd, skip);
    let is = words(data, now.start, newEnd, skip);
    const outer = moved.slice(0, index);
    const ends = compute.pseudoHeader ? pseudoHeaderEnds(outer.map((one) => one.layer)) : undefined;
    const place = outer.find((one) => one.layer === ends?.layer);
    if (ends !== undefined && place !== undefined) {
      // Lengths grow alike, whatever was not captured.
      was = fold(was + addressSum(old, ends, ends.layer.start));
      is = fold(is + addressSum(data, ends, place.start));
      const grown = newEnd - now.start - (oldEnd - layer.start);
      if (grown >= 0) is = fold(is + grown);
      else was = fold(was - grown);
    }
    if (was === is) continue;
    let next = updated(checksum, was, is);
    if (next === 0) next = compute.zero ?? 0;
    data[at] = next >> 8;
    data[at + 1] = next & 0xff;
  }
}
