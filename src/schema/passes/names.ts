/** Every field of a form has its own name. */
import { SchemaError } from "../../errors.ts";
import type { FieldIR, Variant } from "../../ir/nodes.ts";
import { SCHEMA_LIMITS } from "../validate.ts";

/** All fields in wire order with groups opened: the keys of the parsed object. */
export function flatFields(fields: readonly FieldIR[]): FieldIR[] {
  return fields.flatMap((field) => (field.kind === "group" ? [field, ...flatFields(field.fields)] : [field]));
}

function checkList(fields: readonly FieldIR[], pointer: string, depth: number): void {
  if (depth > SCHEMA_LIMITS.depth) throw new SchemaError("limit-exceeded", pointer, "nested too deep");
  const seen = new Set<string>(["variant"]);
  for (const field of flatFields(fields)) {
    if (seen.has(field.name))
      throw new SchemaError("schema-invalid", pointer, `two fields are named "${field.name}"`);
    seen.add(field.name);
    if (field.kind === "repeat") checkList(field.item, pointer, depth + 1);
  }
}

export function checkNames(variant: Variant, pointer: string): void {
  checkList(variant.fields, pointer, 0);
}
