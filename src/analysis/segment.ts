/** One TCP segment as the analysis reads it from a row of columns. */

import { ENDPOINT_FIELDS, isQuoted } from "../../dissectors/trackers/endpoints.ts";
import {
  type DssOption,
  MPTCP_FIELDS,
  type MptcpOption,
  readMptcpOptions,
  SELDOM_MPTCP_FIELDS,
  type WireNumber,
} from "../../dissectors/trackers/mptcp-options.ts";
import { countOf, numberAt } from "../../dissectors/trackers/provided.ts";
import { ACK, FIN, PSH, RST, SYN } from "../../dissectors/trackers/tcp-flags.ts";
import { formatIpv4, formatIpv6 } from "../bytes/address.ts";
import type { Row } from "../plugin.ts";
import type { Clock } from "./clock.ts";

export const FLAG: Readonly<Record<"fin" | "syn" | "rst" | "psh" | "ack", number>> = {
  fin: FIN,
  syn: SYN,
  rst: RST,
  psh: PSH,
  ack: ACK,
};

/** What a SYN offers besides MPTCP. */
export interface SynOffer {
  readonly mss: number | undefined;
  readonly windowShift: number | undefined;
  readonly sackPermitted: boolean;
  readonly timestamps: boolean;
}

/** Columns of {@link Segment}. */
export const SEGMENT_FIELDS: readonly string[] = [
  ...ENDPOINT_FIELDS,
  "tcp.srcport",
  "tcp.dstport",
  "tcp.stream",
  "tcp.seq_raw",
  "tcp.ack_raw",
  "tcp.flags",
  "tcp.window_size_value",
  "tcp.len",
  "tcp.payload",
  "frame.len",
  "ip.id",
  "tcp.options.mss_val",
  "tcp.options.wscale.shift",
  "tcp.options.sack_perm",
  "tcp.options.timestamp.tsval",
  ...MPTCP_FIELDS,
];
/** Those that few segments have. */
export const SELDOM_FIELDS: readonly string[] = [
  ...SELDOM_MPTCP_FIELDS,
  "tcp.options.mss_val",
  "tcp.options.wscale.shift",
  "tcp.options.sack_perm",
];
/** The same with windows in bytes, where the scale is known: what tells it has to follow each stream's SYNs. */
export const SCALED_FIELDS: readonly string[] = SEGMENT_FIELDS.map((name) =>
  name === "tcp.window_size_value" ? "tcp.window_size" : name,
);
const column = (name: string): number => SEGMENT_FIELDS.indexOf(name);
const IP_SRC: number = column("ip.src");
const IP_DST: number = column("ip.dst");
const IPV6_SRC: number = column("ipv6.src");
const IPV6_DST: number = column("ipv6.dst");
const SOURCE_PORT: number = column("tcp.srcport");
const DESTINATION_PORT: number = column("tcp.dstport");
const STREAM: number = column("tcp.stream");
const SEQ: number = column("tcp.seq_raw");
const ACKNOWLEDGMENT: number = column("tcp.ack_raw");
const FLAGS: number = column("tcp.flags");
const WINDOW: number = column("tcp.window_size_value");
const LENGTH: number = column("tcp.len");
const PAYLOAD: number = column("tcp.payload");
const OPTION_AREA: number = column("tcp.options");
const FRAME_LENGTH: number = column("frame.len");
const IP_ID: number = column("ip.id");
const MSS: number = column("tcp.options.mss_val");
const WINDOW_SHIFT: number = column("tcp.options.wscale.shift");
const SACK_PERMITTED: number = column("tcp.options.sack_perm");
const TIMESTAMP: number = column("tcp.options.timestamp.tsval");
const OPTIONS: number = SEGMENT_FIELDS.length - MPTCP_FIELDS.length;
const mptcp = (name: string): number => column(`tcp.options.mptcp.${name}`);
const SUBTYPE: number = mptcp("subtype");
const DATA_FIN: number = mptcp("datafin.flag");
const DSN_WIDE: number = mptcp("dseqn8.flag");
const MAPPED: number = mptcp("dseqnpresent.flag");
const ACK_WIDE: number = mptcp("dataack8.flag");
const ACKED: number = mptcp("dataackpresent.flag");
const DATA_ACK: number = mptcp("rawdataack");
const DSN: number = mptcp("rawdataseqno");
const SSN: number = mptcp("subflowseqno");
const DATA_LENGTH: number = mptcp("datalvllen");
const CHECKSUM: number = mptcp("checksum");
const DSS = 2;
const SPECIAL: number = FLAG.syn | FLAG.fin | FLAG.rst;

const EMPTY = new Uint8Array(0);

/** Of tunnelled packets the address next to the TCP header. */
function addressAt(row: Row, v4: number, v6: number): Uint8Array {
  const four = row.at(v4, row.count(v4) - 1);
  if (four instanceof Uint8Array) return four;
  const six = row.at(v6, row.count(v6) - 1);
  return six instanceof Uint8Array ? six : EMPTY;
}

