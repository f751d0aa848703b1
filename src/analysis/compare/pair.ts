/** Which packet of one capture is which of the other. */
import type { Packet } from "./packets.ts";

/** Sequence numbers, length, SYN, FIN and RST are what a path leaves as they are. */
const KEPT_FLAGS = 0x07;

type Identity = (packet: Packet) => string | undefined;

function base({ source, destination, sequence, length, flags }: Packet): string {
  return `${source} ${destination} ${sequence} ${length} ${flags & KEPT_FLAGS}`;
}

/**
 * From sure to likely. An IPv4 identification tells a packet from one that is sent again; 0 says nothing (RFC 6864
 * section 4.1). Options and acknowledgments come next, for IPv6; a middlebox may have changed them.
 */
const IDENTITIES: readonly Identity[] = [
  (packet) =>
    packet.identification === undefined || packet.identification === 0
      ? undefined
      : `${base(packet)} ${packet.identification} ${packet.acknowledgment}`,
  (packet) => `${base(packet)} ${packet.acknowledgment} ${packet.options}`,
  (packet) => `${base(packet)} ${packet.acknowledgment} ${packet.window}`,
  (packet) => (packet.length > 0 || (packet.flags & KEPT_FLAGS) !== 0 ? base(packet) : undefined),
];

export interface Pairs {
  /** Index in the second list of each packet of the first; -1 where there is none. */
  readonly second: Int32Array;
  /** The other way round. */
  readonly first: Int32Array;
}

/** Packets of equal identity are paired in their order; what one rule leaves is left to the next. */
export function pairPackets(first: readonly Packet[], second: readonly Packet[]): Pairs {
  const pairs: Pairs = {
    second: new Int32Array(first.length).fill(-1),
    first: new Int32Array(second.length).fill(-1),
  };
  for (const identity of IDENTITIES) {
    const waiting = new Map<string, number[]>();
    for (const [index, packet] of second.entries()) {
      if (pairs.first[index] !== -1) continue;
      const key = identity(packet);
      if (key === undefined) continue;
      const list = waiting.get(key);
      if (list === undefined) waiting.set(key, [index]);
      else list.push(index);
    }
    for (const list of waiting.values()) list.reverse();
    for (const [index, packet] of first.entries()) {
      if (pairs.second[index] !== -1) continue;
      const key = identity(packet);
      const other = key === undefined ? undefined : waiting.get(key)?.pop();
      if (other === undefined) continue;
      pairs.second[index] = other;
      pairs.first[other] = index;
    }
  }
  return pairs;
}
