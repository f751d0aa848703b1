/** Frames and bytes by pairs of ends and by end: what `-z conv,TYPE` and `-z endpoints,TYPE` count. */
import { numberAt } from "../../dissectors/trackers/provided.ts";
import { formatEther, formatIpv4, formatIpv6 } from "../bytes/address.ts";
import type { Row } from "../plugin.ts";
import { addressOf } from "./segment.ts";
import type { ConnectionAnalysis } from "./types.ts";

/** What addresses are counted: of link, network or transport layer. */
export type EndType = "eth" | "ip" | "ipv6" | "tcp" | "udp";

/** An address, with a port where the type has ports. */
export interface End {
  readonly address: string;
  readonly port: number | undefined;
}

/** Forward is from left, who sent the first frame, to right. Bytes are those of whole frames on the wire. */
export interface Conversation {
  /** `tcp.stream`, `udp.stream`, `mptcp.stream`; undefined where the type has none. */
  readonly stream: number | undefined;
  readonly left: End;
  readonly right: End;
  readonly forwardFrames: number;
  readonly forwardBytes: number;
  readonly backwardFrames: number;
  readonly backwardBytes: number;
  /** Nanoseconds since the epoch. */
  readonly first: bigint;
  readonly last: bigint;
}

/** Traffic of one end; `sent` is what came from it. */
export interface EndpointCount {
  readonly end: End;
  readonly sentFrames: number;
  readonly sentBytes: number;
  readonly receivedFrames: number;
  readonly receivedBytes: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** One header's ends; a port is NaN where there is none. */
type TakeEnds = (
  source: Uint8Array,
  sourcePort: number,
  destination: Uint8Array,
  destinationPort: number,
  stream: number | undefined,
) => void;

/** Reads the ends of a row whose first columns are `requires`. */
interface EndReader {
  readonly requires: readonly string[];
  readonly read: (row: Row, take: TakeEnds) => void;
}

function takeAddresses(row: Row, count: number, take: TakeEnds): void {
  for (let index = 0; index < count; index++) {
    const source = row.at(0, index);
    const destination = row.at(1, index);
    if (source instanceof Uint8Array && destination instanceof Uint8Array) {
      take(source, Number.NaN, destination, Number.NaN, undefined);
    }
  }
}

/** Network layer: a header that an ICMP error quotes (RFC 792, RFC 4443 section 3) stands last and was not sent now. */
function networkReader(source: string, destination: string, isError: (type: number) => boolean): EndReader {
  return {
    requires: [source, destination, "icmp.type", "icmpv6.type"],
    read: (row, take) => {
      const quotes = isError(numberAt(row, 2, 0)) || isIcmpv6Error(numberAt(row, 3, 0));
      takeAddresses(row, row.count(0) - (quotes && row.count(0) > 1 ? 1 : 0), take);
    },
  };
}

const isIcmpError = (type: number): boolean => [3, 4, 5, 11, 12].includes(type);
const isIcmpv6Error = (type: number): boolean => type < 128;

/** Transport layer: the address pair below the header is the last one. */
function transportReader(protocol: string, number: number): EndReader {
  return {
    requires: [
      "ip.src",
      "ip.dst",
      "icmp.type",
      "icmpv6.type",
      "ipv6.src",
      "ipv6.dst",
      "ip.proto",
      `${protocol}.srcport`,
      `${protocol}.dstport`,
      `${protocol}.stream`,
    ],
    read: (row, take) => {
      if (row.count(9) !== 1 || row.count(2) > 0 || row.count(3) > 0) return;
      const v4 = row.count(0);
      const isV4 = v4 > 0 && (row.count(4) === 0 || numberAt(row, 6, row.count(6) - 1) === number);
      const last = (isV4 ? v4 : row.count(4)) - 1;
      const source = row.at(isV4 ? 0 : 4, last);
      const destination = row.at(isV4 ? 1 : 5, last);
      if (!(source instanceof Uint8Array) || !(destination instanceof Uint8Array)) return;
      take(source, numberAt(row, 7, 0), destination, numberAt(row, 8, 0), numberAt(row, 9, 0));
    },
  };
}

const READERS: Readonly<Record<EndType, EndReader>> = {
  eth: { requires: ["eth.src", "eth.dst"], read: (row, take) => takeAddresses(row, row.count(0), take) },
  ip: networkReader("ip.src", "ip.dst", isIcmpError),
  ipv6: networkReader("ipv6.src", "ipv6.dst", isIcmpError),
  tcp: transportReader("tcp", 6),
  udp: transportReader("udp", 17),
};

export function isEndType(text: string): text is EndType {
  return Object.hasOwn(READERS, text);
}

function endOf(address: Uint8Array, port: number): End {
  const text =
    address.length === 4
      ? formatIpv4(address)
      : address.length === 16
        ? formatIpv6(address)
        : formatEther(address);
  return { address: text, port: Number.isNaN(port) ? undefined : port };
}

/** A string of one character a byte, the port behind. */
function keyOf(address: Uint8Array, port: number): string {
  return String.fromCharCode(...address, Number.isNaN(port) ? 0 : port);
}

/** Rows that are kept; more are counted as forgotten. */
const DEFAULT_LIMIT = 1_000_000;

/** What both counters share: the columns, and one entry a key up to a limit. */
abstract class Counter<T> {
  /** Columns of the rows for `watch`. */
  readonly requires: readonly string[];
  readonly #read: EndReader["read"];
  readonly #entries = new Map<string | number, T>();
  readonly #limit: number;
  readonly #lengthColumn: number;
  forgotten = 0;

