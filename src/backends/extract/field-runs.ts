/** Which neighbouring fields of a form are read together. */
import type { FieldIR } from "../../ir/nodes.ts";
import { contentBits } from "../../ir/size.ts";
import { declares } from "./needed.ts";
import { isAligned, type Place } from "./read.ts";
import { NotExtractable } from "./tables.ts";

/** Whole bytes only, where the code counts in bytes. */
export function aligned(place: Place, field: FieldIR | undefined): void {
  if (!isAligned(place)) throw new NotExtractable(`${field?.name ?? "a field"} begins inside a byte`);
}

export function isSimple(field: FieldIR): boolean {
  return field.kind !== "repeat" && field.kind !== "options" && contentBits(field) !== undefined;
}

export function simpleRun(fields: readonly FieldIR[], from: number): FieldIR[] {
  const run: FieldIR[] = [];
  for (const field of fields.slice(from)) {
    if (field.optional || field.when.length > 0 || !isSimple(field)) break;
    run.push(field);
  }
  return run;
}

/** Neighbours under one condition, of which none changes the condition. */
export function guardedTogether(fields: readonly FieldIR[], from: number): FieldIR[] {
  const first = fields[from] as FieldIR; // the caller's index
  const run: FieldIR[] = [];
  for (const field of fields.slice(from)) {
    if (field.optional || JSON.stringify(field.when) !== JSON.stringify(first.when)) break;
    run.push(field);
    if (first.when.some((term) => declares(field, term.field))) break;
  }
  return run;
}
