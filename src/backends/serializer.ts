/**
 * Object → bytes, by interpreting the IR: slow and obvious, the oracle of the generated writer, what that one gives up on, and the
 * fallback where code may not be generated. A form is chosen, every field gets a value, sizes are added up, and one exact buffer is written.
 */
import { canGenerate, type Generation } from "../codegen/function.ts";
import { CraftError } from "../errors.ts";
import type { Layout } from "../ir/nodes.ts";
import { computeParts, type PayloadContext, patchChecksums } from "./serializer-compute.ts";
import { createFastWriter, type FastWriter } from "./serializer-fast.ts";
import { envelopesOf, inRanges, planVariant, rangesText, type VariantPlan } from "./serializer-form.ts";
import { createFormPicker } from "./serializer-pick.ts";
import { chooseForm, readAs } from "./serializer-select.ts";
import { type Fix, type Given, isForced, solve } from "./serializer-solve.ts";
import { emit, encodeParts, type Part, totalBits, type WriteOptions } from "./serializer-write.ts";

export type { PayloadContext } from "./serializer-compute.ts";
export type { Fix, Given } from "./serializer-solve.ts";

export interface SerializeHow {
  /** `"keep"`: computed fields are written as given. An object forces single integers and flags, whatever they say. */
  readonly fix?: Fix | undefined;
  /** Headers: what stands behind. Without it, fields that hang on the payload are written as given. */
  readonly context?: PayloadContext | undefined;
  /** Name of the value in errors; the schema's id if absent. */
  readonly path?: string | undefined;
}

export interface Serializer {
  readonly layout: Layout;
  /** Ids of the schema and of the envelopes around it. */
  readonly families: ReadonlySet<string>;
  /** Names of all fields that some form has. */
  readonly names: ReadonlySet<string>;
  /**
   * @returns exactly the bytes of the option or header, without payload.
   * @throws CraftError with the field's path; nothing is ever cut or wrapped.
   */
  serialize(value: Given, how?: SerializeHow): Uint8Array;
  /** Name of the form that `value` makes. */
  variantOf(value: Given, how?: SerializeHow): string;
}

export interface SerializerDeps {
  /** Schemas by id: the envelopes around an option. */
  readonly layout: (id: string) => Layout | undefined;
  readonly writeOptions: WriteOptions;
  /** `"never"`: no generated code. */
  readonly generation?: Generation | undefined;
}

/** Values that are written before code is generated: whoever writes a few should not wait for it. */
const WARM = 8;

export function createSerializer(layout: Layout, deps: SerializerDeps): Serializer {
  const around = envelopesOf(layout, deps.layout);
  const plans = layout.variants.map((variant) => planVariant(layout, variant, around));
  const names = new Set(plans.flatMap((plan) => [...plan.byName.keys()]));
  const choose = (value: Given, how: SerializeHow) => {
    const path = how.path ?? layout.id;
    if (typeof value !== "object" || value === null)
      throw new CraftError("bad-type", path, "wants an object");
    checkForced(names, how.fix, path);
    return chooseForm(plans, value, { path, context: how.context }, (plan, named) =>
      writeForm(plan, value, how, named, deps),
    );
  };
  const pick = createFormPicker(plans);
  let calls = 0;
  let fast: FastWriter | undefined;
  const writeFast = (value: Given, how: SerializeHow): Uint8Array | undefined => {
    // What stands in an option region is named by the schema's id.
    if (fast === undefined || how.fix !== undefined || typeof value !== "object" || value === null)
      return undefined;
    if (layout.role === "header" && how.path !== undefined) return undefined;
    const { form, sure } = pick(value, how.context?.nextKey);
    const bytes = fast(value, form, how.context);
    return bytes === undefined || sure || readAs(plans, bytes) === plans[form]?.variant ? bytes : undefined;
  };
  const serialize = (value: Given, how: SerializeHow = {}): Uint8Array => {
    if (++calls === WARM && canGenerate(deps.generation))
      fast = createFastWriter(layout, plans, deps.writeOptions)?.run;
    return writeFast(value, how) ?? choose(value, how).bytes;
  };
  const families = new Set([layout, ...around].map((one) => one.id));
  return {
    layout,
    families,
    names,
    serialize,
    variantOf: (value, how = {}) => choose(value, how).plan.variant.name,
  };
}

function checkForced(names: ReadonlySet<string>, fix: Fix | undefined, path: string): void {
  if (typeof fix !== "object") return;
  for (const name of Object.keys(fix))
    if (!names.has(name))
      throw new CraftError("unknown-field", `${path}.${name}`, "is forced, but there is no such field");
}

/** Writes one form. `named`: the caller asked for this one. */
function writeForm(
  plan: VariantPlan,
  value: Given,
  how: SerializeHow,
  named: boolean,
  deps: SerializerDeps,
): Uint8Array {
  const path = how.path ?? plan.layout.id;
  const { fix } = how;
  const scope = solve(plan, value, { path, fix, named });
  let parts = encodeParts(plan, scope, { path, fix, writeOptions: deps.writeOptions });
  parts = dropBehindSingle(plan, parts);
  const write = { plan, parts, scope, path, fix, given: value, context: how.context };
  computeParts(write);
  checkLength(plan, parts, value, path, fix);
  const bytes = emit(parts, path);
  patchChecksums(write, bytes);
  return bytes;
}

/** An envelope's opaque form of a kind that has neither length nor data (RFC 9293 section 3.1: kinds 0 and 1). */
function dropBehindSingle(plan: VariantPlan, parts: Part[]): Part[] {
  const { envelope } = plan.layout;
  const key = parts.find((part) => part.slot.name === envelope?.keyField)?.raw;
  if (envelope === undefined || typeof key !== "bigint" || !envelope.single.includes(Number(key)))
    return parts;
  return parts.filter((part) => part.slot.name === envelope.keyField);
}

function checkLength(
  plan: VariantPlan,
  parts: readonly Part[],
  value: Given,
  path: string,
  fix: Fix | undefined,
): void {
  const { lengths, name } = plan.variant;
  const bytes = totalBits(parts) / 8;
  const size = parts.find(
    (part) => part.slot.field.kind === "uint" && part.slot.field.compute?.kind === "size",
  );
  const stated =
    size !== undefined &&
    (isForced(fix, size.slot.name) || (fix === "keep" && value[size.slot.name] !== undefined));
  if (stated || lengths.length === 0 || inRanges(bytes, lengths)) return;
  const empty = plan.slots.find(
    (slot) =>
      slot.field.kind === "bytes" && slot.field.size.kind === "rest" && value[slot.name] === undefined,
  );
  if (empty !== undefined && lengths.every(([low]) => low > bytes))
    throw new CraftError("missing-field", `${path}.${empty.name}`, "is not given and has no default");
  const form = name === "" ? "" : ` of form ${name}`;
  throw new CraftError("bad-size", path, `${bytes} bytes are no length${form}: ${rangesText(lengths)}`);
}
