/** TCP connections: `tcp.stream`, relative sequence numbers, scaled windows and times within a connection. */
import type { FlowCache, Preferences, Provide, Row, Tracker, TrackerState } from "../../src/plugin.ts";
import { maxStreams } from "./bounded-map.ts";
import { Endpoints, isQuoted } from "./endpoints.ts";
import { FlowTable } from "./flow-table.ts";
import { seqAdd, seqSub } from "./sequence.ts";
import { SequenceBases } from "./sequence-bases.ts";
import { ACK, FIN, RST, SYN } from "./tcp-flags.ts";
import {
  ACK_RAW,
  CACHED,
  cachedFlows,
  DESTINATION_PORT,
  FIRST,
  FLAGS,
  LENGTH,
  MEASURED,
  nameOf,
  P_ACK,
  P_COMPLETENESS,
  P_DELTA,
  P_FACTOR,
  P_NEXT,
  P_RELATIVE,
  P_REUSED,
  P_SEQ,
  P_STREAM,
  P_WINDOW,
  PROVIDES,
  SCALED,
  SEGMENT_FIELDS,
  SEQ_RAW,
  SHIFT,
  SOURCE_PORT,
  TIMED,
  WINDOW,
  wantsAny,
} from "./tcp-stream-fields.ts";
import { WindowScale } from "./window-scale.ts";

const TCP = 6;

/** Bits of `tcp.completeness`: what of a connection's life was seen. */
const SEEN_SYN = 1;
const SEEN_SYN_ACK = 2;
const SEEN_ACK = 4;
const SEEN_DATA = 8;
const SEEN_FIN = 16;
const SEEN_RST = 32;

class Stream extends SequenceBases {
  readonly index: number;
  readonly scale: WindowScale = new WindowScale();
  /** Times are kept where they are asked for. */
  readonly first: bigint | undefined;
  previous: bigint | undefined;
  completeness = 0;
  /** Is something of it kept in the cache? */
  isKept = false;
  constructor(index: number, now: bigint | undefined) {
    super();
    this.index = index;
    this.first = now;
    this.previous = now;
  }
}

/** The columns of one header by their numbers: a row's own, where it has one header alone. */
type Header = Float64Array;

function numberOf(header: Header, column: number): number {
  return header[column] ?? Number.NaN;
}

/** NaN becomes 0. */
function flagsOf(header: Header): number {
  return numberOf(header, FLAGS) | 0;
}

class TcpStreams implements TrackerState {
  readonly #streams: FlowTable<Stream>;
  readonly #relative: boolean;
  /** By index into `provides`. */
  readonly #wanted: readonly boolean[];
  /** What is kept of each stream, as far as it is asked for. */
  readonly #timed: boolean;
  readonly #scaled: boolean;
  readonly #complete: boolean;
  readonly #limit: number;
  /** By number of the stream, of as many as are remembered: what was seen of it, and what an earlier reading saw of all of it. */
  readonly #seen: number[] = [];
  readonly #foreseen: readonly number[] | undefined;
  readonly #ends = new Endpoints();
  /** Used again for each header of rows with several. */
  readonly #gathered: Header = new Float64Array(SEGMENT_FIELDS.length);
  #next = 0;
  /** Indices into `provides` of what is kept there. */
  readonly #kept: readonly number[];
  /** Used again for each. */
  readonly #ofLow: Int32Array;
  readonly #ofHigh: Int32Array;

  constructor(
    preferences: Preferences,
    wants: (name: string) => boolean,
    hindsight?: TrackerState,
    cache?: FlowCache,
  ) {
    this.#kept = [...CACHED.keys()].filter((index) => wants(nameOf(index)));
    this.#ofLow = new Int32Array(this.#kept.length);
    this.#ofHigh = new Int32Array(this.#kept.length);
    this.#foreseen = hindsight instanceof TcpStreams ? hindsight.#seen : undefined;
    this.#limit = maxStreams(preferences);
    this.#streams = new FlowTable(this.#limit, cache);
    this.#relative = preferences.get("tcp.relative_sequence_numbers") !== false;
    this.#wanted = PROVIDES.map(({ info }) => wants(info.name));
    this.#timed = wantsAny(wants, TIMED);
    this.#scaled = wantsAny(wants, SCALED);
    this.#complete = wants("tcp.completeness");
  }

