/** Generators of legal values, made from the IR. */
import fc from "fast-check";
import { selectVariant } from "../backends/select.ts";
import { fromWire, inRanges, type Slot } from "../backends/serializer-form.ts";
import { formatEther, formatIpv4, formatIpv6 } from "../bytes/address.ts";
import type { ParsedObject, ParsedOption } from "../engine/api.ts";
import { CraftError } from "../errors.ts";
import type { FieldIR, Layout, Range, UintField, Variant } from "../ir/nodes.ts";
import { type FormShape, shapesOf } from "./shapes.ts";
import { itemBits, type Sizes, scaleOf, sizesArbitrary, targetsOf } from "./sizes.ts";
import { type World, type WorldOptions, worldOf } from "./world.ts";

/** A generator of option lists of at most so many bytes, a multiple of `unit` beyond `base` bytes. */
export type AreaSource = (
  envelope: string,
  room: { readonly most: number; readonly unit: number; readonly base: number },
) => fc.Arbitrary<ParsedOption[]>;

/**
 * - `legal`: as the RFCs have it; reserved bits are zero, no option comes twice, and kinds are those that schemas know.
 * - `odd`: what a receiver has to put up with: reserved bits, unknown kinds, options that come twice, an end of options with
 *   padding behind.
 * - `malformed`: a legal one with exactly one fault of `malformedVariants`, so that `parseOptions` reports a problem.
 */
export type Validity = "legal" | "odd" | "malformed";

export interface ValueOptions extends WorldOptions {
  /** Unless given: legal and odd ones, and forms that no RFC allows but that are seen. */
  readonly validity?: Validity | undefined;
  /** TCP options: only forms that may stand in a segment with these flags (FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16). */
  readonly tcpFlags?: number | undefined;
  /** Forms that no RFC allows too: false for every `validity`, else true unless given. */
  readonly illegal?: boolean | undefined;
  /** Reserved bits are set now and then: false for `legal` and `malformed`, else true unless given. */
  readonly reserved?: boolean | undefined;
  /** Options: at most so many bytes (default 40, a TCP option area). */
  readonly most?: number | undefined;
}

/** The finer settings that a validity stands for. A malformed option is made from a legal one. */
export function settled<O extends ValueOptions>(options: O): O {
  const { validity } = options;
  if (validity === undefined) return options;
  return { ...options, illegal: false, reserved: validity === "odd" };
}

function suits({ contexts }: Variant, flags: number | undefined): boolean {
  if (flags === undefined || contexts.length === 0) return true;
  return contexts.some(({ mask, value }) => (flags & mask) === value);
}

/**
 * Values of one schema: all forms, all combinations of flags and optional fields in equal shares. Computed fields are left out,
 * but those of a header that hang on its payload. `variant` names the form.
 */
export function valueArbitrary(
  id: string,
  given: ValueOptions = {},
  area: AreaSource = () => fc.constant([]),
): fc.Arbitrary<ParsedObject> {
  const options = settled(given);
  const world = worldOf(options);
  const layout = world.layout(id);
  const shapes = world
    .plans(layout)
    .filter(({ variant }) => options.illegal !== false || variant.illegal === undefined)
    .filter(({ variant }) => layout.role === "header" || suits(variant, options.tcpFlags))
    .flatMap((plan) => shapesOf(plan))
    .filter((shape) => targetsOf(shape, options.most ?? 40).length > 0);
  if (shapes.length === 0) throw new CraftError("bad-input", id, "no form has a value");
  return fc.constantFrom(...shapes).chain((shape) => shapeArbitrary(shape, world, options, area));
}

/** Values of one shape. */
export function shapeArbitrary(
  shape: FormShape,
  world: World,
  options: ValueOptions,
  area: AreaSource,
): fc.Arbitrary<ParsedObject> {
  const targets = targetsOf(shape, options.most ?? 40);
  const draw = fc.oneof(fc.constantFrom(...targets.slice(0, 1)), fc.constantFrom(...targets));
  return draw
    .chain((target) => sizesArbitrary(shape, target))
    .chain((sizes) => recordOf(shape, sizes, options, area))
    .filter((value) => reads(world, shape, value));
}

