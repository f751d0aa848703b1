/** What is kept of one TCP connection that is, or asked to be, a subflow. */
import { ChecksumFlow } from "./checksums.ts";
import type { Clock } from "./clock.ts";
import { Duplicates } from "./duplicates.ts";
import { MappingLog } from "./mapping-log.ts";
import { RangeSet } from "./ranges.ts";
import type { Segment } from "./segment.ts";
import type { Offer, Side, SubflowAnalysis, SubflowSide } from "./types.ts";

/** Payload that no mapping covers yet, by places in the TCP stream. */
export interface Unplaced {
  place: number;
  readonly end: number;
  readonly frame: number;
  readonly time: number;
  /** Bytes that the subflow had not carried before. */
  readonly fresh: number;
  /** Without a DSS of its own. */
  readonly silent: boolean;
  /** From `place` on, where checksums are in use. */
  readonly payload: Uint8Array;
}

/** One direction. */
export class DirectionState {
  end = "?";
  offer: Offer | undefined;
  segments = 0;
  wireBytes = 0;
  bytes = 0;
  newBytes = 0;
  retransmittedBytes = 0;
  reinjectedBytes = 0;
  reinjectedElsewhereBytes = 0;
  zeroWindows = 0;
  mostInFlight = 0;
  bytesBehindReset = 0;
  windowClosed = false;
  /** A segment with an MPTCP option behind the SYN. */
  spoke = false;
  /** A segment behind the SYN was seen. */
  started = false;
  fin = false;
  addressId: number | undefined;
  nonce: number | undefined;
  /** Times of new data, NaN while there were none. */
  firstNew: number = Number.NaN;
  lastNew: number = Number.NaN;
  lastNewFrame = 0;
  readonly mappings: MappingLog = new MappingLog();
  readonly checksums: ChecksumFlow = new ChecksumFlow(this.mappings);
  unplaced: Unplaced[] = [];
  /** Bytes by their place in the TCP stream; 1 is the first byte behind the SYN. */
  readonly sent: RangeSet = new RangeSet();
  /** Place up to which the other end acknowledged. */
  acknowledged = 0;
  #initial: number = Number.NaN;
  #last = 0;

  begin(sequence: number): void {
    this.#initial = sequence;
    this.#last = 0;
    this.mappings.begin();
  }

  /** Place in the TCP stream, beyond 2^32 where it wraps. A late capture counts from its first segment. */
  place(sequence: number): number {
    if (Number.isNaN(this.#initial)) this.#initial = (sequence - 1) >>> 0;
    const low = (sequence - this.#initial) >>> 0;
    this.#last += (low - this.#last) | 0;
    return this.#last;
  }

  /** Takes the other end's acknowledgment number. */
  acknowledge(acknowledgment: number): void {
    if (Number.isNaN(this.#initial)) return;
    const low = (acknowledgment - this.#initial) >>> 0;
    const place = this.#last + ((low - this.#last) | 0);
    if (place > this.acknowledged) this.acknowledged = place;
  }

  /** Sent and not acknowledged by TCP. */
  get inFlight(): number {
    const end = this.sent.last?.end ?? 0;
    return end > this.acknowledged ? end - Math.max(this.acknowledged, this.sent.low) : 0;
  }

  /** Place up to which everything was seen. */
  get delivered(): number {
    return this.sent.endOf(this.sawSyn ? 1 : this.sent.low);
  }

  get sawSyn(): boolean {
    return this.offer !== undefined;
  }

  carriesNew(bytes: number, frame: number, time: number): void {
    this.newBytes += bytes;
    if (Number.isNaN(this.firstNew)) this.firstNew = time;
    this.lastNew = time;
    this.lastNewFrame = frame;
  }

  /** Another subflow carried data of this one again. */
  carriedAgain(bytes: number): void {
    this.reinjectedElsewhereBytes += bytes;
  }

  result(clock: Clock): SubflowSide {
    const { end, offer, segments, wireBytes, bytes, newBytes, zeroWindows, mostInFlight } = this;
    const { retransmittedBytes, reinjectedBytes, reinjectedElsewhereBytes, bytesBehindReset } = this;
    const sizes = {
      wireBytes,
      bytes,
      newBytes,
      retransmittedBytes,
      reinjectedBytes,
      reinjectedElsewhereBytes,
    };
    const absolute = (time: number): bigint | undefined =>
      Number.isNaN(time) ? undefined : clock.absolute(time);
    const times = { firstNew: absolute(this.firstNew), lastNew: absolute(this.lastNew) };
    return { end, offer, segments, ...sizes, bytesBehindReset, mostInFlight, ...times, zeroWindows };
  }
}

export class SubflowState {
  readonly stream: number;
  sideOfLow: Side;
  readonly origin: "capable" | "join" | "late";
  opener: Side;
  /** What its SYN draws at random: sequence number and nonce; undefined where it was not captured. */
  readonly initial: string | undefined;
  readonly firstFrame: number;
  readonly firstTime: number;
  lastTime: number;
  established = false;
  backup = false;
  end: SubflowAnalysis["end"] = "open";
  resetReason: number | undefined;
  /** SYNs of the opener with MP_CAPABLE or MP_JOIN. */
  synsWithOption = 0;
  readonly duplicates: Duplicates = new Duplicates();
  sides: readonly [DirectionState, DirectionState] = [new DirectionState(), new DirectionState()];

  constructor(segment: Segment, sideOfLow: Side, origin: SubflowAnalysis["origin"]) {
    this.stream = segment.stream;
    this.sideOfLow = sideOfLow;
    this.origin = origin;
    const { syn, ack, sequence, options } = segment;
    const join = options.find((option) => option.kind === "join");
    const nonce = join?.form === "syn" ? join.nonce : 0;
    this.initial = syn && !ack ? `${sequence} ${nonce}` : undefined;
    this.firstFrame = segment.frame;
    this.firstTime = segment.time;
    this.lastTime = segment.time;
    const sender = this.side(segment.direction);
    this.opener = segment.syn && segment.ack ? opposite(sender) : sender;
  }

  side(direction: 0 | 1): Side {
    return direction === 0 ? this.sideOfLow : opposite(this.sideOfLow);
  }

  /** Which side is which turned out to be the other way round. */
  turn(): void {
    this.sideOfLow = opposite(this.sideOfLow);
    this.opener = opposite(this.opener);
    this.sides = [this.sides[1], this.sides[0]];
  }

  result(clock: Clock): SubflowAnalysis {
    const [a, b] = this.sides;
    return {
      stream: this.stream,
      opener: this.opener,
      origin: this.origin,
      firstFrame: this.firstFrame,
      firstTime: clock.absolute(this.firstTime),
      lastTime: clock.absolute(this.lastTime),
      established: this.established,
      backup: this.backup,
      addressIds: [a.addressId, b.addressId],
      end: this.end,
      resetReason: this.resetReason,
      sides: [a.result(clock), b.result(clock)],
    };
  }
}

export function opposite(side: Side): Side {
  return side === 0 ? 1 : 0;
}
