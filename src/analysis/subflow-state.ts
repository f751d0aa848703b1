/** What is kept of one TCP connection that is, or asked to be, a subflow. */
import type { Slab } from "../../dissectors/trackers/slab.ts";
import type { ChecksumFlow } from "./checksums.ts";
import type { Clock } from "./clock.ts";
import { Duplicates } from "./duplicates.ts";
import { MappingLog } from "./mapping-log.ts";
import { RangeSet } from "./ranges.ts";
import type { Segment } from "./segment.ts";
import type { Offer, Side, SubflowAnalysis, SubflowSide } from "./types.ts";

/** What brought payload. */
export interface Sending {
  readonly frame: number;
  readonly time: number;
  /** Bytes that the subflow had not carried before. */
  readonly fresh: number;
}

/** Payload that no mapping covers yet, by places in the TCP stream. */
export interface Unplaced extends Sending {
  place: number;
  readonly end: number;
  /** Without a DSS of its own. */
  readonly silent: boolean;
  /** From `place` on, where checksums are in use. */
  readonly payload: Uint8Array;
}

/** Cells of a direction: what nearly every segment reads or changes. */
const INITIAL = 0;
const LAST = 1;
const ACKNOWLEDGED = 2;
const SEGMENTS = 3;
const WIRE_BYTES = 4;
const BYTES = 5;
const RETRANSMITTED = 6;
const MOST_IN_FLIGHT = 7;
const NEW_BYTES = 8;
const FIRST_NEW = 9;
const LAST_NEW = 10;
const LAST_NEW_FRAME = 11;
const SEEN_FRAME = 12;
const SEEN_TIME = 13;
const CELLS = 14;

/** The place at a distance, modulo 2^32, from the first one that is nearest to another. */
function near(distance: number, last: number): number {
  return last + (((distance >>> 0) - last) | 0);
}

/** Shared by the directions where all is placed. */
const ALL_PLACED: Unplaced[] = [];

/** One direction. */
export class DirectionState {
  readonly #slab: Slab;
  readonly #at: number;
  /** Bytes by their place in the TCP stream; 1 is the first byte behind the SYN. */
  readonly sent: RangeSet;
  readonly mappings: MappingLog;
  /** From the first mapping with a checksum on. */
  checksums: ChecksumFlow | undefined;
  /** Not to be added to: {@link wait} does. */
  unplaced: readonly Unplaced[] = ALL_PLACED;
  windowClosed = false;
  /** Widths of DSS that tell nothing new, once the subflow is in use; -1 before. */
  usual = -1;
  /** A segment with an MPTCP option behind the SYN. */
  spoke = false;
  /** A segment behind the SYN was seen. */
  started = false;
  fin = false;
  end = "?";
  offer: Offer | undefined;
  reinjectedBytes = 0;
  repeatedBytes = 0;
  reinjectedElsewhereBytes = 0;
  zeroWindows = 0;
  bytesBehindReset = 0;
  addressId: number | undefined;
  nonce: number | undefined;

  constructor(slab: Slab) {
    this.#slab = slab;
    this.#at = slab.take(CELLS);
    this.sent = new RangeSet(slab);
    this.mappings = new MappingLog(slab);
    for (const cell of [INITIAL, FIRST_NEW, LAST_NEW]) this.#set(cell, Number.NaN);
  }

