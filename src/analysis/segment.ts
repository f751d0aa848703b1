/** One TCP segment as the analysis reads it from a row of columns. */

import { ENDPOINT_FIELDS, endpointsOf, isQuoted } from "../../dissectors/trackers/endpoints.ts";
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

export interface Segment {
  readonly frame: number;
  /** Nanoseconds since the epoch; of a frame without a time, that of the frame before. */
  readonly time: bigint;
  readonly stream: number;
  readonly direction: 0 | 1;
  readonly source: string;
  readonly destination: string;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  /** Scaled where the scale is known. */
  readonly window: number;
  readonly length: number;
  /** Bytes of the whole frame on the wire. */
  readonly wireLength: number;
  /** What was captured of the payload: a view that is good until the next segment. */
  readonly payload: Uint8Array;
  readonly options: readonly MptcpOption[];
  readonly offer: SynOffer | undefined;
}

/** Columns of {@link readSegment}. */
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
const OPTIONS: number = SEGMENT_FIELDS.length - MPTCP_FIELDS.length;

const TCP = 6;
const EMPTY = new Uint8Array(0);

function addressText(row: Row, v4: number, v6: number): string {
  const four = row.at(v4, row.count(v4) - 1);
  const six = row.at(v6, row.count(v6) - 1);
  if (four instanceof Uint8Array) return formatIpv4(four);
  return six instanceof Uint8Array ? formatIpv6(six) : "?";
}

/** `address:port`, with brackets around an IPv6 address (RFC 3986 section 3.2.2). */
function endText(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Undefined for frames that are no TCP segment, are quoted in an ICMP error, or carry several TCP headers. */
export function readSegment(row: Row, previous: bigint): Segment | undefined {
  if (row.count(STREAM) !== 1 || isQuoted(row)) return undefined;
  const sourcePort = numberAt(row, SOURCE_PORT, 0);
  const destinationPort = numberAt(row, DESTINATION_PORT, 0);
  const ends = endpointsOf(row, TCP, 0, 1, sourcePort, destinationPort);
  const length = numberAt(row, LENGTH, 0);
  if (ends === undefined || Number.isNaN(length)) return undefined;
  const flags = numberAt(row, FLAGS, 0);
  const payload = row.at(PAYLOAD, 0);
  return {
    frame: row.frameNumber,
    time: row.timestamp ?? previous,
    stream: numberAt(row, STREAM, 0),
    direction: ends.direction,
    source: endText(addressText(row, IP_SRC, IPV6_SRC), sourcePort),
    destination: endText(addressText(row, IP_DST, IPV6_DST), destinationPort),
    sequence: numberAt(row, SEQ, 0),
    acknowledgment: numberAt(row, ACKNOWLEDGMENT, 0),
    flags,
    window: numberAt(row, WINDOW, 0),
    length,
    wireLength: numberAt(row, FRAME_LENGTH, 0),
    payload: payload instanceof Uint8Array ? payload : EMPTY,
    options: readMptcpOptions(row, OPTIONS),
    offer: (flags & FLAG.syn) === 0 ? undefined : readOffer(row),
  };
}

function readOffer(row: Row): SynOffer {
  const optional = (place: number): number | undefined =>
    row.count(place) === 0 ? undefined : numberAt(row, place, 0);
  return {
    mss: optional(MSS),
    windowShift: optional(SHIFT),
    sackPermitted: row.count(SACK) > 0,
    timestamps: row.count(TIMESTAMP) > 0,
  };
}
