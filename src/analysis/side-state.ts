/** What one side of a connection sent: data at the connection's level. */
import { type Carrier, CarrierLog } from "../../dissectors/trackers/mptcp-carriers.ts";
import { RangeSet } from "./ranges.ts";
import type { Spread } from "./types.ts";

/** First sendings that wait for their DATA_ACK. */
const MAX_WAITING = 4096;

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

interface Waiting {
  readonly end: number;
  readonly time: bigint;
}

/** How a segment's data stand to what was sent before. */
export interface Sent {
  /** Bytes that the connection had not carried yet. */
  readonly fresh: number;
  /** Segments of other subflows that carried any of these bytes before. */
  readonly before: readonly Carrier[];
  readonly redundant: number;
}

export class SideState {
  /** Number from which this side's data are counted: the first byte's, or the first that was seen. */
  base: bigint | undefined;
  readonly data: RangeSet = new RangeSet();
  readonly carriers: CarrierLog = new CarrierLog();
  readonly rtt: SpreadOf = new SpreadOf();
  acked: number = Number.NEGATIVE_INFINITY;
  synBytes = 0;
  /** Bytes that no mapping covers: plain TCP. */
  unmappedBytes = 0;
  dataFin = false;
  checksumRequired: boolean | undefined;
  firstData: bigint | undefined;
  lastData: bigint | undefined;
  reorderBytes = 0;
  reorderTime = 0;
  reinjections = 0;
  reinjectedBytes = 0;
  redundantBytes = 0;
  readonly reinjectionFrames: number[] = [];
  /** The subflow that carried new data last. */
  active: number | undefined;
  #waiting: Waiting[] = [];
  #holeSince: bigint | undefined;

  /** Data that a segment carries, in bytes from `base`. */
  send(start: number, end: number, frame: number, stream: number, time: bigint): Sent {
    const others = this.carriers.overlapping(start, end).filter((carrier) => carrier.stream !== stream);
    const fresh = this.data.add(start, end);
    this.carriers.add({ start, end, frame, stream });
    if (fresh > 0) {
      this.firstData ??= time;
      this.lastData = time;
      if (this.#waiting.length < MAX_WAITING) this.#waiting.push({ end, time });
    } else {
      // Which sending a DATA_ACK answers can no longer be told (as RFC 6298 section 3 has it for TCP).
      this.#waiting = this.#waiting.filter((one) => one.end <= start || one.end > end);
    }
    this.#reorder(time);
    const redundant = others.length === 0 ? 0 : Math.max(0, Math.min(end, this.acked) - start);
    return { fresh, before: others, redundant };
  }

  #reorder(time: bigint): void {
    const { first } = this.data;
    const waiting = first === undefined ? 0 : this.data.size - (first.end - first.start);
    if (waiting > 0) {
      this.#holeSince ??= time;
      this.reorderBytes = Math.max(this.reorderBytes, waiting);
      this.reorderTime = Math.max(this.reorderTime, Number(time - this.#holeSince));
    } else if (this.#holeSince !== undefined) {
      this.reorderTime = Math.max(this.reorderTime, Number(time - this.#holeSince));
      this.#holeSince = undefined;
    }
  }

  /** A DATA_ACK from the other side; the round-trip time that it shows, in nanoseconds. */
  acknowledge(upTo: number, time: bigint): number | undefined {
    if (upTo <= this.acked) return undefined;
    this.acked = upTo;
    let sample: number | undefined;
    let done = 0;
    for (const one of this.#waiting) {
      if (one.end > upTo) break;
      sample = Number(time - one.time);
      done++;
    }
    if (done > 0) this.#waiting.splice(0, done);
    if (sample !== undefined) this.rtt.add(sample);
    return sample;
  }

  /** Bits a second. */
  get goodput(): number | undefined {
    if (this.firstData === undefined || this.lastData === undefined) return undefined;
    const seconds = Number(this.lastData - this.firstData) / 1e9;
    return seconds > 0 ? (this.data.size * 8) / seconds : undefined;
  }
}
