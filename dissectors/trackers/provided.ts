/** Short form of a field that a tracker provides. */
import type { FieldInfo, FieldType, Placement, ProvidedField, Row, ValueStrings } from "../../src/plugin.ts";

interface More {
  readonly base?: FieldInfo["base"];
  readonly spec?: string;
  readonly strings?: ValueStrings;
}

/** The protocol is what the name begins with. */
export function provided(
  name: string,
  type: FieldType,
  description: string,
  placement: Placement,
  more: More = {},
): ProvidedField {
  const base = more.base ?? (type.startsWith("FT_UINT") || type.startsWith("FT_INT") ? "dec" : "none");
  const protocol = name.split(".", 1)[0] ?? name;
  return { info: { name, type, protocol, description, ...more, base }, placement };
}

/** One occurrence of a field of at most 32 bits as a number; NaN when it is absent. */
export function numberAt(row: Row, column: number, index: number): number {
  return row.number(column, index);
}

/** Occurrences of a column, which most rows tell without being asked. */
export function countOf(row: Row, place: number): number {
  if (!row.plain) return row.count(place);
  return Number.isNaN(row.firsts[place] ?? Number.NaN) ? 0 : 1;
}
