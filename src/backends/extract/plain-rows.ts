/**
 * Columns of the frames that a capture is full of: none that is seldom there, and no field more than once. Code for these alone is
 * small, and has one variable for thirty columns; it leaves every other frame to the code of a {@link RowConsumer}.
 */
import { type Code, code, EMPTY, join, Name } from "../../codegen/code.ts";
import { type RowStore, SHAPE_BITS } from "./row-store.ts";
import { type FilledSite, fillingOf, firstsOf, put, ROWS, RowConsumer, VALUES } from "./rows.ts";
import type { Scope } from "./scope.ts";
import { leave, SELDOM } from "./walk.ts";

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
    if (this.#seen.length === 0) return EMPTY;
    const made = this.#seen.map((name) => code`${name} = 0`);
    return code`${this.arrays} const ${SHAPE} = ${ROWS}.shape;\nlet ${join(made, ", ")};`;
  }

  protected override settle(): Code {
    const seen = this.#seen;
    const differ = seen.map((name, index) => code`${name} !== ${SHAPE}[${index}]`);
    const told = seen.map((name, index) => code`${ROWS}.seen[${index}] = ${name};`);
    const changed =
      seen.length === 0
        ? EMPTY
        : code`if (${join(differ, " || ")}) {\n${[...told, code`${ROWS}.reshape(${ORDER});`]}\n}`;
    return code`if (${ROWS}.hasRare) ${ROWS}.emptyRare();\n${changed}\n${ROWS}.plain = true;`;
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
    const place = code`${column * room}`;
    const views = shown[column] ?? [];
    const first = (value: Code): Code =>
      views.reduce((rest, { view, place }) => code`${firstsOf(view)}[${place}] = ${rest}`, code`${value};`);
    const isNumber = kind === "number" || kind === "boolean";
    // Of other types `reshape` tells what stands for the first occurrence.
    const statements = isNumber
      ? [code`${VALUES}[${place}] = ${first(code`${filling.value ?? EMPTY}`)}`]
      : [
          put(place, filling),
          isQuad[column] === 1 && views.length > 0
            ? first(code`v.getUint32(${filling.value ?? EMPTY})`)
            : EMPTY,
        ];
    return code`if ((${seen} & ${mask}) !== 0) ${seldom}\n${seen} |= ${mask};\n${join(
      statements.filter((one) => one.text !== ""),
      "\n",
    )}`;
  }
}
