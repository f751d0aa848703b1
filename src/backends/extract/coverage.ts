/** Which names generated code can find, and why it cannot find the others. */
import type { FieldIR, Layout, View } from "../../ir/nodes.ts";
import { mentions, outlineOf } from "../../ir/outline.ts";
import { isPlainMeta, isTime } from "./record.ts";
import type { Schemas } from "./tables.ts";

/** Why the record's time is not found at a place. */
const TIME = "is the record's time";

function eachView(fields: readonly FieldIR[], act: (field: FieldIR, view: View) => void): void {
  for (const field of fields) {
    for (const view of field.views) act(field, view);
    for (const view of field.under) act(field, view);
    if (field.kind === "group") eachView(field.fields, act);
    if (field.kind === "repeat") eachView(field.item, act);
  }
}

const FINDINGS = new WeakMap<Layout, ReadonlyMap<string, string | true>>();

/** Names of a schema's fields, each with the reason why generated code does not find it, or true. */
export function namesOf(layout: Layout): ReadonlyMap<string, string | true> {
  const known = FINDINGS.get(layout);
  if (known !== undefined) return known;
  const found = new Map<string, string | true>();
  // A reason outweighs a place where the name is found.
  const note = (name: string, finding: string | true): void => {
    if (typeof found.get(name) !== "string") found.set(name, finding);
  };
  if (layout.protocol !== undefined) note(layout.protocol.filter, true);
  const { trailer } = layout;
  const behind = [
    ...layout.variants.flatMap((variant) => variant.payload?.behind ?? []),
    ...[trailer?.field, trailer?.padding?.field, trailer?.check?.field].filter((one) => one !== undefined),
  ];
  eachView(behind, (_, view) => note(view.filter, "stands behind the payload of inner headers"));
  for (const { fields, payload } of layout.variants) {
    eachView(fields, (field, view) => {
      if (field.kind === "meta" && isTime(field.source)) note(view.filter, TIME);
      else if (field.kind === "meta" && (!isPlainMeta(field.source) || view.derive !== undefined))
        note(view.filter, "is a value of the capture's record that is made for whole frames");
      else if (view.derive?.kind === "status") note(view.filter, "tells of the whole frame");
      else note(view.filter, true);
    });
    for (const view of payload?.views ?? []) note(view.filter, true);
  }
  FINDINGS.set(layout, found);
  return found;
}

/** Envelopes whose options stand behind payloads only as far as generated code goes: it does not look there. */
function behindEnvelopes(schemas: Schemas): ReadonlySet<string> {
  const found = new Set<string>();
  for (const layout of schemas.layouts.values())
    for (const envelope of outlineOf(layout).regionsBehind) found.add(envelope);
  return found;
}

/**
 * Undefined where the name is found by generated code, else the reason. `atEnd`: for values that are noted on the way and
 * looked at in the end, where the record's time is known too.
 */
export function notCovered(schemas: Schemas, name: string, atEnd = false): string | undefined {
  let found = false;
  let behind: ReadonlySet<string> | undefined;
  for (const layout of schemas.layouts.values()) {
    const here = mentions(layout, name) ? namesOf(layout).get(name) : undefined;
    if (here === undefined) continue;
    behind ??= behindEnvelopes(schemas);
    if (here === true && (behind.has(layout.id) || behind.has(layout.within ?? "")))
      return `${name} stands behind the payload of inner headers`;
    if (typeof here === "string" && !(atEnd && here === TIME)) return `${name} ${here}`;
    found = true;
  }
  // A name that no frame has needs no place.
  if (found || schemas.absent?.has(name) === true) return undefined;
  return `${name} is in no schema: it is made from whole frames`;
}
