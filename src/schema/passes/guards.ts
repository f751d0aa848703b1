/** Guards, sizes and references name integer fields that stand before them. */
import { SchemaError } from "../../errors.ts";
import type { FieldIR, Guard, Layout, PseudoHeader, Size, Variant } from "../../ir/nodes.ts";
import { fixedBits } from "../lower-field.ts";
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

/** Options are judged by bits of an integer or of a group of bits that stands before them. */
function checkContext(name: string, known: Known, all: Known, pointer: string): void {
  const field = known.get(name);
  if (field?.kind !== "group") checkReference(name, known, all, pointer, "a context");
  else if ((fixedBits(field) ?? 64) > 32)
    throw new SchemaError(
      "guard-type",
      pointer,
      `a context names "${name}", which is a group of more than 32 bits`,
    );
}

/** Both ends are IP addresses of one family. */
function checkPseudoHeader({ source, destination }: PseudoHeader, all: Known, pointer: string): void {
  const families = [source, destination].map((name) => {
    const field = all.get(name);
    if (field === undefined)
      throw new SchemaError(
        "unknown-reference",
        pointer,
        `a pseudo-header names "${name}", which does not exist`,
      );
    return field.kind === "address" ? field.family : undefined;
  });
  if (families[0] !== families[1] || (families[0] !== "ipv4" && families[0] !== "ipv6"))
    throw new SchemaError("guard-type", pointer, "a pseudo-header names two IPv4 or two IPv6 addresses");
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
    if (field.kind === "options" && field.context !== undefined)
      checkContext(field.context, known, all, place);
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
  if (payload.pseudoHeader !== undefined)
    checkPseudoHeader(payload.pseudoHeader, all, `${pointer}/payload/pseudoHeader`);
  checkGuard(payload.fragment ?? [], all, all, `${pointer}/payload/fragment`);
  for (const next of payload.next) {
    if (next.key.kind === "field")
      checkReference(next.key.field, all, all, `${pointer}/payload/next`, "a key");
    checkGuard(next.when, all, all, `${pointer}/payload/next`);
  }
}
