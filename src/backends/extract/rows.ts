/** Columns of a {@link RowStore} as statements: each wanted field is put into its column where the walk finds it. */
import { type Code, code, EMPTY, join, Name } from "../../codegen/code.ts";
import type { ColumnKind } from "./column-kind.ts";
import { FLAGS, type RowStore } from "./row-store.ts";
import type { Scope } from "./scope.ts";
import type { Consumer, ProvidedSite, Site, SiteValue } from "./site.ts";
import { NotExtractable } from "./tables.ts";
import { takeCode, taken } from "./take.ts";
import { siteValue } from "./value.ts";
import { IRREGULAR, leave } from "./verdict.ts";
import { ROW_NAMES } from "./walk.ts";

export const ROWS: Name = new Name(ROW_NAMES.rows);
export const COUNTS: Name = new Name(ROW_NAMES.counts);
export const VALUES: Name = new Name(ROW_NAMES.values);
export const ENDS: Name = new Name(ROW_NAMES.ends);
export const SET: Name = new Name(ROW_NAMES.flags);
const TAKE = new Name("take");

/** Variable for what a view has of the first occurrences. */
export function firstsOf(view: number): Name {
  return new Name(`row${view}Firsts`);
}

/** Variable for the upper halves of those. */
export function highsOf(view: number): Name {
  return new Name(`row${view}Highs`);
}

function providedValue(kind: ColumnKind | undefined, place: Code): SiteValue {
  const value = code`${VALUES}[${place}]`;
  switch (kind) {
    case "number":
    case "boolean":
      return { kind: "number", number: value };
    case "wide":
      return { kind: "wide", high: code`(${ENDS}[${place}] >>> 0)`, low: value };
    default:
      return { kind: "label" };
  }
}

/** May generated code test what a tracker gives for such a column? */
export function isTestable(kind: ColumnKind | undefined): boolean {
  return kind !== undefined && kind !== "bytes" && kind !== "object";
}

/** Places whose values are put into columns. */
export type FilledSite = Exclude<Site, ProvidedSite>;

/** What is put into `values` and `ends` for an occurrence. */
export interface Filling {
  readonly value?: Code | Name;
  readonly end?: Code | Name | undefined;
}

/** Undefined where the value has to be made by {@link taken}. */
export function fillingOf(site: FilledSite, kind: ColumnKind | undefined): Filling | undefined {
  if (kind === "label") return {};
  if (!("field" in site)) return { value: site.range?.start ?? EMPTY, end: site.range?.end };
  try {
    const value = siteValue(site);
    if (value.kind === "number" && kind !== "bytes" && kind !== "object")
      return { value: value.number, end: kind === "wide" ? code`0` : undefined };
    if (value.kind === "wide" && kind === "wide") return { value: value.low, end: value.high };
    if (value.kind === "bytes" && kind === "bytes") return { value: value.range.start, end: value.range.end };
  } catch (thrown) {
    if (!(thrown instanceof NotExtractable)) throw thrown;
  }
  return undefined;
}

export function put(place: Code, { value, end }: Filling): Code {
  if (value === undefined) return EMPTY;
  const ends = end === undefined ? EMPTY : code` ${ENDS}[${place}] = ${end};`;
  return code`${VALUES}[${place}] = ${value};${ends} `;
}

/** What a tracker gave is looked at: `test` by the field's name; `isStored`: it is to be found in the columns as well. */
export interface Told {
  readonly test: (filter: string, value: Code) => Code;
  readonly isStored: boolean;
}

/** Fills the columns that stand in the bytes; those of trackers are filled when the row is run. */
export class RowConsumer implements Consumer {
  protected readonly store: RowStore;
  readonly #wanted: ReadonlyMap<string, number>;
  readonly #counters: ReadonlyMap<number, Name>;
  readonly #sites: Site[] = [];

