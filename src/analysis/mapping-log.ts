/** The mappings of one direction of a subflow: from places in the TCP stream to places in the connection's data. */
import { NumberTable } from "../../dissectors/trackers/number-table.ts";
import type { Slab } from "../../dissectors/trackers/slab.ts";

/** Numbers that wrap on the wire have run on: subflow sequence numbers from 1, data from the connection's first byte. */
export interface Mapping {
  readonly start: number;
  /** Infinite after a fallback (RFC 8684 section 3.7). */
  readonly length: number;
  /** Place of its first byte in the connection's data. */
  readonly data: number;
}

/** Mappings that are kept; those whose data were acknowledged go first. */
const ROOM = 32;
const MOST = 4096;
/** Columns: {@link Mapping} and the checksum that has proved right, or NaN. */
const START = 0;
const LENGTH = 1;
const DATA = 2;
const PROVEN = 3;
/** Cells besides the rows: what is added to a place in the TCP stream to get a subflow sequence number, NaN until it is known. */
const SHIFT = 0;
const LONGEST = 1;
const CELLS = 2;

/** Ordered by start. */
export class MappingLog extends NumberTable {
  #sure = false;
  #room = ROOM;
  forgotten = 0;

  constructor(slab: Slab) {
    super(4, slab, CELLS);
    this.#set(SHIFT, Number.NaN);
  }

  #get(cell: number): number {
    return this.slab.cells[this.own + cell] as number; // taken
  }

  #set(cell: number, value: number): void {
    this.slab.cells[this.own + cell] = value;
  }

  /** The SYN was seen: places in the TCP stream are subflow sequence numbers. */
  begin(): void {
    this.#set(SHIFT, 0);
    this.#sure = true;
  }

  /**
   * The subflow sequence number (RFC 8684 section 3.3.1: relative to the SYN) of a mapping, beyond 2^32 where it wraps.
   * `place` is that of the segment that carries it. Without the SYN the beginning is the lowest that any mapping allows: no segment
   * stands before its mapping.
   */
  runOn(sequence: number, place: number): number {
    const shift = this.#get(SHIFT);
    if (Number.isNaN(shift)) {
      this.#set(SHIFT, sequence - place);
      return sequence;
    }
    const near = place + shift;
    const full = near + ((sequence - near) | 0);
    if (!this.#sure && full - place > shift) this.#set(SHIFT, full - place);
    return full;
  }

  /** Subflow sequence number of a place in the TCP stream; NaN when unknown. */
  at(place: number): number {
    return place + this.#get(SHIFT);
  }

  /** `acknowledged`: what lies before this subflow sequence number is delivered. */
  add(start: number, length: number, data: number, acknowledged: number): void {
    let at = this.behind(start);
    if (this.#same(at, start, length, data) >= 0) return;
    if (this.count > this.#room) {
      this.#shrink(acknowledged);
      at = this.behind(start);
    }
    const row = this.insert(at);
    const { cells } = this.slab;
    cells[row + START] = start;
    cells[row + LENGTH] = length;
    cells[row + DATA] = data;
    cells[row + PROVEN] = Number.NaN;
    if (length > this.#get(LONGEST)) this.#set(LONGEST, length);
  }

  /** Index of an equal one, which stands before `at`; -1 where there is none. */
  #same(at: number, start: number, length: number, data: number): number {
    for (let index = at - 1; index >= 0 && this.get(index, START) === start; index--)
      if (this.get(index, LENGTH) === length && this.get(index, DATA) === data) return index;
    return -1;
  }

  #shrink(acknowledged: number): void {
    // All that ends behind what is delivered begins at most the longest length before it.
    let open = 0;
    for (let at = this.indexOf(acknowledged - this.#get(LONGEST)); at < this.count; at++)
      if (this.get(at, START) + this.get(at, LENGTH) > acknowledged) open++;
    // A few behind, for segments that are sent again without need.
    const kept = Math.min(MOST, this.count, Math.max(open, ROOM / 4));
    this.forgotten += Math.max(0, open - MOST);
    this.drop(this.count - kept);
    this.#room = Math.max(ROOM, kept * 2);
  }

  /** Index of the latest mapping that covers this subflow sequence number, good until the next `add`; -1 where none does. */
  find(sequence: number): number {
    const longest = this.#get(LONGEST);
    for (let at = this.behind(sequence) - 1; at >= 0; at--) {
      const start = this.get(at, START);
      if (start + longest <= sequence) break;
      if (sequence < start + this.get(at, LENGTH)) return at;
    }
    return -1;
  }

  /** Bytes of the mapping from a subflow sequence number in it on. */
  left(index: number, sequence: number): number {
    return this.get(index, START) + this.get(index, LENGTH) - sequence;
  }

  /** Place in the connection's data of a subflow sequence number in the mapping. */
  dataAt(index: number, sequence: number): number {
    return this.get(index, DATA) + sequence - this.get(index, START);
  }

  /** A DSS checksum of the mapping has proved right. */
  prove({ start, length, data }: Mapping, checksum: number): void {
    const index = this.#same(this.behind(start), start, length, data);
    if (index >= 0) this.set(index, PROVEN, checksum);
  }

  isProven({ start, length, data }: Mapping, checksum: number): boolean {
    const index = this.#same(this.behind(start), start, length, data);
    return index >= 0 && this.get(index, PROVEN) === checksum;
  }
}
