/** The names that filters know. */
import type { FieldInfo } from "../ir/fields.ts";

/** Protocols are fields of type FT_PROTOCOL. */
export interface FieldTable {
  get(name: string): FieldInfo | undefined;
  names(): Iterable<string>;
}

/** May `${name}` stand for the field's value in the selected frame? */
export function isReferable(info: FieldInfo): boolean {
  return info.type !== "FT_NONE" && info.type !== "FT_PROTOCOL";
}

/** A table from a list; the first of several fields of one name counts. */
export function createFieldTable(fields: Iterable<FieldInfo>): FieldTable {
  const byName = new Map<string, FieldInfo>();
  for (const field of fields) if (!byName.has(field.name)) byName.set(field.name, field);
  return { get: (name) => byName.get(name), names: () => byName.keys() };
}
