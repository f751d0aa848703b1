/** Which segments carried which data of one side of a connection: what tells a reinjection from new data. */

/** Data of one segment, in bytes from a number that the caller chooses. */
export interface Carrier {
  readonly start: number;
  readonly end: number;
  readonly frame: number;
  readonly stream: number;
}

/** Segments that are remembered for each side of a connection, and of these, ones whose data are acknowledged. */
const MOST = 4096;
const MOST_SETTLED = 512;
const WIDTH = 4;
const NONE: readonly Carrier[] = [];

/** Segments ordered by their first byte, four numbers each. The lowest are forgotten first. */
export class CarrierLog {
  #rows = new Float64Array(WIDTH * 16);
  #count = 0;
  /** No segment is longer, so that overlaps are found near the start. */
  #longest = 0;
  #highest = Number.NEGATIVE_INFINITY;
  #settled = Number.NEGATIVE_INFINITY;
  #room = MOST_SETTLED;
  #forgotten = 0;

  get forgotten(): number {
    return this.#forgotten;
  }

  /** Segments that carried any byte of [start, end), in order of their first byte. */
  overlapping(start: number, end: number): readonly Carrier[] {
    if (start >= this.#highest) return NONE;
    const found: Carrier[] = [];
    for (let at = this.#lowerBound(start - this.#longest); at < this.#count; at++) {
      const carrier = this.#read(at);
      if (carrier.start >= end) break;
      if (carrier.end > start) found.push(carrier);
    }
    return found;
  }

  /** What lies below is acknowledged: of it only the newest are kept. */
  settle(upTo: number): void {
    this.#settled = upTo;
  }

  /** A segment sent again on its stream takes the place of the one before. */
  add(start: number, end: number, frame: number, stream: number): void {
    let at = this.#count;
    if (start < this.#highest) {
      const same = this.#find(start, end, stream);
      if (same >= 0) {
        this.#rows[same * WIDTH + 2] = frame;
        return;
      }
      at = this.#lowerBound(start + 1);
    }
    if (end - start > this.#longest) this.#longest = end - start;
    if (end > this.#highest) this.#highest = end;
    this.#insert(at, start, end, frame, stream);
    if (this.#count > this.#room) this.#shrink();
  }

  #insert(at: number, start: number, end: number, frame: number, stream: number): void {
    if ((this.#count + 1) * WIDTH > this.#rows.length) {
      const larger = new Float64Array(this.#rows.length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    const rows = this.#rows;
    const place = at * WIDTH;
    if (at < this.#count) rows.copyWithin(place + WIDTH, place, this.#count * WIDTH);
    rows[place] = start;
    rows[place + 1] = end;
    rows[place + 2] = frame;
    rows[place + 3] = stream;
    this.#count++;
  }

  #shrink(): void {
    const settled = Math.max(0, this.#lowerBound(this.#settled - this.#longest) - MOST_SETTLED / 2);
    const dropped = Math.max(settled, this.#count > MOST ? MOST / 4 : 0);
    this.#rows.copyWithin(0, dropped * WIDTH, this.#count * WIDTH);
    this.#count -= dropped;
    this.#forgotten += dropped;
    this.#room = Math.min(MOST, Math.max(MOST_SETTLED, this.#count * 2));
  }

  #read(at: number): Carrier {
    const [start = 0, end = 0, frame = 0, stream = 0] = this.#rows.subarray(at * WIDTH, at * WIDTH + WIDTH);
    return { start, end, frame, stream };
  }

  #find(start: number, end: number, stream: number): number {
    const rows = this.#rows;
    for (let at = this.#lowerBound(start); at < this.#count; at++) {
      if (rows[at * WIDTH] !== start) return -1;
      if (rows[at * WIDTH + 1] === end && rows[at * WIDTH + 3] === stream) return at;
    }
    return -1;
  }

  /** Index of the first segment that begins at `start` or behind. */
  #lowerBound(start: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#rows[middle * WIDTH] ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
