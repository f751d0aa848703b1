/** Which form a value makes: the one that it names, else the only one that it fits. Forms that no RFC allows must be named. */
import { readSmallBits } from "../bytes/bits.ts";
import { CraftError } from "../errors.ts";
import type { Variant } from "../ir/nodes.ts";
import type { PayloadContext } from "./serializer-compute.ts";
import { inRanges, type VariantPlan } from "./serializer-form.ts";
import type { Given } from "./serializer-solve.ts";

export interface Chosen {
  readonly plan: VariantPlan;
  readonly bytes: Uint8Array;
}

interface Choice {
  readonly path: string;
  readonly context: PayloadContext | undefined;
}

/** @throws CraftError `no-variant` where no form fits or several do, or what is wrong with the only candidate. */
export function chooseForm(
  plans: readonly VariantPlan[],
  value: Given,
  choice: Choice,
  write: (plan: VariantPlan, named: boolean) => Uint8Array,
): Chosen {
  const [only] = plans;
  const name = value["variant"];
  if (name !== undefined) {
    const plan = plans.find((one) => one.variant.name === name);
    if (plan === undefined) {
      const names = plans.map((one) => one.variant.name).join(", ");
      throw new CraftError(
        "no-variant",
        `${choice.path}.variant`,
        names === "" ? "there is one form only" : `wants one of ${names}`,
      );
    }
    return { plan, bytes: write(plan, true) };
  }
  if (only !== undefined && plans.length === 1) return { plan: only, bytes: write(only, true) };
  return infer(plans, value, choice, write);
}

function infer(
  plans: readonly VariantPlan[],
  value: Given,
  choice: Choice,
  write: (plan: VariantPlan, named: boolean) => Uint8Array,
): Chosen {
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  const unknown = keys.find((key) => !plans.some((plan) => plan.byName.has(key)));
  if (unknown !== undefined)
    throw new CraftError("unknown-field", `${choice.path}.${unknown}`, "no form has such a field");
  const fitting: Chosen[] = [];
  const failures: { name: string; error: CraftError }[] = [];
  for (const plan of plans) {
    if (!keys.every((key) => plan.byName.has(key))) continue;
    try {
      const bytes = write(plan, false);
      if (readAs(plans, bytes) === plan.variant) fitting.push({ plan, bytes });
    } catch (error) {
      if (!(error instanceof CraftError)) throw error;
      failures.push({ name: plan.variant.name, error });
    }
  }
  const legal = fitting.filter((one) => one.plan.variant.illegal === undefined);
  const [chosen, second] = prefer(legal, choice.context);
  if (chosen !== undefined && second === undefined) return chosen;
  if (chosen !== undefined) {
    const names = legal.map((one) => one.plan.variant.name).join(", ");
    throw new CraftError("no-variant", choice.path, `several forms fit: name one of ${names} in "variant"`);
  }
  const [illegal] = fitting;
  if (illegal !== undefined) {
    const { name: form, illegal: reason } = illegal.plan.variant;
    throw new CraftError(
      "no-variant",
      choice.path,
      `only ${form} fits, but ${reason}: name it in "variant" to have it written`,
    );
  }
  const [first] = failures;
  if (
    first !== undefined &&
    failures.every(({ error }) => error.code === first.error.code && error.path === first.error.path)
  )
    throw first.error;
  const reasons = failures.slice(0, 6).map(({ name, error }) => `${name}: ${error.message}`);
  throw new CraftError(
    "no-variant",
    choice.path,
    reasons.length === 0 ? `no form has all of ${keys.join(", ")}` : `no form fits (${reasons.join("; ")})`,
  );
}

/** Where a next layer is known, forms that name it come before others. */
function prefer(fitting: readonly Chosen[], context: PayloadContext | undefined): readonly Chosen[] {
  if (fitting.length < 2 || context?.nextKey === undefined) return fitting;
  const naming = fitting.filter((one) =>
    one.plan.slots.some((slot) => slot.field.kind === "uint" && slot.field.compute?.kind === "next"),
  );
  return naming.length > 0 ? naming : fitting;
}

/** The form that a reader takes the bytes for: the one that ties down most bits. */
export function readAs(plans: readonly VariantPlan[], bytes: Uint8Array): Variant | undefined {
  let best: Variant | undefined;
  for (const { variant, layout } of plans) {
    if (layout.role !== "header" && variant.lengths.length > 0 && !inRanges(bytes.length, variant.lengths))
      continue;
    const fits = variant.where.every(
      (term) =>
        term.bitOffset + term.bits <= bytes.length * 8 &&
        inRanges(readSmallBits(bytes, term.bitOffset, term.bits), term.ranges),
    );
    if (fits && (best === undefined || variant.where.length > best.where.length)) best = variant;
  }
  return best;
}
