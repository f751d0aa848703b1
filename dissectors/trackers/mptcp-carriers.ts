/** Which segments carried which data of one side of a connection: what tells a reinjection from new data. */
import { NumberTable } from "./number-table.ts";
import type { Slab } from "./slab.ts";

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
/** Cells besides the rows. No segment is longer than the longest, so that overlaps are found near the start. */
const LONGEST = 0;
const HIGHEST = 1;
const SETTLED = 2;
const CELLS = 3;

/** Segments ordered by their first byte. The lowest are forgotten first. */
export class CarrierLog extends NumberTable {
  #room = LEAST_SETTLED * 2;
  #forgotten = 0;

  constructor(slab: Slab) {
    super(4, slab, CELLS);
    this.#set(HIGHEST, Number.NEGATIVE_INFINITY);
    this.#set(SETTLED, Number.NEGATIVE_INFINITY);
  }

  #get(cell: number): number {
    return this.slab.cells[this.own + cell] as number; // taken
  }

  #set(cell: number, value: number): void {
    this.slab.cells[this.own + cell] = value;
  }

  get forgotten(): number {
    return this.#forgotten;
  }

  /** Segments that carried any byte of [start, end), in order of their first byte. */
  overlapping(start: number, end: number): readonly Carrier[] {
    if (start >= this.#get(HIGHEST)) return NONE;
    const found: Carrier[] = [];
    for (let at = this.indexOf(start - this.#get(LONGEST)); at < this.count; at++) {
      if (this.get(at, START) >= end) break;
      if (this.get(at, END) > start) found.push(this.#read(at));
    }
    return found;
  }

  /** What lies below is acknowledged: of it only the newest are kept. */
  settle(upTo: number): void {
    this.#set(SETTLED, upTo);
  }

  /** A segment sent again on its stream takes the place of the one before. */
  add(start: number, end: number, frame: number, stream: number): void {
    let at = this.count;
    if (start < this.#get(HIGHEST)) {
      const same = this.#find(start, end, stream);
      if (same >= 0) {
        this.set(same, FRAME, frame);
        return;
      }
      at = this.behind(start);
    }
    const row = this.insert(at);
    const { cells } = this.slab;
    cells[row + START] = start;
    cells[row + END] = end;
    cells[row + FRAME] = frame;
    cells[row + STREAM] = stream;
    const own = this.own;
    if (end - start > (cells[own + LONGEST] as number)) cells[own + LONGEST] = end - start;
    if (end > (cells[own + HIGHEST] as number)) cells[own + HIGHEST] = end;
    if (this.count > this.#room) this.#shrink();
  }

  #shrink(): void {
    const { count } = this;
    const settled = this.indexOf(this.#get(SETTLED) - this.#get(LONGEST));
    const kept = Math.min(MOST_SETTLED, Math.max(LEAST_SETTLED, count - settled));
    const dropped = Math.max(0, settled - kept, count > MOST ? MOST / 4 : 0);
    this.drop(dropped);
    this.#forgotten += dropped;
    this.#room = Math.min(MOST, Math.max(LEAST_SETTLED * 2, this.count * 2));
  }

  #read(at: number): Carrier {
    return {
      start: this.get(at, START),
      end: this.get(at, END),
      frame: this.get(at, FRAME),
      stream: this.get(at, STREAM),
    };
  }

  #find(start: number, end: number, stream: number): number {
    for (let at = this.indexOf(start); at < this.count; at++) {
      if (this.get(at, START) !== start) return -1;
      if (this.get(at, END) === end && this.get(at, STREAM) === stream) return at;
    }
    return -1;
  }
}
