/** TCP connections: `tcp.stream`, relative sequence numbers, scaled windows and times within a connection. */
import type { Preferences, Provide, Row, Tracker, TrackerState } from "../../src/plugin.ts";
import { BoundedMap, maxStreams, type Touchable } from "./bounded-map.ts";
import { ENDPOINT_FIELDS, type Endpoints, endpointsOf, isQuoted } from "./endpoints.ts";
import { numberAt, provided } from "./provided.ts";
import { seqAdd, seqSub } from "./sequence.ts";
import { WindowScale } from "./window-scale.ts";

const TCP = 6;
const ACK = 0x10;
const RST = 0x04;
const SYN = 0x02;
const FIN = 0x01;

const FIRST = ENDPOINT_FIELDS.length;
const SOURCE_PORT: number = FIRST;
const DESTINATION_PORT: number = FIRST + 1;
const SEQ_RAW: number = FIRST + 2;
const ACK_RAW: number = FIRST + 3;
const FLAGS: number = FIRST + 4;
const WINDOW: number = FIRST + 5;
const LENGTH: number = FIRST + 6;
const SHIFT: number = FIRST + 7;

/** Indices into `provides`. */
const P_SEQ = 0;
const P_STREAM = 1;
const P_ACK = 2;
const P_NEXT = 3;
const P_WINDOW = 4;
const P_FACTOR = 5;
const P_RELATIVE = 6;
const P_DELTA = 7;
const P_COMPLETENESS = 8;
const P_REUSED = 9;

/** Bits of `tcp.completeness`: what of a connection's life was seen. */
const SEEN_SYN = 1;
const SEEN_SYN_ACK = 2;
const SEEN_ACK = 4;
const SEEN_DATA = 8;
const SEEN_FIN = 16;
const SEEN_RST = 32;

class Stream implements Touchable {
  touched = false;
  readonly index: number;
  /** Sequence number that counts as 0, by direction; NaN until it is known. */
  readonly base: [number, number] = [Number.NaN, Number.NaN];
  readonly scale: WindowScale = new WindowScale();
  readonly first: bigint | undefined;
  previous: bigint | undefined;
  completeness = 0;
  constructor(index: number, now: bigint | undefined) {
    this.index = index;
    this.first = now;
    this.previous = now;
  }
}

interface Numbers {
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
}

/** The columns of one header. */
interface Segment extends Numbers {
  readonly window: number;
  /** Payload bytes; NaN when the header is cut. */
  readonly length: number;
  readonly shift: number;
}

class TcpStreams implements TrackerState {
  readonly #streams: BoundedMap<string, Stream>;
  readonly #relative: boolean;
  #next = 0;

  constructor(preferences: Preferences) {
    this.#streams = new BoundedMap(maxStreams(preferences));
    this.#relative = preferences.get("tcp.relative_sequence_numbers") !== false;
  }

  get forgotten(): number {
    return this.#streams.forgotten;
  }

  update(row: Row, provide: Provide): void {
    const count = row.count(SOURCE_PORT);
    for (let index = 0; index < count; index++) this.#header(row, index, count, provide);
  }

  #header(row: Row, index: number, count: number, provide: Provide): void {
    const quoted = isQuoted(row);
    const segment: Segment = {
      sequence: numberAt(row, SEQ_RAW, index),
      acknowledgment: numberAt(row, ACK_RAW, index),
      flags: numberAt(row, FLAGS, index),
      window: numberAt(row, WINDOW, index),
      length: numberAt(row, LENGTH, index),
      shift: count === 1 ? numberAt(row, SHIFT, row.count(SHIFT) - 1) : numberAt(row, SHIFT, index),
    };
    if (Number.isNaN(segment.window)) {
      // RFC 792 asks for 8 bytes of the quoted packet: both ports and the sequence number.
      if (quoted && !Number.isNaN(segment.sequence)) provide(P_SEQ, segment.sequence, index);
      return;
    }
    const source = numberAt(row, SOURCE_PORT, index);
    const ends = endpointsOf(row, TCP, index, count, source, numberAt(row, DESTINATION_PORT, index));
    if (ends === undefined) return;
    const known = this.#streams.get(ends.key);
    const stream = this.#find(known, ends, segment, row.timestamp);
    const reused = known !== undefined && (known !== stream || answersOther(stream, ends.direction, segment));
    if (known !== undefined && known !== stream) stream.completeness = SEEN_SYN;
    if (reused) provide(P_REUSED, true, index);
    learnBases(stream.base, ends.direction, segment, quoted);
    this.#provide(stream, ends.direction, segment, quoted, index, provide);
    stream.completeness |=
      known === undefined ? opened(segment, quoted) : known === stream ? seen(segment, quoted) : 0;
    const { flags } = segment;
    stream.scale.learn(ends.direction, segment.shift, (flags & SYN) !== 0, (flags & ACK) !== 0);
    this.#times(stream, row, segment, index, provide);
  }

  /** A SYN with another initial number than the one known begins a new connection between the same ends. */
  #find(
    known: Stream | undefined,
    { key, direction }: Endpoints,
    { sequence, flags }: Segment,
    now: bigint | undefined,
  ): Stream {
    let stream = known;
    const opens = (flags & (SYN | ACK)) === SYN;
    const base = stream?.base[direction] ?? Number.NaN;
    if (stream === undefined || (opens && !Number.isNaN(base) && base !== sequence)) {
      stream = new Stream(this.#next++, now);
      this.#streams.set(key, stream);
    }
    return stream;
  }

  #provide(
    stream: Stream,
    direction: 0 | 1,
    segment: Segment,
    quoted: boolean,
    index: number,
    provide: Provide,
  ): void {
    const { sequence, acknowledgment, flags, window, length } = segment;
    const relative = this.#relative && !quoted;
    const shown = relative ? seqSub(sequence, stream.base[direction]) : sequence;
    provide(P_SEQ, shown, index);
    provide(P_COMPLETENESS, stream.completeness, index);
    provide(P_STREAM, stream.index, index);
    const isRelativeAck = relative && (flags & ACK) !== 0;
    const other = direction === 0 ? 1 : 0;
    provide(P_ACK, isRelativeAck ? seqSub(acknowledgment, stream.base[other]) : acknowledgment, index);
    if (!quoted && !Number.isNaN(length)) {
      provide(P_NEXT, seqAdd(shown, length + ((flags & (SYN | FIN)) !== 0 ? 1 : 0)), index);
    }
    const scaled = (flags & SYN) === 0;
    const shift = scaled && !quoted ? stream.scale.shift(direction) : 0;
    provide(P_WINDOW, window * 2 ** shift, index);
    if (scaled) provide(P_FACTOR, stream.scale.factor(direction), index);
  }

  #times(stream: Stream, row: Row, { length }: Segment, index: number, provide: Provide): void {
    const now = row.timestamp;
    if (now === undefined) return;
    if (!Number.isNaN(length)) {
      provide(P_RELATIVE, now - (stream.first ?? now), index);
      provide(P_DELTA, now - (stream.previous ?? now), index);
    }
    stream.previous = now;
  }
}

