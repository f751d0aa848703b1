/** Splitting a region of type-length-value options: the one place that walks kinds and lengths. */
import { readSmallBits } from "../bytes/bits.ts";
import type { Envelope, FieldIR, Layout } from "../ir/nodes.ts";
import { fixedBits } from "../ir/size.ts";
import type { Registry } from "./registry.ts";

/** One stretch of a region. `padding` follows an end-of-options; `malformed` is a rest whose length contradicts the bytes. */
export type Piece =
  | { readonly kind: "option"; readonly layout: Layout; readonly start: number; readonly end: number }
  | { readonly kind: "padding" | "malformed"; readonly start: number; readonly end: number };

interface Place {
  readonly bitOffset: number;
  readonly bits: number;
}

const LENGTHS = new WeakMap<Envelope, Place>();

/** Where the length field stands; lowering has made sure that only fixed sizes precede it. */
function lengthPlace(envelope: Envelope): Place {
  let place = LENGTHS.get(envelope);
  if (place === undefined) {
    place = locate(envelope.fields, envelope.lengthField, 0) ?? { bitOffset: 8, bits: 8 };
    LENGTHS.set(envelope, place);
  }
  return place;
}

function locate(fields: readonly FieldIR[], name: string, start: number): Place | undefined {
  let at = start;
  for (const field of fields) {
    const bits = fixedBits(field) ?? 0;
    if (field.name === name) return { bitOffset: at, bits };
    const inside = field.kind === "group" ? locate(field.fields, name, at) : undefined;
    if (inside !== undefined) return inside;
    at += bits;
  }
  return undefined;
}

/** Total bytes that the option at `start` states; undefined for kinds of one byte and where too few bytes are there. */
export function statedLength(
  registry: Registry,
  layout: Layout,
  data: Uint8Array,
  start: number,
  end: number,
): number | undefined {
  if (layout.single) return undefined;
  let outer = layout.envelope === undefined ? registry.layouts.get(layout.within ?? "") : layout;
  while (outer?.within !== undefined) outer = registry.layouts.get(outer.within);
  if (outer?.envelope === undefined) return undefined;
  const place = lengthPlace(outer.envelope);
  const kind = readSmallBits(data, start * 8 + outer.envelope.keyBitOffset, outer.envelope.keyBits);
  if (start * 8 + place.bitOffset + place.bits > end * 8 || outer.envelope.single.includes(kind))
    return undefined;
  return (
    readSmallBits(data, start * 8 + place.bitOffset, place.bits) * outer.envelope.lengthUnit +
    outer.envelope.lengthBias
  );
}

/** The most specific schema for the option at `start`..`end`: nested envelopes dispatch on, down to themselves. */
export function resolveOption(
  registry: Registry,
  outer: Layout,
  data: Uint8Array,
  start: number,
  end: number,
): Layout {
  let layout = outer;
  for (;;) {
    const { envelope } = layout;
    if (envelope === undefined) return layout;
    const keyBit = start * 8 + envelope.keyBitOffset;
    if (keyBit + envelope.keyBits > end * 8) return layout;
    const key = readSmallBits(data, keyBit, envelope.keyBits);
    const inner = registry.find(envelope.table, key, data, keyBit + envelope.keyBits, end);
    if (inner === undefined || inner === layout) return layout;
    layout = inner;
  }
}

/** Splits `data[start, end)` and tells of each piece in turn: every byte belongs to exactly one. */
export function eachPiece(
  registry: Registry,
  outer: Layout,
  data: Uint8Array,
  start: number,
  end: number,
  act: (kind: Piece["kind"], start: number, end: number, layout: Layout) => void,
): void {
  const { envelope } = outer;
  if (envelope === undefined) return;
  const length = lengthPlace(envelope);
  let at = start;
  while (at < end) {
    const kind = readSmallBits(data, at * 8 + envelope.keyBitOffset, envelope.keyBits);
    let size = 1;
    if (!envelope.single.includes(kind)) {
      const known = at * 8 + length.bitOffset + length.bits <= end * 8;
      const raw = known ? readSmallBits(data, at * 8 + length.bitOffset, length.bits) : 0;
      size = raw * envelope.lengthUnit + envelope.lengthBias;
      const least = (length.bitOffset + length.bits) / 8;
      if (!known || size < least || at + size > end) {
        act("malformed", at, end, outer);
        return;
      }
    }
    act("option", at, at + size, resolveOption(registry, outer, data, at, at + size));
    at += size;
    if (envelope.end.includes(kind)) break;
  }
  if (at < end) act("padding", at, end, outer);
}

/** The pieces of a region as a list. */
export function splitRegion(
  registry: Registry,
  outer: Layout,
  data: Uint8Array,
  start: number,
  end: number,
): Piece[] {
  const pieces: Piece[] = [];
  eachPiece(registry, outer, data, start, end, (kind, from, to, layout) =>
    pieces.push(kind === "option" ? { kind, layout, start: from, end: to } : { kind, start: from, end: to }),
  );
  return pieces;
}
