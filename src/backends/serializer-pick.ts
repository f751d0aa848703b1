/**
 * Which form a value makes, where that is plain before anything is written: the one that it names, the only one, or the only one
 * that the given fields do not rule out. Each ground is one on which the interpreter would refuse the form.
 */
import { inRanges, type Slot, sizeOf, toWire, type VariantPlan } from "./serializer-form.ts";
import { type Given, isComputed, isRequired } from "./serializer-solve.ts";

/** `form` is -1 where it is open. Not `sure`: what is written must read as this form. */
export interface Picked {
  readonly form: number;
  readonly sure: boolean;
}

const OPEN: Picked = { form: -1, sure: false };

export function createFormPicker(
  plans: readonly VariantPlan[],
): (value: Given, nextKey: number | undefined) => Picked {
  const named = new Map(plans.map(({ variant }, form) => [variant.name, { form, sure: true }]));
  const gates = plans.flatMap((plan, form) =>
    plan.variant.illegal === undefined ? [createGate(plan, form)] : [],
  );
  const only: Picked = { form: 0, sure: true };
  return (value, nextKey) => {
    const { variant } = value;
    if (variant !== undefined) return (typeof variant === "string" && named.get(variant)) || OPEN;
    if (plans.length === 1) return only;
    const open = gates.filter((gate) => gate.admits(value));
    // Where a next layer is known, forms that name it come before others.
    const left = open.length > 1 && nextKey !== undefined ? open.filter((gate) => gate.names) : open;
    const [first] = left;
    return first === undefined || left.length > 1 ? OPEN : first.picked;
  };
}

interface Gate {
  readonly picked: Picked;
  /** The form names the next layer. */
  readonly names: boolean;
  readonly admits: (value: Given) => boolean;
}

function createGate(plan: VariantPlan, form: number): Gate {
  const { slots, byName } = plan;
  const deciding = new Set([
    ...plan.widths.keys(),
    ...slots.flatMap(({ guard }) => guard.map((term) => term.field)),
  ]);
  for (const { field } of slots) {
    const size = sizeOf(field);
    if (size?.kind === "linear") deciding.add(size.field);
  }
  const open = slots.filter((slot) => slot.guard.length === 0 && !isComputed(slot) && !slot.field.optional);
  const required = open
    .filter((slot) => isRequired(slot) && !deciding.has(slot.name))
    .map(({ name }) => name);
  const pinned = open.filter(({ where }) => where.length > 0);
  return {
    picked: { form, sure: false },
    names: slots.some(({ field }) => field.kind === "uint" && field.compute?.kind === "next"),
    admits(value) {
      for (const key in value) if (value[key] !== undefined && !byName.has(key)) return false;
      for (const name of required) if (value[name] === undefined) return false;
      for (const slot of pinned) if (contradicts(slot, value[slot.name], deciding)) return false;
      return true;
    },
  };
}

/** The form pins the field to values of which this is none. */
function contradicts(
  { field, where, keys, name }: Slot,
  value: unknown,
  deciding: ReadonlySet<string>,
): boolean {
  if (value === undefined) {
    if (deciding.has(name)) return false;
    if (field.kind === "flag") return field.default !== undefined && !inRanges(Number(field.default), where);
    if (field.kind !== "uint") return false;
    const fallback = field.constant ?? field.default ?? (field.reserved ? 0 : undefined) ?? keys[0]?.[0];
    return fallback !== undefined && !inRanges(toWire(field, fallback), where);
  }
  if (typeof value !== "number" && typeof value !== "boolean") return false;
  return Number.isFinite(Number(value)) && !inRanges(toWire(field, Number(value)), where);
}
