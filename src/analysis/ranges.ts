/** Sets of half-open ranges of byte numbers, merged as they grow. */
import { Slab } from "../../dissectors/trackers/slab.ts";

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Holes that are remembered; beyond it the two lowest ranges are taken as one. */
const MAX_RANGES = 4096;
/** Cells: bytes in the set, and the highest range, which nearly all bytes are added to. */
const SIZE = 0;
const START = 1;
const END = 2;
const CELLS = 3;
/** Shared by the sets without holes, and never changed. */
const NONE: Range[] = [];

export class RangeSet {
  readonly #slab: Slab;
  readonly #at: number;
  #isEmpty = true;
  /** The ranges below the highest one. */
  #lower: Range[] = NONE;

  constructor(slab: Slab = new Slab(CELLS)) {
    this.#slab = slab;
    this.#at = slab.take(CELLS);
  }

  #get(cell: number): number {
    return this.#slab.cells[this.#at + cell] as number; // taken
  }

  #set(cell: number, value: number): void {
    this.#slab.cells[this.#at + cell] = value;
  }

  /** Bytes in the set. */
  get size(): number {
    return this.#get(SIZE);
  }

  /** The lowest byte; 0 where there is none. */
  get low(): number {
    return this.#lower[0]?.start ?? this.#get(START);
  }

  /** End of the highest range; 0 where there is none. */
  get end(): number {
    return this.#get(END);
  }

  /** Adds a range; the bytes that were not in the set before. */
  add(start: number, end: number): number {
    if (end <= start) return 0;
    const { cells } = this.#slab;
    const at = this.#at;
    const last = cells[at + END] as number; // taken
    if (this.#isEmpty || start < (cells[at + START] as number) || start > last)
      return this.#insert(start, end);
    if (end <= last) return 0;
    cells[at + END] = end;
    cells[at + SIZE] = (cells[at + SIZE] as number) + end - last;
    return end - last;
  }

  #insert(start: number, end: number): number {
    const ranges = this.#lower === NONE ? [] : this.#lower;
    if (!this.#isEmpty) ranges.push({ start: this.#get(START), end: this.#get(END) });
    let from = ranges.findIndex((range) => range.end >= start);
    if (from < 0) from = ranges.length;
    let to = from;
    let [low, high, known] = [start, end, 0];
    while (to < ranges.length) {
      const range = ranges[to];
      if (range === undefined || range.start > end) break;
      low = Math.min(low, range.start);
      high = Math.max(high, range.end);
      known += range.end - range.start;
      to++;
    }
    ranges.splice(from, to - from, { start: low, end: high });
    if (ranges.length > MAX_RANGES) join(ranges);
    const last = ranges.pop();
    this.#set(START, last?.start ?? 0);
    this.#set(END, last?.end ?? 0);
    this.#lower = ranges.length === 0 ? NONE : ranges;
    this.#isEmpty = false;
    const added = high - low - known;
    this.#set(SIZE, this.#get(SIZE) + added);
    return added;
  }

  /** End of the range that holds `at`, or begins there; `at` itself where there is none. */
  endOf(at: number): number {
    if (this.#isEmpty || this.#get(END) < at) return at;
    if (this.#get(START) <= at) return this.#get(END);
    for (let index = this.#lower.length - 1; index >= 0; index--) {
      const range = this.#lower[index];
      if (range === undefined || range.end < at) break;
      if (range.start <= at) return range.end;
    }
    return at;
  }

  /** Where the next range behind `at` begins; infinite where there is none. */
  startAfter(at: number): number {
    if (this.#isEmpty || this.#get(START) <= at) return Number.POSITIVE_INFINITY;
    let next = this.#get(START);
    for (let index = this.#lower.length - 1; index >= 0; index--) {
      const range = this.#lower[index];
      if (range === undefined || range.start <= at) break;
      next = range.start;
    }
    return next;
  }

  /** Bytes of [start, end) that are in the set. */
  covered(start: number, end: number): number {
    if (this.#isEmpty || this.#get(END) <= start) return 0;
    let sum = overlap(start, end, this.#get(START), this.#get(END));
    for (let at = this.#lower.length - 1; at >= 0; at--) {
      const range = this.#lower[at];
      if (range === undefined || range.end <= start) break;
      sum += overlap(start, end, range.start, range.end);
    }
    return sum;
  }
}

function overlap(start: number, end: number, low: number, high: number): number {
  return Math.max(0, Math.min(end, high) - Math.max(start, low));
}

function join(ranges: Range[]): void {
  const [first, second] = ranges;
  if (first !== undefined && second !== undefined)
    ranges.splice(0, 2, { start: first.start, end: second.end });
}
