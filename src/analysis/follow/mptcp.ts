/** The two byte streams of one Multipath TCP connection, put together by data sequence number over all of its subflows. */
import { dsnAdd, dsnDelta } from "../../../dissectors/trackers/mptcp-dsn.ts";
import { FlowMappings, type KnownMapping, mappingOf } from "../../../dissectors/trackers/mptcp-mappings.ts";
import { type Host, MptcpModel, type Subflow } from "../../../dissectors/trackers/mptcp-model.ts";
import { seqAdd, seqSub } from "../../../dissectors/trackers/sequence.ts";
import type { Row } from "../../plugin.ts";
import { Clock } from "../clock.ts";
import { SEGMENT_FIELDS, Segment } from "../segment.ts";
import { opposite } from "../subflow-state.ts";
import type { Side } from "../types.ts";
import { Reorder } from "./reorder.ts";
import { DEFAULT_MAX_HELD, type Follower, type FollowOptions, type TakePiece } from "./types.ts";

/** Subflows, over all connections, that are told apart. */
const MAX_SUBFLOWS = 1_000_000;
/** SYNs that wait for their answer. */
const MAX_OPENINGS = 1000;
/** Payload without a mapping that waits for one, bytes of each direction of a subflow. */
const MAX_UNMAPPED = 1 << 20;

/** Where payload came from. */
interface Origin {
  readonly frame: number;
  readonly time: bigint;
  readonly stream: number;
}

/** Payload by its place in the subflow; 0 is the SYN. */
interface Unmapped {
  readonly relative: number;
  readonly data: Uint8Array;
  readonly length: number;
  readonly origin: Origin;
  /** The segment has an option that could have mapped it. */
  readonly speaks: boolean;
}

/** A SYN whose data wait for their acknowledgment. */
interface Opening extends Origin {
  readonly direction: 0 | 1;
  readonly sequence: number;
  readonly length: number;
  readonly data: Uint8Array;
}

/** One direction of a subflow. */
class Flow {
  readonly mappings: FlowMappings = new FlowMappings();
  /** Any mapping was seen. */
  mapped = false;
  /** Place behind the last mapped byte. */
  mappedTo = 0;
  #waiting: Unmapped[] = [];
  #held = 0;

  wait(unmapped: Unmapped): void {
    if (this.#held + unmapped.data.length > MAX_UNMAPPED) return;
    this.#waiting.push({ ...unmapped, data: unmapped.data.slice() });
    this.#held += unmapped.data.length;
  }

  takeWaiting(): readonly Unmapped[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#held = 0;
    return waiting;
  }
}

/** Data of one side. */
class SideBytes {
  readonly reorder: Reorder;
  /** Number of the first byte behind those of a SYN. */
  base: bigint | undefined;
  /** Bytes that a SYN carried: they stand before all that is mapped (RFC 8684 appendix B.1). */
  synBytes = 0;
  syn: Opening | undefined;

  constructor(side: Side, maxHeld: number, take: TakePiece) {
    this.reorder = new Reorder(side, 0, maxHeld, take);
  }

  place(dsn: bigint, host: Host): number {
    this.base ??= firstOf(host) ?? dsn;
    return this.synBytes + Number(dsnDelta(dsn, this.base));
  }
}

/** Number of a side's first byte (RFC 8684 section 3.1). */
function firstOf({ idsn }: Host): bigint | undefined {
  return idsn === undefined ? undefined : dsnAdd(idsn, 1n);
}

export class MptcpFollower implements Follower {
  readonly requires: readonly string[] = SEGMENT_FIELDS;
  readonly ends: [string | undefined, string | undefined] = [undefined, undefined];
  readonly #connection: number;
  readonly #model: MptcpModel;
  readonly #flows = new Map<number, readonly [Flow, Flow]>();
  readonly #sides: readonly [SideBytes, SideBytes];
  readonly #clock = new Clock();
  readonly #segment = new Segment();

  /** `connection`: `mptcp.stream`. */
  constructor(connection: number, take: TakePiece, options: FollowOptions = {}) {
    this.#connection = connection;
    this.#model = new MptcpModel(MAX_SUBFLOWS, { keys: options.keys });
    const maxHeld = options.maxHeld ?? DEFAULT_MAX_HELD;
    this.#sides = [new SideBytes(0, maxHeld, take), new SideBytes(1, maxHeld, take)];
  }

  get forgotten(): number {
    return this.#model.forgotten;
  }