function recordOf(
  shape: FormShape,
  sizes: Sizes,
  options: ValueOptions,
  area: AreaSource,
): fc.Arbitrary<ParsedObject> {
  const { layout, variant } = shape.plan;
  const model: Record<string, fc.Arbitrary<unknown>> = {};
  for (const slot of shape.slots) {
    if (isDerived(slot, layout)) continue;
    const chosen = shape.choices.get(slot.name) ?? sizes.lengths.get(slot.name);
    if (slot.field.kind === "options") {
      const size = layout.headerLength;
      const unit = size?.kind === "linear" ? size.scale * scaleOf(shape, size.field) : 1;
      const most = layout.headerLength === undefined ? 64 : (options.most ?? 40);
      model[slot.name] = area(slot.field.envelope, { most, unit, base: shape.fixedBits / 8 });
    } else if (chosen !== undefined) {
      model[slot.name] = fc.constant(slot.field.kind === "flag" ? chosen === 1 : chosen);
    } else model[slot.name] = slotArbitrary(slot, shape, sizes, options);
  }
  return fc
    .record(model)
    .map((record) => (variant.name === "" ? record : { variant: variant.name, ...record }));
}

/** Computed from the bytes of the option or header itself. */
function isDerived({ field }: Slot, layout: Layout): boolean {
  if (field.kind !== "uint" || field.compute === undefined) return false;
  const { compute } = field;
  if (compute.kind === "checksum") return compute.cover === "header";
  return compute.kind === "size" || compute.kind === "headerSize" || layout.role !== "header";
}

function slotArbitrary(
  slot: Slot,
  shape: FormShape,
  sizes: Sizes,
  options: ValueOptions,
): fc.Arbitrary<unknown> {
  const { field } = slot;
  const [key] = slot.keys;
  if (field.kind === "uint" && key !== undefined) return rangesArbitrary(slot.keys);
  if (slot.where.length > 0 && field.kind === "uint")
    return rangesArbitrary(slot.where).map((raw) => fromWire(field, raw));
  if (slot.where.length > 0 && field.kind === "flag")
    return fc.constantFrom(...[false, true].filter((value) => inRanges(Number(value), slot.where)));
  const any = fieldArbitrary(field, shape.choices, sizes.bytes.get(slot.name) ?? 0, options);
  const unclaimed = field.kind === "uint" && !field.wide ? unclaimedRanges(slot, shape) : [];
  if (unclaimed.length === 0) return any;
  return fc.oneof(
    any,
    rangesArbitrary(unclaimed).map((raw) => fromWire(field, raw)),
  );
}

/** Where other forms are told by this very field, few values may be left for this one: as ranges on the wire. */
function unclaimedRanges(slot: Slot, { plan }: FormShape): readonly Range[] {
  const { field } = slot;
  let offset = 0;
  for (const before of plan.slots) {
    if (before === slot) break;
    offset +=
      before.guard.length === 0 && before.field.kind === "uint" && typeof before.field.bits === "number"
        ? before.field.bits
        : Number.NaN;
  }
  if (field.kind !== "uint" || typeof field.bits !== "number" || Number.isNaN(offset)) return [];
  const claimed = plan.layout.variants
    .flatMap((variant) => (variant === plan.variant ? [] : variant.where))
    .filter((term) => term.bitOffset === offset && term.bits === field.bits)
    .flatMap((term) => term.ranges)
    .toSorted((a, b) => a[0] - b[0]);
  if (claimed.length === 0) return [];
  const free: Range[] = [];
  let next = 0;
  for (const [low, high] of claimed) {
    if (low > next) free.push([next, low - 1]);
    next = Math.max(next, high + 1);
  }
  if (next < 2 ** field.bits) free.push([next, 2 ** field.bits - 1]);
  return free;
}

