/** Which TCP connections are subflows of which MPTCP connection, from keys, tokens and JOINs. */
import { idsnOf, type MptcpVersion, tokenOf } from "../mptcp-crypto.ts";
import { BoundedMap, type Touchable } from "./bounded-map.ts";
import { dsnDelta, dsnSub, expandDsn } from "./mptcp-dsn.ts";
import type { CapableOption, DssOption, MptcpOption, WireNumber } from "./mptcp-options.ts";

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

export interface ModelOptions {
  /** Keys by token, for captures that begin after the handshake. */
  readonly keys?: ReadonlyMap<number, bigint> | undefined;
  /** Whether streams whose beginning was not captured are put together by their data sequence numbers. */
  readonly matchLate?: boolean | undefined;
}

/** A given key, and the version whose hash makes its token. */
interface GivenKey {
  readonly key: bigint;
  readonly version: MptcpVersion;
  readonly idsn: bigint;
}

/** Connections whose numbers are compared with those of a stream that belongs to none. */
const MAX_RECENT = 1024;
/** Numbers of one connection lie nearer: it carries less than a tebibyte. */
const FAR = 2n ** 40n;

/** All connections of one reading. Feed it the segments in order. */
export class MptcpModel {
  readonly #subflows: BoundedMap<number, Entry>;
  readonly #tokens: BoundedMap<number, TokenEntry>;
  readonly #keys: ReadonlyMap<number, GivenKey>;
  readonly #matchLate: boolean;
  readonly #recent: Connection[] = [];
  #next = 0;

  constructor(limit: number, { keys = new Map(), matchLate = false }: ModelOptions = {}) {
    this.#subflows = new BoundedMap(limit);
    this.#tokens = new BoundedMap(limit * 2);
    this.#keys = new Map([...keys].map(([token, key]) => [token, given(token, key)]));
    this.#matchLate = matchLate;
  }

  /** Subflows and tokens that were dropped to keep memory bounded. */
  get forgotten(): number {
    return this.#subflows.forgotten + this.#tokens.forgotten;
  }

  /** The subflow that a stream is, where that is known. */
  find(stream: number): Subflow | undefined {
    return this.#subflows.get(stream)?.subflow;
  }

  /** The subflow that a segment belongs to, once it is known. */
  accept(segment: ModelSegment): Subflow | undefined {
    let subflow = this.#subflows.get(segment.stream)?.subflow;
    for (const option of segment.options) {
      if (option.kind === "capable") subflow = this.#capable(segment, option, subflow) ?? subflow;
      else if (subflow === undefined) subflow = this.#attach(segment, option);
      if (this.#matchLate && option.kind === "dss" && subflow !== undefined && isOrphan(subflow))
        subflow = this.#adopt(segment, option, subflow) ?? subflow;
      if (this.#keys.size > 0 && option.kind === "dss" && subflow !== undefined)
        this.#recognise(subflow, subflow.side(segment.direction), option);
    }
    return subflow;
  }

  #create(version: MptcpVersion): Connection {
    const connection = new Connection(this.#next++, version);
    if (this.#matchLate) {
      this.#recent.push(connection);
      if (this.#recent.length > MAX_RECENT) this.#recent.shift();
    }
    return connection;
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
    const subflow = known ?? this.#open(segment, option.senderKey, version);
    const { connection } = subflow;
    connection.version = version;
    const sender = subflow.side(segment.direction);
    this.#learn(connection, sender, option.senderKey);
    if (option.receiverKey !== undefined && connection.hosts[otherSide(sender)].key === undefined) {
      this.#learn(connection, otherSide(sender), option.receiverKey);
    }
    return subflow;
  }

  /** A key that was seen before tells of the same connection: its packets were captured at two places. */
  #open(segment: ModelSegment, key: bigint, version: MptcpVersion): Subflow {
    const side = segment.syn && segment.ack ? 1 : 0;
    const found = this.#tokens.get(tokenOf(key, version));
    const known = found?.connection.hosts[found.side];
    const same = known?.key === key || (known?.key === undefined && found?.side === side);
    if (found !== undefined && same) return this.#register(found.connection, segment, found.side, "capable");
    return this.#register(this.#create(version), segment, side, "capable");
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
    if (key !== undefined) {
      connection.version = key.version;
      this.#learn(connection, 1, key.key);
    } else this.#tokens.set(option.token, { connection, side: 1, touched: false });
    return this.#register(connection, segment, 0, "join");
  }

  /** A stream without a connection goes to the one whose numbers its own continue. */
  #adopt(segment: ModelSegment, option: DssOption, orphan: Subflow): Subflow | undefined {
    const found = this.#near(option, orphan.connection);
    if (found === undefined) return undefined;
    const subflow = this.#register(found.connection, segment, found.side, orphan.origin);
    for (const side of [0, 1] as const) {
      const { token } = orphan.connection.hosts[side];
      const own = subflow.sideOfLow === orphan.sideOfLow ? side : otherSide(side);
      found.connection.hosts[own].token ??= token;
    }
    return subflow;
  }

  /** A connection with numbers near these, and which side of it sends them: they begin at random among 2^64. */
  #near({ mapping, ack }: DssOption, orphan: Connection): { connection: Connection; side: Side } | undefined {
    const isNear = (number: WireNumber | undefined, { last }: Host): boolean => {
      if (number?.wide !== true || last === undefined) return false;
      const distance = dsnDelta(number.value, last);
      return distance < FAR && distance > -FAR;
    };
    for (const connection of this.#recent) {
      if (connection === orphan) continue;
      for (const side of [0, 1] as const) {
        const { hosts } = connection;
        if (isNear(mapping?.dsn, hosts[side]) || isNear(ack, hosts[otherSide(side)]))
          return { connection, side };
      }
    }
    return undefined;
  }

  /** A key that was given is a host's if its initial data sequence number lies below the host's numbers. */
  #recognise({ connection }: Subflow, sender: Side, { mapping, ack }: DssOption): void {
    const look = (number: WireNumber | undefined, side: Side): void => {
      if (number?.wide !== true || connection.hosts[side].key !== undefined) return;
      for (const { key, version, idsn } of this.#keys.values()) {
        if (dsnSub(number.value, idsn) > FAR) continue;
        connection.version = version;
        this.#learn(connection, side, key);
      }
    };
    look(mapping?.dsn, sender);
    look(ack, otherSide(sender));
  }
}

/** A token is the beginning of the key's hash: SHA-1 in version 0, SHA-256 in version 1. */
function given(token: number, key: bigint): GivenKey {
  const version = tokenOf(key, 0) === token ? 0 : 1;
  return { key, version, idsn: idsnOf(key, version) };
}

/** Its MP_CAPABLE or the token's owner was not captured, and no number of its data yet. */
function isOrphan({ connection }: Subflow): boolean {
  return connection.master === undefined && connection.hosts.every(({ last }) => last === undefined);
}
