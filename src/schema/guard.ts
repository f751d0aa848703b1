/** Guards in schema files: `flag`, `!flag`, `field == n`, joined by `&&`. */
import { SchemaError } from "../errors.ts";
import type { Guard, GuardTerm } from "../ir/nodes.ts";

const TERM = /^(?:(!)\s*([a-z][A-Za-z0-9]*)|([a-z][A-Za-z0-9]*)(?:\s*==\s*(0x[0-9a-f]+|\d+))?)$/;

/** Parses the text of a `when`. No arithmetic, no functions: a writer can solve such a guard for its fields. */
export function parseGuard(text: string | undefined, pointer: string): Guard {
  if (text === undefined) return [];
  return text.split("&&").map((part): GuardTerm => {
    const match = TERM.exec(part.trim());
    if (match === null)
      throw new SchemaError(
        "schema-invalid",
        pointer,
        `"${part.trim()}" is no guard: use flag, !flag or field == n`,
      );
    const [, negated, negatedField, field = "", value] = match;
    if (negated !== undefined) return { field: negatedField ?? "", value: 0 };
    return { field, value: value === undefined ? 1 : Number(value) };
  });
}
