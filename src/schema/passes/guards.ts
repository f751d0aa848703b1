/** Guards, sizes and references name integer fields that stand before them. */
import { SchemaError } from "../../errors.ts";
import type { FieldIR, Guard, Layout, Size, Variant } from "../../ir/nodes.ts";
import { flatFields } from "./names.ts";

type Known = ReadonlyMap<string, FieldIR>;

function checkReference(name: string, known: Known, all: Known, pointer: string, what: string): void {
  const field = known.get(name);
  if (field === undefined) {
    if (all.has(name))
      throw new SchemaError(
        "guard-order",
        pointer,
        `${what} names "${name}", which does not stand before it`,
      );
    throw new SchemaError("unknown-reference", pointer, `${what} names "${name}", which does not exist`);
  }
  const small = field.kind === "flag" || (field.kind === "uint" && !field.wide);
  if (!small)
    throw new SchemaError(
      "guard-type",
      pointer,
      `${what} names "${name}", which is no flag and no integer up to 32 bits`,
    );
}

function checkGuard(guard: Guard, known: Known, all: Known, pointer: string): void {
  for (const term of guard) {
    checkReference(term.field, known, all, pointer, "a guard");
    const field = known.get(term.field);
    if (field?.kind === "flag" && term.value > 1) {
      throw new SchemaError("guard-type", pointer, `the flag "${term.field}" is never ${term.value}`);
    }
  }
}

function checkSize(size: Size, known: Known, all: Known, pointer: string): void {
  if (size.kind === "linear") checkReference(size.field, known, all, pointer, "a size");
  if (size.kind === "flag") checkReference(size.flag, known, all, pointer, "a size");
}

function checkFields(
  fields: readonly FieldIR[],
  known: Map<string, FieldIR>,
  all: Known,
  pointer: string,
  envelope: (id: string) => Layout | undefined,
): void {
  for (const field of fields) {
    const place = `${pointer}/fields`;
    checkGuard(field.when, known, all, place);
    if (field.kind === "uint" && typeof field.bits !== "number")
      checkReference(field.bits.flag, known, all, place, "a width");
    if (field.kind === "bytes" || field.kind === "repeat" || field.kind === "options")
      checkSize(field.size, known, all, place);
    if (field.kind === "options" && envelope(field.envelope)?.envelope === undefined) {
      throw new SchemaError("unknown-reference", place, `there is no envelope "${field.envelope}"`);
    }
    if (field.kind === "group") checkFields(field.fields, known, all, pointer, envelope);
    if (field.kind === "repeat") {
      const inner = new Map(flatFields(field.item).map((item) => [item.name, item]));
      checkFields(field.item, new Map(), inner, pointer, envelope);
    }
    known.set(field.name, field);
    for (const view of [...field.views, ...field.under]) checkGuard(view.when ?? [], known, all, place);
  }
}

export function checkGuards(
  layout: Layout,
  variant: Variant,
  pointer: string,
  envelope: (id: string) => Layout | undefined,
): void {
  const all: Known = new Map(flatFields(variant.fields).map((field) => [field.name, field]));
  checkFields(variant.fields, new Map(), all, pointer, envelope);
  if (layout.headerLength !== undefined) checkSize(layout.headerLength, all, all, "/headerLength");
  const { payload } = variant;
  if (payload === undefined) return;
  if (payload.behind !== undefined) {
    const behind = new Map(flatFields(payload.behind).map((field) => [field.name, field]));
    checkFields(payload.behind, new Map(), behind, `${pointer}/payload/behind`, envelope);
  }
  if (payload.end !== undefined) checkSize(payload.end, all, all, `${pointer}/payload/end`);
  for (const next of payload.next) {
    if (next.key.kind === "field")
      checkReference(next.key.field, all, all, `${pointer}/payload/next`, "a key");
    checkGuard(next.when, all, all, `${pointer}/payload/next`);
  }
}
