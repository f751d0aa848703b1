/** Which TCP connections are subflows of which MPTCP connection, from keys, tokens and JOINs. */
import { idsnOf, type MptcpVersion, tokenOf } from "../mptcp-crypto.ts";
import { BoundedMap, type Touchable } from "./bounded-map.ts";
import { expandDsn } from "./mptcp-dsn.ts";
import type { CapableOption, MptcpOption, WireNumber } from "./mptcp-options.ts";

/** One end of an MPTCP connection. 0 is the one that opened it, where that is known. */
export type Side = 0 | 1;

export function otherSide(side: Side): Side {
  return side === 0 ? 1 : 0;
}

/** What is known of one end. */
export class Host {
  key: bigint | undefined;
  token: number | undefined;
  /** Initial data sequence number; the first byte of data is the next one. */
  idsn: bigint | undefined;
  /** The number of its data that was seen last, as sent or acknowledged: 64 bits where they are known. */
  last: bigint | undefined;

  learnKey(key: bigint, version: MptcpVersion): void {
    if (this.key === key) return;
    this.key = key;
    this.token = tokenOf(key, version);
    this.idsn = idsnOf(key, version);
    this.last ??= BigInt.asUintN(64, this.idsn + 1n);
  }

  /** The full number, nearest to what was seen before; of one that only its low 32 bits are known of, these. */
  expand({ value, wide }: WireNumber): bigint {
    const full = wide || this.last === undefined ? value : expandDsn(value, this.last);
    if (wide || this.last !== undefined) this.last = full;
    return full;
  }
}

export type Origin = "capable" | "join" | "late";

/** One TCP connection that belongs to an MPTCP connection. */
export class Subflow {
  /** `tcp.stream`. */
  readonly stream: number;
  readonly connection: Connection;
  /** Which side sends in direction 0 of the stream. */
  readonly sideOfLow: Side;
  /** How it was found to be one: by MP_CAPABLE, by MP_JOIN, or by any other option of a late capture. */
  readonly origin: Origin;
  constructor(stream: number, connection: Connection, sideOfLow: Side, origin: Origin) {
    this.stream = stream;
    this.connection = connection;
    this.sideOfLow = sideOfLow;
    this.origin = origin;
  }

  side(direction: 0 | 1): Side {
    return direction === 0 ? this.sideOfLow : otherSide(this.sideOfLow);
  }
}

/** Subflows that a connection lists; more are counted only. */
const MAX_SUBFLOWS = 256;

export class Connection {
  /** `mptcp.stream`. */
  readonly index: number;
  version: MptcpVersion;
  readonly hosts: readonly [Host, Host] = [new Host(), new Host()];
  /** In the order in which they came. */
  readonly subflows: Subflow[] = [];
  subflowCount = 0;
  /** The subflow that opened the connection; none where its MP_CAPABLE was not seen. */
  master: Subflow | undefined;
  constructor(index: number, version: MptcpVersion) {
    this.index = index;
    this.version = version;
  }

  add(stream: number, sideOfLow: Side, origin: Origin): Subflow {
    const subflow = new Subflow(stream, this, sideOfLow, origin);
    if (this.subflowCount++ < MAX_SUBFLOWS) this.subflows.push(subflow);
    return subflow;
  }
}

/** A segment as the model needs it. */
export interface ModelSegment {
  readonly stream: number;
  /** 0 when the sender is the lower end (see `Endpoints`). */
  readonly direction: 0 | 1;
  readonly syn: boolean;
  readonly ack: boolean;
  readonly options: readonly MptcpOption[];
}

interface Entry extends Touchable {
  readonly subflow: Subflow;
}

interface TokenEntry extends Touchable {
  readonly connection: Connection;
  readonly side: Side;
}

/** All connections of one reading. Feed it the segments in order. */
export class MptcpModel {
  readonly #subflows: BoundedMap<number, Entry>;
  readonly #tokens: BoundedMap<number, TokenEntry>;
  readonly #keys: ReadonlyMap<number, bigint>;
  #next = 0;

  /** `keys`: keys by token, for captures that begin after the handshake. */
  constructor(limit: number, keys: ReadonlyMap<number, bigint> = new Map()) {
    this.#subflows = new BoundedMap(limit);
    this.#tokens = new BoundedMap(limit * 2);
    this.#keys = keys;
  }

  /** Subflows and tokens that were dropped to keep memory bounded. */
  get forgotten(): number {
    return this.#subflows.forgotten + this.#tokens.forgotten;
  }

  /** The subflow that a segment belongs to, once it is known. */
  accept(segment: ModelSegment): Subflow | undefined {
    let subflow = this.#subflows.get(segment.stream)?.subflow;
    for (const option of segment.options) {
      if (option.kind === "capable") subflow = this.#capable(segment, option, subflow) ?? subflow;
      else if (subflow === undefined) subflow = this.#attach(segment, option);
    }
    return subflow;
  }

  #create(version: MptcpVersion): Connection {
    return new Connection(this.#next++, version);
  }

  #register(connection: Connection, segment: ModelSegment, senderSide: Side, origin: Origin): Subflow {
    const sideOfLow = segment.direction === 0 ? senderSide : otherSide(senderSide);
    const subflow = connection.add(segment.stream, sideOfLow, origin);
    if (origin === "capable") connection.master ??= subflow;
    this.#subflows.set(segment.stream, { subflow, touched: false });
    return subflow;
  }

  #capable(segment: ModelSegment, option: CapableOption, known: Subflow | undefined): Subflow | undefined {
    // A SYN of version 1 carries no key, and begins nothing until it is answered (RFC 8684 section 3.1).
    if (option.senderKey === undefined) return known;
    const version: MptcpVersion = option.version === 0 ? 0 : 1;
    const subflow =
      known ?? this.#register(this.#create(version), segment, segment.syn && segment.ack ? 1 : 0, "capable");
    const { connection } = subflow;
    connection.version = version;
    const sender = subflow.side(segment.direction);
    this.#learn(connection, sender, option.senderKey);
    if (option.receiverKey !== undefined && connection.hosts[otherSide(sender)].key === undefined) {
      this.#learn(connection, otherSide(sender), option.receiverKey);
    }
    return subflow;
  }

  #learn(connection: Connection, side: Side, key: bigint): void {
    const host = connection.hosts[side];
    host.learnKey(key, connection.version);
    if (host.token !== undefined) this.#tokens.set(host.token, { connection, side, touched: false });
  }

  /** Any option tells that the stream is a subflow; a JOIN's token tells of which connection. */
  #attach(segment: ModelSegment, option: MptcpOption): Subflow | undefined {
    if (option.kind !== "join" || option.form !== "syn")
      return this.#register(this.#create(1), segment, 0, "late");
    const found = this.#tokens.get(option.token);
    if (found !== undefined) return this.#register(found.connection, segment, otherSide(found.side), "join");
    const connection = this.#create(1);
    connection.hosts[1].token = option.token;
    const key = this.#keys.get(option.token);
    if (key !== undefined) this.#learn(connection, 1, key);
    else this.#tokens.set(option.token, { connection, side: 1, touched: false });
    return this.#register(connection, segment, 0, "join");
  }
}