/** A SYN-ACK with another number than before answers a SYN that was not seen. */
function answersOther({ base }: Stream, direction: 0 | 1, { sequence, flags }: Segment): boolean {
  const isAnswer = (flags & (SYN | ACK)) === (SYN | ACK);
  return isAnswer && !Number.isNaN(base[direction]) && base[direction] !== sequence;
}

/** What the first segment of a connection shows of it: only a SYN tells, with its data (RFC 7413). */
function opened({ flags, length }: Segment, quoted: boolean): number {
  if ((flags & (SYN | ACK)) !== SYN) return 0;
  return length > 0 && !quoted ? SEEN_SYN | SEEN_DATA : SEEN_SYN;
}

/** What a segment that does not open its connection adds to the connection's completeness. */
function seen({ flags, length }: Segment, quoted: boolean): number {
  let bits = (flags & RST) !== 0 ? SEEN_RST : 0;
  if ((flags & ACK) === 0) return bits;
  if ((flags & SYN) !== 0) bits |= SEEN_SYN_ACK;
  else bits |= length > 0 && !quoted ? SEEN_DATA : SEEN_ACK;
  if ((flags & FIN) !== 0) bits |= SEEN_FIN;
  return bits;
}

/**
 * A SYN's own number counts as 0; a capture that begins later takes what makes its first byte 1, in both directions. A
 * SYN-ACK with another number than before is believed: it answers a SYN that was not seen. What an ICMP error quotes may
 * be older than the segments around it, and begins nothing.
 */
export function learnBases(
  base: [number, number],
  direction: 0 | 1,
  segment: Numbers,
  quoted: boolean,
): void {
  const { sequence, acknowledgment, flags } = segment;
  const known = !Number.isNaN(base[direction]);
  if (known && (flags & (SYN | ACK)) === (SYN | ACK)) base[direction] = sequence;
  if (quoted) return;
  if (!known) base[direction] = flags & SYN ? sequence : seqSub(sequence, 1);
  const other = direction === 0 ? 1 : 0;
  if ((flags & ACK) !== 0 && Number.isNaN(base[other])) base[other] = seqSub(acknowledgment, 1);
}

/**
 * Connections in the order of their first segment. Preferences: `tcp.relative_sequence_numbers` (default true) and
 * `subflow.max_streams`.
 */
export const tcpStream: Tracker = {
  id: "tcp.stream",
  requires: [
    ...ENDPOINT_FIELDS,
    "tcp.srcport",
    "tcp.dstport",
    "tcp.seq_raw",
    "tcp.ack_raw",
    "tcp.flags",
    "tcp.window_size_value",
    "tcp.len",
    "tcp.options.wscale.shift",
  ],
  // What shares an anchor is provided in reverse, as each takes the place right behind it.
  provides: [
    provided("tcp.seq", "FT_UINT32", "Sequence number, counted from the connection's first", {
      after: "tcp.dstport",
    }),
    provided("tcp.stream", "FT_UINT32", "Number of the connection in this reading, from 0", {
      after: "tcp.dstport",
    }),
    provided("tcp.ack", "FT_UINT32", "Acknowledgment number, counted from the connection's first", {
      after: "tcp.seq_raw",
    }),
    provided("tcp.nxtseq", "FT_UINT32", "Sequence number behind this segment", { after: "tcp.seq_raw" }),
    provided("tcp.window_size", "FT_UINT32", "Window in bytes, scaled as the connection agreed", {
      after: "tcp.window_size_value",
    }),
    provided(
      "tcp.window_size_scalefactor",
      "FT_INT32",
      "What the window is multiplied by; -1 unknown, -2 not used",
      { after: "tcp.window_size" },
    ),
    provided("tcp.time_relative", "FT_RELATIVE_TIME", "Time since the connection's first segment", {
      under: "Timestamps",
    }),
    provided("tcp.time_delta", "FT_RELATIVE_TIME", "Time since the connection's segment before", {
      under: "Timestamps",
    }),
    provided(
      "tcp.completeness",
      "FT_UINT8",
      "Parts of the connection seen before this segment: SYN 1, SYN-ACK 2, ACK 4, data 8, FIN 16, RST 32",
      { after: "tcp.dstport" },
    ),
    provided("tcp.analysis.reused_ports", "FT_NONE", "A new connection between the ends of an earlier one", {
      under: "tcp.analysis",
    }),
  ],
  create: (preferences) => new TcpStreams(preferences),
};
