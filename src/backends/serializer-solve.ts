/**
 * What the caller gave → a value for every field of a form. Guards are inverted: flags that were not given follow from
 * which of the guarded fields were, widths from what the values need, lengths from the bytes.
 */
import { fromHex } from "../bytes/hex.ts";
import { CraftError } from "../errors.ts";
import type { BytesField, FieldIR, Guard, GuardTerm } from "../ir/nodes.ts";
import { addressBits, describe, fitsUint } from "./serializer-encode.ts";
import {
  type FormPlan,
  fromWire,
  inRanges,
  rangesText,
  type Slot,
  sizeOf,
  toWire,
  widthChoice,
} from "./serializer-form.ts";

/** `"keep"`: computed fields are written as given. An object forces single fields. */
export type Fix = "keep" | Readonly<Record<string, unknown>>;
export type Given = Readonly<Record<string, unknown>>;
export type Scope = Map<string, unknown>;

export interface SolveOptions {
  readonly path: string;
  readonly fix: Fix | undefined;
  /** The form was chosen by the caller: a field that the form pins to certain values takes the first of them. */
  readonly named: boolean;
}

/** Computed fields are left out of the scope unless they are written as given. */
export function isComputed(slot: Slot): boolean {
  return slot.field.kind === "uint" && slot.field.compute !== undefined;
}

export function isForced(fix: Fix | undefined, name: string): boolean {
  return typeof fix === "object" && Object.hasOwn(fix, name);
}

function asNumber(value: unknown): number {
  return typeof value === "boolean"
    ? Number(value)
    : typeof value === "bigint"
      ? Number(value)
      : (value as number);
}

export function holds(guard: Guard, scope: Scope): boolean {
  return guard.every((term) => scope.has(term.field) && asNumber(scope.get(term.field)) === term.value);
}

/** Declared to take no bytes: a mere name (RFC 8200 section 4.2: Pad1). */
function isEmpty(field: BytesField): boolean {
  return field.size.kind === "fixed" && field.size.bytes === 0;
}

/** True where something must be given if the field is to be written. */
export function isRequired(slot: Slot): boolean {
  const { field } = slot;
  if (field.optional) return false;
  switch (field.kind) {
    case "uint":
      return (
        field.compute === undefined &&
        field.constant === undefined &&
        field.default === undefined &&
        !field.reserved &&
        slot.keys.length === 0 &&
        slot.where.length === 0
      );
    case "flag":
    case "options":
      return false;
    case "bytes":
      return field.default === undefined && field.size.kind !== "rest" && !isEmpty(field);
    case "repeat":
      return field.min > 0;
    case "address":
      return true;
  }
}

/** Bytes that a value will take, where that is plain to see. */
function byteLength({ field }: Slot, value: unknown): number | undefined {
  if (value instanceof Uint8Array || typeof value === "string") return value.length;
  if (field.kind !== "repeat" || !Array.isArray(value)) return undefined;
  const bits = field.item.reduce((sum, item) => sum + fixedBits(item), 0);
  return Number.isNaN(bits) ? undefined : (value.length * bits) / 8;
}

function fixedBits(field: FieldIR): number {
  if (field.when.length > 0 || field.optional) return Number.NaN;
  if (field.kind === "flag") return 1;
  if (field.kind === "uint") return typeof field.bits === "number" ? field.bits : Number.NaN;
  if (field.kind === "address") return addressBits(field);
  return field.kind === "bytes" && field.size.kind === "fixed" ? field.size.bytes * 8 : Number.NaN;
}

/** Values of all fields that are there, but computed ones. @throws CraftError. */
export function solve(plan: FormPlan, given: Given, options: SolveOptions): Scope {
  const solver = new Solver(plan, options);
  solver.take(given);
  solver.invertGuards();
  solver.chooseWidths();
  solver.fill();
  return solver.scope;
}

class Solver {
  readonly scope: Scope = new Map();
  readonly #plan: FormPlan;
  readonly #options: SolveOptions;
  readonly #given = new Set<string>();
  constructor(plan: FormPlan, options: SolveOptions) {
    this.#plan = plan;
    this.#options = options;
  }

