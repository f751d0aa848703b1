/** The rows of trackers: one store of columns, which each tracker sees under its own numbers, and what they provide. */
import { notCovered } from "../backends/extract/coverage.ts";
import { CACHE_BYTES, type CachedNumber, FlowNumbers, namesIn } from "../backends/extract/flow-cache.ts";
import { FLAGS, RowStore } from "../backends/extract/row-store.ts";
import { makeRoom } from "../bytes/room.ts";
import { canGenerate } from "../codegen/function.ts";
import type { FieldInfo, Occurrence, RawValue } from "../ir/fields.ts";
import type { CachedFlows, Provide, ProvidedField, Row, Tracker } from "../ir/tracker.ts";
import type { GeneratedNode } from "../ir/tree.ts";
import { type Placed, type Placing, prepare } from "./generated.ts";
import type { Registry } from "./registry.ts";
import { rowView, timeNames } from "./row-view.ts";
import type { SharedTree } from "./shared-tree.ts";

/** Name of what a provided field stands behind or in: without it, it has no place. */
function anchorOf({ info, placement }: ProvidedField): string {
  return placement.after ?? placement.layer ?? info.protocol;
}

/** What is asked for, and what that stands behind or under. */
function wantedNames(
  given: ReadonlyMap<string, ProvidedField>,
  isAsked: (name: string) => boolean,
): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (name: string): void => {
    const field = given.get(name);
    if (field === undefined || found.has(name)) return;
    found.add(name);
    add(anchorOf(field));
    add(field.placement.under ?? "");
  };
  for (const name of given.keys()) if (isAsked(name)) add(name);
  return found;
}

/** What the rows are for. */
export interface RowsInput {
  readonly early: readonly Tracker[];
  /** Trackers that run only where there is a tree. */
  readonly late: readonly Tracker[];
  /** Trackers that do not run: what they provide is known, and has no values. */
  readonly idle: readonly Tracker[];
  /** Names that are asked for; all that the trackers provide where it is undefined. */
  readonly wanted: ReadonlySet<string> | undefined;
  /** Names that others than trackers read. */
  readonly columns?: readonly string[] | undefined;
}

/** Which columns the values went to in their order, as the how manieth of the column, and which header each belongs to. */
export interface GivenOrder {
  readonly columns: Int32Array;
  readonly nths: Int32Array;
  readonly headers: Int32Array;
}

const UNWANTED = -1;
const NOWHERE = -1;
const NO_NAMES: ReadonlySet<string> = new Set();

export class Rows {
  readonly store: RowStore;
  /** Names of the columns that stand in the bytes, by their number. */
  readonly inBytes: ReadonlyMap<string, number>;
  /** Names of columns that only late trackers read, and only a tree tells. */
  readonly inTree: ReadonlyMap<string, number>;
  /** Columns that trackers fill, by name. */
  readonly provided: ReadonlyMap<string, number>;
  /** Names that provided fields stand behind. */
  readonly #anchorNames: ReadonlySet<string>;
  readonly #registry: Registry;
  readonly #fields: ReadonlyMap<number, ProvidedField>;
  /** The provided fields, by column, as far as they were put into a tree. */
  readonly #placed: (Placed | undefined)[] = [];
  /** By column: values that were put into a tree. */
  readonly #next: Int32Array;
  /** Column of each provided column's anchor. */
  readonly #anchors: Int32Array;
  /** Provided names that are asked for. */
  readonly #wanted: ReadonlySet<string>;
  /** Columns that are the frame's time. */
  readonly #times: Int32Array;
  /** Columns of the values that this frame's trackers gave, in their order, as far as `#count` goes. */
  readonly #order: number[] = [];
  /** The header that each of them belongs to. */
  readonly #headers: number[] = [];
  #count = 0;
  /** Of the tracker, where there is one alone. */
  readonly cache: FlowNumbers | undefined;

