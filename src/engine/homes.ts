/** Which headers may hold some names, as far as the schemas tell: the others need not be searched. */
import { namesOf } from "../backends/extract/coverage.ts";
import type { FieldIR, Layout } from "../ir/nodes.ts";
import { mentions } from "../ir/outline.ts";
import type { Registry } from "./registry.ts";

function hasOptions(fields: readonly FieldIR[]): boolean {
  return fields.some(
    (field) =>
      field.kind === "options" ||
      (field.kind === "group" && hasOptions(field.fields)) ||
      (field.kind === "repeat" && hasOptions(field.item)),
  );
}

export class Homes {
  readonly #registry: Registry;
  readonly #names: readonly string[];
  #revision = -1;
  /** A name that no schema has may stand anywhere: it tells of a problem. */
  #isAnywhere = true;
  #isInOptions = true;
  #known = new Map<Layout, boolean>();

  constructor(registry: Registry, names: Iterable<string>) {
    this.#registry = registry;
    this.#names = [...names];
  }

  #refresh(): void {
    this.#revision = this.#registry.revision;
    this.#known = new Map();
    const layouts = [...this.#registry.layouts.values()];
    const isIn = (list: readonly Layout[], name: string): boolean =>
      list.some((layout) => mentions(layout, name) && namesOf(layout).has(name));
    const options = layouts.filter(({ role }) => role === "option" || role === "envelope");
    this.#isAnywhere = this.#names.some((name) => !isIn(layouts, name));
    this.#isInOptions = this.#names.some((name) => isIn(options, name));
  }

  /** May a header of this schema, or an option in it, hold any of the names? */
  has(layout: Layout): boolean {
    if (this.#revision !== this.#registry.revision) this.#refresh();
    let known = this.#known.get(layout);
    if (known === undefined) {
      const names = namesOf(layout);
      const fields = layout.variants.flatMap((variant) => [
        ...variant.fields,
        ...(variant.payload?.behind ?? []),
      ]);
      known =
        this.#isAnywhere ||
        this.#names.some((name) => names.has(name)) ||
        (this.#isInOptions && hasOptions(fields));
      this.#known.set(layout, known);
    }
    return known;
  }
}
