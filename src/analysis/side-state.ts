/** What one side of a connection sent: data at the connection's level. Times are nanoseconds from the capture's first frame. */
import { type Carrier, CarrierLog } from "../../dissectors/trackers/mptcp-carriers.ts";
import type { Slab } from "../../dissectors/trackers/slab.ts";
import { Places } from "./places.ts";
import { RangeSet } from "./ranges.ts";
import type { Segment } from "./segment.ts";
import { SendingLog } from "./sending-log.ts";
import type { Sending } from "./subflow-state.ts";
import type { Spread } from "./types.ts";

/** Cells: what nearly every segment reads or changes. */
const ORDERED = 0;
const ACKED = 1;
const FIRST_DATA = 2;
const LAST_DATA = 3;
const MOST_IN_FLIGHT = 4;
const WAITS_SINCE = 5;
const HOLE_SINCE = 6;
const STALL = 7;
const RTT_COUNT = 8;
const RTT_SUM = 9;
const RTT_MIN = 10;
const RTT_MAX = 11;
const RTT_LAST = 12;
const CELLS = 13;
const NONE: readonly Carrier[] = [];

export class SideState extends Places {
  readonly #at: number;
  readonly data: RangeSet;
  readonly #carriers: CarrierLog;
  readonly #sendings: SendingLog;
  dataFin = false;
  synBytes = 0;
  /** Bytes that no mapping covers: plain TCP. */
  unmappedBytes = 0;
  checksumRequired: boolean | undefined;
  reorderBytes = 0;
  reorderTime = 0;
  /** When the longest time without progress began. */
  stallBegan = 0;
  reinjections = 0;
  reinjectedBytes = 0;
  repeats = 0;
  repeatedBytes = 0;
  readonly repeatFrames: number[] = [];
  redundantBytes = 0;
  readonly reinjectionFrames: number[] = [];

  constructor(slab: Slab) {
    super(slab);
    this.#at = slab.take(CELLS);
    this.data = new RangeSet(slab);
    this.#carriers = new CarrierLog(slab);
    this.#sendings = new SendingLog(slab);
    for (const cell of [ORDERED, FIRST_DATA, LAST_DATA, WAITS_SINCE, HOLE_SINCE]) this.#set(cell, Number.NaN);
    this.#set(ACKED, Number.NEGATIVE_INFINITY);
    this.#set(RTT_MIN, Number.POSITIVE_INFINITY);
  }

  #get(cell: number): number {
    return this.slab.cells[this.#at + cell] as number; // taken
  }

  #set(cell: number, value: number): void {
    this.slab.cells[this.#at + cell] = value;
  }

  /** What was captured from the first byte on may run without a hole. */
  beginOrder(): void {
    this.#set(ORDERED, 0);
  }

  /** Place up to which DATA_ACKs go. */
  get acked(): number {
    return this.#get(ACKED);
  }

  get mostInFlight(): number {
    return this.#get(MOST_IN_FLIGHT);
  }

  /** Longest time without progress of the DATA_ACKs while data were in flight. */
  get stall(): number {
    return this.#get(STALL);
  }

