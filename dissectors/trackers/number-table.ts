/** Rows of numbers in order of their first one: what a connection remembers of its segments, without an object for each. */
import type { Slab } from "./slab.ts";

/** Doubled, it holds a little more than the 32 or 64 rows after which logs forget. */
const FIRST_ROWS = 9;

/** As many cells are moved sooner one by one than by a call. */
const FEW_CELLS = 64;

/** Moves cells [from, end) down to `to`, or to where none of them lies. */
function move(cells: Float64Array, to: number, from: number, end: number): void {
  if (end - from > FEW_CELLS) cells.copyWithin(to, from, end);
  else for (let at = from; at < end; at++) cells[to + at - from] = cells[at] as number; // below the end
}

export abstract class NumberTable {
  protected readonly slab: Slab;
  /** Cells besides the rows. */
  protected readonly own: number;
  readonly #width: number;
  /** The cells that there are for rows. */
  #start: number;
  #room: number;
  /** Cell of the first row: rows that were dropped lie before it. */
  #first: number;
  #count = 0;

  /** `own`: how many cells besides the rows. */
  constructor(width: number, slab: Slab, own = 0) {
    this.slab = slab;
    // Before the rows, beside what others took: all of it is asked for together.
    this.own = slab.take(own);
    this.#width = width;
    this.#room = width * FIRST_ROWS;
    this.#start = slab.take(this.#room);
    this.#first = this.#start;
  }

  protected get count(): number {
    return this.#count;
  }

  /** NaN where there is no such row. */
  protected get(row: number, column: number): number {
    if (row >= this.#count) return Number.NaN;
    return this.slab.cells[this.#first + row * this.#width + column] as number; // a cell of the table's own
  }

  protected set(row: number, column: number, value: number): void {
    this.slab.cells[this.#first + row * this.#width + column] = value;
  }

  /**
   * Makes a row at an index: rows from there on move up. What is in it is left over from another. Index of its first number
   * among the slab's cells, good until more room is taken.
   */
  protected insert(row: number): number {
    const width = this.#width;
    if (this.#first + (this.#count + 1) * width > this.#start + this.#room) this.#makeRoom();
    if (row < this.#count) {
      const place = this.#first + row * width;
      this.slab.cells.copyWithin(place + width, place, this.#first + this.#count * width);
    }
    this.#count++;
    return this.#first + row * width;
  }

  #makeRoom(): void {
    const { slab } = this;
    const room = this.#room;
    const start = this.#start;
    const first = this.#first;
    if ((first - start) * 2 < room) {
      this.#room = room * 2;
      this.#start = slab.take(this.#room);
    }
    move(slab.cells, this.#start, first, first + this.#count * this.#width);
    this.#first = this.#start;
    if (this.#start !== start) slab.give(start, room);
  }

  /** Drops the first rows. */
  protected drop(rows: number): void {
    this.#count -= rows;
    this.#first = this.#count === 0 ? this.#start : this.#first + rows * this.#width;
  }

  /** Drops a row; those behind it move down. */
  protected removeRow(row: number): void {
    const place = this.#first + row * this.#width;
    move(this.slab.cells, place, place + this.#width, this.#first + this.#count * this.#width);
    this.#count--;
  }

  /** Index of the first row whose first number is not below `value`. */
  protected indexOf(value: number): number {
    const { cells } = this.slab;
    const first = this.#first;
    const width = this.#width;
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cells[first + middle * width] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Index behind the last row whose first number is `value` or below it. Most are asked for at the end. */
  protected behind(value: number): number {
    const { cells } = this.slab;
    const first = this.#first;
    const width = this.#width;
    const last = this.#count - 1;
    if (last < 0 || (cells[first + last * width] ?? 0) <= value) return last + 1;
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cells[first + middle * width] ?? 0) <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
