/** Every field of a form has its own name. */
import { SchemaError } from "../../errors.ts";
import type { FieldIR, Variant } from "../../ir/nodes.ts";
import { SCHEMA_LIMITS } from "../validate.ts";
import type { PassContext } from "./pass.ts";

/** All fields in wire order with groups opened: the keys of the parsed object. */
export function flatFields(fields: readonly FieldIR[]): FieldIR[] {
  return fields.flatMap((field) => (field.kind === "group" ? [field, ...flatFields(field.fields)] : [field]));
}

function checkList(fields: readonly FieldIR[], at: PassContext["at"], depth: number): void {
  const seen = new Set<string>(["variant"]);
  for (const field of flatFields(fields)) {
    if (depth > SCHEMA_LIMITS.depth) throw new SchemaError("limit-exceeded", at(field), "nested too deep");
    if (seen.has(field.name))
      throw new SchemaError("schema-invalid", `${at(field)}/name`, `two fields are named "${field.name}"`);
    seen.add(field.name);
    if (field.kind === "repeat" && !field.scalar) checkList(field.item, at, depth + 1);
  }
}

/** `variant` is the name of the tag. Values of the capture file and of the packet do not mix. */
export function checkNames(variant: Variant, { at, layout }: PassContext): void {
  const meta = layout.role === "metadata";
  for (const field of flatFields(variant.fields)) {
    if ((field.kind === "meta") !== meta)
      throw new SchemaError(
        "schema-invalid",
        `${at(field)}/type`,
        `${meta ? "only" : "no"} field of type "meta" stands in a schema of this role`,
      );
  }
  checkList(variant.fields, at, 0);
  checkList(variant.payload?.behind ?? [], at, 0);
}
