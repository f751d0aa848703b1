/** Which segments carried which data of one side of a connection: what tells a reinjection from new data. */

/** Data of one segment, in bytes from a number that the caller chooses. */
export interface Carrier {
  readonly start: number;
  readonly end: number;
  readonly frame: number;
  readonly stream: number;
}

/** Segments that are remembered for each side of a connection. */
const MAX_CARRIERS = 4096;

/** Segments ordered by their first byte. The lowest are forgotten first. */
export class CarrierLog {
  readonly #carriers: Carrier[] = [];
  /** No segment is longer, so that overlaps are found near the start. */
  #longest = 0;
  #forgotten = 0;

  get forgotten(): number {
    return this.#forgotten;
  }

  /** Segments that carried any byte of [start, end), in order of their first byte. */
  overlapping(start: number, end: number): readonly Carrier[] {
    const found: Carrier[] = [];
    for (let at = this.#lowerBound(start - this.#longest); at < this.#carriers.length; at++) {
      const carrier = this.#carriers[at];
      if (carrier === undefined || carrier.start >= end) break;
      if (carrier.end > start) found.push(carrier);
    }
    return found;
  }

  /** A segment sent again on its stream takes the place of the one before. */
  add(carrier: Carrier): void {
    const same = this.#find(carrier);
    if (same >= 0) {
      this.#carriers[same] = carrier;
      return;
    }
    this.#longest = Math.max(this.#longest, carrier.end - carrier.start);
    const last = this.#carriers.at(-1);
    if (last === undefined || last.start <= carrier.start) this.#carriers.push(carrier);
    else this.#carriers.splice(this.#lowerBound(carrier.start + 1), 0, carrier);
    if (this.#carriers.length <= MAX_CARRIERS) return;
    // A quarter at a time, so that moving the rest costs little per segment.
    this.#carriers.splice(0, MAX_CARRIERS / 4);
    this.#forgotten += MAX_CARRIERS / 4;
  }

  #find({ start, end, stream }: Carrier): number {
    for (let at = this.#lowerBound(start); at < this.#carriers.length; at++) {
      const known = this.#carriers[at];
      if (known === undefined || known.start !== start) return -1;
      if (known.end === end && known.stream === stream) return at;
    }
    return -1;
  }

  /** Index of the first segment that begins at `start` or behind. */
  #lowerBound(start: number): number {
    let low = 0;
    let high = this.#carriers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#carriers[middle]?.start ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
