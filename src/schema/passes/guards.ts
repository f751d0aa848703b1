/** Guards, sizes and references name integer fields that stand before them, and values that these can have. */
import { SchemaError } from "../../errors.ts";
import type { FieldIR, Guard, PseudoHeader, Size, Variant } from "../../ir/nodes.ts";
import { fixedBits } from "../../ir/size.ts";
import { flatFields } from "./names.ts";
import type { PassContext } from "./pass.ts";

type Known = ReadonlyMap<string, FieldIR>;

/** The fields that may be named at some place. */
interface Scope {
  readonly known: Known;
  /** All of the form: names a mistake of order. */
  readonly all: Known;
}

const byName = (fields: readonly FieldIR[]): Known => new Map(fields.map((field) => [field.name, field]));

function checkReference(name: string, { known, all }: Scope, pointer: string, what: string): FieldIR {
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
  return field;
}

/** Whether a field can have a value at all. */
function canBe(field: FieldIR, value: number): boolean {
  if (field.kind !== "uint") return value <= 1;
  const width = typeof field.bits === "number" ? field.bits : 64;
  const raw = (value - field.bias) / field.scale;
  return (
    Number.isInteger(raw) &&
    raw >= (field.signed ? -(2 ** (width - 1)) : 0) &&
    raw < 2 ** (field.signed ? width - 1 : width)
  );
}

function checkGuard(guard: Guard, scope: Scope, pointer: string): void {
  const wanted = new Map<string, number>();
  for (const { field: name, value } of guard) {
    const field = checkReference(name, scope, pointer, "a guard");
    if (!canBe(field, value)) throw new SchemaError("guard-type", pointer, `"${name}" is never ${value}`);
    const other = wanted.get(name);
    if (other !== undefined && other !== value)
      throw new SchemaError("guard-type", pointer, `"${name}" is never both ${other} and ${value}`);
    wanted.set(name, value);
  }
}

/** `still`: a size that its field does not change (a payload at a fixed place). */
function checkSize(size: Size, scope: Scope, pointer: string, still = false): void {
  if (size.kind === "linear") {
    checkReference(size.field, scope, pointer, "a size");
    if (size.scale === 0 && !still)
      throw new SchemaError("schema-invalid", `${pointer}/scale`, "a size of scale 0 is a plain number");
  }
  if (size.kind === "flag") checkReference(size.flag, scope, pointer, "a size");
}

/** Options are judged by bits of an integer or of a group of bits that stands before them. */
function checkContext(name: string, scope: Scope, pointer: string): void {
  const field = scope.known.get(name);
  if (field?.kind !== "group") checkReference(name, scope, pointer, "a context");
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
  pass: PassContext,
): void {
  const scope: Scope = { known, all };
  for (const field of fields) {
    const place = pass.at(field);
    checkGuard(field.when, scope, `${place}/when`);
    if (field.kind === "uint" && typeof field.bits !== "number")
      checkReference(field.bits.flag, scope, `${place}/size`, "a width");
    if (field.kind === "bytes" || field.kind === "repeat" || field.kind === "options")
      checkSize(field.size, scope, `${place}/size`);
    if (field.kind === "options") {
      if (pass.envelope(field.envelope)?.envelope === undefined)
        throw new SchemaError(
          "unknown-reference",
          `${place}/envelope`,
          `there is no envelope "${field.envelope}"`,
        );
      if (field.context !== undefined) checkContext(field.context, scope, `${place}/context`);
    }
    if (field.kind === "group") checkFields(field.fields, known, all, pass);
    if (field.kind === "repeat") checkFields(field.item, new Map(), byName(flatFields(field.item)), pass);
    known.set(field.name, field);
    for (const view of [...field.views, ...field.under]) checkGuard(view.when ?? [], scope, place);
  }
}

/** @param pointer - of the variant. */
export function checkGuards(variant: Variant, pointer: string, pass: PassContext): void {
  const all = byName(flatFields(variant.fields));
  const whole: Scope = { known: all, all };
  checkFields(variant.fields, new Map(), all, pass);
  if (pass.layout.headerLength !== undefined) checkSize(pass.layout.headerLength, whole, "/headerLength");
  const { payload } = variant;
  if (payload === undefined) return;
  const place = `${pointer}/payload`;
  if (payload.behind !== undefined)
    checkFields(payload.behind, new Map(), byName(flatFields(payload.behind)), pass);
  if (payload.end !== undefined) checkSize(payload.end, whole, `${place}/end`, true);
  if (payload.pseudoHeader !== undefined)
    checkPseudoHeader(payload.pseudoHeader, all, `${place}/pseudoHeader`);
  checkGuard(payload.fragment ?? [], whole, `${place}/fragment`);
  for (const [index, next] of payload.next.entries()) {
    if (next.key.kind === "field")
      checkReference(next.key.field, whole, `${place}/next/${index}/key`, "a key");
    checkGuard(next.when, whole, `${place}/next/${index}/when`);
  }
}
