/** Fields with their values → bytes: sizes first, then one exact buffer. */
import { reverseBytes, writeBits } from "../bytes/bits.ts";
import { concatBytes } from "../bytes/hex.ts";
import { CraftError } from "../errors.ts";
import type { RepeatField } from "../ir/nodes.ts";
import { addressBits, describe, encodeAddress, encodeBytes, encodeUint } from "./serializer-encode.ts";
import { type FormPlan, planFields, type Slot, sizeOf, widthChoice } from "./serializer-form.ts";
import { type Fix, type Given, isComputed, isForced, type Scope, solve } from "./serializer-solve.ts";

/** Writes the entries of an option region. */
export type WriteOptions = (
  envelope: string,
  options: readonly unknown[],
  how: { readonly fix?: Fix; readonly path: string },
) => Uint8Array;

export interface WriteContext {
  readonly path: string;
  readonly fix: Fix | undefined;
  readonly writeOptions: WriteOptions;
}

/** One field that is there. `raw` of a computed field is set once all sizes are known. */
export interface Part {
  readonly slot: Slot;
  bits: number;
  raw: bigint | Uint8Array;
}

const ITEM_PLANS = new WeakMap<RepeatField, FormPlan>();

/** The fields that are there, encoded. @throws CraftError. */
export function encodeParts(plan: FormPlan, scope: Scope, context: WriteContext): Part[] {
  const parts: Part[] = [];
  for (const slot of plan.slots) {
    const computed = isComputed(slot) && !scope.has(slot.name);
    if (!computed && !scope.has(slot.name)) continue;
    if (computed && !slot.guard.every((term) => Number(scope.get(term.field)) === term.value)) continue;
    const part = encodePart(slot, scope, context, computed);
    checkSize(slot, part, scope, context);
    parts.push(part);
  }
  return parts;
}

function encodePart(slot: Slot, scope: Scope, context: WriteContext, computed: boolean): Part {
  const { field } = slot;
  const path = `${context.path}.${slot.name}`;
  const value = scope.get(slot.name);
  switch (field.kind) {
    case "flag":
      if (typeof value !== "boolean")
        throw new CraftError("bad-type", path, `wants true or false, given ${describe(value)}`);
      return { slot, bits: 1, raw: value ? 1n : 0n };
    case "uint": {
      const choice = widthChoice(field);
      const bits =
        choice === undefined
          ? (field.bits as number)
          : scope.get(choice.flag) === true
            ? choice.set
            : choice.clear;
      return { slot, bits, raw: computed ? 0n : encodeUint(field, value, bits, path) };
    }
    case "address": {
      const raw = encodeAddress(field, value, path);
      return { slot, bits: addressBits(field), raw };
    }
    case "bytes":
      return sized(slot, encodeBytes(field, value, path));
    case "repeat":
      return sized(slot, encodeList(field, value, { ...context, path }));
    case "options": {
      if (!Array.isArray(value))
        throw new CraftError("bad-type", path, `wants a list of options, given ${describe(value)}`);
      const fix = context.fix === "keep" ? { fix: context.fix } : {};
      return sized(slot, context.writeOptions(field.envelope, value, { ...fix, path }));
    }
  }
}

function sized(slot: Slot, raw: Uint8Array): Part {
  return { slot, bits: raw.length * 8, raw };
}

/** What the schema says about a field's bytes, against the bytes that there are. */
function checkSize(slot: Slot, part: Part, scope: Scope, context: WriteContext): void {
  const size = sizeOf(slot.field);
  if (size === undefined || size.kind === "rest") return;
  const given = part.bits / 8;
  const refuse = (wanted: number, why: string): never => {
    throw new CraftError(
      "bad-size",
      `${context.path}.${slot.name}`,
      `wants ${wanted} bytes${why}, given ${given}`,
    );
  };
  switch (size.kind) {
    case "fixed":
      if (given !== size.bytes) refuse(size.bytes, "");
      return;
    case "flag": {
      const wanted = scope.get(size.flag) === true ? size.set : size.clear;
      if (given !== wanted) refuse(wanted, ` as ${size.flag} says`);
      return;
    }
    case "linear": {
      // A length that is computed, kept or forced may say what it likes.
      if (!scope.has(size.field) || context.fix === "keep" || isForced(context.fix, size.field)) return;
      // Readers take what would be less than nothing for nothing.
      const wanted = Math.max(0, Number(scope.get(size.field)) * size.scale + size.bias);
      if (given !== wanted) refuse(wanted, ` as ${size.field} says`);
    }
  }
}

function encodeList(field: RepeatField, value: unknown, context: WriteContext): Uint8Array {
  const { path } = context;
  if (!Array.isArray(value)) throw new CraftError("bad-type", path, `wants a list, given ${describe(value)}`);
  if (value.length < field.min || value.length > field.max)
    throw new CraftError("bad-size", path, `wants ${field.min} to ${field.max} items, given ${value.length}`);
  let plan = ITEM_PLANS.get(field);
  if (plan === undefined) {
    plan = planFields(field.item);
    ITEM_PLANS.set(field, plan);
  }
  const items: Uint8Array[] = [];
  for (const [index, item] of value.entries()) {
    const itemPath = `${path}[${index}]`;
    const given = field.scalar ? { [field.name]: item } : item;
    if (typeof given !== "object" || given === null || given instanceof Uint8Array)
      throw new CraftError("bad-type", itemPath, `wants an object, given ${describe(item)}`);
    // Checked above: an object, whose keys the solver checks.
    const scope = solve(plan, given as Given, { path: itemPath, fix: undefined, named: true });
    const parts = encodeParts(plan, scope, { ...context, path: itemPath, fix: undefined });
    items.push(emit(parts, itemPath));
  }
  return concatBytes(items);
}

export function totalBits(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.bits, 0);
}

/** The write pass. */
export function emit(parts: readonly Part[], path: string): Uint8Array {
  const bits = totalBits(parts);
  if (bits % 8 !== 0) throw new CraftError("bad-size", path, `${bits} bits are no whole number of bytes`);
  const bytes = new Uint8Array(bits / 8);
  let at = 0;
  for (const part of parts) {
    emitPart(bytes, at, part);
    at += part.bits;
  }
  return bytes;
}

/** Writes one field at its place in bits. */
export function emitPart(bytes: Uint8Array, at: number, part: Part): void {
  const { raw, bits, slot } = part;
  if (typeof raw !== "bigint") {
    if (at % 8 === 0) bytes.set(raw, at / 8);
    else for (let i = 0; i < raw.length; i++) writeBits(bytes, at + 8 * i, 8, BigInt(raw[i] ?? 0));
    return;
  }
  writeBits(bytes, at, bits, raw);
  if (slot.field.kind === "uint" && slot.field.endian === "little") {
    const place = bytes.subarray(at >> 3, (at + bits) >> 3);
    place.set(reverseBytes(place));
  }
}
