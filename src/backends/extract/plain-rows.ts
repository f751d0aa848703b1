/**
 * Columns of the frames that a capture is full of: none that is seldom there, and no field more than once. Code for these alone is
 * small, and has one variable for thirty columns; it leaves every other frame to the code of a {@link RowConsumer}.
 */
import { type Code, code, EMPTY, join, Name } from "../../codegen/code.ts";
import { type RowStore, SHAPE_BITS } from "./row-store.ts";
import {
  ENDS,
  type FilledSite,
  type Filling,
  fillingOf,
  firstsOf,
  highsOf,
  put,
  ROWS,
  RowConsumer,
  VALUES,
} from "./rows.ts";
import type { Scope } from "./scope.ts";
import { leave, SELDOM } from "./verdict.ts";

const ORDER = new Name("order");
const SHAPE = new Name("rowShape");

export class PlainRowConsumer extends RowConsumer {
  /** Columns by the number of their bit, counted on from one variable to the next. */
  readonly #order: Int32Array;
  readonly #bits: ReadonlyMap<number, number>;
  /** A bit of these is set where the column was filled. */
  readonly #seen: readonly Name[];
  /** A column's values are made one by one: there is nothing to be won. */
  fits = true;

  constructor(store: RowStore, columns: readonly number[], scope: Scope) {
    super(store, columns, scope);
    this.#order = Int32Array.from(columns.filter((column) => store.isRare[column] === 0));
    this.#bits = new Map([...this.#order].map((column, bit) => [column, bit]));
    const variables = Math.ceil(this.#order.length / SHAPE_BITS);
    this.#seen = Array.from({ length: variables }, () => scope.fresh("seen"));
  }

  override get bindings(): Readonly<Record<string, unknown>> {
    return { ...super.bindings, order: this.#order };
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

  /** Has it a bit? */
  protected isCommon(column: number): boolean {
    return this.#bits.has(column);
  }

  override instead(names: readonly string[]): Code | undefined {
    return names.some((name) => this.store.isRare[this.store.column(name)] === 1)
      ? leave(code`${SELDOM}`)
      : undefined;
  }

  protected override fill(site: FilledSite, column: number): Code {
    const bit = this.#bits.get(column);
    const seldom = leave(code`${SELDOM}`);
    if (bit === undefined) return seldom;
    const filling = fillingOf(site, this.store.kinds[column]);
    if (filling === undefined) {
      this.fits = false;
      return EMPTY;
    }
    const once = code`if (${this.isFilled(column)}) ${seldom}\n${this.#variable(bit)} |= ${2 ** (bit % SHAPE_BITS)};`;
    return filling.value === undefined ? once : code`${once}\n${this.put(column, filling)}`;
  }

  #variable(bit: number): Name {
    return this.#seen[Math.floor(bit / SHAPE_BITS)] as Name; // made for each bit
  }

  /** Truth of a column's being filled. */
  protected isFilled(column: number): Code {
    const bit = this.#bits.get(column) ?? 0;
    return code`(${this.#variable(bit)} & ${2 ** (bit % SHAPE_BITS)}) !== 0`;
  }

  /** Truth of the frame's having all of some columns, and of others none else. */
  protected hasOnly(wanted: readonly number[], others: readonly number[]): Code {
    const has = this.#masks(wanted);
    const tests = this.#masks([...wanted, ...others]).map(
      (mask, index) => code`(${this.#seen[index]} & ${mask}) === ${has[index]}`,
    );
    return join(tests, " && ");
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

  /** Statements that put the only occurrence into a column. */
  protected put(column: number, filling: Filling): Code {
    const { kinds, isQuad, room, shown } = this.store;
    const { value, end } = filling;
    if (value === undefined) return EMPTY;
    const kind = kinds[column];
    const place = code`${column * room}`;
    const views = shown[column] ?? [];
    /** Told to the views, and the same once more as a value. */
    const first = (one: Code | Name): Code =>
      views.reduce((rest, { view, place: at }) => code`${firstsOf(view)}[${at}] = ${rest}`, code`${one}`);
    if (isQuad[column] === 1) {
      const quad = views.length === 0 ? EMPTY : code` ${first(code`v.getUint32(${value})`)};`;
      return code`${put(place, filling)}${quad}`;
    }
    // Of other types `reshape` tells what stands for the first occurrence.
    if (kind !== "number" && kind !== "boolean" && kind !== "wide") return put(place, filling);
    const high = views.reduce(
      (rest, one) => code`${highsOf(one.view)}[${one.place}] = ${rest}`,
      code`${end ?? EMPTY}`,
    );
    const ends = end === undefined ? EMPTY : code` ${ENDS}[${place}] = ${high};`;
    return code`${VALUES}[${place}] = ${first(value)};${ends}`;
  }
}