  get rtt(): Spread | undefined {
    const count = this.#get(RTT_COUNT);
    if (count === 0) return undefined;
    return { count, min: this.#get(RTT_MIN), mean: this.#get(RTT_SUM) / count, max: this.#get(RTT_MAX) };
  }

  /** The round-trip time of the newest data that the last DATA_ACK covers, NaN where it shows none. */
  get lastRtt(): number {
    return this.#get(RTT_LAST);
  }

  /** Segments of other subflows that carried any of these data before. */
  carriedElsewhere(start: number, end: number, stream: number): readonly Carrier[] {
    const before = this.#carriers.overlapping(start, end);
    return before.length === 0 ? NONE : before.filter((carrier) => carrier.stream !== stream);
  }

  /** Data that a segment carries, in bytes from `base`. Returns how many the connection had not carried yet. */
  send(start: number, end: number, stream: number, sending: Sending): number {
    const fresh = this.data.add(start, end);
    this.#carriers.add(start, end, sending.frame, stream);
    const { time } = sending;
    if (fresh > 0) this.#sendings.add(end, sending);
    else this.#sendings.remove(start, end);
    const { inFlight } = this;
    const { cells } = this.slab;
    const at = this.#at;
    const ordered = cells[at + ORDERED] as number; // taken, as the others
    // End of the data that run without a hole; unknown until the first of a connection whose handshake was not captured.
    cells[at + ORDERED] = this.data.endOf(Number.isNaN(ordered) ? start : ordered);
    if (fresh > 0) {
      if (Number.isNaN(cells[at + FIRST_DATA])) cells[at + FIRST_DATA] = time;
      cells[at + LAST_DATA] = time;
    }
    if (inFlight > 0 && Number.isNaN(cells[at + WAITS_SINCE])) cells[at + WAITS_SINCE] = time;
    if (inFlight > (cells[at + MOST_IN_FLIGHT] as number)) cells[at + MOST_IN_FLIGHT] = inFlight;
    const { waiting } = this;
    if (waiting > 0 || !Number.isNaN(cells[at + HOLE_SINCE])) this.#reorder(waiting, time);
    return fresh;
  }

  /** A DATA_FIN counts as one byte (RFC 8684 section 3.3.3). */
  get acknowledgedBytes(): number | undefined {
    const { acked } = this;
    if (acked === Number.NEGATIVE_INFINITY) return undefined;
    const { end } = this.data;
    return Math.max(0, this.dataFin && acked === end + 1 ? end : acked);
  }

  /** Bytes that were sent and not acknowledged by a DATA_ACK. */
  get inFlight(): number {
    const { acked, data } = this;
    if (data.size === 0) return 0;
    return Math.max(0, data.end - (acked === Number.NEGATIVE_INFINITY ? 0 : acked));
  }

  /** Bytes that wait behind a hole, where data run without one up to here, or are acknowledged as if they did. */
  get waiting(): number {
    const { end } = this.data;
    const ordered = this.#get(ORDERED);
    return end <= ordered ? 0 : this.data.covered(ordered, end);
  }

  #reorder(waiting: number, time: number): void {
    const since = this.#get(HOLE_SINCE);
    if (waiting === 0 && Number.isNaN(since)) return;
    if (waiting > this.reorderBytes) this.reorderBytes = waiting;
    if (Number.isNaN(since)) this.#set(HOLE_SINCE, time);
    else this.reorderTime = Math.max(this.reorderTime, time - since);
    if (waiting === 0) this.#set(HOLE_SINCE, Number.NaN);
  }

  /** A DATA_ACK from the other side, in a segment. */
  acknowledge(upTo: number, segment: Segment): void {
    const { cells } = this.slab;
    const at = this.#at;
    cells[at + RTT_LAST] = Number.NaN;
    if (!(upTo > (cells[at + ACKED] as number))) return; // taken, as the others
    cells[at + ACKED] = upTo;
    const { time } = segment;
    const since = cells[at + WAITS_SINCE] as number;
    if (time - since > (cells[at + STALL] as number)) {
      cells[at + STALL] = time - since;
      this.stallBegan = since;
    }
    cells[at + WAITS_SINCE] = this.inFlight > 0 ? time : Number.NaN;
    this.#carriers.settle(upTo);
    // What the capture missed, the receiver did not.
    if (upTo > (cells[at + ORDERED] as number)) {
      cells[at + ORDERED] = this.data.endOf(upTo);
      this.#reorder(this.waiting, time);
    }
    if (this.#sendings.acknowledge(upTo)) this.#sample(time - this.#sendings.newest);
  }

  #sample(value: number): void {
    const { cells } = this.slab;
    const at = this.#at;
    cells[at + RTT_LAST] = value;
    cells[at + RTT_COUNT] = (cells[at + RTT_COUNT] as number) + 1;
    cells[at + RTT_SUM] = (cells[at + RTT_SUM] as number) + value;
    if (value < (cells[at + RTT_MIN] as number)) cells[at + RTT_MIN] = value;
    if (value > (cells[at + RTT_MAX] as number)) cells[at + RTT_MAX] = value;
  }

  /** Bits a second. */
  get goodput(): number | undefined {
    const seconds = (this.#get(LAST_DATA) - this.#get(FIRST_DATA)) / 1e9;
    return seconds > 0 ? (this.data.size * 8) / seconds : undefined;
  }
}
