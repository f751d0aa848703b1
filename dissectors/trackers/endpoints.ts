/** Which IP header a transport header belongs to, from the columns of one row. */
import type { Row } from "../../src/plugin.ts";

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

/** 32-bit words of an address. */
const V4 = 1;
const V6 = 4;

/** Addresses and ports of one transport header, in an order that is the same for both directions. */
export class Endpoints {
  /** Both addresses, the lower end's first, then both ports in 16 bits each. What is behind {@link size} is not theirs. */
  readonly words: Int32Array = new Int32Array(2 * V6 + 1);
  /** How many words there are. */
  size = 0;
  /** 0 when the sender is the lower end, else 1. */
  direction: 0 | 1 = 0;

  /**
   * Takes the `index`-th (from 0) of `count` headers of IP protocol `protocol`; false where it has no addresses. Transport
   * headers end a chain of IP headers, so the last address pair is the one below the last transport header; tunnels and
   * quotes stand before it.
   */
  read(
    row: Row,
    protocol: number,
    index: number,
    count: number,
    sourcePort: number,
    destinationPort: number,
  ): boolean {
    if (row.plain) {
      // Most frames; the rest of this says the same of them.
      const { firsts } = row;
      const from = firsts[IP_SRC] ?? Number.NaN;
      const to = firsts[IP_DST] ?? Number.NaN;
      if (from >= 0 && to >= 0 && Number.isNaN(firsts[IPV6_SRC])) {
        this.#takeV4(from, to, sourcePort, destinationPort);
        return true;
      }
    }
    const v4 = row.count(IP_SRC);
    const v6 = row.count(IPV6_SRC);
    if (v6 === 0 || (v4 > 0 && hasProtocol(row, protocol))) {
      const place = nthFromEnd(row, protocol, count - index, v6 > 0);
      return this.#take(row, IP_SRC, IP_DST, place, V4, sourcePort, destinationPort);
    }
    return this.#take(row, IPV6_SRC, IPV6_DST, v6 - (count - index), V6, sourcePort, destinationPort);
  }

  #take(
    row: Row,
    source: number,
    destination: number,
    place: number,
    size: number,
    sourcePort: number,
    destinationPort: number,
  ): boolean {
    if (place < 0 || place >= row.count(source) || place >= row.count(destination)) return false;
    if (size === V4) {
      this.#takeV4(
        row.word(IP_SRC, place, 0) >>> 0,
        row.word(IP_DST, place, 0) >>> 0,
        sourcePort,
        destinationPort,
      );
      return true;
    }
    let order = 0;
    for (let word = 0; word < size && order === 0; word++)
      order = (row.word(source, place, word) >>> 0) - (row.word(destination, place, word) >>> 0);
    // Equal addresses are told apart by their ports; where these are equal too, both directions are one.
    const forward = order < 0 || (order === 0 && sourcePort <= destinationPort);
    const { words } = this;
    const low = forward ? source : destination;
    const high = forward ? destination : source;
    for (let word = 0; word < size; word++) {
      words[word] = row.word(low, place, word);
      words[size + word] = row.word(high, place, word);
    }
    this.#order(forward, sourcePort, destinationPort, 2 * size);
    return true;
  }

  #takeV4(from: number, to: number, sourcePort: number, destinationPort: number): void {
    const forward = from === to ? sourcePort <= destinationPort : from < to;
    const { words } = this;
    words[0] = forward ? from : to;
    words[1] = forward ? to : from;
    words[2] = forward ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
    this.size = 2 * V4 + 1;
    this.direction = forward ? 0 : 1;
  }

  /** The ports behind the addresses, of which there are `at` words. */
  #order(forward: boolean, sourcePort: number, destinationPort: number, at: number): void {
    this.words[at] = forward ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
    this.size = at + 1;
    this.direction = forward ? 0 : 1;
  }
}

/** Overwritten by each call of {@link directionOf}. */
const scratch: Endpoints = new Endpoints();

/** The direction of a frame's only header of an IP protocol: 0 when the sender is the lower end, else 1; undefined without addresses. */
export function directionOf(
  row: Row,
  protocol: number,
  sourcePort: number,
  destinationPort: number,
): 0 | 1 | undefined {
  return scratch.read(row, protocol, 0, 1, sourcePort, destinationPort) ? scratch.direction : undefined;
}

/** With both families in one frame, the IPv4 header leads to the transport header if it says so. */
function hasProtocol(row: Row, protocol: number): boolean {
  if (row.count(IPV6_SRC) === 0) return true;
  return row.number(IP_PROTO, row.count(IP_PROTO) - 1) === protocol;
}

function nthFromEnd(row: Row, protocol: number, wanted: number, mixed: boolean): number {
  const last = row.count(IP_SRC) - 1;
  if (wanted === 1 || mixed) return last;
  let left = wanted;
  for (let place = last; place >= 0; place--) {
    if (row.number(IP_PROTO, place) === protocol && --left === 0) return place;
  }
  return Math.max(0, last + 1 - wanted);
}

/** An ICMP error quotes the packet that caused it (RFC 792, RFC 4443 section 3); nothing else carries ports behind ICMP. */
export function isQuoted(row: Row): boolean {
  const { firsts } = row;
  return !(Number.isNaN(firsts[ICMP_TYPE]) && Number.isNaN(firsts[ICMPV6_TYPE]));
}
