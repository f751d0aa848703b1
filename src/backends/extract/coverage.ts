/** Which names generated code can find, and why it cannot find the others. */
import type { FieldIR, Layout, View } from "../../ir/nodes.ts";
import type { Schemas } from "./tables.ts";
import { isPlainMeta } from "./walk.ts";

function* viewsOf(fields: readonly FieldIR[]): Generator<readonly [FieldIR, View]> {
  for (const field of fields) {
    for (const view of field.views) yield [field, view];
    for (const view of field.under) yield [field, view];
    if (field.kind === "group") yield* viewsOf(field.fields);
    if (field.kind === "repeat") yield* viewsOf(field.item);
  }
}

function inLayout(layout: Layout, name: string): string | true | undefined {
  const { trailer } = layout;
  const behind = [
    ...layout.variants.flatMap((variant) => variant.payload?.behind ?? []),
    ...[trailer?.field, trailer?.padding?.field, trailer?.check?.field].filter((one) => one !== undefined),
  ];
  if ([...viewsOf(behind)].some(([, view]) => view.filter === name))
    return "stands behind the payload of inner headers";
  let found: true | undefined = layout.protocol?.filter === name ? true : undefined;
  for (const variant of layout.variants) {
    for (const [field, view] of viewsOf(variant.fields)) {
      if (view.filter !== name) continue;
      if (field.kind === "meta" && (!isPlainMeta(field.source) || view.derive !== undefined))
        return "is a value of the capture's record that is made for whole frames";
      if (view.derive?.kind === "status") return "tells of the whole frame";
      found = true;
    }
    if (variant.payload?.views.some((view) => view.filter === name)) found = true;
  }
  return found;
}

/** Envelopes whose options stand behind payloads only as far as generated code goes: it does not look there. */
function behindEnvelopes(schemas: Schemas): ReadonlySet<string> {
  const found = new Set<string>();
  for (const layout of schemas.layouts.values()) {
    for (const { payload } of layout.variants)
      for (const field of payload?.behind ?? []) if (field.kind === "options") found.add(field.envelope);
  }
  return found;
}

/** Undefined where the name is found by generated code, else the reason. */
export function notCovered(schemas: Schemas, name: string): string | undefined {
  let found = false;
  const behind = behindEnvelopes(schemas);
  for (const layout of schemas.layouts.values()) {
    const here = inLayout(layout, name);
    if (here === true && (behind.has(layout.id) || behind.has(layout.within ?? "")))
      return `${name} stands behind the payload of inner headers`;
    if (typeof here === "string") return `${name} ${here}`;
    if (here === true) found = true;
  }
  return found ? undefined : `${name} is in no schema: it is made from whole frames`;
}
