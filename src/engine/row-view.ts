/** A row as one of its readers sees it: some columns of the store, under numbers of the reader's own. */
import type { RowStore } from "../backends/extract/row-store.ts";
import type { RawValue } from "../ir/fields.ts";
import type { Row } from "../ir/tracker.ts";
import type { Registry } from "./registry.ts";

/** The store's columns under the numbers that one reader gave them. */
class ColumnsRow implements Row {
  readonly #store: RowStore;
  readonly #columns: Int32Array;
  readonly firsts: Float64Array;
  readonly highs: Int32Array;

  constructor(store: RowStore, columns: Int32Array) {
    this.#store = store;
    ({ firsts: this.firsts, highs: this.highs } = store.addView(columns));
    this.#columns = columns;
  }

  get plain(): boolean {
    return this.#store.plain;
  }
  get frameNumber(): number {
    return this.#store.frameNumber;
  }
  get timestamp(): bigint | undefined {
    return this.#store.timestamp;
  }
  since(base: bigint): number {
    return this.#store.since(base);
  }
  count(column: number): number {
    return this.#store.count(this.#columns[column] ?? -1);
  }
  at(column: number, index = 0): RawValue | undefined {
    return this.#store.at(this.#columns[column] ?? -1, index);
  }
  size(column: number, index = 0): number {
    return this.#store.size(this.#columns[column] ?? -1, index);
  }
  number(column: number, index = 0): number {
    return this.#store.number(this.#columns[column] ?? -1, index);
  }
  word(column: number, index: number, word: number): number {
    return this.#store.word(this.#columns[column] ?? -1, index, word);
  }
}

/** In place of a column: the frame's time. */
const TIME = -2;

/** Columns of which some are the frame's time, which the store knows without a column. */
class TimedRow extends ColumnsRow {
  readonly #isTime: readonly boolean[];

  constructor(store: RowStore, columns: Int32Array) {
    super(store, columns);
    this.#isTime = Array.from(columns, (column) => column === TIME);
  }

  override count(column: number): number {
    if (this.#isTime[column] !== true) return super.count(column);
    return this.timestamp === undefined ? 0 : 1;
  }
  override at(column: number, index = 0): RawValue | undefined {
    if (this.#isTime[column] !== true) return super.at(column, index);
    return index === 0 ? this.timestamp : undefined;
  }
}

/** Names of the frame's time as it stands in the capture. */
export function timeNames(registry: Registry): ReadonlySet<string> {
  const fields = registry.layouts.get("frame")?.variants[0]?.fields ?? [];
  return new Set(
    fields
      .filter((field) => field.kind === "meta" && field.source === "timestamp")
      .flatMap(({ views }) => views.map(({ filter }) => filter)),
  );
}

/** The columns of some names, numbered in their order. `times`: those among them that are the frame's time. */
export function rowView(store: RowStore, names: readonly string[], times: ReadonlySet<string>): Row {
  const columns = Int32Array.from(names, (name) => (times.has(name) ? TIME : store.column(name)));
  return new (times.size === 0 ? ColumnsRow : TimedRow)(store, columns);
}
