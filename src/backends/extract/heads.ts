/** Fields that options of a family begin with. */
import type { FieldIR, Layout } from "../../ir/nodes.ts";

/** By list of fields and number of them: the text of the first ones. Writing a region asks for it many times over. */
const TEXTS = new WeakMap<readonly FieldIR[], string[]>();

/** The first fields for comparison: a member's own constants say how it was found, not what its fields hold. */
function headText(fields: readonly FieldIR[], count: number): string {
  const texts = TEXTS.get(fields) ?? [];
  TEXTS.set(fields, texts);
  texts[count] ??= JSON.stringify(fields.slice(0, count), (key, value: unknown) =>
    key === "constant" || key === "default" || key === "compute" ? undefined : value,
  );
  return texts[count];
}

/** Do all forms begin with these very fields? */
function beginsWith({ variants }: Layout, fields: readonly FieldIR[]): boolean {
  const text = headText(fields, fields.length);
  return variants.every((variant) => headText(variant.fields, fields.length) === text);
}

/** The envelopes that an option stands in, its own schema first if it is one. */
function* around(layout: Layout, find: (id: string) => Layout | undefined): Generator<Layout> {
  for (let one: Layout | undefined = layout; one !== undefined; one = find(one.within ?? ""))
    if (one.envelope !== undefined) yield one;
}

/** Do all forms begin with the fields of each envelope around them? Undefined for what stands in none. */
export function isAlike(layout: Layout, find: (id: string) => Layout | undefined): boolean | undefined {
  const outer = [...around(layout, find)];
  return outer.length === 0
    ? undefined
    : outer.every(({ envelope }) => beginsWith(layout, envelope?.fields ?? []));
}

/** Do all forms of a member begin with the fields of an envelope? */
export function beginsAs(member: Layout, outer: Layout, find: (id: string) => Layout | undefined): boolean {
  if (member.outline?.isAlike === true && [...around(member, find)].includes(outer)) return true;
  return beginsWith(member, outer.envelope?.fields ?? []);
}
