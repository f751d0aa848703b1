/** The mappings of one direction of a subflow: from places in the TCP stream to places in the connection's data. */

/** Numbers that wrap on the wire have run on: subflow sequence numbers from 1, data from the connection's first byte. */
export interface Mapping {
  readonly start: number;
  /** Infinite after a fallback (RFC 8684 section 3.7). */
  readonly length: number;
  /** Place of its first byte in the connection's data. */
  readonly data: number;
}

/** Mappings that are kept; those whose data were acknowledged go first. */
const ROOM = 64;
const MOST = 4096;
/** Of each mapping: {@link Mapping} and the checksum that has proved right, or NaN. */
const WIDTH = 4;

/** Ordered by start, four numbers each, so that no object is made for a segment. */
export class MappingLog {
  /** What is added to a place in the TCP stream to get a subflow sequence number; NaN until it is known. */
  #shift: number = Number.NaN;
  #sure = false;
  #rows = new Float64Array(WIDTH * 8);
  #count = 0;
  #longest = 0;
  #room = ROOM;
  forgotten = 0;

  /** The SYN was seen: places in the TCP stream are subflow sequence numbers. */
  begin(): void {
    this.#shift = 0;
    this.#sure = true;
  }

  /**
   * The subflow sequence number (RFC 8684 section 3.3.1: relative to the SYN) of a mapping, beyond 2^32 where it wraps.
   * `place` is that of the segment that carries it. Without the SYN the beginning is the lowest that any mapping allows: no segment
   * stands before its mapping.
   */
  runOn(sequence: number, place: number): number {
    if (Number.isNaN(this.#shift)) {
      this.#shift = sequence - place;
      return sequence;
    }
    const near = place + this.#shift;
    const full = near + ((sequence - (near % 0x1_0000_0000)) | 0);
    if (!this.#sure && full - place > this.#shift) this.#shift = full - place;
    return full;
  }

  /** Subflow sequence number of a place in the TCP stream; NaN when unknown. */
  at(place: number): number {
    return place + this.#shift;
  }

  /** `acknowledged`: what lies before this subflow sequence number is delivered. */
  add(start: number, length: number, data: number, acknowledged: number): void {
    let at = this.#count;
    while (at > 0 && this.#start(at - 1) > start) at--;
    if (this.#same(at, start, length, data) >= 0) return;
    if (this.#count > this.#room) {
      const before = this.#count;
      this.#shrink(acknowledged);
      at = Math.max(0, at - (before - this.#count));
    }
    this.#insert(at, start, length, data);
    if (length > this.#longest) this.#longest = length;
  }

  /** Index of an equal one, which stands before `at`; -1 where there is none. */
  #same(at: number, start: number, length: number, data: number): number {
    for (let index = at - 1; index >= 0 && this.#start(index) === start; index--) {
      if (this.#rows[index * WIDTH + 1] === length && this.#rows[index * WIDTH + 2] === data) return index;
    }
    return -1;
  }

  #insert(at: number, start: number, length: number, data: number): void {
    if ((this.#count + 1) * WIDTH > this.#rows.length) {
      const larger = new Float64Array(this.#rows.length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    const rows = this.#rows;
    const place = at * WIDTH;
    if (at < this.#count) rows.copyWithin(place + WIDTH, place, this.#count * WIDTH);
    rows[place] = start;
    rows[place + 1] = length;
    rows[place + 2] = data;
    rows[place + 3] = Number.NaN;
    this.#count++;
  }

  #shrink(acknowledged: number): void {
    let open = 0;
    for (let at = 0; at < this.#count; at++) {
      if (this.#start(at) + (this.#rows[at * WIDTH + 1] ?? 0) > acknowledged) open++;
    }
    // A few behind, for segments that are sent again without need.
    const kept = Math.min(MOST, this.#count, Math.max(open, ROOM / 4));
    this.forgotten += Math.max(0, open - MOST);
    this.#rows.copyWithin(0, (this.#count - kept) * WIDTH, this.#count * WIDTH);
    this.#count = kept;
    this.#room = Math.max(ROOM, kept * 2);
  }

  #start(index: number): number {
    return this.#rows[index * WIDTH] ?? 0;
  }

  /** Index of the latest mapping that covers this subflow sequence number, good until the next `add`; -1 where none does. */
  find(sequence: number): number {
    let at = this.#count - 1;
    if (at >= 0 && this.#start(at) > sequence) {
      let low = 0;
      while (low < at) {
        const middle = (low + at) >>> 1;
        if (this.#start(middle) > sequence) at = middle;
        else low = middle + 1;
      }
      at = low - 1;
    }
    for (; at >= 0; at--) {
      const start = this.#start(at);
      if (start + this.#longest <= sequence) break;
      if (sequence < start + (this.#rows[at * WIDTH + 1] ?? 0)) return at;
    }
    return -1;
  }

  /** Bytes of the mapping from a subflow sequence number in it on. */
  left(index: number, sequence: number): number {
    return this.#start(index) + (this.#rows[index * WIDTH + 1] ?? 0) - sequence;
  }

  /** Place in the connection's data of a subflow sequence number in the mapping. */
  dataAt(index: number, sequence: number): number {
    return (this.#rows[index * WIDTH + 2] ?? 0) + sequence - this.#start(index);
  }

  /** A DSS checksum of the mapping has proved right. */
  prove({ start, length, data }: Mapping, checksum: number): void {
    const index = this.#same(this.#behind(start), start, length, data);
    if (index >= 0) this.#rows[index * WIDTH + 3] = checksum;
  }

  isProven({ start, length, data }: Mapping, checksum: number): boolean {
    const index = this.#same(this.#behind(start), start, length, data);
    return index >= 0 && this.#rows[index * WIDTH + 3] === checksum;
  }

  /** Index behind the last mapping that begins at `start` or before. */
  #behind(start: number): number {
    let at = this.#count;
    while (at > 0 && this.#start(at - 1) > start) at--;
    return at;
  }
}
