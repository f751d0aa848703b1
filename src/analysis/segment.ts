/** One TCP segment as the analysis reads it from a row of columns. */

import { ENDPOINT_FIELDS, isQuoted } from "../../dissectors/trackers/endpoints.ts";
import { MPTCP_FIELDS, type MptcpOption, readMptcpOptions } from "../../dissectors/trackers/mptcp-options.ts";
import { numberAt } from "../../dissectors/trackers/provided.ts";
import { formatIpv4, formatIpv6 } from "../bytes/address.ts";
import type { Row } from "../plugin.ts";

export const FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

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
  "tcp.window_size",
  "tcp.len",
  "tcp.payload",
  "tcp.options.mss_val",
  "tcp.options.wscale.shift",
  "tcp.options.sack_perm",
  "tcp.options.timestamp.tsval",
  "frame.len",
  "ip.id",
  ...MPTCP_FIELDS,
];
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
const WINDOW: number = column("tcp.window_size");
const LENGTH: number = column("tcp.len");
const PAYLOAD: number = column("tcp.payload");
const MSS: number = column("tcp.options.mss_val");
const SHIFT: number = column("tcp.options.wscale.shift");
const SACK: number = column("tcp.options.sack_perm");
const TIMESTAMP: number = column("tcp.options.timestamp.tsval");
const FRAME_LENGTH: number = column("frame.len");
const IP_ID: number = column("ip.id");
const OPTIONS: number = SEGMENT_FIELDS.length - MPTCP_FIELDS.length;

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

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < a.length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A view of the row that is read: one object for all segments, so that none is made for each. */
export class Segment {
  #row: Row | undefined;
  frame = 0;
  /** Nanoseconds from the capture's first frame. */
  time = 0;
  stream = 0;
  /** Which of the two ends sends, the same way in all of a stream's segments. */
  direction: 0 | 1 = 0;
  sequence = 0;
  acknowledgment = 0;
  flags = 0;
  /** Scaled where the scale is known. */
  window = 0;
  length = 0;
  /** Bytes of the whole frame on the wire. */
  wireLength = 0;
  options: readonly MptcpOption[] = [];

  /** False for frames that are no TCP segment, are quoted in an ICMP error, or carry several TCP headers. */
  read(row: Row, time: number): boolean {
    if (row.count(STREAM) !== 1 || isQuoted(row)) return false;
    const length = numberAt(row, LENGTH, 0);
    if (Number.isNaN(length)) return false;
    this.#row = row;
    this.frame = row.frameNumber;
    this.time = time;
    this.stream = numberAt(row, STREAM, 0);
    this.direction = this.#directionOf(row);
    this.sequence = numberAt(row, SEQ, 0);
    this.acknowledgment = numberAt(row, ACKNOWLEDGMENT, 0);
    this.flags = numberAt(row, FLAGS, 0);
    this.window = numberAt(row, WINDOW, 0);
    this.length = length;
    this.wireLength = numberAt(row, FRAME_LENGTH, 0);
    this.options = readMptcpOptions(row, OPTIONS);
    return true;
  }

  #directionOf(row: Row): 0 | 1 {
    const source = numberAt(row, SOURCE_PORT, 0);
    const destination = numberAt(row, DESTINATION_PORT, 0);
    if (source !== destination) return source < destination ? 0 : 1;
    return compareBytes(addressAt(row, IP_SRC, IPV6_SRC), addressAt(row, IP_DST, IPV6_DST)) <= 0 ? 0 : 1;
  }

  get syn(): boolean {
    return (this.flags & FLAG.syn) !== 0;
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

  /** Equal for two sights of one packet: routers change none of it. */
  get signature(): string {
    const row = this.#row;
    if (row === undefined) return "";
    const id = numberAt(row, IP_ID, row.count(IP_ID) - 1);
    const stamp = numberAt(row, TIMESTAMP, 0);
    const numbers = [this.direction, this.sequence, this.acknowledgment, this.flags, this.length, id, stamp];
    return numbers.join(" ");
  }

  /** Whether an IP identification or a timestamp tells it from one that is sent again. */
  get isMarked(): boolean {
    const row = this.#row;
    return row !== undefined && (numberAt(row, IP_ID, row.count(IP_ID) - 1) > 0 || row.count(TIMESTAMP) > 0);
  }

  /** What was captured of the payload: a view that is good until the next segment. */
  get payload(): Uint8Array {
    const payload = this.#row?.at(PAYLOAD, 0);
    return payload instanceof Uint8Array ? payload : EMPTY;
  }

  get offer(): SynOffer {
    const optional = (place: number): number | undefined =>
      this.#row === undefined || this.#row.count(place) === 0 ? undefined : numberAt(this.#row, place, 0);
    return {
      mss: optional(MSS),
      windowShift: optional(SHIFT),
      sackPermitted: optional(SACK) !== undefined,
      timestamps: optional(TIMESTAMP) !== undefined,
    };
  }
}
