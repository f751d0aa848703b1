/**
 * All shapes of a form: which guarded and optional fields are there, and which widths flags choose. Guards are solved here, by
 * trying every assignment of the few fields that guards and widths name, so that generators and coverage speak of the same list.
 */
import { inRanges, type Slot, sizeOf, type VariantPlan, widthChoice } from "../backends/serializer-form.ts";

/** One shape. */
export interface FormShape {
  readonly plan: VariantPlan;
  /** Values of the fields that guards and widths name, where they are there. */
  readonly choices: ReadonlyMap<string, number>;
  /** Fields that are there, in wire order. */
  readonly slots: readonly Slot[];
  /** Bits of the fields whose size the shape decides. */
  readonly fixedBits: number;
  /** Fields whose size is open: the rest, or what a length field says. */
  readonly open: readonly Slot[];
  /** `ipv4 port`, `mappingPresent=1 …`: for coverage tables. */
  readonly name: string;
}

/** More than any real form has; a form with more is covered in part. */
const MAX_SHAPES = 4096;

function fixedBitsOf(slot: Slot, choices: ReadonlyMap<string, number>): number | undefined {
  const { field } = slot;
  const choice = widthChoice(field);
  if (choice !== undefined) return choices.get(choice.flag) === 1 ? choice.set : choice.clear;
  if (field.kind === "flag") return 1;
  if (field.kind === "address") return { ipv4: 32, ipv6: 128, ether: 48 }[field.family];
  if (field.kind === "uint") return field.bits as number;
  const size = sizeOf(field);
  return size?.kind === "fixed" ? size.bytes * 8 : undefined;
}

/** Values worth trying for a field that guards name: those that they name, and one that they do not. */
function domainOf(slot: Slot, plan: VariantPlan): readonly number[] {
  const { field, where } = slot;
  if (field.kind === "flag") return [0, 1].filter((value) => where.length === 0 || inRanges(value, where));
  if (field.kind !== "uint") return [];
  if (field.constant !== undefined) return [field.constant];
  const named = plan.slots.flatMap((other) =>
    other.guard.filter((term) => term.field === slot.name).map((term) => term.value),
  );
  const most = typeof field.bits === "number" ? 2 ** Math.min(field.bits, 32) - 1 : 255;
  const lows = where.length > 0 ? where.map(([low]) => low) : [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const other = lows.find((value) => !named.includes(value) && value <= most);
  const all = [...new Set(named), ...(other === undefined ? [] : [other])];
  return all.filter((value) => value <= most && (where.length === 0 || inRanges(value, where)));
}

function choiceNames(plan: VariantPlan): ReadonlySet<string> {
  const names = new Set(plan.widths.keys());
  for (const slot of plan.slots) for (const term of slot.guard) names.add(term.field);
  return names;
}

/** Every shape of a form that one of its lengths admits. */
export function shapesOf(plan: VariantPlan): readonly FormShape[] {
  const names = choiceNames(plan);
  const shapes: FormShape[] = [];
  const visit = (
    index: number,
    choices: Map<string, number>,
    there: readonly Slot[],
    label: readonly string[],
  ): void => {
    if (shapes.length >= MAX_SHAPES) return;
    const slot = plan.slots[index];
    if (slot === undefined) {
      const shape = finish(plan, choices, there, label);
      if (shape !== undefined) shapes.push(shape);
      return;
    }
    const absent = !slot.guard.every((term) => choices.get(term.field) === term.value);
    if (absent || slot.field.optional) visit(index + 1, choices, there, label);
    if (absent) return;
    const next = [...there, slot];
    const tag = slot.field.optional ? [...label, slot.name] : label;
    const values = names.has(slot.name) ? domainOf(slot, plan) : [undefined];
    for (const value of values) {
      if (value === undefined) visit(index + 1, choices, next, tag);
      else
        visit(index + 1, new Map([...choices, [slot.name, value]]), next, [...tag, `${slot.name}=${value}`]);
    }
  };
  visit(0, new Map(), [], plan.variant.name === "" ? [] : [plan.variant.name]);
  return shapes;
}

function finish(
  plan: VariantPlan,
  choices: ReadonlyMap<string, number>,
  slots: readonly Slot[],
  label: readonly string[],
): FormShape | undefined {
  const open = slots.filter((slot) => fixedBitsOf(slot, choices) === undefined);
  const fixedBits = slots.reduce((sum, slot) => sum + (fixedBitsOf(slot, choices) ?? 0), 0);
  const { lengths } = plan.variant;
  const bytes = fixedBits / 8;
  const fits = open.length > 0 ? lengths.some(([, high]) => high >= bytes) : inRanges(bytes, lengths);
  if (lengths.length > 0 && !fits) return undefined;
  return { plan, choices, slots, fixedBits, open, name: label.join(" ") || "-" };
}
