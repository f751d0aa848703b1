/**
 * Which fields of a form are there, and how wide each is: decided from the bytes before anything is read, so that a parser
 * specialised for that shape needs no checks of its own. Pure functions over bytes; the interpreter does not use them.
 */
import { readSmallBits, reverseBytes } from "../bytes/bits.ts";
import type { ProblemCode } from "../errors.ts";
import type { FieldIR, Size } from "../ir/nodes.ts";
import {
  ABSENT,
  isFlagSized,
  type Leaf,
  type LeafField,
  type Shape,
  sizeOf,
  skeletonOf,
} from "./skeleton.ts";

/** Why bytes have no shape. The interpreter then says more. */
export interface Refusal {
  readonly reason: ProblemCode | "unsupported" | "unavailable";
  readonly field?: string;
  /** Bits from the start of the option or header. */
  readonly bitOffset: number;
  readonly needed?: number;
  readonly available?: number;
}

export type ShapePlan =
  | { readonly ok: true; readonly shape: Shape }
  | { readonly ok: false; readonly refusal: Refusal };

export interface PlanOptions {
  /** Every byte up to `end` (or up to the header's own length) must belong to a field. */
  readonly exact: boolean;
  readonly headerLength?: Size | undefined;
}

function refuse(reason: Refusal["reason"], bitOffset: number, more: Partial<Refusal> = {}): ShapePlan {
  return { ok: false, refusal: { reason, bitOffset, ...more } };
}

/** Value of a leaf that others hang on, as guards and lengths see it (scaled); NaN for what is no number (bigints too). */
function readNumber(field: LeafField, bytes: Uint8Array, bitOffset: number, bits: number): number {
  if (field.kind === "flag") return readSmallBits(bytes, bitOffset, 1);
  if (field.kind !== "uint" || field.wide) return Number.NaN;
  const little = field.endian === "little" && bits % 8 === 0 && bitOffset % 8 === 0;
  const source = little ? reverseBytes(bytes.subarray(bitOffset >> 3, (bitOffset + bits) >> 3)) : bytes;
  const from = little ? 0 : bitOffset;
  const raw = readSmallBits(source, from, bits);
  return (field.signed && raw >= 2 ** (bits - 1) ? raw - 2 ** bits : raw) * field.scale + field.bias;
}

function holds(leaf: Leaf, values: readonly number[]): boolean {
  for (const term of leaf.guard) if (values[term.slot] !== term.value) return false;
  return true;
}

/** Bits of a leaf that is there; `undefined` for "all that is left". */
function bitsOf(leaf: Leaf, values: readonly number[]): number | undefined {
  if (leaf.fixedBits >= 0) return leaf.fixedBits;
  const value = values[leaf.sizeSlot] ?? Number.NaN;
  if (leaf.field.kind === "uint")
    return typeof leaf.field.bits === "number"
      ? leaf.field.bits
      : value === 1
        ? leaf.field.bits.set
        : leaf.field.bits.clear;
  const size = sizeOf(leaf.field);
  if (size?.kind === "linear") return (size.scale * value + size.bias) * 8;
  if (size?.kind === "flag") return (value === 1 ? size.set : size.clear) * 8;
  return undefined;
}

/** Bits of the leaves from `from` on that do not hang on what is left. */
function fixedBehind(leaves: readonly Leaf[], from: number, values: readonly number[]): number {
  let sum = 0;
  for (let index = from; index < leaves.length; index++) {
    const leaf = leaves[index];
    if (leaf !== undefined && !leaf.field.optional && holds(leaf, values)) sum += bitsOf(leaf, values) ?? 0;
  }
  return sum;
}

/** The optional leaves whose sizes add up to `spare` exactly; none when no choice does. */
function chooseOptional(leaves: readonly Leaf[], values: readonly number[], spare: number): Set<Leaf> {
  const candidates = leaves.filter((leaf) => leaf.field.optional && holds(leaf, values));
  for (let choice = 0; choice < 1 << candidates.length; choice++) {
    const chosen = candidates.filter((_, index) => choice & (1 << index));
    if (chosen.reduce((sum, leaf) => sum + leaf.fixedBits, 0) === spare) return new Set(chosen);
  }
  return new Set();
}