  get forgotten(): number {
    return this.#streams.forgotten;
  }

  update(row: Row, provide: Provide): void {
    if (row.plain) {
      if (numberOf(row.firsts, SOURCE_PORT) >= 0) this.#header(row, row.firsts, 0, 1, provide);
      return;
    }
    const count = row.count(SOURCE_PORT);
    for (let index = 0; index < count; index++)
      this.#header(row, this.#gather(row, index, count), index, count, provide);
  }

  #gather(row: Row, index: number, count: number): Header {
    const header = this.#gathered;
    for (let column = FIRST; column < SHIFT; column++) header[column] = row.number(column, index);
    // Of several in one header the last is taken.
    header[SHIFT] = row.number(SHIFT, count === 1 ? row.count(SHIFT) - 1 : index);
    return header;
  }

  #header(row: Row, header: Header, index: number, count: number, provide: Provide): void {
    const quoted = isQuoted(row);
    const sequence = numberOf(header, SEQ_RAW);
    if (Number.isNaN(numberOf(header, WINDOW))) {
      // RFC 792 asks for 8 bytes of the quoted packet: both ports and the sequence number.
      if (quoted && !Number.isNaN(sequence)) provide(P_SEQ, sequence, index);
      return;
    }
    const ends = this.#ends;
    const source = numberOf(header, SOURCE_PORT);
    if (!ends.read(row, TCP, index, count, source, numberOf(header, DESTINATION_PORT))) return;
    const { direction } = ends;
    const flags = flagsOf(header);
    const now = this.#timed ? row.timestamp : undefined;
    const known = this.#streams.get(ends);
    const stream = this.#find(known, direction, sequence, flags, now);
    const reused =
      known !== undefined && (known !== stream || answersOther(stream, direction, sequence, flags));
    if (known !== undefined && known !== stream) stream.completeness = SEEN_SYN;
    if (reused) provide(P_REUSED, true, index);
    stream.learn(direction, sequence, numberOf(header, ACK_RAW), flags, quoted);
    this.#provide(stream, direction, header, quoted, index, provide);
    if (this.#complete) {
      const length = quoted ? 0 : numberOf(header, LENGTH);
      stream.completeness |=
        known === undefined ? opened(flags, length) : known === stream ? seen(flags, length) : 0;
      if (stream.index < this.#limit) this.#seen[stream.index] = stream.completeness;
    }
    if (this.#scaled)
      stream.scale.learn(direction, numberOf(header, SHIFT), (flags & SYN) !== 0, (flags & ACK) !== 0);
    if (now !== undefined) this.#times(stream, now, index, provide);
    if (known === undefined || !this.#streams.keeps) return;
    if (row.plain && !quoted && stream.isKnown) this.#keep(stream);
    else if (known !== stream || (flags & SYN) !== 0 || !Number.isNaN(numberOf(header, SHIFT)))
      this.#release(known);
  }

  /** The next segments between the ends at hand are given what is known of the stream. */
  #keep(stream: Stream): void {
    stream.isKept = true;
    this.#streams.keep(
      this.#ends,
      this.#numbersOf(stream, 0, this.#ofLow),
      this.#numbersOf(stream, 1, this.#ofHigh),
    );
  }

  #release(stream: Stream): void {
    if (stream.isKept) this.#streams.release(this.#ends);
    stream.isKept = false;
  }

  /** What {@link CACHED} reckons with. */
  #numbersOf(stream: Stream, direction: 0 | 1, numbers: Int32Array): Int32Array {
    for (let index = 0; index < numbers.length; index++)
      numbers[index] = this.#number(stream, direction, this.#kept[index] ?? 0);
    return numbers;
  }

  #number(stream: Stream, direction: 0 | 1, field: number): number {
    switch (field) {
      case P_STREAM:
        return stream.index;
      case P_WINDOW:
        return stream.scale.shift(direction);
      case P_FACTOR:
        return stream.scale.factor(direction);
      default:
        if (!this.#relative) return 0;
        return stream.base(field === P_ACK ? (direction === 0 ? 1 : 0) : direction);
    }
  }

  /** A SYN with another initial number than the one known begins a new connection between the same ends. */
  #find(
    known: Stream | undefined,
    direction: 0 | 1,
    sequence: number,
    flags: number,
    now: bigint | undefined,
  ): Stream {
    if (known !== undefined) {
      if ((flags & (SYN | ACK)) !== SYN) return known;
      const base = known.base(direction);
      if (Number.isNaN(base) || base === sequence) return known;
    }
    const stream = new Stream(this.#next++, now);
    this.#streams.set(this.#ends, stream);
    return stream;
  }

  #provide(
    stream: Stream,
    direction: 0 | 1,
    header: Header,
    quoted: boolean,
    index: number,
    provide: Provide,
  ): void {
    const sequence = numberOf(header, SEQ_RAW);
    const flags = flagsOf(header);
    const wanted = this.#wanted;
    const relative = this.#relative && !quoted;
    const shown = relative ? seqSub(sequence, stream.base(direction)) : sequence;
    if (wanted[P_SEQ]) provide(P_SEQ, shown, index);
    if (wanted[P_COMPLETENESS])
      provide(P_COMPLETENESS, this.#foreseen?.[stream.index] ?? stream.completeness, index);
    if (wanted[P_STREAM]) provide(P_STREAM, stream.index, index);
    if (wanted[P_ACK]) {
      const isRelativeAck = relative && (flags & ACK) !== 0;
      const other = direction === 0 ? 1 : 0;
      const acknowledgment = numberOf(header, ACK_RAW);
      provide(P_ACK, isRelativeAck ? seqSub(acknowledgment, stream.base(other)) : acknowledgment, index);
    }
    if (wanted[P_NEXT] && !quoted) {
      const length = numberOf(header, LENGTH) + ((flags & (SYN | FIN)) !== 0 ? 1 : 0);
      if (!Number.isNaN(length)) provide(P_NEXT, seqAdd(shown, length), index);
    }
    const scaled = (flags & SYN) === 0;
    if (wanted[P_WINDOW]) {
      const shift = scaled && !quoted ? stream.scale.shift(direction) : 0;
      // At most 65535 << 14 (RFC 7323 section 2.3), below 2^31.
      provide(P_WINDOW, numberOf(header, WINDOW) << shift, index);
    }
    if (wanted[P_FACTOR] && scaled) provide(P_FACTOR, stream.scale.factor(direction), index);
  }

  #times(stream: Stream, now: bigint, index: number, provide: Provide): void {
    provide(P_RELATIVE, now - (stream.first ?? now), index);
    provide(P_DELTA, now - (stream.previous ?? now), index);
    stream.previous = now;
  }
}

