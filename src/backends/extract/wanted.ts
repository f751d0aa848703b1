/** Which schemas the wanted names occur in, and which lead there. */
import type { FieldIR, Layout, Payload, Variant } from "../../ir/nodes.ts";
import { outlineOf } from "../../ir/outline.ts";
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
  return outlineOf(layout).names.some(wants);
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

/** The headers that are walked for a set of names. */
export class Reach {
  readonly #schemas: Schemas;
  readonly #wants: Wants;
  readonly #useful = new Set<Layout>();
  /** By dissector table: the schemas in it. */
  readonly #tables = new Map<string, ReadonlySet<Layout>>();
  /** Is a length of a payload wanted? In a part of a message there is none. */
  readonly measures: boolean;
  /** By envelope: is something in its region wanted? */
  readonly #regions = new Map<string, boolean>();

  constructor(schemas: Schemas, wants: Wants) {
    this.#schemas = schemas;
    this.#wants = wants;
    const headers = [...schemas.layouts.values()].filter((layout) => layout.role === "header");
    for (let before = -1; before !== this.#useful.size; ) {
      before = this.#useful.size;
      for (const layout of headers)
        if (!this.#useful.has(layout) && this.#reaches(layout)) this.#useful.add(layout);
    }
    this.measures = headers.some((layout) => outlineOf(layout).lengths?.some(wants) === true);
  }

  #reaches(layout: Layout): boolean {
    return this.#holds(layout) || this.#next(layout).some((next) => this.#useful.has(next));
  }

  /** Is something in the header itself wanted? */
  #holds(layout: Layout): boolean {
    const { names, regions } = outlineOf(layout);
    return (
      protocolWanted(layout, this.#wants) ||
      names.some(this.#wants) ||
      regions.some((one) => this.#region(one))
    );
  }

  #region(envelope: string): boolean {
    let wanted = this.#regions.get(envelope);
    if (wanted === undefined) {
      wanted = regionWanted(this.#schemas, envelope, this.#wants);
      this.#regions.set(envelope, wanted);
    }
    return wanted;
  }

  #table(name: string): ReadonlySet<Layout> {
    let layouts = this.#tables.get(name);
    if (layouts === undefined) {
      layouts = layoutsIn(this.#schemas.table(name));
      this.#tables.set(name, layouts);
    }
    return layouts;
  }

  /** Where a header may lead on to. */
  #next(layout: Layout): Layout[] {
    const { tables } = outlineOf(layout);
    return tables === undefined ? [] : this.#behind(tables);
  }

  #behind(tables: readonly string[]): Layout[] {
    const data = this.#schemas.layouts.get("data");
    return [...tables.flatMap((name) => [...this.#table(name)]), ...(data === undefined ? [] : [data])];
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
    if (payload === undefined) return false;
    return this.#behind(payload.next.map(({ table }) => table)).some((layout) => this.#useful.has(layout));
  }

  formWanted(variant: Variant): boolean {
    return (
      fieldsWanted(variant.fields, this.#wants) ||
      (variant.payload?.views.some((view) => this.#wants(view.filter)) ?? false) ||
      regionsOf(variant.fields).some((envelope) => this.#region(envelope))
    );
  }

  /**
   * The shortest way from a link type to a header that holds a wanted name; of several as short, the one whose headers were
   * registered first. It is the way of most frames.
   */
  wayFrom(linkType: number): readonly Layout[] {
    const table = this.#schemas.table("link.type");
    const entries = table?.exact.get(linkType) ?? [];
    const first = table?.forced.get(linkType) ?? entries[0]?.layout;
    const ways: (readonly Layout[])[] = first === undefined || !this.isUseful(first) ? [] : [[first]];
    const seen = new Set(ways.flat());
    // Others are added behind while these are gone through.
    for (const way of ways) {
      const last = way.at(-1);
      if (last === undefined || this.#holds(last)) return way;
      for (const next of this.#next(last)) {
        if (seen.has(next) || !this.isUseful(next)) continue;
        seen.add(next);
        ways.push([...way, next]);
      }
    }
    return [];
  }
}
