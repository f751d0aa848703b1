/** Which IP header a transport header belongs to, from the columns of one row. */
import type { RawValue, Row } from "../../src/plugin.ts";

/** Columns that {@link Endpoints} reads; a tracker puts them first in `requires`. */
export const ENDPOINT_FIELDS = [
  "ip.src",
  "ip.dst",
  "ip.proto",
  "ipv6.src",
  "ipv6.dst",
  "icmp.type",
  "icmpv6.type",
] as const;

const IP_SRC = 0;
const IP_DST = 1;
const IP_PROTO = 2;
const IPV6_SRC = 3;
const IPV6_DST = 4;
const ICMP_TYPE = 5;
const ICMPV6_TYPE = 6;

/** Bytes as a string of one character a byte: a key for maps that also orders as the bytes do. */
function text(value: RawValue | undefined): string | undefined {
  if (value instanceof Uint8Array) return String.fromCharCode(...value);
  return typeof value === "string" ? value : undefined;
}

/** Addresses and ports of one transport header, in an order that is the same for both directions. */
export interface Endpoints {
  readonly key: string;
  /** 0 when the sender is the lower end, else 1. */
  readonly direction: 0 | 1;
}

/**
 * The `index`-th (from 0) of `count` headers of IP protocol `protocol`. Transport headers end a chain of IP headers,
 * so the last address pair is the one below the last transport header; tunnels and quotes stand before it.
 */
export function endpointsOf(
  row: Row,
  protocol: number,
  index: number,
  count: number,
  sourcePort: number,
  destinationPort: number,
): Endpoints | undefined {
  const v4 = row.count(IP_SRC);
  const v6 = row.count(IPV6_SRC);
  let source: string | undefined;
  let destination: string | undefined;
  if (v6 === 0 || (v4 > 0 && hasProtocol(row, protocol))) {
    const place = nthFromEnd(row, protocol, count - index, v6 > 0);
    source = text(row.at(IP_SRC, place));
    destination = text(row.at(IP_DST, place));
  } else {
    const place = v6 - (count - index);
    source = text(row.at(IPV6_SRC, place));
    destination = text(row.at(IPV6_DST, place));
  }
  if (source === undefined || destination === undefined) return undefined;
  // Equal addresses are told apart by their ports; where these are equal too, both directions are one.
  const direction = source < destination || (source === destination && sourcePort <= destinationPort) ? 0 : 1;
  const ports = direction === 0 ? pack(sourcePort, destinationPort) : pack(destinationPort, sourcePort);
  return { key: direction === 0 ? source + destination + ports : destination + source + ports, direction };
}

function pack(low: number, high: number): string {
  return String.fromCharCode(low, high);
}

/** With both families in one frame, the IPv4 header leads to the transport header if it says so. */
function hasProtocol(row: Row, protocol: number): boolean {
  if (row.count(IPV6_SRC) === 0) return true;
  const last = row.count(IP_PROTO) - 1;
  return Number(row.at(IP_PROTO, last)) === protocol;
}

function nthFromEnd(row: Row, protocol: number, wanted: number, mixed: boolean): number {
  const last = row.count(IP_SRC) - 1;
  if (wanted === 1 || mixed) return last;
  let left = wanted;
  for (let place = last; place >= 0; place--) {
    if (Number(row.at(IP_PROTO, place)) === protocol && --left === 0) return place;
  }
  return Math.max(0, last + 1 - wanted);
}

/** An ICMP error quotes the packet that caused it (RFC 792, RFC 4443 section 3); nothing else carries ports behind ICMP. */
export function isQuoted(row: Row): boolean {
  return row.count(ICMP_TYPE) > 0 || row.count(ICMPV6_TYPE) > 0;
}