  /** `columns`: numbers of the columns to fill. */
  constructor(store: RowStore, columns: readonly number[], scope: Scope) {
    this.store = store;
    this.#wanted = new Map(columns.map((column) => [store.names[column] ?? "", column]));
    this.#counters = new Map(
      columns
        .filter((column) => store.isRare[column] === 0)
        .map((column) => [column, scope.fresh(`n_${(store.names[column] ?? "").replace(/\W/g, "_")}`)]),
    );
  }

  get names(): readonly string[] {
    return [...this.#wanted.keys()];
  }

  get bindings(): Readonly<Record<string, unknown>> {
    const store = this.store;
    const take = (
      column: number,
      index: number,
      bytes: Uint8Array,
      bitOffset: number,
      bits: number,
      extra: number,
      layer: number,
    ): void => {
      const site = this.#sites[index];
      const one = site && taken(site, bytes, bitOffset, bits, extra, layer);
      if (one !== undefined) store.push(column, one.value);
    };
    return { rows: store, take };
  }

  /** What the rows are put into. */
  protected get arrays(): Code {
    const firsts = this.store.views.flatMap((_, view) => {
      const own = code`${ROWS}.views[${view}]`;
      return [code`${firstsOf(view)} = ${own}.firsts`, code`${highsOf(view)} = ${own}.highs`];
    });
    return code`const ${join([...firsts, code`${COUNTS} = ${ROWS}.counts`], ", ")}, ${VALUES} = ${ROWS}.values, ${ENDS} = ${ROWS}.ends, ${SET} = ${ROWS}.flags;`;
  }

  /** Empties the rare columns. */
  protected get emptied(): Code {
    return code`if (${SET}[${FLAGS.rare}] !== 0) ${ROWS}.emptyRare();`;
  }

  /** Statements that say whether no column has more than one occurrence. */
  protected setPlain(once: Code): Code {
    return code`${SET}[${FLAGS.plain}] = ${once} && ${SET}[${FLAGS.repeats}] === 0 ? 1 : 0;`;
  }

  /** Statements before the walk. */
  get setup(): Code {
    const counters = [...this.#counters.values()].map((name) => code`${name} = 0`);
    const made = counters.length === 0 ? [] : [code`let ${join(counters, ", ")};`];
    return join([this.arrays, ...made, this.emptied], "\n");
  }

  /** What a consumer does at the values of a column that trackers filled. */
  provided(filter: string, column: number, act: (site: ProvidedSite) => Code): Code {
    const index = new Name("n");
    const place = code`${column * this.store.room} + ${index}`;
    const body = act({
      kind: "provided",
      filter,
      value: providedValue(this.store.kinds[column], place),
    });
    if (body.text === "") return EMPTY;
    return code`for (let ${index} = 0; ${index} < ${COUNTS}[${column}]; ${index}++) { ${body} }`;
  }

  /** Do the columns stand elsewhere than before the trackers ran? */
  get moved(): Code {
    return code`${SET}[${FLAGS.room}] !== ${this.store.room}`;
  }

  /** Statements that give the counts and first values to the store. */
  protected settle(): Code {
    const { shown, kinds, room } = this.store;
    const counters = [...this.#counters];
    const statements = counters.flatMap(([column, name]) => {
      const first = code`${name} === 0 ? NaN : ${this.#first(column)}`;
      const high = code`${ENDS}[${column * room}]`;
      return [
        code`${COUNTS}[${column}] = ${name};`,
        ...(shown[column] ?? []).flatMap(({ view, place }) => [
          code`${firstsOf(view)}[${place}] = ${first};`,
          ...(kinds[column] === "wide" ? [code`${highsOf(view)}[${place}] = ${high};`] : []),
        ]),
      ];
    });
    // No counter is above 1 where all their bits together are not.
    const bits = join([code`0`, ...counters.map(([, name]) => code`${name}`)], " | ");
    return join([...statements, code`${ROWS}.shape[0] = -1;`, this.setPlain(code`(${bits}) < 2`)], "\n");
  }

  /** The first occurrence as a number (see `firsts` of a row). */
  #first(column: number): Code {
    const { room, kinds, isQuad } = this.store;
    const value = code`${VALUES}[${column * room}]`;
    if (kinds[column] === "number" || kinds[column] === "boolean" || kinds[column] === "wide") return value;
    return isQuad[column] === 1 ? code`v.getUint32(${value})` : code`0`;
  }

  /** Statements behind a regular walk: the row is shown. `record`: index of the capture's record, or -1. */
  finish(to: "run" | "match", record: Code): Code {
    return code`${this.settle()}\n${this.show(to, record)}`;
  }

  /**
   * Statements that show the row of each frame to the trackers, and `behind`, which look at what these gave. `told`: statements that
   * do so for one value of a field.
   */
  run(record: Code, behind: Code, _told: Told): Code {
    return join([this.finish("run", record), behind], "\n");
  }

  /** Statements that show a settled row. */
  protected show(to: "run" | "match", record: Code): Code {
    return code`${ROWS}.${new Name(to)}(b, v, number, ${record});`;
  }

  /** The same for frames that match. `settled`: the store has the row already. */
  matched(settled: boolean, record: Code): Code {
    const show = settled ? this.show("match", record) : this.finish("match", record);
    return code`if (verdict === 1) {\n${show}\n}`;
  }

  /** See {@link Consumer.instead}. */
  instead(_names: readonly string[]): Code | undefined {
    return undefined;
  }

  wants(filter: string): boolean {
    return this.#wanted.has(filter);
  }

  wantsRange(filter: string): boolean {
    return this.#wanted.has(filter);
  }

  at(site: Site): Code {
    const column = this.#wanted.get(site.filter);
    if (column === undefined || site.kind === "seen" || site.kind === "provided") return EMPTY;
    return "range" in site && site.range === undefined ? EMPTY : this.fill(site, column);
  }

  /** One occurrence. */
  protected fill(site: FilledSite, column: number): Code {
    const { room } = this.store;
    const rare = this.store.isRare[column] === 1;
    const counter = this.#counters.get(column) ?? code`${COUNTS}[${column}]`;
    const filled = rare ? code`${ROWS}.filledRare(${column}, v);` : code`${counter}++;`;
    const filling = fillingOf(site, this.store.kinds[column]);
    const full = code`if (${counter} === ${room}) ${leave(code`${IRREGULAR}`)}`;
    if (filling !== undefined)
      return code`${full}\n${put(code`${column * room} + ${counter}`, filling)}${filled}`;
    const index = this.#sites.push(site) - 1;
    const call = takeCode(site, (where) => code`${TAKE}(${column}, ${index}, b, ${where});`, code`1`);
    if (rare) return code`${full}\n${call} ${ROWS}.noteRare(${column});`;
    return code`${full}\n${COUNTS}[${column}] = ${counter}; ${call} ${counter} = ${COUNTS}[${column}];`;
  }
}
