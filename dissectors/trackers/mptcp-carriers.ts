/** Which segments carried which data of one side of a connection: what tells a reinjection from new data. */
import { NumberTable } from "./number-table.ts";

/** Data of one segment, in bytes from a number that the caller chooses. */
export interface Carrier {
  readonly start: number;
  readonly end: number;
  readonly frame: number;
  readonly stream: number;
}

/** Segments that are remembered for each side of a connection. */
const MOST = 4096;
/** Of those whose data are acknowledged as many stay as there are others, within these bounds: a round trip's worth. */
const LEAST_SETTLED = 32;
const MOST_SETTLED = 256;
const NONE: readonly Carrier[] = [];
/** Columns. */
const START = 0;
const END = 1;
const FRAME = 2;
const STREAM = 3;

/** Segments ordered by their first byte. The lowest are forgotten first. */
export class CarrierLog {
  readonly #rows = new NumberTable(4);
  /** No segment is longer, so that overlaps are found near the start. */
  #longest = 0;
  #highest = Number.NEGATIVE_INFINITY;
  #settled = Number.NEGATIVE_INFINITY;
  #room = LEAST_SETTLED * 2;
  #forgotten = 0;

  get forgotten(): number {
    return this.#forgotten;
  }

  /** Segments that carried any byte of [start, end), in order of their first byte. */
  overlapping(start: number, end: number): readonly Carrier[] {
    if (start >= this.#highest) return NONE;
    const rows = this.#rows;
    const found: Carrier[] = [];
    for (let at = rows.indexOf(start - this.#longest); at < rows.count; at++) {
      if (rows.get(at, START) >= end) break;
      if (rows.get(at, END) > start) found.push(this.#read(at));
    }
    return found;
  }

  /** What lies below is acknowledged: of it only the newest are kept. */
  settle(upTo: number): void {
    this.#settled = upTo;
  }

  /** A segment sent again on its stream takes the place of the one before. */
  add(start: number, end: number, frame: number, stream: number): void {
    const rows = this.#rows;
    let at = rows.count;
    if (start < this.#highest) {
      const same = this.#find(start, end, stream);
      if (same >= 0) {
        rows.set(same, FRAME, frame);
        return;
      }
      at = rows.behind(start);
    }
    if (end - start > this.#longest) this.#longest = end - start;
    if (end > this.#highest) this.#highest = end;
    rows.insert(at);
    rows.set(at, START, start);
    rows.set(at, END, end);
    rows.set(at, FRAME, frame);
    rows.set(at, STREAM, stream);
    if (rows.count > this.#room) this.#shrink();
  }

  #shrink(): void {
    const { count } = this.#rows;
    const settled = this.#rows.indexOf(this.#settled - this.#longest);
    const kept = Math.min(MOST_SETTLED, Math.max(LEAST_SETTLED, count - settled));
    const dropped = Math.max(0, settled - kept, count > MOST ? MOST / 4 : 0);
    this.#rows.drop(dropped);
    this.#forgotten += dropped;
    this.#room = Math.min(MOST, Math.max(LEAST_SETTLED * 2, this.#rows.count * 2));
  }

  #read(at: number): Carrier {
    const rows = this.#rows;
    return {
      start: rows.get(at, START),
      end: rows.get(at, END),
      frame: rows.get(at, FRAME),
      stream: rows.get(at, STREAM),
    };
  }

  #find(start: number, end: number, stream: number): number {
    const rows = this.#rows;
    for (let at = rows.indexOf(start); at < rows.count; at++) {
      if (rows.get(at, START) !== start) return -1;
      if (rows.get(at, END) === end && rows.get(at, STREAM) === stream) return at;
    }
    return -1;
  }
}
