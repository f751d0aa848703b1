/** Which schemas the wanted names occur in, and which lead there. */
import type { FieldIR, Layout, Payload, Variant } from "../../ir/nodes.ts";
import { layoutsIn, type Schemas } from "./tables.ts";

type Wants = (filter: string) => boolean;

/** By list of fields: its names. They are asked for many times over while code is made. */
const NAMES = new WeakMap<readonly FieldIR[], readonly string[]>();

/** Filter names of the fields and what is in them, regions of options left aside. */
export function namesOf(fields: readonly FieldIR[]): readonly string[] {
  let names = NAMES.get(fields);
  if (names === undefined) {
    names = fields.flatMap((field) => [
      ...field.views.map((view) => view.filter),
      ...field.under.map((view) => view.filter),
      ...(field.kind === "group" ? namesOf(field.fields) : []),
      ...(field.kind === "repeat" ? namesOf(field.item) : []),
    ]);
    NAMES.set(fields, names);
  }
  return names;
}

/** Is a name of the fields wanted, regions of options left aside? */
export function fieldsWanted(fields: readonly FieldIR[], wants: Wants): boolean {
  return namesOf(fields).some(wants);
}

export function layoutFieldsWanted(layout: Layout, wants: Wants): boolean {
  return layout.variants.some((variant) => fieldsWanted(variant.fields, wants));
}

/** An envelope and all that its table leads to. */
export function optionFamily(schemas: Schemas, envelope: Layout, seen: Set<Layout> = new Set()): Set<Layout> {
  if (seen.has(envelope)) return seen;
  seen.add(envelope);
  if (envelope.envelope !== undefined)
    for (const layout of layoutsIn(schemas.table(envelope.envelope.table)))
      optionFamily(schemas, layout, seen);
  return seen;
}

function protocolWanted(layout: Layout, wants: Wants): boolean {
  return layout.protocol !== undefined && wants(layout.protocol.filter);
}

export function optionWanted(layout: Layout, wants: Wants): boolean {
  return protocolWanted(layout, wants) || layoutFieldsWanted(layout, wants);
}

export function regionWanted(schemas: Schemas, envelope: string, wants: Wants): boolean {
  const outer = schemas.layouts.get(envelope);
  if (outer === undefined) return false;
  return [...optionFamily(schemas, outer)].some((layout) => optionWanted(layout, wants));
}

function regionsOf(fields: readonly FieldIR[]): string[] {
  return fields.flatMap((field) => {
    if (field.kind === "options") return [field.envelope];
    return field.kind === "group" ? regionsOf(field.fields) : [];
  });
}

/** Where a header's payload may go on. */
function nextLayouts(schemas: Schemas, payload: Payload | undefined): Set<Layout> {
  const found = new Set<Layout>();
  if (payload === undefined) return found;
  for (const { table } of payload.next)
    for (const layout of layoutsIn(schemas.table(table))) found.add(layout);
  const data = schemas.layouts.get("data");
  if (data !== undefined) found.add(data);
  return found;
}

/** The headers that are walked for a set of names. */
export class Reach {
  readonly #schemas: Schemas;
  readonly #wants: Wants;
  readonly #useful = new Set<Layout>();

  constructor(schemas: Schemas, wants: Wants) {
    this.#schemas = schemas;
    this.#wants = wants;
    const headers = [...schemas.layouts.values()].filter((layout) => layout.role === "header");
    for (let before = -1; before !== this.#useful.size; ) {
      before = this.#useful.size;
      for (const layout of headers) if (this.#reaches(layout)) this.#useful.add(layout);
    }
  }

  #reaches(layout: Layout): boolean {
    return (
      protocolWanted(layout, this.#wants) || layout.variants.some((variant) => this.variantUseful(variant))
    );
  }

  /** Does the header, or anything behind it, hold a wanted name? */
  isUseful(layout: Layout): boolean {
    return this.#useful.has(layout);
  }

  /** The same for one form, its protocol's name left aside. */
  variantUseful(variant: Variant): boolean {
    return this.formWanted(variant) || this.nextUseful(variant.payload);
  }

  nextUseful(payload: Payload | undefined): boolean {
    return [...nextLayouts(this.#schemas, payload)].some((layout) => this.#useful.has(layout));
  }

  formWanted(variant: Variant): boolean {
    return (
      fieldsWanted(variant.fields, this.#wants) ||
      (variant.payload?.views.some((view) => this.#wants(view.filter)) ?? false) ||
      regionsOf(variant.fields).some((envelope) => regionWanted(this.#schemas, envelope, this.#wants))
    );
  }
}
