/**
 * The numbers of many small records side by side in one array: what each segment of a long reading touches lies together,
 * and not behind an object each.
 */

const FIRST_CELLS = 4096;

export class Slab {
  /** Another array once more room was taken: it is not to be kept. */
  cells: Float64Array;
  #end = 0;
  /** Stretches that were given back, by their size. */
  readonly #free = new Map<number, number[]>();

  /** `cells`: how many there is room for at first. */
  constructor(cells: number = FIRST_CELLS) {
    this.cells = new Float64Array(cells);
  }

  /** Room for so many numbers, all 0: index of its first cell. */
  take(size: number): number {
    const again = this.#free.get(size)?.pop();
    if (again !== undefined) {
      this.cells.fill(0, again, again + size);
      return again;
    }
    const at = this.#end;
    this.#end += size;
    if (this.#end > this.cells.length) {
      const larger = new Float64Array(Math.max(this.cells.length * 2, this.#end));
      larger.set(this.cells);
      this.cells = larger;
    }
    return at;
  }

  give(at: number, size: number): void {
    const free = this.#free.get(size);
    if (free === undefined) this.#free.set(size, [at]);
    else free.push(at);
  }
}