function itemsFit(
  field: Extract<LeafField, { kind: "repeat" }>,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  const items = splitItems(field.item, bytes, start, end);
  return items !== undefined && items.length >= field.min && items.length <= field.max;
}

/** Where each item of a list begins and what shape it has; undefined when the bytes are no whole number of items. */
export function splitItems(
  item: readonly FieldIR[],
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly start: number; readonly shape: Shape }[] | undefined {
  const items: { start: number; shape: Shape }[] = [];
  for (let at = start; at < end; ) {
    const plan = planShape(item, bytes, at, end, { exact: false });
    if (!plan.ok || plan.shape.byteLength === 0) return undefined;
    items.push({ start: at, shape: plan.shape });
    at += plan.shape.byteLength;
  }
  return items;
}

/**
 * Decides the shape of `fields` over `bytes[start, end)`. Refuses whatever is not wholly as declared: cut bytes, bytes left over
 * (with `exact`), lists that are no whole number of items.
 */
export function planShape(
  fields: readonly FieldIR[],
  bytes: Uint8Array,
  start: number,
  end: number,
  options: PlanOptions,
): ShapePlan {
  const header = options.headerLength;
  const headerField = header?.kind === "linear" ? header.field : undefined;
  const skeleton = skeletonOf(fields, headerField);
  if (!skeleton.supported) return refuse("unsupported", 0);
  let limit = end;
  if (header?.kind === "fixed") limit = Math.min(end, start + header.bytes);
  if (skeleton.constant !== undefined) {
    const { byteLength } = skeleton.constant;
    const available = limit - start;
    if (byteLength > available) return refuse("truncated", available * 8, { needed: byteLength, available });
    if (options.exact && byteLength < available) return refuse("trailing-bytes", byteLength * 8);
    return { ok: true, shape: skeleton.constant };
  }

  const { leaves } = skeleton;
  const values = new Array<number>(skeleton.slots).fill(Number.NaN);
  const sizes: number[] = [];
  const origin = start * 8;
  let chosen: Set<Leaf> | undefined;
  let at = origin;
  let key = 0;
  let index = -1;
  for (const leaf of leaves) {
    index++;
    const { field } = leaf;
    let there = holds(leaf, values);
    if (there && field.optional) {
      chosen ??= chooseOptional(
        leaves.slice(index),
        values,
        limit * 8 - at - fixedBehind(leaves, index, values),
      );
      there = chosen.has(leaf);
    }
    if (!there) {
      sizes.push(ABSENT);
      key *= 3;
      continue;
    }
    const bits = bitsOf(leaf, values) ?? limit * 8 - at - fixedBehind(leaves, index + 1, values);
    if (!Number.isSafeInteger(bits) || bits < 0)
      return refuse("malformed", at - origin, { field: field.name });
    if (at + bits > limit * 8) {
      const needed = Math.ceil((at + bits - origin) / 8);
      return refuse("truncated", at - origin, { field: field.name, needed, available: limit - start });
    }
    if (leaf.open) key = key * 3 + (isFlagSized(field) && values[leaf.sizeSlot] === 1 ? 2 : 1);
    sizes.push(bits);
    if (leaf.slot >= 0) values[leaf.slot] = readNumber(field, bytes, at, bits);
    if (field.kind === "repeat" && !itemsFit(field, bytes, at >> 3, (at + bits) >> 3))
      return refuse("malformed", at - origin, { field: field.name });
    at += bits;
    if (header?.kind === "linear" && field.name === header.field) {
      const stated = start + header.scale * (values[leaf.slot] ?? Number.NaN) + header.bias;
      if (!(stated * 8 >= at)) return refuse("bad-length", at - origin, { field: field.name });
      if (stated > end)
        return refuse("truncated", at - origin, {
          field: field.name,
          needed: stated - start,
          available: end - start,
        });
      limit = stated;
    }
  }
  if (at % 8 !== 0) return refuse("unsupported", at - origin);
  if (options.exact && at < limit * 8) return refuse("trailing-bytes", at - origin);
  return { ok: true, shape: { key, sizes, byteLength: (at - origin) / 8 } };
}
