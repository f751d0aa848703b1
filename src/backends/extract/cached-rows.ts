/**
 * Common frames of which a cache may tell: their columns stay in variables, and are put into the store for whoever looks at the row.
 */
import { type Code, code, EMPTY, join, lines, Name } from "../../codegen/code.ts";
import { type FlowNumbers, lookUp } from "./flow-cache.ts";
import { PlainRowConsumer } from "./plain-rows.ts";
import { FLAGS, type RowStore } from "./row-store.ts";
import { COUNTS, type Filling, firstsOf, SET, type Told, VALUES } from "./rows.ts";
import type { Scope } from "./scope.ts";

const WORDS = new Name("flowNumbers");

interface Variables {
  readonly value: Name;
  readonly end: Name;
}

export class CachedRowConsumer extends PlainRowConsumer {
  readonly #cache: FlowNumbers;
  readonly #scope: Scope;
  /** Of columns that hold more than that they are there. */
  readonly #variables: ReadonlyMap<number, Variables>;

  constructor(store: RowStore, columns: readonly number[], scope: Scope, cache: FlowNumbers) {
    super(store, columns, scope);
    this.#cache = cache;
    this.#scope = scope;
    const named = columns
      .filter((column) => this.isCommon(column) && store.kinds[column] !== "label")
      .map((column): [number, Variables] => {
        const hint = (store.names[column] ?? "").replace(/\W/g, "_");
        return [column, { value: scope.fresh(hint), end: scope.fresh(`${hint}_end`) }];
      });
    this.#variables = new Map(named);
  }

  override get bindings(): Readonly<Record<string, unknown>> {
    return { ...super.bindings, [WORDS.text]: this.#cache.takeOver() };
  }

  override get setup(): Code {
    const made = [...this.#variables].flatMap(([column, { value, end }]) =>
      this.#hasEnd(column) ? [code`${value} = 0`, code`${end} = 0`] : [code`${value} = 0`],
    );
    return made.length === 0 ? super.setup : code`${super.setup}\nlet ${join(made, ", ")};`;
  }

  #hasEnd(column: number): boolean {
    const kind = this.store.kinds[column];
    return kind === "wide" || kind === "bytes";
  }

  protected override put(column: number, { value, end }: Filling): Code {
    const kept = this.#variables.get(column);
    if (kept === undefined || value === undefined) return EMPTY;
    return this.#hasEnd(column)
      ? code`${kept.value} = ${value}; ${kept.end} = ${end ?? code`0`};`
      : code`${kept.value} = ${value};`;
  }

  protected override settle(): Code {
    const puts = [...this.#variables].map(([column, { value, end }]) => {
      const filling = this.#hasEnd(column) ? { value, end } : { value };
      return code`if (${this.isFilled(column)}) { ${super.put(column, filling)} }`;
    });
    return join([...puts, super.settle()], "\n");
  }

  #first(column: number): Code {
    const value = this.#variables.get(column)?.value ?? code`0`;
    return this.store.isQuad[column] === 1 ? code`v.getUint32(${value})` : code`${value}`;
  }

  /** Statements for what a provided column gets, if anything. */
  #tell(column: number, value: Code | undefined, { test, isStored }: Told): Code {
    const given = this.#scope.fresh("given");
    const tested = value === undefined ? EMPTY : test(this.store.names[column] ?? "", code`${given}`);
    return lines([
      value === undefined ? EMPTY : code`const ${given} = ${value};`,
      tested,
      isStored ? this.#give(column, value && code`${given}`) : EMPTY,
    ]);
  }

  /** Statements that put a value into a provided column, or nothing. */
  #give(column: number, value: Code | undefined): Code {
    const { shown, room } = this.store;
    const told = (shown[column] ?? []).map(({ view, place }) => code`${firstsOf(view)}[${place}] = `);
    if (value === undefined) return code`${COUNTS}[${column}] = 0; ${told.map((one) => code`${one}NaN;`)}`;
    return code`${COUNTS}[${column}] = 1; ${VALUES}[${column * room}] = ${told}${value};`;
  }

  override run(record: Code, behind: Code, told: Told): Code {
    const all = super.run(record, behind, told);
    const { has, read, flows } = this.#cache.plan;
    const { store } = this;
    const addresses = [flows.source, flows.destination].map((name) => store.column(name));
    if (!has.every((column) => this.isCommon(column))) return all;
    if (!addresses.every((column) => store.isQuad[column] === 1)) return all;
    const ports = [flows.sourcePort, flows.destinationPort].map((name) => store.column(name));
    return lookUp({
      store,
      cache: this.#cache,
      words: WORDS,
      isShape: this.hasOnly(has, read),
      isIdle: this.hasOnly([], ports),
      first: (column) => this.#first(column),
      place: (column) => code`${this.#variables.get(column)?.value ?? code`0`}`,
      give: (column, value) => this.#tell(column, value, told),
      hit: told.isStored ? code`${SET}[${FLAGS.cached}] = 1;` : EMPTY,
      otherwise: all,
    });
  }

  override matched(settled: boolean, record: Code): Code {
    if (!settled) return super.matched(settled, record);
    return code`if (verdict === 1) {
if (${SET}[${FLAGS.cached}] !== 0) {
${this.settle()}
}
${this.show("match", record)}
}`;
  }
}
