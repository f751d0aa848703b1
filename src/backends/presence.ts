/** Which fields of a form are there and how many bits they take, for the interpreter: decided field by field as it reads. */
import type { FieldIR, Guard, Size, View } from "../ir/nodes.ts";

/** Where reading stands, and the integers that guards and sizes refer to. */
export class Cursor {
  at: number;
  limit: number;
  readonly values: Map<string, number> = new Map();
  constructor(at: number, limit: number) {
    this.at = at;
    this.limit = limit;
  }
}

/** True where all terms hold; an absent field is 0 for no term but `!flag` on a field that is absent itself. */
export function holds(guard: Guard, values: ReadonlyMap<string, number>): boolean {
  return guard.every((term) => values.get(term.field) === term.value);
}

/** The names that exist here. A list of bytes or options without content has only names that tell of it (its length). */
export function activeViews(
  views: readonly View[],
  values: ReadonlyMap<string, number>,
  empty: boolean,
): readonly View[] {
  if (empty) return views.filter((view) => view.derive !== undefined && holds(view.when ?? [], values));
  if (views.every((view) => view.when === undefined)) return views;
  return views.filter((view) => holds(view.when ?? [], values));
}

export function sizeOf(size: Size, cursor: Cursor, after: number): number {
  switch (size.kind) {
    case "fixed":
      return size.bytes * 8;
    case "rest":
      return Math.max(0, cursor.limit - cursor.at - after);
    case "flag":
      return (cursor.values.get(size.flag) === 1 ? size.set : size.clear) * 8;
    case "linear":
      return Math.max(0, (cursor.values.get(size.field) ?? 0) * size.scale + size.bias) * 8;
  }
}

/** Bits that a field takes once its guard holds; undefined where it takes what is left. */
export function bitsOf(field: FieldIR, cursor: Cursor): number | undefined {
  switch (field.kind) {
    case "flag":
      return 1;
    case "uint":
      if (typeof field.bits === "number") return field.bits;
      return cursor.values.get(field.bits.flag) === 1 ? field.bits.set : field.bits.clear;
    case "address":
      return { ipv4: 32, ipv6: 128, ether: 48 }[field.family];
    case "bytes":
    case "repeat":
    case "options":
      return field.size.kind === "rest" ? undefined : sizeOf(field.size, cursor, 0);
    case "group":
      return field.fields.reduce(
        (sum, child) => sum + (holds(child.when, cursor.values) ? (bitsOf(child, cursor) ?? 0) : 0),
        0,
      );
    case "meta":
      return 0;
  }
}

/** Bits that the required fields behind index `from` take: what is left beyond them is for optional fields and the rest. */
export function requiredAfter(fields: readonly FieldIR[], from: number, cursor: Cursor): number {
  let bits = 0;
  for (const field of fields.slice(from)) {
    if (!field.optional && holds(field.when, cursor.values)) bits += bitsOf(field, cursor) ?? 0;
  }
  return bits;
}

/** Which optional fields from index `from` on fill `left` bits exactly; none if nothing fits. */
export function chooseOptional(
  fields: readonly FieldIR[],
  from: number,
  left: number,
  cursor: Cursor,
): ReadonlySet<FieldIR> {
  const optional = fields.slice(from).filter((field) => field.optional && holds(field.when, cursor.values));
  for (let mask = 0; mask < 2 ** optional.length; mask++) {
    const chosen = optional.filter((_, index) => (mask >> index) & 1);
    if (chosen.reduce((sum, field) => sum + (bitsOf(field, cursor) ?? 0), 0) === left) return new Set(chosen);
  }
  return new Set();
}
