/** Generated code for what a field is when the caller does not give it, as {@link solve} has it. */
import { type Code, code, join } from "../codegen/code.ts";
import { fromWire, inRanges, type Slot, sizeOf, type VariantPlan, widthChoice } from "./serializer-form.ts";
import { isComputed } from "./serializer-solve.ts";

/** Undefined where the interpreter has to look. */
export function missingValue(slot: Slot, plan: VariantPlan): Code | undefined {
  const guarded = plan.slots.filter((other) => other.guard.some((term) => term.field === slot.name));
  const widths = plan.widths.get(slot.name) ?? [];
  if (guarded.length > 0 || widths.length > 0) return derivedFlag(slot, guarded, widths, plan);
  const value = plainDefault(slot, plan);
  return value === undefined ? undefined : code`${value}`;
}

function plainDefault(slot: Slot, plan: VariantPlan): number | boolean | Code | undefined {
  const { field, keys, where } = slot;
  // A length follows from the bytes that it counts.
  if (
    plan.slots.some((other) => {
      const size = sizeOf(other.field);
      return size?.kind === "linear" && size.field === slot.name;
    })
  )
    return undefined;
  const [pinned] = where;
  if (field.kind === "options") return code`[]`;
  if (field.kind === "flag") {
    const fallback = field.default ?? false;
    if (pinned === undefined || inRanges(Number(fallback), where)) return fallback;
    return field.default === undefined ? pinned[0] === 1 : undefined;
  }
  if (field.kind !== "uint" || field.wide || field.endian === "little") return undefined;
  const fallback = field.constant ?? field.default ?? (field.reserved ? 0 : undefined) ?? keys[0]?.[0];
  if (pinned === undefined) return fallback;
  if (fallback === undefined) return fromWire(field, pinned[0]);
  // Else it hangs on whether the caller named the form.
  return field.scale === 1 && field.bias === 0 && inRanges(fallback, where) ? fallback : undefined;
}

/** A flag that says whether fields are there, or how wide they are, follows from those that are given. */
function derivedFlag(
  slot: Slot,
  guarded: readonly Slot[],
  widths: readonly Slot[],
  plan: VariantPlan,
): Code | undefined {
  const { field } = slot;
  if (field.kind !== "flag" || slot.where.length > 0 || slot.guard.length > 0) return undefined;
  if (guarded.length > 0 && widths.length > 0) return undefined;
  const fallback = code`${field.default ?? false}`;
  if (widths.length > 0) {
    const plain = widths.every(({ field: user }) => {
      const choice = widthChoice(user);
      return user.kind === "uint" && !user.signed && choice?.set === 64 && choice.clear === 32;
    });
    const needs = widths.map(
      ({ name }) => code`(typeof value[${name}] === "bigint" && value[${name}] > ${0xffffffffn})`,
    );
    return plain ? join([...needs, fallback], " || ") : undefined;
  }
  const plain = guarded.every(
    (user) =>
      !isComputed(user) &&
      !plan.widths.has(user.name) &&
      !plan.slots.some((other) => other.guard.some((term) => term.field === user.name)) &&
      user.guard.every((term) => term.field !== slot.name || term.value === 1),
  );
  if (!plain) return undefined;
  return join([...guarded.map(({ name }) => code`value[${name}] !== undefined`), fallback], " || ");
}
