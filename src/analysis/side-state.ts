/** What one side of a connection sent: data at the connection's level. Times are nanoseconds from the capture's first frame. */
import { type Carrier, CarrierLog } from "../../dissectors/trackers/mptcp-carriers.ts";
import { Places } from "./places.ts";
import { RangeSet } from "./ranges.ts";
import { SendingLog } from "./sending-log.ts";
import type { Spread } from "./types.ts";

export class SpreadOf {
  #count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;
  #sum = 0;

  add(value: number): void {
    this.#count++;
    this.#sum += value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  get result(): Spread | undefined {
    if (this.#count === 0) return undefined;
    return { count: this.#count, min: this.#min, mean: this.#sum / this.#count, max: this.#max };
  }
}

export class SideState {
  readonly places: Places = new Places();
  /** End of the data that run without a hole; NaN until the first of a connection whose handshake was not captured. */
  ordered: number = Number.NaN;
  readonly data: RangeSet = new RangeSet();
  readonly carriers: CarrierLog = new CarrierLog();
  readonly rtt: SpreadOf = new SpreadOf();
  acked: number = Number.NEGATIVE_INFINITY;
  synBytes = 0;
  /** Bytes that no mapping covers: plain TCP. */
  unmappedBytes = 0;
  dataFin = false;
  checksumRequired: boolean | undefined;
  firstData: number = Number.NaN;
  lastData: number = Number.NaN;
  reorderBytes = 0;
  reorderTime = 0;
  mostInFlight = 0;
  /** Longest time without progress of the DATA_ACKs while data were in flight, and when it began. */
  stall = 0;
  stallBegan = 0;
  #waitsSince: number = Number.NaN;
  reinjections = 0;
  reinjectedBytes = 0;
  redundantBytes = 0;
  readonly reinjectionFrames: number[] = [];
  readonly #sendings: SendingLog = new SendingLog();
  #holeSince: number = Number.NaN;

  /** Segments of other subflows that carried any of these data before. */
  carriedElsewhere(start: number, end: number, stream: number): readonly Carrier[] {
    const before = this.carriers.overlapping(start, end);
    return before.length === 0 ? before : before.filter((carrier) => carrier.stream !== stream);
  }

  /** Data that a segment carries, in bytes from `base`. Returns how many the connection had not carried yet. */
  send(start: number, end: number, frame: number, stream: number, time: number): number {
    const fresh = this.data.add(start, end);
    this.carriers.add(start, end, frame, stream);
    if (Number.isNaN(this.ordered)) this.ordered = start;
    this.ordered = this.data.endOf(this.ordered);
    if (fresh > 0) {
      if (Number.isNaN(this.firstData)) this.firstData = time;
      this.lastData = time;
      this.#sendings.add(end, time);
    } else this.#sendings.remove(start, end);
    this.#reorder(time);
    if (Number.isNaN(this.#waitsSince) && this.inFlight > 0) this.#waitsSince = time;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    return fresh;
  }

  /** A DATA_FIN counts as one byte (RFC 8684 section 3.3.3). */
  get acknowledgedBytes(): number | undefined {
    if (this.acked === Number.NEGATIVE_INFINITY) return undefined;
    const end = this.data.last?.end ?? 0;
    return Math.max(0, this.dataFin && this.acked === end + 1 ? end : this.acked);
  }

  /** Bytes that were sent and not acknowledged by a DATA_ACK. */
  get inFlight(): number {
    const { last } = this.data;
    const from = this.acked === Number.NEGATIVE_INFINITY ? 0 : this.acked;
    return last === undefined || last.end <= from ? 0 : last.end - from;
  }

  /** Bytes that wait behind a hole, where data run without one up to here, or are acknowledged as if they did. */
  get waiting(): number {
    const { last } = this.data;
    return last === undefined || last.end <= this.ordered ? 0 : this.data.covered(this.ordered, last.end);
  }

  #reorder(time: number): void {
    const { waiting } = this;
    if (waiting === 0 && Number.isNaN(this.#holeSince)) return;
    if (waiting > this.reorderBytes) this.reorderBytes = waiting;
    if (Number.isNaN(this.#holeSince)) this.#holeSince = time;
    this.reorderTime = Math.max(this.reorderTime, time - this.#holeSince);
    if (waiting === 0) this.#holeSince = Number.NaN;
  }

  /** A DATA_ACK from the other side; the round-trip time of the newest data that it covers, NaN where it shows none. */
  acknowledge(upTo: number, time: number): number {
    if (!(upTo > this.acked)) return Number.NaN;
    this.acked = upTo;
    if (time - this.#waitsSince > this.stall) {
      this.stall = time - this.#waitsSince;
      this.stallBegan = this.#waitsSince;
    }
    this.#waitsSince = this.inFlight > 0 ? time : Number.NaN;
    this.carriers.settle(upTo);
    // What the capture missed, the receiver did not.
    if (upTo > this.ordered) {
      this.ordered = this.data.endOf(upTo);
      this.#reorder(time);
    }
    const sample = time - this.#sendings.acknowledge(upTo);
    if (!Number.isNaN(sample)) this.rtt.add(sample);
    return sample;
  }

  /** Bits a second. */
  get goodput(): number | undefined {
    const seconds = (this.lastData - this.firstData) / 1e9;
    return seconds > 0 ? (this.data.size * 8) / seconds : undefined;
  }
}
