/** Columns of a row that are taken from a tree: by one walk over the headers that may hold any of them. */
import type { RowStore } from "../backends/extract/row-store.ts";
import type { FrameDissection } from "./dissection.ts";
import { Homes } from "./homes.ts";
import { eachPlace, valueAt } from "./places.ts";
import type { Registry } from "./registry.ts";
import type { ColumnPlace } from "./row-fill.ts";

export class TreeColumns {
  readonly #columns: ReadonlyMap<string, number>;
  /** Numbers of those that stand in trees. */
  readonly numbers: Int32Array;
  readonly #homes: Homes;
  /** Names that no tree holds: they are made of what is found in it. */
  readonly #made: readonly (readonly [string, number])[];

  constructor(registry: Registry, columns: ReadonlyMap<string, number>) {
    const isMade = (name: string): boolean => name.startsWith("_ws.");
    this.#columns = new Map([...columns].filter(([name]) => !isMade(name)));
    this.numbers = Int32Array.from(this.#columns.values());
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
        if (column !== undefined) found.push({ column, node, view });
      });
    }
    return found;
  }

  /** Do all of them stand in trees? */
  get isWhole(): boolean {
    return this.#made.length === 0;
  }

  /** All columns from a tree of the frame's own. */
  fillAll(store: RowStore, dissection: FrameDissection): void {
    for (const column of this.numbers) store.empty(column);
    for (const { column, node, view } of this.places(dissection)) {
      const value = valueAt(node, view, dissection.frame.data);
      if (value !== undefined) store.push(column, value);
    }
    for (const [name, column] of this.#made) {
      store.empty(column);
      for (const { value } of dissection.occurrences(name)) store.push(column, value);
    }
  }
}