  constructor(registry: Registry, { early: first, late, idle, wanted, columns = [] }: RowsInput) {
    const trackers = [...first, ...late];
    const given = new Map(
      [...trackers, ...idle].flatMap(({ provides }) =>
        provides.map((field) => [field.info.name, field] as const),
      ),
    );
    const required = new Set(trackers.flatMap(({ requires }) => requires));
    const names = new Set([...columns, ...required, ...given.keys(), ...[...given.values()].map(anchorOf)]);
    const fields = [...names].map(
      (name): Pick<FieldInfo, "name" | "type"> =>
        given.get(name)?.info ?? registry.fields.get(name) ?? { name, type: "FT_NONE" },
    );
    // What one of them reads often is no rarity.
    const often = new Set([
      ...columns,
      ...trackers.flatMap(({ requires, seldom = [] }) => requires.filter((name) => !seldom.includes(name))),
    ]);
    const rare = trackers.flatMap(({ seldom = [] }) => seldom).filter((name) => !often.has(name));
    this.#wanted = wantedNames(
      given,
      (name) => wanted === undefined || wanted.has(name) || required.has(name),
    );
    const [only] = first;
    const flows =
      trackers.length === 1 && canGenerate() ? only?.cached?.((name) => this.wants(name)) : undefined;
    // Rows, what is kept of flows and the bytes that are read afterwards had better stand in one memory.
    if (flows !== undefined) makeRoom(CACHE_BYTES);
    this.store = new RowStore(fields, new Set(rare));
    const numbered = fields.map(({ name }, column) => [name, column] as const);
    this.provided = new Map(numbered.filter(([name]) => given.has(name)));
    this.#fields = new Map([...given].map(([name, field]) => [this.store.column(name), field] as const));
    this.#registry = registry;
    this.#next = new Int32Array(fields.length);
    this.#anchorNames = new Set([...given.values()].flatMap(({ placement }) => placement.after ?? []));
    this.#anchors = new Int32Array(fields.length).fill(-1);
    for (const [column, field] of this.#fields) this.#anchors[column] = this.store.column(anchorOf(field));
    const early = new Set([...columns, ...this.#read(first)]);
    const all = new Set([...early, ...this.#read(late)]);
    const times = timeNames(registry);
    const isLate = (name: string): boolean => !early.has(name) && notCovered(registry, name) !== undefined;
    const read = numbered.filter(([name]) => !given.has(name) && all.has(name));
    this.#times = Int32Array.from(read.filter(([name]) => times.has(name)).map(([, column]) => column));
    const outside = read.filter(([name]) => !times.has(name));
    this.inTree = new Map(outside.filter(([name]) => isLate(name)));
    this.inBytes = new Map(outside.filter(([name]) => !this.inTree.has(name)));
    this.cache = only && flows && this.#cacheFor(only, flows);
  }

  /** Undefined where not all that is given is a number of at most 32 bits. */
  #cacheFor(tracker: Tracker, flows: CachedFlows): FlowNumbers | undefined {
    const columnsOf = (names: readonly string[]): number[] => names.map((name) => this.store.column(name));
    const indices = [...flows.values.keys()];
    const has = new Set(columnsOf(namesIn(flows)));
    const given = new Map<number, CachedNumber | undefined>();
    for (const [index, { info }] of tracker.provides.entries()) {
      if (!this.wants(info.name)) continue;
      const value = flows.values.get(index);
      const column = this.store.column(info.name);
      const { type } = info;
      given.set(
        column,
        value && { value, index: indices.indexOf(index), isSigned: type.startsWith("FT_INT") },
      );
      if (value === undefined) continue;
      if (this.store.kinds[column] !== "number") return undefined;
      // A value that stands behind a field has no place without it.
      const anchor = this.#anchors[column] ?? NOWHERE;
      if (!this.#fields.has(anchor)) has.add(anchor);
    }
    return new FlowNumbers({ flows, has: [...has], read: columnsOf(this.#read([tracker])), given });
  }

  /** Names that trackers read: what they require, and what the values that they are asked for stand behind. */
  #read(trackers: readonly Tracker[]): readonly string[] {
    const wants = (name: string): boolean => this.wants(name);
    return trackers.flatMap(({ reads, requires, provides }) => [
      ...(reads?.(wants) ?? requires),
      ...provides.filter(({ info }) => wants(info.name)).map(anchorOf),
    ]);
  }

  /** Is what is provided under the name asked for? */
  wants(name: string): boolean {
    return this.#wanted.has(name);
  }

  /** The columns of some names, numbered in their order. `times`: those among them that are the frame's time. */
  view(names: readonly string[], times: ReadonlySet<string> = NO_NAMES): Row {
    return rowView(this.store, names, times);
  }

  provider(tracker: Tracker): Provide {
    const { store } = this;
    const columns = Int32Array.from(tracker.provides, ({ info }) => {
      const column = store.column(info.name);
      return this.wants(info.name) ? column : UNWANTED;
    });
    const anchors = columns.map((column) => this.#anchors[column] ?? UNWANTED);
    const numbers = Uint8Array.from(columns, (column) => Number(store.kinds[column] === "number"));
    const { counts } = store;
    return (field, value, header = 0) => {
      const column = columns[field] ?? UNWANTED;
      // A value for a header that is not there has no place.
      if (column === UNWANTED || header >= (counts[anchors[field] ?? UNWANTED] ?? 0)) return;
      if (numbers[field] === 1 && typeof value === "number") store.pushNumber(column, value, header);
      else store.push(column, value, header);
      this.#headers[this.#count] = header;
      this.#order[this.#count++] = column;
    };
  }

  /** Takes over what generated code gave from the cache. */
  #adopt(): void {
    const { flags, counts, headers, room } = this.store;
    if (flags[FLAGS.cached] === 0) return;
    flags[FLAGS.cached] = 0;
    this.#count = 0;
    for (const column of this.cache?.plan.given.keys() ?? []) {
      if (counts[column] === 0) continue;
      headers[column * room] = 0;
      this.#headers[this.#count] = 0;
      this.#order[this.#count++] = column;
    }
  }

  /** Before the trackers run. */
  begin(): void {
    this.#adopt();
    for (let index = 0; index < this.#count; index++) this.store.empty(this.#order[index] as number); // below it
    this.#count = 0;
    for (const column of this.#times) {
      this.store.empty(column);
      const { timestamp } = this.store;
      if (timestamp !== undefined) this.store.push(column, timestamp);
    }
  }

  #placedField(column: number): Placed | undefined {
    const known = this.#placed[column];
    const field = known === undefined ? this.#fields.get(column) : undefined;
    if (field === undefined) return known;
    const made = prepare(field, this.#registry, (name) => this.provided.has(name), this.#anchorNames);
    this.#placed[column] = made;
    return made;
  }

  /** What the trackers gave, values aside. */
  order(): GivenOrder {
    this.#adopt();
    this.#next.fill(0);
    const columns = Int32Array.from(this.#order.slice(0, this.#count));
    const nths = columns.map((column) => {
      const nth = this.#next[column] ?? 0;
      this.#next[column] = nth + 1;
      return nth;
    });
    return { columns, nths, headers: Int32Array.from(this.#headers.slice(0, this.#count)) };
  }

  /** Did they give the same again? */
  isOrder({ columns, headers }: GivenOrder): boolean {
    this.#adopt();
    if (columns.length !== this.#count) return false;
    for (let index = 0; index < columns.length; index++)
      if (columns[index] !== this.#order[index] || headers[index] !== this.#headers[index]) return false;
    return true;
  }

  /** Puts what the trackers gave into a tree, in their order. By that order: the node that each value got, if any. */
  place(placing: Placing): readonly (GeneratedNode | undefined)[] {
    const { columns, nths, headers } = this.order();
    return Array.from(columns, (column, index) => {
      const field = this.#placedField(column);
      const value = this.store.at(column, nths[index] ?? 0);
      return field && value !== undefined ? placing.add(field, value, headers[index] ?? 0) : undefined;
    });
  }

  /** Gives a tree that has its nodes already the values of this frame. */
  give(tree: SharedTree, { columns, nths }: GivenOrder): void {
    for (let index = 0; index < columns.length; index++)
      tree.giveFound(index, this.store.at(columns[index] as number, nths[index] as number)); // one of each
  }

  /** The values of a provided name in the order of the headers; undefined where the order hangs on more than that. */
  occurrences(name: string): readonly Occurrence[] | undefined {
    this.#adopt();
    const column = this.store.column(name);
    const list: Occurrence[] = [];
    for (let index = 0; index < this.store.count(column); index++) {
      // One value a header, in order: then the place of each follows from its number.
      if (this.store.headers[column * this.store.room + index] !== index) return undefined;
      list.push({ value: this.store.at(column, index) as RawValue, layer: 1 }); // index is below the count
    }
    return list;
  }
}
