/**
 * Layouts to objects by way of the binary-parser package, one specialised parser a shape.
 *
 * That package reads short buffers silently, keeps aliases in a global registry and leaves its result in dictionary mode. So
 * every length is checked before it runs ({@link planShape}), no alias is used, and the object is built as a nested one, which
 * stays a plain fast object with its keys in wire order. It compiles with `new Function`; where that is forbidden every call
 * is refused with `unavailable`, as is each form that cannot be said in its terms: the interpreter reads those.
 */
import { Parser } from "binary-parser";
import { canGenerate, type Generation } from "../codegen/function.ts";
import type { FieldIR, Layout, RepeatField, UintField, Variant } from "../ir/nodes.ts";
import { selectVariant } from "./select.ts";
import { planShape, type Refusal, splitItems } from "./shape.ts";
import { ABSENT, type Leaf, type LeafField, leavesOf, type Shape, sizeOf } from "./skeleton.ts";
import { convertUint, readAddress, readText, readUint } from "./values.ts";

export type ParsedFields = Record<string, unknown>;

export type ObjectResult =
  | {
      readonly ok: true;
      readonly value: ParsedFields;
      readonly variant: Variant;
      readonly byteLength: number;
    }
  | { readonly ok: false; readonly refusal: Refusal };

export interface ObjectParser {
  /**
   * Reads one option (`bytes[start, end)` is all of it) or one header (`end` may lie behind it). Byte strings are views of the
   * input, so copy them before the buffer is used again. Constants, reserved bits and match keys are not checked.
   *
   * @param version MPTCP version of the connection, where it is known.
   */
  parse(bytes: Uint8Array, start?: number, end?: number, version?: number): ObjectResult;
}

/** Compiled parsers kept for one form; DSS, the widest of the built-in ones, has 26 shapes (RFC 8684 section 3.3). */
const MAX_SHAPES = 64;

/** Widths that the running parse has: what differs between bytes of one shape key. Set before each call, read by the chain. */
interface Widths {
  sizes: readonly number[];
  /** An item of a list turned out to have a shape without a chain. */
  failed: boolean;
}

/** Undefined when an item of a list has no chain. */
type Run = (bytes: Uint8Array, shape: Shape) => ParsedFields | undefined;

/** Whether the environment, and the caller's `generation`, let parsers be compiled. */
export function isAvailable(generation: Generation = "auto"): boolean {
  return canGenerate(generation);
}

const EMPTY = (): Uint8Array => new Uint8Array(0);
const toBoolean = (bit: number): boolean => bit === 1;

/** A parser for every form of a layout. Chains are compiled when their shape first occurs. */
export function createObjectParser(layout: Layout, generation: Generation = "auto"): ObjectParser {
  const isHeader = layout.role === "header";
  const { headerLength } = layout;
  // A header without a length of its own ends behind its last field; whatever else has to be used up.
  const how = { exact: !isHeader || headerLength !== undefined, headerLength };
  const caches = new Map<Variant, Map<number, Run | undefined>>();
  return {
    parse(bytes, start = 0, end = bytes.length, version = undefined) {
      if (!isAvailable(generation)) return { ok: false, refusal: { reason: "unavailable", bitOffset: 0 } };
      const variant = selectVariant(layout, bytes, start, end, isHeader ? undefined : end - start, version);
      if (variant === undefined) return { ok: false, refusal: { reason: "unknown-variant", bitOffset: 0 } };
      const plan = planShape(variant.fields, bytes, start, end, how);
      if (!plan.ok) return plan;
      const { shape } = plan;
      let cache = caches.get(variant);
      if (cache === undefined) {
        cache = new Map();
        caches.set(variant, cache);
      }
      if (!cache.has(shape.key) && cache.size < MAX_SHAPES)
        cache.set(shape.key, compileShape(variant.fields, shape, variant.name));
      const run = cache.get(shape.key);
      // A plain Uint8Array even of a Node Buffer, so that the byte strings cut from it are plain ones too.
      const view = new Uint8Array(bytes.buffer, bytes.byteOffset + start, shape.byteLength);
      const value = run?.(view, shape);
      if (value === undefined) return { ok: false, refusal: { reason: "unsupported", bitOffset: 0 } };
      return { ok: true, value, variant, byteLength: shape.byteLength };
    },
  };
}

/** The chain for one shape; undefined when the package has no words for it. */
function compileShape(fields: readonly FieldIR[], shape: Shape, tag: string): Run | undefined {
  const widths: Widths = { sizes: shape.sizes, failed: false };
  const chain = new Parser();
  // The tag takes no bytes: an offset is saved under its name and replaced at once.
  if (tag !== "") chain.saveOffset("variant", { formatter: () => tag });
  if (!appendLeaves(chain, leavesOf(fields), widths)) return undefined;
  // Only the outermost object gets and loses `$parent` and `$root`, which would put it into dictionary mode.
  const parser = new Parser().nest("value", { type: chain });
  return (bytes, current) => {
    widths.sizes = current.sizes;
    widths.failed = false;
    const { value } = parser.parse(bytes) as { value: ParsedFields };
    return widths.failed ? undefined : value;
  };
}