  #get(cell: number): number {
    return this.#slab.cells[this.#at + cell] as number; // taken
  }

  #set(cell: number, value: number): void {
    this.#slab.cells[this.#at + cell] = value;
  }

  /** Takes a segment; whether it is the first. */
  count(segment: Segment): boolean {
    const { cells } = this.#slab;
    const at = this.#at;
    cells[at + WIRE_BYTES] = (cells[at + WIRE_BYTES] as number) + segment.wireLength; // taken
    cells[at + SEEN_FRAME] = segment.frame;
    cells[at + SEEN_TIME] = segment.time;
    const segments = (cells[at + SEGMENTS] as number) + 1;
    cells[at + SEGMENTS] = segments;
    return segments === 1;
  }

  get segments(): number {
    return this.#get(SEGMENTS);
  }

  /** Frame and time of the newest segment, 0 before the first. */
  get seen(): { readonly frame: number; readonly time: number } {
    return { frame: this.#get(SEEN_FRAME), time: this.#get(SEEN_TIME) };
  }

  begin(sequence: number): void {
    this.#set(INITIAL, sequence);
    this.#set(LAST, 0);
    this.mappings.begin();
  }

  /** Place in the TCP stream, beyond 2^32 where it wraps. A late capture counts from its first segment. */
  place(sequence: number): number {
    const { cells } = this.#slab;
    const at = this.#at;
    const initial = cells[at + INITIAL] as number; // taken
    if (Number.isNaN(initial)) {
      cells[at + INITIAL] = (sequence - 1) >>> 0;
      return this.place(sequence);
    }
    const place = near(sequence - initial, cells[at + LAST] as number);
    cells[at + LAST] = place;
    return place;
  }

  /** Place up to which the other end acknowledged. */
  get acknowledged(): number {
    return this.#get(ACKNOWLEDGED);
  }

  /** Takes the other end's acknowledgment number. */
  acknowledge(acknowledgment: number): void {
    const { cells } = this.#slab;
    const at = this.#at;
    const initial = cells[at + INITIAL] as number; // taken
    if (Number.isNaN(initial)) return;
    const place = near(acknowledgment - initial, cells[at + LAST] as number);
    if (place > (cells[at + ACKNOWLEDGED] as number)) cells[at + ACKNOWLEDGED] = place;
  }

  /** Payload at a place; how many of its bytes the subflow had not carried before. */
  carry(place: number, length: number): number {
    const fresh = this.sent.add(place, place + length);
    const { inFlight } = this;
    const { cells } = this.#slab;
    const at = this.#at;
    cells[at + BYTES] = (cells[at + BYTES] as number) + length; // taken
    if (fresh < length) cells[at + RETRANSMITTED] = (cells[at + RETRANSMITTED] as number) + length - fresh;
    if (inFlight > (cells[at + MOST_IN_FLIGHT] as number)) cells[at + MOST_IN_FLIGHT] = inFlight;
    return fresh;
  }

  /** Sent and not acknowledged by TCP. */
  get inFlight(): number {
    const { end } = this.sent;
    const { acknowledged } = this;
    return end > acknowledged ? end - Math.max(acknowledged, this.sent.low) : 0;
  }

  /** Payload that waits for its mapping. */
  wait(one: Unplaced): void {
    this.unplaced = [...this.unplaced, one];
  }

  /** Lets those of what waits stay that the test holds for. */
  stay(test: (one: Unplaced, index: number) => boolean): void {
    const left = this.unplaced.filter(test);
    this.unplaced = left.length === 0 ? ALL_PLACED : left;
  }

  /** Place up to which everything was seen. */
  get delivered(): number {
    return this.sent.endOf(this.sawSyn ? 1 : this.sent.low);
  }

  get sawSyn(): boolean {
    return this.offer !== undefined;
  }

  carriesNew(bytes: number, { frame, time }: Sending): void {
    const { cells } = this.#slab;
    const at = this.#at;
    cells[at + NEW_BYTES] = (cells[at + NEW_BYTES] as number) + bytes; // taken
    if (Number.isNaN(cells[at + FIRST_NEW])) cells[at + FIRST_NEW] = time;
    cells[at + LAST_NEW] = time;
    cells[at + LAST_NEW_FRAME] = frame;
  }

  get newBytes(): number {
    return this.#get(NEW_BYTES);
  }

  /** Times of new data, NaN while there were none. */
  get firstNew(): number {
    return this.#get(FIRST_NEW);
  }

  get lastNew(): number {
    return this.#get(LAST_NEW);
  }

  get lastNewFrame(): number {
    return this.#get(LAST_NEW_FRAME);
  }

  /** Another subflow carried data of this one again. */
  carriedAgain(bytes: number): void {
    this.reinjectedElsewhereBytes += bytes;
  }

  result(clock: Clock): SubflowSide {
    const { end, offer, reinjectedBytes, repeatedBytes, reinjectedElsewhereBytes } = this;
    const { bytesBehindReset, zeroWindows } = this;
    const { segments } = this;
    const mostInFlight = this.#get(MOST_IN_FLIGHT);
    const sizes = {
      wireBytes: this.#get(WIRE_BYTES),
      bytes: this.#get(BYTES),
      newBytes: this.newBytes,
      retransmittedBytes: this.#get(RETRANSMITTED),
      reinjectedBytes,
      repeatedBytes,
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
  established = false;
  backup = false;
  end: SubflowAnalysis["end"] = "open";
  resetReason: number | undefined;
  /** SYNs of the opener with MP_CAPABLE or MP_JOIN. */
  synsWithOption = 0;
  readonly #duplicates: Duplicates = new Duplicates();
  /** The stream was captured at two places. */
  #twice = false;
  sides: readonly [DirectionState, DirectionState];

  constructor(segment: Segment, sideOfLow: Side, origin: SubflowAnalysis["origin"], slab: Slab) {
    this.sides = [new DirectionState(slab), new DirectionState(slab)];
    this.stream = segment.stream;
    this.sideOfLow = sideOfLow;
    this.origin = origin;
    const { syn, ack, sequence, options } = segment;
    const join = options.find((option) => option.kind === "join");
    const nonce = join?.form === "syn" ? join.nonce : 0;
    this.initial = syn && !ack ? `${sequence} ${nonce}` : undefined;
    this.firstFrame = segment.frame;
    this.firstTime = segment.time;
    const sender = this.side(segment.direction);
    this.opener = segment.syn && segment.ack ? opposite(sender) : sender;
  }

  /** Frame and time of the newest segment. */
  get seen(): { readonly frame: number; readonly time: number } {
    const [a, b] = this.sides;
    return a.seen.frame > b.seen.frame ? a.seen : b.seen;
  }

  /** Whether the segment was seen before, at another place. The SYN tells whether to look. */
  showsAgain(segment: Segment): boolean {
    if (!segment.syn && !this.#twice) return false;
    const again = this.#duplicates.accept(segment);
    if (again) this.#twice = true;
    return again;
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
      lastTime: clock.absolute(this.seen.time),
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
