/** How many bytes the open-ended fields of a shape take. */
import fc from "fast-check";
import { inRanges, type Slot, sizeOf, toWire } from "../backends/serializer-form.ts";
import type { FieldIR, Range } from "../ir/nodes.ts";
import type { FormShape } from "./shapes.ts";

/** Bytes of an open-ended field where no length limits it. */
const OPEN_BYTES = 24;

/** Total bytes that a shape may have. */
export function targetsOf(shape: FormShape, most: number): readonly number[] {
  const { lengths } = shape.plan.variant;
  const fixed = shape.fixedBits / 8;
  if (shape.open.length === 0) return Number.isInteger(fixed) ? [fixed] : [];
  const least = Math.ceil(fixed) + shape.open.reduce((sum, { field }) => sum + leastBytes(field), 0);
  const [unit, over] = unitOf(shape);
  const ranges: readonly Range[] = lengths.length > 0 ? lengths : [[least, least + OPEN_BYTES]];
  const [open] = shape.open;
  const step = shape.open.length === 1 && open?.field.kind === "repeat" ? itemBits(open.field) / 8 || 1 : 1;
  const targets: number[] = [];
  for (const [low, high] of ranges)
    for (let bytes = Math.max(low, least); bytes <= Math.min(high, Math.max(most, least + unit)); bytes++)
      if ((bytes - over) % unit === 0 && (bytes - fixed) % step === 0) targets.push(bytes);
  return targets;
}

/** Whole bytes in which an option or a header states its length, and how many it does not count. */
function unitOf(shape: FormShape): readonly [unit: number, over: number] {
  const { layout, envelopes } = shape.plan;
  const size = layout.headerLength;
  if (layout.role === "header" && size?.kind === "linear")
    return [size.scale * scaleOf(shape, size.field), size.bias];
  const outer = envelopes.at(-1);
  return outer === undefined ? [1, 0] : [outer.lengthUnit, outer.lengthBias];
}

function leastBytes(field: FieldIR): number {
  const size = field.kind === "repeat" || field.kind === "bytes" ? field.size : undefined;
  const stated = size?.kind === "linear" ? Math.max(0, size.bias) : 0;
  const bits = field.kind === "repeat" && field.min > 0 ? field.min * itemBits(field) : 0;
  return Math.max(stated, Number.isNaN(bits) ? 0 : bits / 8);
}

/** Bytes of each open field, so that all add up; values of the length fields that say so. */
export interface Sizes {
  readonly bytes: ReadonlyMap<string, number>;
  readonly lengths: ReadonlyMap<string, number>;
}

/** Bits of one item of a list; NaN where that differs from item to item. */
export function itemBits(field: Extract<FieldIR, { kind: "repeat" }>): number {
  return field.item.reduce((sum, item) => {
    if (item.when.length > 0 || item.optional) return Number.NaN;
    if (item.kind === "flag") return sum + 1;
    if (item.kind === "uint" && typeof item.bits === "number") return sum + item.bits;
    if (item.kind === "address") return sum + { ipv4: 32, ipv6: 128, ether: 48 }[item.family];
    return item.kind === "bytes" && item.size.kind === "fixed" ? sum + item.size.bytes * 8 : Number.NaN;
  }, 0);
}

/** Splits what a shape leaves open among its fields. */
export function sizesArbitrary(shape: FormShape, target: number): fc.Arbitrary<Sizes> {
  const free = Math.max(0, target - Math.ceil(shape.fixedBits / 8));
  return fc.infiniteStream(fc.nat({ max: free })).map((stream) => {
    const bytes = new Map<string, number>();
    const lengths = new Map<string, number>();
    let left = free;
    for (const slot of shape.open) {
      const size = sizeOf(slot.field);
      if (size?.kind !== "linear") continue;
      const value = lengths.get(size.field) ?? lengthFor(shape, slot, size, left, stream.next().value ?? 0);
      lengths.set(size.field, value);
      const taken = Math.max(0, value * size.scale + size.bias);
      bytes.set(slot.name, taken);
      left -= taken;
    }
    for (const slot of shape.open)
      if (sizeOf(slot.field)?.kind === "rest") bytes.set(slot.name, Math.max(0, left));
    return { bytes, lengths };
  });
}

/** A value of the length field that leaves a whole number of items, as near to the wish as there is. */
function lengthFor(
  shape: FormShape,
  slot: Slot,
  size: { field: string; scale: number; bias: number },
  left: number,
  wish: number,
): number {
  const length = shape.slots.find((other) => other.name === size.field);
  const chosen = shape.choices.get(size.field);
  if (chosen !== undefined) return chosen;
  const step = slot.field.kind === "repeat" ? itemBits(slot.field) / 8 : 1;
  const good: number[] = [];
  for (let taken = 0; taken <= left; taken += step || left + 1) {
    const value = (taken - size.bias) / size.scale;
    const allowed =
      length === undefined ||
      length.where.length === 0 ||
      inRanges(toWire(length.field, value), length.where);
    if (Number.isInteger(value) && value >= 0 && allowed) good.push(value);
  }
  return good[wish % (good.length || 1)] ?? Math.max(0, Math.ceil(-size.bias / size.scale));
}

/** What one step of a length field is worth. */
export function scaleOf(shape: FormShape, name: string): number {
  const field = shape.slots.find((slot) => slot.name === name)?.field;
  return field?.kind === "uint" ? field.scale : 1;
}