/** `address:port`, with brackets around an IPv6 address (RFC 3986 section 3.2.2). */
function endText(address: Uint8Array, port: number): string {
  if (address.length === 0) return `?:${port}`;
  return address.length === 4 ? `${formatIpv4(address)}:${port}` : `[${formatIpv6(address)}]:${port}`;
}

/** The address of what {@link endText} writes. */
export function addressOf(end: string): string {
  return end.slice(0, end.lastIndexOf(":")).replace(/^\[(.*)\]$/, "$1");
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < a.length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A number of 64 bits in two halves, or one of which only the lower half is known. */
export interface Words {
  readonly wide: boolean;
  readonly high: number;
  readonly low: number;
}

export function wordsOf(value: bigint): Words {
  return { wide: true, high: Number(value >> 32n), low: Number(value & 0xffff_ffffn) };
}

class MutableWords implements Words {
  wide = false;
  high: number = Number.NaN;
  low: number = Number.NaN;

  take(row: Row, place: number, wide: boolean): boolean {
    if (countOf(row, place) !== 1) return false;
    this.wide = wide;
    this.high = wide ? (row.highs[place] ?? 0) >>> 0 : 0;
    this.low = row.firsts[place] ?? Number.NaN;
    return true;
  }

  set({ value, wide }: WireNumber): void {
    this.wide = wide;
    this.high = Number(value >> 32n);
    this.low = Number(value & 0xffff_ffffn);
  }
}

/** Numbers of a DSS: sequence number and acknowledgment, of 4 or 8 bytes. */
export const WIDTH = { dsn4: 1, dsn8: 2, ack4: 4, ack8: 8 } as const;

/** The DSS of a segment (RFC 8684 section 3.3), in numbers that no object is made for. */
export class Dss {
  dataFin = false;
  acked = false;
  mapped = false;
  readonly ack: MutableWords = new MutableWords();
  readonly dsn: MutableWords = new MutableWords();
  subflowSequence: number = Number.NaN;
  length: number = Number.NaN;
  /** NaN where there is none. */
  checksum: number = Number.NaN;

  /** Which numbers there are, and how wide: bits of {@link WIDTH}. */
  get widths(): number {
    const dsn = !this.mapped ? 0 : this.dsn.wide ? WIDTH.dsn8 : WIDTH.dsn4;
    return dsn | (!this.acked ? 0 : this.ack.wide ? WIDTH.ack8 : WIDTH.ack4);
  }

  /** Of a row with one DSS and no other MPTCP option. False where a part is missing. */
  read(row: Row): boolean {
    const { firsts } = row;
    this.dataFin = firsts[DATA_FIN] === 1;
    this.acked = firsts[ACKED] === 1;
    this.mapped = firsts[MAPPED] === 1;
    if (this.acked && !this.ack.take(row, DATA_ACK, firsts[ACK_WIDE] === 1)) return false;
    if (!this.mapped) return true;
    if (!this.dsn.take(row, DSN, firsts[DSN_WIDE] === 1)) return false;
    this.subflowSequence = firsts[SSN] ?? Number.NaN;
    this.length = firsts[DATA_LENGTH] ?? Number.NaN;
    this.checksum = firsts[CHECKSUM] ?? Number.NaN;
    return !Number.isNaN(this.subflowSequence) && !Number.isNaN(this.length);
  }

  set({ dataFin, ack, mapping }: DssOption): void {
    this.dataFin = dataFin;
    this.acked = ack !== undefined;
    this.mapped = mapping !== undefined;
    if (ack !== undefined) this.ack.set(ack);
    if (mapping === undefined) return;
    this.dsn.set(mapping.dsn);
    this.subflowSequence = mapping.subflowSequence;
    this.length = mapping.length;
    this.checksum = mapping.checksum ?? Number.NaN;
  }
}

const NO_OPTIONS: readonly MptcpOption[] = [];

/**
 * A view of the row that is read: one object for all segments, so that none is made for each. What may grow beyond 31 bits
 * begins as NaN: V8 would take 0 for a small integer, and make all code anew that reads it when it is one no more.
 */
export class Segment {
  #row: Row | undefined;
  #options: readonly MptcpOption[] | undefined;
  frame = 0;
  /** Nanoseconds from the capture's first frame. */
  time: number = Number.NaN;
  stream = 0;
  /** Which of the two ends sends, the same way in all of a stream's segments. */
  direction: 0 | 1 = 0;
  sequence: number = Number.NaN;
  acknowledgment: number = Number.NaN;
  flags = 0;
  /** In bytes where the columns are {@link SCALED_FIELDS}, else as it stands in the header. */
  window: number = Number.NaN;
  length = 0;
  /** Bytes of the whole frame on the wire. */
  wireLength = 0;
  /** Bytes of payload that the subflow had not carried before: known when they are taken. */
  fresh = 0;
  /** It has MPTCP options. */
  mptcp = false;
  /** One DSS and no other MPTCP option: it is in `dss` already. */
  plain = false;
  readonly dss: Dss = new Dss();

  /** False for frames that are no TCP segment, are quoted in an ICMP error, or carry several TCP headers. */
  read(row: Row, clock: Pick<Clock, "now">): boolean {
    if (countOf(row, STREAM) !== 1 || isQuoted(row)) return false;
    const { firsts } = row;
    const length = firsts[LENGTH] ?? Number.NaN;
    if (Number.isNaN(length)) return false;
    this.#row = row;
    this.frame = row.frameNumber;
    this.time = clock.now;
    // Small numbers are kept as such, here and in all that they are kept in.
    this.stream = (firsts[STREAM] ?? 0) | 0;
    this.direction = this.#directionOf(row);
    this.sequence = firsts[SEQ] ?? 0;
    this.acknowledgment = firsts[ACKNOWLEDGMENT] ?? 0;
    this.flags = (firsts[FLAGS] ?? 0) | 0;
    this.window = firsts[WINDOW] ?? Number.NaN;
    this.length = length | 0;
    this.wireLength = (firsts[FRAME_LENGTH] ?? 0) | 0;
    const options = countOf(row, SUBTYPE);
    this.mptcp = options > 0;
    this.#options = options === 0 ? NO_OPTIONS : undefined;
    this.plain = options === 1 && firsts[SUBTYPE] === DSS && this.dss.read(row);
    return true;
  }

  get options(): readonly MptcpOption[] {
    if (this.#options === undefined)
      this.#options = this.#row === undefined ? NO_OPTIONS : readMptcpOptions(this.#row, OPTIONS);
    return this.#options;
  }

  /** A DSS maps data. */
  get maps(): boolean {
    if (this.plain) return this.dss.mapped;
    return this.options.some((option) => option.kind === "dss" && option.mapping !== undefined);
  }

  #directionOf(row: Row): 0 | 1 {
    const source = row.firsts[SOURCE_PORT] ?? 0;
    const destination = row.firsts[DESTINATION_PORT] ?? 0;
    if (source !== destination) return source < destination ? 0 : 1;
    return compareBytes(addressAt(row, IP_SRC, IPV6_SRC), addressAt(row, IP_DST, IPV6_DST)) <= 0 ? 0 : 1;
  }

  get syn(): boolean {
    return (this.flags & FLAG.syn) !== 0;
  }

  /** It opens or ends something. */
  get isSpecial(): boolean {
    return (this.flags & SPECIAL) !== 0;
  }

  get rst(): boolean {
    return (this.flags & FLAG.rst) !== 0;
  }

  get ack(): boolean {
    return (this.flags & FLAG.ack) !== 0;
  }

  get source(): string {
    const row = this.#row;
    if (row === undefined) return "?";
    return endText(addressAt(row, IP_SRC, IPV6_SRC), numberAt(row, SOURCE_PORT, 0));
  }

  get destination(): string {
    const row = this.#row;
    if (row === undefined) return "?";
    return endText(addressAt(row, IP_DST, IPV6_DST), numberAt(row, DESTINATION_PORT, 0));
  }

  get offer(): SynOffer {
    const row = this.#row;
    const numberOf = (place: number): number | undefined =>
      row === undefined || row.count(place) === 0 ? undefined : row.number(place);
    return {
      mss: numberOf(MSS),
      windowShift: numberOf(WINDOW_SHIFT),
      sackPermitted: (row?.count(SACK_PERMITTED) ?? 0) > 0,
      timestamps: (row?.count(TIMESTAMP) ?? 0) > 0,
    };
  }

  /** IPv4 identification, which tells a packet from one that is sent again; 0 says nothing (RFC 6864 section 4.1). */
  get #identification(): number {
    const row = this.#row;
    return row === undefined || row.count(IP_ID) === 0 ? 0 : row.number(IP_ID, row.count(IP_ID) - 1);
  }

  /** Equal for two sights of one packet: routers change none of it. Without an identification options tell, by their timestamps. */
  get signature(): string {
    const id = this.#identification;
    const mark = id > 0 ? id : this.optionBytes.toString();
    return `${this.direction} ${this.sequence} ${this.acknowledgment} ${this.flags} ${this.length} ${mark}`;
  }

  /** Whether a packet that is sent again is told by its identification. */
  get isMarked(): boolean {
    return this.#identification > 0;
  }

  /** Bytes of payload that were captured. */
  get capturedLength(): number {
    return this.#row?.size(PAYLOAD) ?? 0;
  }

  /** What was captured of the payload: a view that is good until the next segment. */
  get payload(): Uint8Array {
    const payload = this.#row?.at(PAYLOAD, 0);
    return payload instanceof Uint8Array ? payload : EMPTY;
  }

  /** The area of TCP options: a view that is good until the next segment. */
  get optionBytes(): Uint8Array {
    const bytes = this.#row?.at(OPTION_AREA, 0);
    return bytes instanceof Uint8Array ? bytes : EMPTY;
  }
}
