/** From subflow sequence numbers to data sequence numbers (RFC 8684 section 3.3.1). */
import { BoundedMap, type Touchable } from "./bounded-map.ts";
import { CarrierLog } from "./mptcp-carriers.ts";
import { dsnAdd, dsnDelta } from "./mptcp-dsn.ts";
import type { Connection, Subflow } from "./mptcp-model.ts";
import type { MptcpOption } from "./mptcp-options.ts";
import { seqLess, seqSub } from "./sequence.ts";
import { Slab } from "./slab.ts";

/** A mapping with full numbers. */
export interface KnownMapping {
  readonly dsn: bigint;
  /** Counted from the subflow's SYN. */
  readonly subflowSequence: number;
  /** Bytes of data without a DATA_FIN; infinite after a fallback. */
  readonly length: number;
  readonly frame: number;
}

/** Mappings that are remembered for each direction of a subflow. */
const MAX_MAPPINGS = 1024;

/** The mappings of one direction of a subflow, and where its sequence numbers begin. */
export class FlowMappings {
  #initial: number = Number.NaN;
  #sure = false;
  #mappings: KnownMapping[] = [];

  /** The SYN's number: what subflow sequence numbers are counted from. */
  begin(sequence: number): void {
    this.#initial = sequence;
    this.#sure = true;
  }

  /**
   * Takes a mapping with the segment that carried it. Where the SYN was not captured the beginning is the lowest that
   * any mapping allows: a segment never stands before its mapping.
   */
  add(mapping: KnownMapping, sequence: number): void {
    if (!this.#sure && mapping.length > 0) {
      const initial = seqSub(sequence, mapping.subflowSequence);
      if (Number.isNaN(this.#initial) || seqLess(initial, this.#initial)) this.#initial = initial;
    }
    const last = this.#mappings.at(-1);
    const same =
      last?.dsn === mapping.dsn &&
      last.subflowSequence === mapping.subflowSequence &&
      last.length === mapping.length;
    if (same) this.#mappings.pop();
    this.#mappings.push(mapping);
    if (this.#mappings.length > MAX_MAPPINGS) this.#mappings = this.#mappings.slice(MAX_MAPPINGS / 4);
  }

  /** The segment's place in the subflow: 0 is the SYN, 1 the first byte. NaN when unknown. */
  relative(sequence: number): number {
    return Number.isNaN(this.#initial) ? Number.NaN : seqSub(sequence, this.#initial);
  }

  /** The latest mapping that covers the byte at this place. */
  find(relative: number): KnownMapping | undefined {
    for (let at = this.#mappings.length - 1; at >= 0; at--) {
      const mapping = this.#mappings[at];
      if (mapping === undefined) break;
      const offset = seqSub(relative, mapping.subflowSequence);
      if (offset < mapping.length) return mapping;
    }
    return undefined;
  }
}

/** The mapping that an option makes, if any; `first` is the number of the sender's first byte of data. */
export function mappingOf(
  option: MptcpOption,
  expanded: bigint | undefined,
  first: bigint | undefined,
  frame: number,
): KnownMapping | undefined {
  if (option.kind === "capable" && option.length !== undefined && first !== undefined) {
    return { dsn: first, subflowSequence: 1, length: option.length, frame };
  }
  if (option.kind !== "dss" || option.mapping === undefined || expanded === undefined) return undefined;
  const { subflowSequence, length } = option.mapping;
  const bytes = length === 0 ? Number.POSITIVE_INFINITY : length - (option.dataFin ? 1 : 0);
  return { dsn: expanded, subflowSequence, length: bytes, frame };
}

/** What is known of one segment's data. */
export interface Place {
  readonly frame: number | undefined;
  readonly dsn: bigint | undefined;
  readonly missing: boolean;
  /** Frames that carried the same data on other subflows before, in the order of their data. */
  readonly reinjectionOf: readonly number[];
}

interface DataSegment {
  /** As on the wire. */
  readonly sequence: number;
  /** Bytes of payload; NaN when the header is cut. */
  readonly length: number;
  readonly syn: boolean;
  readonly options: readonly MptcpOption[];
}

interface Flow extends Touchable {
  readonly sides: readonly [FlowMappings, FlowMappings];
}

class Logs implements Touchable {
  touched = false;
  readonly logs: readonly [CarrierLog, CarrierLog];
  /** The number that each log counts from. */
  readonly bases: [bigint | undefined, bigint | undefined] = [undefined, undefined];

  constructor() {
    // Of their own, so that it is forgotten with them.
    const slab = new Slab(64);
    this.logs = [new CarrierLog(slab), new CarrierLog(slab)];
  }
}

const NOTHING: readonly number[] = [];

/** Places of segments in their connections. */
export class DataMap {
  readonly #flows: BoundedMap<number, Flow>;
  readonly #logs: BoundedMap<Connection, Logs>;

  constructor(limit: number) {
    this.#flows = new BoundedMap(limit);
    this.#logs = new BoundedMap(limit);
  }

  get forgotten(): number {
    return this.#flows.forgotten + this.#logs.forgotten;
  }

  /** Undefined for segments without data. Call it behind the model, with numbers that the model expanded. */
  accept(frame: number, subflow: Subflow, direction: 0 | 1, segment: DataSegment): Place | undefined {
    const flow = this.#flow(subflow.stream).sides[direction];
    if (segment.syn) flow.begin(segment.sequence);
    const side = subflow.side(direction);
    const host = subflow.connection.hosts[side];
    const first = host.idsn === undefined ? undefined : dsnAdd(host.idsn, 1n);
    for (const option of segment.options) {
      const dsn =
        option.kind === "dss" && option.mapping !== undefined ? host.expand(option.mapping.dsn) : undefined;
      const mapping = mappingOf(option, dsn, first, frame);
      if (mapping !== undefined) flow.add(mapping, segment.sequence);
    }
    // Data of a SYN are not mapped (RFC 8684 section B.1).
    if (segment.syn || !(segment.length > 0)) return undefined;
    const relative = flow.relative(segment.sequence);
    const mapping = flow.find(relative);
    if (mapping === undefined)
      return { frame: undefined, dsn: undefined, missing: true, reinjectionOf: NOTHING };
    const dsn = dsnAdd(mapping.dsn, BigInt(seqSub(relative, mapping.subflowSequence)));
    const reinjectionOf = this.#carry(frame, subflow, side, dsn, segment.length);
    return { frame: mapping.frame, dsn, missing: false, reinjectionOf };
  }

  #carry(frame: number, subflow: Subflow, side: 0 | 1, dsn: bigint, length: number): readonly number[] {
    const { connection, stream } = subflow;
    let logs = this.#logs.get(connection);
    if (logs === undefined) {
      logs = new Logs();
      this.#logs.set(connection, logs);
    }
    const base = logs.bases[side] ?? dsn;
    logs.bases[side] = base;
    const start = Number(dsnDelta(dsn, base));
    const log = logs.logs[side];
    const before = log.overlapping(start, start + length).filter((carrier) => carrier.stream !== stream);
    log.add(start, start + length, frame, stream);
    return before.length === 0 ? NOTHING : before.map((carrier) => carrier.frame);
  }

  #flow(stream: number): Flow {
    let flow = this.#flows.get(stream);
    if (flow === undefined) {
      flow = { sides: [new FlowMappings(), new FlowMappings()], touched: false };
      this.#flows.set(stream, flow);
    }
    return flow;
  }
}