  watch(row: Row): void {
    this.#clock.tick(row);
    const segment = this.#segment;
    if (!segment.read(row, this.#clock)) return;
    const { stream, direction, syn, ack, options, sequence, length } = segment;
    const subflow = this.#model.accept({ stream, direction, syn, ack, options });
    if (subflow === undefined) {
      if (syn && options.some(({ kind }) => kind === "capable")) this.#remember(segment);
      return;
    }
    if (subflow.connection.index !== this.#connection) return;
    const side = subflow.side(direction);
    this.#learn(subflow, segment, side);
    const flow = this.#flow(stream, direction);
    if (syn) flow.mappings.begin(sequence);
    this.#map(subflow, segment, side, flow);
    if (syn) {
      if (length > 0) this.#sides[side].syn ??= this.#opening(segment);
      if (ack) this.#accept(segment, opposite(side));
    } else if (length > 0) {
      const speaks = options.some(({ kind }) => kind === "dss" || kind === "capable");
      const relative = flow.mappings.relative(sequence);
      const origin = this.#originOf(segment);
      this.#place(subflow, side, flow, { relative, data: segment.payload, length, origin, speaks });
    }
  }

  #originOf({ frame, stream }: Segment): Origin {
    return { frame, stream, time: this.#clock.absolute(this.#clock.now) };
  }

  #opening(segment: Segment): Opening {
    const { direction, sequence, length, payload } = segment;
    return { ...this.#originOf(segment), direction, sequence, length, data: payload.slice() };
  }

  /** A SYN of version 1 has no key: which connection it opens is known later. The last one of a stream is kept. */
  readonly #openings = new Map<number, Opening>();

  #remember(segment: Segment): void {
    if (this.#openings.size >= MAX_OPENINGS) this.#openings.clear();
    this.#openings.set(segment.stream, this.#opening(segment));
  }

  /** The segment that opened the subflow, once it is known to belong to this connection. */
  #learn({ connection, stream, sideOfLow }: Subflow, segment: Segment, side: Side): void {
    if (connection.subflows[0]?.stream === stream) {
      this.ends[side] ??= segment.source;
      this.ends[opposite(side)] ??= segment.destination;
    }
    const opening = this.#openings.get(stream);
    if (opening === undefined) return;
    this.#openings.delete(stream);
    this.#flow(stream, opening.direction).mappings.begin(opening.sequence);
    const opener = opening.direction === 0 ? sideOfLow : opposite(sideOfLow);
    if (opening.length > 0) this.#sides[opener].syn ??= opening;
  }

  #flow(stream: number, direction: 0 | 1): Flow {
    let flows = this.#flows.get(stream);
    if (flows === undefined) {
      flows = [new Flow(), new Flow()];
      this.#flows.set(stream, flows);
    }
    return flows[direction];
  }

  /** Data of a SYN count once the SYN/ACK acknowledges them (RFC 7413 section 3). */
  #accept({ stream, acknowledgment }: Segment, opener: Side): void {
    const bytes = this.#sides[opener];
    const { syn } = bytes;
    if (syn === undefined || syn.stream !== stream || bytes.synBytes > 0 || bytes.reorder.next > 0) return;
    const accepted = Math.min(syn.length, (acknowledgment - seqAdd(syn.sequence, 1)) | 0);
    if (accepted <= 0) return;
    bytes.synBytes = accepted;
    bytes.reorder.add({ ...syn, start: 0, end: accepted, data: syn.data.subarray(0, accepted) });
  }

  /** Mappings that the segment brings, and payload that waited for them. */
  #map(subflow: Subflow, segment: Segment, side: Side, flow: Flow): void {
    const host = subflow.connection.hosts[side];
    const first = firstOf(host);
    let news = false;
    for (const option of segment.options) {
      const dsn =
        option.kind === "dss" && option.mapping !== undefined ? host.expand(option.mapping.dsn) : undefined;
      const mapping = mappingOf(option, dsn, first, segment.frame);
      if (mapping === undefined) continue;
      flow.mappings.add(mapping, segment.sequence);
      flow.mapped = true;
      news = true;
    }
    if (!news) return;
    for (const waiting of flow.takeWaiting()) this.#place(subflow, side, flow, waiting);
  }

  /** Sends each byte to its place in the connection, as its mapping says. */
  #place(subflow: Subflow, side: Side, flow: Flow, payload: Unmapped): void {
    const { relative, data, length, origin } = payload;
    // Without the SYN or a mapping nothing tells where the bytes belong.
    if (Number.isNaN(relative)) return;
    let at = 0;
    while (at < length) {
      const here = seqAdd(relative, at);
      const mapping = flow.mappings.find(here) ?? this.#implied(subflow, side, flow, here, payload);
      if (mapping === undefined) {
        flow.wait({ ...payload, relative: here, data: data.subarray(at), length: length - at });
        return;
      }
      const offset = seqSub(here, mapping.subflowSequence);
      const size = Math.min(length - at, mapping.length - offset);
      const bytes = this.#sides[side];
      const start = bytes.place(dsnAdd(mapping.dsn, BigInt(offset)), subflow.connection.hosts[side]);
      bytes.reorder.add({ ...origin, start, end: start + size, data: data.subarray(at, at + size) });
      at += size;
      flow.mappedTo = Math.max(flow.mappedTo, seqAdd(relative, at));
    }
  }

  /**
   * Plain TCP from here on, which maps the rest without saying so: the first data of the connection's only subflow have no
   * mapping, or its data go on without one (RFC 8684 section 3.7).
   */
  #implied(
    subflow: Subflow,
    side: Side,
    flow: Flow,
    relative: number,
    { origin, speaks }: Unmapped,
  ): KnownMapping | undefined {
    const { connection } = subflow;
    if (connection.subflowCount > 1 || connection.master !== subflow || speaks) return undefined;
    const from = flow.mapped ? flow.mappedTo : 1;
    if (flow.mapped && relative !== from) return undefined;
    const bytes = this.#sides[side];
    const base = bytes.base ?? firstOf(connection.hosts[side]) ?? 0n;
    bytes.base = base;
    const done = BigInt(flow.mapped ? bytes.reorder.next - bytes.synBytes : 0);
    const mapping: KnownMapping = {
      dsn: dsnAdd(base, done),
      subflowSequence: from + (flow.mapped ? 0 : bytes.synBytes),
      length: Number.POSITIVE_INFINITY,
      frame: origin.frame,
    };
    flow.mappings.add(mapping, 0);
    flow.mapped = true;
    return mapping;
  }

  end(): void {
    for (const { reorder } of this.#sides) reorder.end();
  }
}
