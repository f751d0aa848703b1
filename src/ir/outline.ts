/** What a schema holds and leads to, told without its forms: those of built-in schemas are read when they are first asked for. */
import type { FieldIR, Layout, Outline } from "./nodes.ts";

/** Told of each field, the parts of a field behind it. */
export function eachField(fields: readonly FieldIR[], act: (field: FieldIR) => void): void {
  for (const field of fields) {
    act(field);
    if (field.kind === "group") eachField(field.fields, act);
    if (field.kind === "repeat") eachField(field.item, act);
  }
}

const OUTLINES = new WeakMap<Layout, Outline>();

/** The outline that a schema comes with, else one that is made of its forms. */
export function outlineOf(layout: Layout): Outline {
  const known = layout.outline ?? OUTLINES.get(layout);
  if (known !== undefined) return known;
  const made = makeOutline(layout);
  OUTLINES.set(layout, made);
  return made;
}

function makeOutline({ variants, problems = [], trailer }: Layout): Outline {
  const [names, further] = [new Set<string>(), new Set<string>()];
  const [regions, regionsBehind] = [new Set<string>(), new Set<string>()];
  const [tables, lengths] = [new Set<string>(), new Set<string>()];
  const note = (fields: readonly FieldIR[], into: Set<string>, envelopes: Set<string>): void =>
    eachField(fields, (field) => {
      for (const { filter } of [...field.views, ...field.under]) into.add(filter);
      if (field.kind === "options") envelopes.add(field.envelope);
    });
  for (const { fields, payload } of variants) {
    note(fields, names, regions);
    note(payload?.behind ?? [], further, regionsBehind);
    for (const { filter, derive } of payload?.views ?? []) {
      names.add(filter);
      if (derive?.kind === "length") lengths.add(filter);
    }
    for (const { table } of payload?.next ?? []) tables.add(table);
  }
  for (const { filter } of problems) further.add(filter);
  const ends = [trailer?.field, trailer?.padding?.field, trailer?.check?.field];
  note(
    ends.filter((field) => field !== undefined),
    further,
    regionsBehind,
  );
  return {
    names: [...names],
    further: [...further].filter((name) => !names.has(name)),
    regions: [...regions],
    regionsBehind: [...regionsBehind],
    ...(lengths.size > 0 ? { lengths: [...lengths] } : {}),
    ...(variants.some(({ payload }) => payload !== undefined) ? { tables: [...tables] } : {}),
  };
}

/** Does the schema, in any of its forms, have something of that name? */
export function mentions(layout: Layout, name: string): boolean {
  if (layout.protocol?.filter === name) return true;
  const { names, further } = outlineOf(layout);
  return names.includes(name) || further.includes(name);
}