  constructor(type: EndType, limit: number) {
    const { requires, read } = READERS[type];
    this.requires = [...requires, "frame.len"];
    this.#read = read;
    this.#limit = limit;
    this.#lengthColumn = requires.length;
  }

  /** Takes one frame. */
  watch(row: Row): void {
    const length = numberAt(row, this.#lengthColumn, 0);
    this.begin(row);
    this.#read(row, (source, sourcePort, destination, destinationPort, stream) =>
      this.count(source, sourcePort, destination, destinationPort, stream, length),
    );
  }

  protected begin(_row: Row): void {}

  protected abstract count(
    source: Uint8Array,
    sourcePort: number,
    destination: Uint8Array,
    destinationPort: number,
    stream: number | undefined,
    length: number,
  ): void;

  protected find(key: string | number, create: () => T): T | undefined {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      if (this.#entries.size >= this.#limit) {
        this.forgotten++;
        return undefined;
      }
      entry = create();
      this.#entries.set(key, entry);
    }
    return entry;
  }

  protected get entries(): Iterable<T> {
    return this.#entries.values();
  }
}

interface Pair {
  readonly row: Mutable<Conversation>;
  readonly leftKey: string;
}

/** Counts conversations. Both directions are one row; TCP and UDP tell them apart by stream, the rest by addresses. */
export class ConversationCounter extends Counter<Pair> {
  #time = 0n;

  constructor(type: EndType, limit: number = DEFAULT_LIMIT) {
    super(type, limit);
  }

  protected override begin(row: Row): void {
    this.#time = row.timestamp ?? this.#time;
  }

  protected count(
    source: Uint8Array,
    sourcePort: number,
    destination: Uint8Array,
    destinationPort: number,
    stream: number | undefined,
    length: number,
  ): void {
    const from = keyOf(source, sourcePort);
    const to = keyOf(destination, destinationPort);
    const time = this.#time;
    const pair = this.find(stream ?? (from < to ? from + to : to + from), () => ({
      leftKey: from,
      row: {
        stream,
        left: endOf(source, sourcePort),
        right: endOf(destination, destinationPort),
        forwardFrames: 0,
        forwardBytes: 0,
        backwardFrames: 0,
        backwardBytes: 0,
        first: time,
        last: time,
      },
    }));
    if (pair === undefined) return;
    const { row, leftKey } = pair;
    if (time < row.first) row.first = time;
    if (time > row.last) row.last = time;
    if (from === leftKey) {
      row.forwardFrames++;
      row.forwardBytes += length;
    } else {
      row.backwardFrames++;
      row.backwardBytes += length;
    }
  }

  get result(): readonly Conversation[] {
    return [...this.entries].map(({ row }) => row);
  }
}

/** Counts what each end sent and received. */
export class EndpointCounter extends Counter<Mutable<EndpointCount>> {
  constructor(type: EndType, limit: number = DEFAULT_LIMIT) {
    super(type, limit);
  }

  #find(address: Uint8Array, port: number): Mutable<EndpointCount> | undefined {
    return this.find(keyOf(address, port), () => ({
      end: endOf(address, port),
      sentFrames: 0,
      sentBytes: 0,
      receivedFrames: 0,
      receivedBytes: 0,
    }));
  }

  protected count(
    source: Uint8Array,
    sourcePort: number,
    destination: Uint8Array,
    destinationPort: number,
    _stream: number | undefined,
    length: number,
  ): void {
    const sender = this.#find(source, sourcePort);
    if (sender !== undefined) {
      sender.sentFrames++;
      sender.sentBytes += length;
    }
    const receiver = this.#find(destination, destinationPort);
    if (receiver !== undefined) {
      receiver.receivedFrames++;
      receiver.receivedBytes += length;
    }
  }

  get result(): readonly EndpointCount[] {
    return [...this.entries];
  }
}

/** One row a connection, all of its subflows together, the side that opened it left. */
export function mptcpConversations(connections: readonly ConnectionAnalysis[]): readonly Conversation[] {
  return connections.flatMap((connection): Conversation[] => {
    const [first] = connection.subflows;
    if (first === undefined || connection.index === undefined) return [];
    const sum = (side: 0 | 1, name: "segments" | "wireBytes"): number =>
      connection.subflows.reduce((total, one) => total + one.sides[side][name], 0);
    const end = (side: 0 | 1): End => ({ address: addressOf(first.sides[side].end), port: undefined });
    return [
      {
        stream: connection.index,
        left: end(0),
        right: end(1),
        forwardFrames: sum(0, "segments"),
        forwardBytes: sum(0, "wireBytes"),
        backwardFrames: sum(1, "segments"),
        backwardBytes: sum(1, "wireBytes"),
        first: connection.firstTime,
        last: connection.lastTime,
      },
    ];
  });
}

/** One row an address of a subflow, all connections together. */
export function mptcpEndpoints(connections: readonly ConnectionAnalysis[]): readonly EndpointCount[] {
  const rows = new Map<string, Mutable<EndpointCount>>();
  for (const connection of connections) {
    if (connection.index === undefined) continue;
    for (const { sides } of connection.subflows) {
      for (const [index, own] of sides.entries()) {
        const other = sides[index === 0 ? 1 : 0];
        const address = addressOf(own.end);
        const row = rows.get(address) ?? {
          end: { address, port: undefined },
          sentFrames: 0,
          sentBytes: 0,
          receivedFrames: 0,
          receivedBytes: 0,
        };
        row.sentFrames += own.segments;
        row.sentBytes += own.wireBytes;
        row.receivedFrames += other.segments;
        row.receivedBytes += other.wireBytes;
        rows.set(address, row);
      }
    }
  }
  return [...rows.values()];
}
