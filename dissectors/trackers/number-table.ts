/** Rows of numbers in order of their first one: what a connection remembers of its segments, without an object for each. */

const FIRST_ROWS = 8;

export class NumberTable {
  readonly width: number;
  #cells: Float64Array;
  /** Cell of the first row: rows that were dropped lie before it. */
  #first = 0;
  #count = 0;

  constructor(width: number) {
    this.width = width;
    this.#cells = new Float64Array(width * FIRST_ROWS);
  }

  get count(): number {
    return this.#count;
  }

  /** NaN where there is no such row. */
  get(row: number, column: number): number {
    return row < this.#count
      ? (this.#cells[this.#first + row * this.width + column] ?? Number.NaN)
      : Number.NaN;
  }

  set(row: number, column: number, value: number): void {
    this.#cells[this.#first + row * this.width + column] = value;
  }

  /** Makes a row at an index: rows from there on move up. What is in it is left over from another. */
  insert(row: number): void {
    const { width } = this;
    if (this.#first + (this.#count + 1) * width > this.#cells.length) this.#makeRoom();
    if (row < this.#count) {
      const place = this.#first + row * width;
      this.#cells.copyWithin(place + width, place, this.#first + this.#count * width);
    }
    this.#count++;
  }

  #makeRoom(): void {
    const cells = this.#cells;
    const end = this.#first + this.#count * this.width;
    if (this.#first * 2 >= cells.length) cells.copyWithin(0, this.#first, end);
    else {
      this.#cells = new Float64Array(cells.length * 2);
      this.#cells.set(cells.subarray(this.#first, end));
    }
    this.#first = 0;
  }

  /** Drops the first rows. */
  drop(rows: number): void {
    this.#count -= rows;
    this.#first = this.#count === 0 ? 0 : this.#first + rows * this.width;
  }

  /** Drops a row; those behind it move down. */
  remove(row: number): void {
    const place = this.#first + row * this.width;
    this.#cells.copyWithin(place, place + this.width, this.#first + this.#count * this.width);
    this.#count--;
  }

  /** Index of the first row whose first number is not below `value`. */
  indexOf(value: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#cells[this.#first + middle * this.width] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Index behind the last row whose first number is `value` or below it. Most are asked for at the end. */
  behind(value: number): number {
    const last = this.#count - 1;
    if (last < 0 || (this.#cells[this.#first + last * this.width] ?? 0) <= value) return last + 1;
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#cells[this.#first + middle * this.width] ?? 0) <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