function rangesArbitrary(ranges: readonly Range[]): fc.Arbitrary<number> {
  return fc.oneof(...ranges.map(([min, max]) => fc.integer({ min, max })));
}

function fieldArbitrary(
  field: FieldIR,
  choices: ReadonlyMap<string, number>,
  bytes: number,
  options: ValueOptions,
): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case "flag":
      return fc.boolean();
    case "uint":
      return uintArbitrary(field, choices, options);
    case "address":
      return ADDRESSES[field.family];
    case "bytes": {
      const { size } = field;
      const flagged = size.kind === "flag" ? (choices.get(size.flag) === 1 ? size.set : size.clear) : bytes;
      const length = size.kind === "fixed" ? size.bytes : flagged;
      const data = fc.uint8Array({ minLength: length, maxLength: length });
      return field.format === "string" ? data.map((raw) => String.fromCharCode(...raw)) : data;
    }
    case "repeat": {
      const size = field.size.kind === "fixed" ? field.size.bytes : bytes;
      const each = itemBits(field) / 8;
      const count = Number.isInteger(size / each) ? size / each : 0;
      const [only] = field.item;
      const item =
        field.scalar && only !== undefined
          ? fieldArbitrary(only, choices, 0, options)
          : fc.record(
              Object.fromEntries(
                flatten(field.item).map((one) => [one.name, fieldArbitrary(one, choices, 0, options)]),
              ),
            );
      return fc.array(item, { minLength: count, maxLength: count });
    }
    case "options":
      return fc.constant([]);
    case "group":
    case "meta":
      return fc.constant(undefined);
  }
}

function flatten(fields: readonly FieldIR[]): readonly FieldIR[] {
  return fields.flatMap((field) => (field.kind === "group" ? flatten(field.fields) : [field]));
}

function uintArbitrary(
  field: UintField,
  choices: ReadonlyMap<string, number>,
  options: ValueOptions,
): fc.Arbitrary<number | bigint> {
  const bits =
    typeof field.bits === "number"
      ? field.bits
      : choices.get(field.bits.flag) === 1
        ? field.bits.set
        : field.bits.clear;
  if (field.constant !== undefined) return fc.constant(field.wide ? BigInt(field.constant) : field.constant);
  if (field.wide) {
    const top = 1n << BigInt(field.signed ? bits - 1 : bits);
    const [min, max] = [field.signed ? -top : 0n, top - 1n];
    return fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(0n, 1n, max));
  }
  const top = 2 ** (field.signed ? bits - 1 : bits);
  const raw = fc.integer({ min: field.signed ? -top : 0, max: top - 1 });
  const value = raw.map((one) => one * field.scale + field.bias);
  if (!field.reserved) return value;
  return options.reserved === false
    ? fc.constant(0)
    : fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: value });
}

const fixed = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const ADDRESSES: Readonly<Record<"ipv4" | "ipv6" | "ether", fc.Arbitrary<string>>> = {
  ipv4: fixed(4).map(formatIpv4),
  ipv6: fc
    .oneof(
      fixed(16),
      fc
        .tuple(fixed(2), fixed(2))
        .map(([head, tail]) => Uint8Array.from([...head, ...new Uint8Array(12), ...tail])),
    )
    .map(formatIpv6),
  ether: fixed(6).map(formatEther),
};

/** A form is only told by its bytes: values whose bits make another, more specific form are none of this one. */
function reads(world: World, shape: FormShape, value: ParsedObject): boolean {
  const { layout, variant } = shape.plan;
  if (layout.variants.length === 1) return true;
  try {
    const bytes = world.engine.serialize(layout.id, value);
    return (
      selectVariant(layout, bytes, 0, bytes.length, layout.role === "header" ? undefined : bytes.length) ===
      variant
    );
  } catch (error) {
    // What cannot be written is for the laws to show.
    if (error instanceof CraftError) return true;
    throw error;
  }
}
