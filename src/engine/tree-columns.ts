/** Columns of a row that are taken from a tree: by one walk over the headers that may hold any of them. */
import type { RowStore } from "../backends/extract/row-store.ts";
import type { FieldNode } from "../ir/tree.ts";
import { type ViewReader, viewReader } from "../ir/views.ts";
import type { FrameDissection } from "./dissection.ts";
import { Homes } from "./homes.ts";
import { eachPlace, type Place, valueAt } from "./places.ts";
import type { Registry } from "./registry.ts";

/** Where a column has a value. */
export interface ColumnPlace extends Place {
  readonly column: number;
  /** For fields. */
  readonly read: ViewReader | undefined;
}

export class TreeColumns {
  readonly #columns: ReadonlyMap<string, number>;
  readonly #numbers: Int32Array;
  readonly #homes: Homes;
  /** Names that no tree holds: they are made of what is found in it. */
  readonly #made: readonly (readonly [string, number])[];

  constructor(registry: Registry, columns: ReadonlyMap<string, number>) {
    const isMade = (name: string): boolean => name.startsWith("_ws.");
    this.#columns = new Map([...columns].filter(([name]) => !isMade(name)));
    this.#numbers = Int32Array.from(this.#columns.values());
    this.#made = [...columns].filter(([name]) => isMade(name));
    this.#homes = new Homes(registry, this.#columns.keys());
  }

  /** Where the columns' values stand in a tree. */
  places({ layers }: FrameDissection): readonly ColumnPlace[] {
    const columns = this.#columns;
    const found: ColumnPlace[] = [];
    for (const layer of layers) {
      if (columns.size === 0 || !this.#homes.has(layer.layout)) continue;
      eachPlace(layer, (name, node, view) => {
        const column = columns.get(name);
        const read = view && "kind" in node && node.kind === "field" ? viewReader(view) : undefined;
        if (column !== undefined) found.push({ column, node, view, read });
      });
    }
    return found;
  }

  /** Do all of them stand in trees? */
  get isWhole(): boolean {
    return this.#made.length === 0;
  }

  /** Those that stand in trees. */
  fill(store: RowStore, data: Uint8Array, places: readonly ColumnPlace[]): void {
    for (const column of this.#numbers) store.empty(column);
    for (const { column, node, view, read } of places) {
      const value = read === undefined ? valueAt(node, view, data) : read(node as FieldNode, data); // as it was made
      if (value !== undefined) store.push(column, value);
    }
  }

  /** All columns from a tree of the frame's own. */
  fillAll(store: RowStore, dissection: FrameDissection): void {
    this.fill(store, dissection.frame.data, this.places(dissection));
    for (const [name, column] of this.#made) {
      store.empty(column);
      for (const { value } of dissection.occurrences(name)) store.push(column, value);
    }
  }
}