  #path(name: string): string {
    return `${this.#options.path}.${name}`;
  }

  take(given: Given): void {
    for (const key of Object.keys(given)) {
      const value = given[key];
      if (value === undefined || key === "variant") continue;
      const slot = this.#plan.byName.get(key);
      if (slot === undefined) {
        const names = [...this.#plan.byName.keys()].join(", ");
        throw new CraftError("unknown-field", this.#path(key), `there is no such field; there are ${names}`);
      }
      if (isComputed(slot) && this.#options.fix !== "keep") continue;
      this.#check(slot, value);
      this.scope.set(key, value);
      this.#given.add(key);
    }
  }

  /** Values that would make the bytes something else. */
  #check(slot: Slot, value: unknown): void {
    const { field, keys, where, name } = slot;
    if (this.#options.fix === "keep" || isForced(this.#options.fix, name)) return;
    if (field.kind === "flag" && typeof value !== "boolean")
      throw new CraftError("bad-type", this.#path(name), `wants true or false, given ${describe(value)}`);
    const number = asNumber(value);
    if (
      field.kind === "uint" &&
      field.constant !== undefined &&
      number !== field.constant &&
      typeof value === "number"
    )
      throw new CraftError(
        "out-of-range",
        this.#path(name),
        `is always ${field.constant}, given ${describe(value)}`,
      );
    if (keys.length > 0 && typeof value === "number" && !inRanges(number, keys))
      throw new CraftError(
        "out-of-range",
        this.#path(name),
        `wants ${rangesText(keys)}, given ${describe(value)}`,
      );
    if (where.length > 0 && Number.isFinite(number) && !inRanges(toWire(field, number), where))
      throw new CraftError(
        "out-of-range",
        this.#path(name),
        `this form wants ${rangesText(where)}, given ${describe(value)}`,
      );
  }

  /** Guards name earlier fields, so going backwards meets every field before the flags that it needs. */
  invertGuards(): void {
    const { slots, byName } = this.#plan;
    for (let index = slots.length - 1; index >= 0; index--) {
      const slot = slots[index];
      if (slot === undefined || !this.scope.has(slot.name)) continue;
      for (const term of slot.guard) {
        if (!this.scope.has(term.field)) this.#derive(term, byName.get(term.field));
        else if (asNumber(this.scope.get(term.field)) !== term.value) this.#conflict(slot, term);
      }
    }
  }

  #derive(term: GuardTerm, flag: Slot | undefined): void {
    if (flag === undefined) return;
    this.scope.set(term.field, flag.field.kind === "flag" ? term.value === 1 : term.value);
  }

  #conflict(slot: Slot, term: GuardTerm): never {
    const now = this.scope.get(term.field);
    const source = this.#given.has(term.field) ? "is given" : "follows from other fields";
    throw new CraftError(
      "guard-conflict",
      this.#path(slot.name),
      `is given, which needs ${term.field} = ${term.value}, but ${term.field} = ${asNumber(now)} ${source}`,
    );
  }

  chooseWidths(): void {
    for (const [flag, users] of this.#plan.widths) {
      if (this.scope.has(flag)) continue;
      const suits = (wide: boolean): boolean =>
        users.every((slot) => {
          const choice = widthChoice(slot.field);
          if (choice === undefined || !this.scope.has(slot.name)) return true;
          const value = this.scope.get(slot.name);
          const bits = wide ? choice.set : choice.clear;
          if (slot.field.kind === "uint") return fitsUint(slot.field, value, bits);
          return value instanceof Uint8Array && value.length * 8 === bits;
        });
      if (!suits(false) && suits(true)) this.scope.set(flag, true);
    }
  }

  /** Everything that was not given, in wire order: a field's guard needs the fields before it. */
  fill(): void {
    for (const slot of this.#plan.slots) {
      if (this.scope.has(slot.name)) continue;
      if (!holds(slot.guard, this.scope)) continue;
      if (slot.field.optional || isComputed(slot)) continue;
      this.scope.set(slot.name, this.#defaultOf(slot));
    }
  }

  #defaultOf(slot: Slot): unknown {
    const { field, keys, where } = slot;
    const length = this.#lengthOf(slot.name);
    if (length !== undefined) return length;
    switch (field.kind) {
      case "flag": {
        const fallback = field.default ?? this.#flagFromAbsence(slot.name);
        const [pinned] = where;
        if (pinned === undefined || inRanges(Number(fallback), where)) return fallback;
        if (!this.#options.named && field.default !== undefined) break;
        return pinned[0] === 1;
      }
      case "uint": {
        const fallback = field.constant ?? field.default ?? (field.reserved ? 0 : undefined) ?? keys[0]?.[0];
        const pinned = where[0]?.[0];
        const first = pinned === undefined ? undefined : fromWire(field, pinned);
        const fits =
          fallback !== undefined && (pinned === undefined || inRanges(toWire(field, fallback), where));
        const value = fits ? fallback : this.#options.named || fallback === undefined ? first : undefined;
        if (value !== undefined) return field.wide ? BigInt(value) : value;
        break;
      }
      case "bytes":
        if (field.default !== undefined) return fromHex(field.default);
        if (field.size.kind === "rest" || isEmpty(field)) return new Uint8Array(0);
        break;
      case "repeat":
        if (field.min === 0) return [];
        break;
      case "options":
        return [];
      case "address":
        break;
    }
    return this.#missing(slot);
  }

  /** Value of a length field from the bytes that it counts. */
  #lengthOf(name: string): number | undefined {
    for (const slot of this.#plan.slots) {
      const size = sizeOf(slot.field);
      if (size?.kind !== "linear" || size.field !== name || !this.scope.has(slot.name)) continue;
      const bytes = byteLength(slot, this.scope.get(slot.name));
      if (bytes === undefined) continue;
      const length = (bytes - size.bias) / size.scale;
      if (!Number.isInteger(length) || length < 0)
        throw new CraftError(
          "bad-size",
          this.#path(slot.name),
          `${bytes} bytes are no ${size.scale} × ${name} + ${size.bias}`,
        );
      return length;
    }
    return undefined;
  }

  /** A flag that nothing asks for is clear, unless that would call for a field which is not there and setting it would not. */
  #flagFromAbsence(flag: string): boolean {
    const lacks = (value: number): boolean =>
      this.#plan.slots.some(
        (slot) =>
          !this.scope.has(slot.name) &&
          isRequired(slot) &&
          slot.guard.some((term) => term.field === flag && term.value === value) &&
          slot.guard.every((term) => term.field === flag || holds([term], this.scope)),
      );
    return lacks(0) && !lacks(1);
  }

  #missing(slot: Slot): never {
    const { guard, name } = slot;
    const stated = guard.length > 0 && guard.every((term) => this.#given.has(term.field));
    const company = this.#plan.slots.some(
      (other) =>
        this.#given.has(other.name) &&
        other.guard.some((term) => guard.some((own) => own.field === term.field)),
    );
    if (stated && !company) {
      const terms = guard.map((term) => `${term.field} = ${term.value}`).join(" and ");
      throw new CraftError(
        "guard-conflict",
        this.#path(name),
        `is not given, but ${terms} says that it is there`,
      );
    }
    throw new CraftError("missing-field", this.#path(name), "is not given and has no default");
  }
}