/** A SYN-ACK with another number than before answers a SYN that was not seen. */
function answersOther(stream: Stream, direction: 0 | 1, sequence: number, flags: number): boolean {
  if ((flags & (SYN | ACK)) !== (SYN | ACK)) return false;
  const base = stream.base(direction);
  return !Number.isNaN(base) && base !== sequence;
}

/** What the first segment of a connection shows of it: only a SYN tells, with its data (RFC 7413). */
function opened(flags: number, length: number): number {
  if ((flags & (SYN | ACK)) !== SYN) return 0;
  return length > 0 ? SEEN_SYN | SEEN_DATA : SEEN_SYN;
}

/** What a segment that does not open its connection adds to the connection's completeness. */
function seen(flags: number, length: number): number {
  let bits = (flags & RST) !== 0 ? SEEN_RST : 0;
  if ((flags & ACK) === 0) return bits;
  if ((flags & SYN) !== 0) bits |= SEEN_SYN_ACK;
  else bits |= length > 0 ? SEEN_DATA : SEEN_ACK;
  if ((flags & FIN) !== 0) bits |= SEEN_FIN;
  return bits;
}

/**
 * Connections in the order of their first segment. Preferences: `tcp.relative_sequence_numbers` (default true) and
 * `subflow.max_streams`.
 */
export const tcpStream: Tracker = {
  id: "tcp.stream",
  requires: SEGMENT_FIELDS,
  reads: (wants) =>
    SEGMENT_FIELDS.filter((name) => {
      if (name === "tcp.len") return wantsAny(wants, MEASURED);
      return name !== "tcp.options.wscale.shift" || wantsAny(wants, SCALED);
    }),
  provides: PROVIDES,
  cached: cachedFlows,
  create: (preferences, wants, hindsight, cache) => new TcpStreams(preferences, wants, hindsight, cache),
};
