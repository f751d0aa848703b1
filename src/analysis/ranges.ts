/** Sets of half-open ranges of byte numbers, merged as they grow. */

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Holes that are remembered; beyond it the two lowest ranges are taken as one. */
const MAX_RANGES = 4096;

export class RangeSet {
  readonly #ranges: { start: number; end: number }[] = [];
  #size = 0;

  /** Bytes in the set. */
  get size(): number {
    return this.#size;
  }

  /** The lowest byte; 0 where there is none. */
  get low(): number {
    return this.#ranges[0]?.start ?? 0;
  }

  get last(): Range | undefined {
    return this.#ranges.at(-1);
  }

  /** Adds a range; the bytes that were not in the set before. */
  add(start: number, end: number): number {
    if (end <= start) return 0;
    const ranges = this.#ranges;
    const last = ranges.at(-1);
    if (last !== undefined && start >= last.start && start <= last.end) {
      const added = Math.max(0, end - last.end);
      last.end += added;
      this.#size += added;
      return added;
    }
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
    const added = high - low - known;
    this.#size += added;
    if (ranges.length > MAX_RANGES) this.#join();
    return added;
  }

  #join(): void {
    const [first, second] = this.#ranges;
    if (first !== undefined && second !== undefined) {
      this.#ranges.splice(0, 2, { start: first.start, end: second.end });
    }
  }

  /** End of the range that holds `at`, or begins there; `at` itself where there is none. */
  endOf(at: number): number {
    for (let index = this.#ranges.length - 1; index >= 0; index--) {
      const range = this.#ranges[index];
      if (range === undefined || range.end < at) break;
      if (range.start <= at) return range.end;
    }
    return at;
  }

  /** Where the next range behind `at` begins; infinite where there is none. */
  startAfter(at: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (let index = this.#ranges.length - 1; index >= 0; index--) {
      const range = this.#ranges[index];
      if (range === undefined || range.start <= at) break;
      next = range.start;
    }
    return next;
  }

  /** Bytes of [start, end) that are in the set. */
  covered(start: number, end: number): number {
    let sum = 0;
    for (let at = this.#ranges.length - 1; at >= 0; at--) {
      const range = this.#ranges[at];
      if (range === undefined || range.end <= start) break;
      sum += Math.max(0, Math.min(end, range.end) - Math.max(start, range.start));
    }
    return sum;
  }
}
