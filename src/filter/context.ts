/** What the checker knows while it walks a filter, and what it learns. */
import type { Span } from "../errors.ts";
import type { FieldInfo, Occurrence } from "../ir/fields.ts";
import type { FieldTable } from "./field-table.ts";
import type { TimeZone } from "./literals-time.ts";
import { nearestName } from "./nearest.ts";
import type { Source } from "./source-error.ts";

/** Occurrences of a field in the selected frame; undefined when no frame is selected. */
export type References = (name: string) => readonly Occurrence[] | undefined;

export interface Context {
  readonly source: Source;
  readonly table: FieldTable;
  readonly references: References | undefined;
  readonly timeZone: TimeZone;
  /** Fields that the filter reads, in order of appearance. */
  readonly fields: Set<string>;
}

/** Could the text be a mistyped name, rather than a number or an address? */
export function looksLikeName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(text);
}

/** The field of that name, noted as read. */
export function findField(context: Context, name: string): FieldInfo | undefined {
  const info = context.table.get(name);
  if (info !== undefined) context.fields.add(info.name);
  return info;
}

export function unknownField(
  { source, table }: Pick<Context, "source" | "table">,
  name: string,
  span: Span,
): never {
  const nearest = looksLikeName(name) ? nearestName(name, table.names()) : undefined;
  const message = `"${name}" is neither a field nor a protocol`;
  return source.fail("unknown-field", span, message, nearest);
}
