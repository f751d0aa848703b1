/** Which form of a schema the bytes have: by total length, then by bits at fixed places. */
import { readSmallBits } from "../bytes/bits.ts";
import type { Layout, Range, Variant } from "../ir/nodes.ts";

function within(value: number, ranges: readonly Range[]): boolean {
  return ranges.some(([low, high]) => low <= value && value <= high);
}

function whereHolds(variant: Variant, data: Uint8Array, start: number, end: number): boolean {
  return variant.where.every(
    (term) =>
      start * 8 + term.bitOffset + term.bits <= end * 8 &&
      within(readSmallBits(data, start * 8 + term.bitOffset, term.bits), term.ranges),
  );
}

function suits({ versions }: Variant, version: number | undefined): boolean {
  return version === undefined || versions.length === 0 || versions.includes(version);
}

function isCloser(variant: Variant, best: Variant, version: number | undefined): boolean {
  const isSuited = suits(variant, version);
  if (isSuited !== suits(best, version)) return isSuited;
  return variant.where.length > best.where.length;
}

/**
 * The form of the bytes from `start` to `end`. `length` is the total length that the option states (`end - start` for a
 * whole one), undefined for headers. Forms of the connection's `version` come first (RFC 8684 section 3.4.1: ADD_ADDR's
 * low nibble is IPVer in version 0, reserved bits and the echo flag in version 1), then those that tie down more bits.
 */
export function selectVariant(
  layout: Layout,
  data: Uint8Array,
  start: number,
  end: number,
  length: number | undefined,
  version?: number,
): Variant | undefined {
  let best: Variant | undefined;
  for (const variant of layout.variants) {
    if (length !== undefined && variant.lengths.length > 0 && !within(length, variant.lengths)) continue;
    if (variant.where.length > 0 && !whereHolds(variant, data, start, end)) continue;
    if (best === undefined || isCloser(variant, best, version)) best = variant;
  }
  return best;
}
