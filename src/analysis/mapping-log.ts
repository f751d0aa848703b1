/** The mappings of one direction of a subflow: from places in the TCP stream to places in the connection's data. */

/** Numbers that wrap on the wire have run on: subflow sequence numbers from 1, data from the connection's first byte. */
export interface Mapping {
  readonly start: number;
  /** Infinite after a fallback (RFC 8684 section 3.7). */
  readonly length: number;
  /** Place of its first byte in the connection's data. */
  readonly data: number;
  readonly frame: number;
  /** A DSS checksum that has proved right. */
  proven: number | undefined;
}

/** Mappings that are kept; those whose data were acknowledged go first. */
const ROOM = 64;
const MOST = 4096;

export class MappingLog {
  /** What is added to a place in the TCP stream to get a subflow sequence number; NaN until it is known. */
  #shift: number;
  #sure: boolean;
  #list: Mapping[] = [];
  #longest = 0;
  #room = ROOM;
  forgotten = 0;

  constructor() {
    this.#shift = Number.NaN;
    this.#sure = false;
  }

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
  add(start: number, length: number, data: number, frame: number, acknowledged: number): Mapping {
    const list = this.#list;
    let at = list.length;
    while (at > 0 && (list[at - 1]?.start ?? 0) > start) at--;
    for (let same = at - 1; same >= 0 && list[same]?.start === start; same--) {
      const known = list[same];
      if (known?.length === length && known.data === data) return known;
    }
    const mapping: Mapping = { start, length, data, frame, proven: undefined };
    if (at === list.length) list.push(mapping);
    else list.splice(at, 0, mapping);
    if (length > this.#longest) this.#longest = length;
    if (list.length > this.#room) this.#shrink(acknowledged);
    return mapping;
  }

  #shrink(acknowledged: number): void {
    const before = this.#list.length;
    const open = this.#list.filter((one) => one.start + one.length > acknowledged);
    // A few behind, for segments that are sent again without need.
    this.#list = this.#list.slice(-Math.max(open.length, ROOM / 4));
    if (this.#list.length > MOST) {
      this.forgotten += this.#list.length - MOST;
      this.#list = this.#list.slice(-MOST);
    }
    this.#room = Math.max(ROOM, this.#list.length * 2);
    if (this.#list.length === before) this.#room = before * 2;
  }

  /** The latest mapping that covers this subflow sequence number. */
  find(sequence: number): Mapping | undefined {
    const list = this.#list;
    const last = list[list.length - 1];
    let at = list.length - 1;
    if (last !== undefined && last.start > sequence) {
      let low = 0;
      let high = at;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((list[middle]?.start ?? 0) > sequence) high = middle;
        else low = middle + 1;
      }
      at = low - 1;
    }
    for (; at >= 0; at--) {
      const mapping = list[at];
      if (mapping === undefined || mapping.start + this.#longest <= sequence) break;
      if (sequence < mapping.start + mapping.length) return mapping;
    }
    return undefined;
  }
}
