/**
 * Columns of the frames that a capture is full of: none that is seldom there, and no field more than once. Code for these alone is
 * small, and has one variable for thirty columns; it leaves every other frame to the code of a {@link RowConsumer}.
 */
import { type Code, code, EMPTY, join, Name } from "../../codegen/code.ts";
import { type FlowNumbers, lookUp } from "./flow-cache.ts";
import { FLAGS, type RowStore, SHAPE_BITS } from "./row-store.ts";
import {
  COUNTS,
  ENDS,
  type FilledSite,
  fillingOf,
  firstsOf,
  highsOf,
  put,
  ROWS,
  RowConsumer,
  SET,
  VALUES,
} from "./rows.ts";
import type { Scope } from "./scope.ts";
import { leave, SELDOM } from "./verdict.ts";

const ORDER = new Name("order");
const SHAPE = new Name("rowShape");
const KEPT = new Name("flowNumbers");

export class PlainRowConsumer extends RowConsumer {
  /** Columns by the number of their bit, counted on from one variable to the next. */
  readonly #order: Int32Array;
  readonly #bits: ReadonlyMap<number, number>;
  /** A bit of these is set where the column was filled. */
  readonly #seen: readonly Name[];
  /** A column's values are made one by one: there is nothing to be won. */
  fits = true;
  readonly #cache: FlowNumbers | undefined;

  constructor(store: RowStore, columns: readonly number[], scope: Scope, cache?: FlowNumbers) {
    super(store, columns, scope);
    this.#order = Int32Array.from(columns.filter((column) => store.isRare[column] === 0));
    this.#bits = new Map([...this.#order].map((column, bit) => [column, bit]));
    const variables = Math.ceil(this.#order.length / SHAPE_BITS);
    this.#seen = Array.from({ length: variables }, () => scope.fresh("seen"));
    const hasBits = cache?.plan.has.every((column) => this.#bits.has(column)) === true;
    this.#cache = hasBits ? cache : undefined;
  }

  override get bindings(): Readonly<Record<string, unknown>> {
    return { ...super.bindings, order: this.#order, [KEPT.text]: this.#cache?.takeOver() };
  }

  override get setup(): Code {
    const made = this.#seen.map((name) => code`${name} = 0`);
    const variables = made.length === 0 ? EMPTY : code`\nlet ${join(made, ", ")};`;
    return code`${this.arrays} const ${SHAPE} = ${ROWS}.shape;${variables}`;
  }

  protected override settle(): Code {
    const seen = this.#seen;
    const differ = seen.map((name, index) => code`${name} !== ${SHAPE}[${index}]`);
    const told = seen.map((name, index) => code`${ROWS}.seen[${index}] = ${name};`);
    const changed =
      seen.length === 0
        ? EMPTY
        : code`if (${join(differ, " || ")}) {\n${[...told, code`${ROWS}.reshape(${ORDER});`]}\n}`;
    return code`${this.emptied}\n${changed}\n${this.setPlain(code`true`)}`;
  }

  /** Bits of columns, by variable. */
  #masks(columns: readonly number[]): readonly number[] {
    const masks = this.#seen.map(() => 0);
    for (const column of columns) {
      const bit = this.#bits.get(column);
      if (bit === undefined) continue;
      const at = Math.floor(bit / SHAPE_BITS);
      masks[at] = (masks[at] ?? 0) | (2 ** (bit % SHAPE_BITS));
    }
    return masks;
  }

  protected override run(record: Code): Code {
    const call = super.run(record);
    const cache = this.#cache;
    if (cache === undefined) return call;
    const { store } = this;
    const { has: wanted, read } = cache.plan;
    const has = this.#masks(wanted);
    const isShape = this.#masks([...wanted, ...read]).map(
      (mask, index) => code`(${this.#seen[index]} & ${mask}) === ${has[index]}`,
    );
    const first = (column: number): Code =>
      (store.shown[column] ?? []).map(({ view, place }) => code`${firstsOf(view)}[${place}]`)[0] ?? EMPTY;
    const give = (column: number, value: Code | undefined): Code => {
      const told = (store.shown[column] ?? []).map(({ view, place }) => code`${firstsOf(view)}[${place}] = `);
      if (value === undefined) return code`${COUNTS}[${column}] = 0; ${told.map((one) => code`${one}NaN;`)}`;
      return code`${COUNTS}[${column}] = ${SET}[${FLAGS.cached}] = 1; ${VALUES}[${column * store.room}] = ${told}${value};`;
    };
    return lookUp({
      store,
      cache,
      words: KEPT,
      isShape: join(isShape, " && "),
      first,
      give,
      otherwise: call,
    });
  }

  override instead(names: readonly string[]): Code | undefined {
    return names.some((name) => this.store.isRare[this.store.column(name)] === 1)
      ? leave(code`${SELDOM}`)
      : undefined;
  }

  protected override fill(site: FilledSite, column: number): Code {
    const { kinds, isQuad, room, shown } = this.store;
    const bit = this.#bits.get(column);
    const seldom = leave(code`${SELDOM}`);
    if (bit === undefined) return seldom;
    const kind = kinds[column];
    const filling = fillingOf(site, kind);
    if (filling === undefined) {
      this.fits = false;
      return EMPTY;
    }
    const seen = this.#seen[Math.floor(bit / SHAPE_BITS)] as Name; // made for each bit
    const mask = code`${2 ** (bit % SHAPE_BITS)}`;
    const once = code`if ((${seen} & ${mask}) !== 0) ${seldom}\n${seen} |= ${mask};`;
    const place = code`${column * room}`;
    const views = shown[column] ?? [];
    /** Told to the views, and the same once more as a value. */
    const first = (value: Code | Name): Code =>
      views.reduce((rest, one) => code`${firstsOf(one.view)}[${one.place}] = ${rest}`, code`${value}`);
    const { value, end } = filling;
    if (value === undefined) return code`${once}`;
    if (isQuad[column] === 1) {
      const quad = views.length === 0 ? EMPTY : code` ${first(code`v.getUint32(${value})`)};`;
      return code`${once}\n${put(place, filling)}${quad}`;
    }
    // Of other types `reshape` tells what stands for the first occurrence.
    if (kind !== "number" && kind !== "boolean" && kind !== "wide")
      return code`${once}\n${put(place, filling)}`;
    const high = views.reduce(
      (rest, one) => code`${highsOf(one.view)}[${one.place}] = ${rest}`,
      code`${end ?? EMPTY}`,
    );
    const ends = end === undefined ? EMPTY : code` ${ENDS}[${place}] = ${high};`;
    return code`${once}\n${VALUES}[${place}] = ${first(value)};${ends}`;
  }
}
