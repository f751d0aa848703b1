/** What the capture's record tells of a frame, as statements before its first header. */
import { type Code, code, lines, Name } from "../../codegen/code.ts";
import type { Consumer } from "./site.ts";
import type { Schemas } from "./tables.ts";

/** Index of the frame's first byte. */
const START = new Name("start");
/** Numbers of the record that need no more than the scan has at hand. */
const META: Readonly<Record<string, Code>> = {
  number: code`number`,
  capturedLength: code`captured`,
  originalLength: code`original`,
  marked: code`0`,
  ignored: code`0`,
};
/** The time needs the reader's help: only its place is known here. */
const TIME = "timestamp";

/** Sources of the record's values that {@link recordCode} knows. */
export function isPlainMeta(source: string): boolean {
  return Object.hasOwn(META, source);
}

/** The record's time: it can be gathered, and not tested at its place. */
export function isTime(source: string): boolean {
  return source === TIME;
}

/** `end`: variable for the index behind the captured bytes. */
export function recordCode(schemas: Schemas, consumer: Consumer, end: Name): Code {
  const layout = schemas.layouts.get("frame");
  const found: Code[] = [];
  const filter = layout?.protocol?.filter;
  if (filter !== undefined && consumer.wants(filter)) {
    found.push(consumer.at({ kind: "seen", filter }));
    const range = { start: START, end };
    if (consumer.wantsRange(filter)) found.push(consumer.at({ kind: "range", filter, range, buffer: range }));
  }
  for (const field of layout?.variants[0]?.fields ?? []) {
    if (field.kind !== "meta") continue;
    const number = isTime(field.source) ? code`0` : META[field.source];
    for (const view of [...field.views, ...field.under])
      if (number !== undefined && consumer.wants(view.filter))
        found.push(consumer.at({ kind: "meta", filter: view.filter, view, field, number }));
  }
  return lines(found);
}
