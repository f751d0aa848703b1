/** Fields by name. Those of a schema that comes with an outline are described when one of them is first asked for. */
import type { FieldInfo } from "../ir/fields.ts";
import type { Layout } from "../ir/nodes.ts";

/** Stands for each field of a schema until then. */
class Undescribed {
  readonly layout: Layout;

  constructor(layout: Layout) {
    this.layout = layout;
  }
}

export class KnownFields {
  /** In the order in which they became known. */
  readonly held: Map<string, FieldInfo | Undescribed> = new Map();
  readonly #describe: (layout: Layout) => ReadonlyMap<string, FieldInfo>;

  constructor(describe: (layout: Layout) => ReadonlyMap<string, FieldInfo>) {
    this.#describe = describe;
  }

  has(name: string): boolean {
    return this.held.has(name);
  }

  /** Known, and told of already. */
  isDescribed(name: string): boolean {
    const found = this.held.get(name);
    return found !== undefined && !(found instanceof Undescribed);
  }

  get(name: string): FieldInfo | undefined {
    const found = this.held.get(name);
    if (!(found instanceof Undescribed)) return found;
    const infos = this.#describe(found.layout);
    for (const [one, info] of infos) if (this.held.get(one) === found) this.held.set(one, info);
    return infos.get(name);
  }

  set(name: string, info: FieldInfo): void {
    this.held.set(name, info);
  }

  /** Names that are known already stay what they are. */
  defer(layout: Layout, names: readonly string[]): void {
    const later = new Undescribed(layout);
    for (const name of names) if (!this.held.has(name)) this.held.set(name, later);
  }

  keys(): Iterable<string> {
    return this.held.keys();
  }

  *values(): Generator<FieldInfo> {
    for (const name of this.held.keys()) {
      const info = this.get(name);
      if (info !== undefined) yield info;
    }
  }
}