function appendLeaves(chain: Parser, leaves: readonly Leaf[], widths: Widths): boolean {
  let at = 0;
  const { sizes } = widths;
  for (const [index, leaf] of leaves.entries()) {
    const bits = sizes[index] ?? ABSENT;
    if (bits === ABSENT) continue;
    if (!appendLeaf(chain, leaf.field, index, bits, at % 8 === 0, widths)) return false;
    at += bits;
  }
  return at % 8 === 0;
}

function appendLeaf(
  chain: Parser,
  field: LeafField,
  index: number,
  bits: number,
  aligned: boolean,
  widths: Widths,
): boolean {
  if (field.kind === "flag") {
    chain.bit1(field.name, { formatter: toBoolean });
    return true;
  }
  if (field.kind === "uint") return appendUint(chain, field, bits, aligned);
  if (!aligned) return false;
  switch (field.kind) {
    case "address":
      chain.buffer(field.name, { length: bits / 8, formatter: readAddress(field.family) });
      return true;
    case "repeat":
      return appendRepeat(chain, field, index, bits, widths);
    case "bytes":
      if (field.format === "string") appendBytes(chain, field, index, bits, widths, readText);
      else appendBytes(chain, field, index, bits, widths);
      return true;
    case "options":
      appendBytes(chain, field, index, bits, widths);
      return true;
  }
}

/** Bytes whose number the shape key does not settle ask for it at run time. */
function appendBytes(
  chain: Parser,
  field: LeafField,
  index: number,
  bits: number,
  widths: Widths,
  formatter?: (bytes: Uint8Array) => unknown,
): void {
  const kind = sizeOf(field)?.kind;
  const settled = kind === "fixed" || kind === "flag";
  const format = formatter === undefined ? {} : { formatter };
  if (!settled) chain.buffer(field.name, { length: () => (widths.sizes[index] ?? 0) / 8, ...format });
  else if (bits > 0) chain.buffer(field.name, { length: bits / 8, ...format });
  // The package takes a length of 0 for none at all.
  else chain.saveOffset(field.name, { formatter: () => (formatter ?? ((bytes) => bytes))(EMPTY()) });
}

/** Bit fields go in runs that end on a byte; the package reads a run's 32 bits at most at a time. */
function appendUint(chain: Parser, field: UintField, bits: number, aligned: boolean): boolean {
  const { name, signed, endian } = field;
  if (aligned && (bits === 8 || bits === 16 || bits === 32 || bits === 64)) {
    const order = bits === 8 ? "" : endian === "little" ? "le" : "be";
    // A type for all sixteen names would say no more than the pattern does.
    const method = `${signed ? "int" : "uint"}${bits}${order}` as "uint8";
    chain[method](name, asFormatter(convertUint(field, bits === 64)));
    return true;
  }
  if (bits <= 32 && (endian === "big" || bits <= 8)) {
    const method = `bit${bits}` as "bit1";
    const convert = convertUint(field, false);
    const extend = (raw: number): number => (raw << (32 - bits)) >> (32 - bits);
    chain[method](name, asFormatter(signed ? (raw: number) => (convert ?? Number)(extend(raw)) : convert));
    return true;
  }
  if (!aligned || bits % 8 !== 0) return false;
  const convert = convertUint(field, true) ?? ((raw) => raw);
  chain.buffer(name, { length: bits / 8, formatter: (bytes: Uint8Array) => convert(readUint(field, bytes)) });
  return true;
}

// The package writes into the options that it is given: a new object each time.
function asFormatter<Raw>(formatter: ((raw: Raw) => unknown) | undefined): {
  formatter?: (raw: Raw) => unknown;
} {
  return formatter === undefined ? {} : { formatter };
}

function appendRepeat(
  chain: Parser,
  field: RepeatField,
  index: number,
  bits: number,
  widths: Widths,
): boolean {
  const { item, name } = field;
  const leaves = leavesOf(item);
  const unwrap = scalarOf(field);
  if (leaves.every((leaf) => !leaf.open && leaf.fixedBits >= 0 && leaf.field.kind !== "repeat")) {
    const sizes = leaves.map((leaf) => leaf.fixedBits);
    const itemBits = sizes.reduce((sum, size) => sum + size, 0);
    const nested = new Parser();
    if (!appendLeaves(nested, leaves, { sizes, failed: false })) return false;
    const length = (): number => (widths.sizes[index] ?? 0) / itemBits;
    const formatter = unwrap === undefined ? undefined : (items: ParsedFields[]) => items.map(unwrap);
    chain.array(name, { type: nested, length, ...asFormatter(formatter) });
    return true;
  }
  // Items that differ in shape: each has a chain of its own, made when that shape first occurs in this list.
  const cache = new Map<number, Run | undefined>();
  const split = (bytes: Uint8Array): unknown[] =>
    (splitItems(item, bytes, 0, bytes.length) ?? []).map(({ start, shape }) => {
      let run = cache.get(shape.key);
      run ??= compileShape(item, shape, "");
      if (cache.size < MAX_SHAPES) cache.set(shape.key, run);
      const value = run?.(bytes.subarray(start, start + shape.byteLength), shape);
      if (value === undefined) widths.failed = true;
      return value === undefined || unwrap === undefined ? value : unwrap(value);
    });
  appendBytes(chain, field, index, bits, widths, split);
  return true;
}

/** The one value of an item object, for lists of plain values. */
function scalarOf(field: RepeatField): ((item: ParsedFields) => unknown) | undefined {
  const [only] = field.item;
  return field.scalar && only !== undefined ? (item) => item[only.name] : undefined;
}
