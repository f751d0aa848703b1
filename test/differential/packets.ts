/** Packets byte by byte, for tests against tshark. Nothing of the library is used: what is wrong there is not made here. */
import { u16 as anyU16, u32 as anyU32, type Bytes, join } from "../capture/build.ts";

export interface MadeFrame {
  readonly linkType: number;
  readonly data: Uint8Array;
  /** Bytes that the packet had on the wire, where the capture cut it. */
  readonly original?: number;
}

export const u16 = (value: number): Uint8Array => anyU16(value, "big");
export const u32 = (value: number): Uint8Array => anyU32(value, "big");

export function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.replace(/\s/g, "").match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** RFC 1071. */
export function checksum(...parts: readonly Bytes[]): number {
  const bytes = join(...parts, [0]);
  let sum = 0;
  for (let index = 0; index + 1 < bytes.length; index += 2)
    sum += ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

interface Ipv4Input {
  readonly protocol: number;
  readonly payload: Bytes;
  readonly source?: string;
  readonly destination?: string;
  readonly options?: Bytes;
  readonly ttl?: number;
  readonly tos?: number;
  readonly id?: number;
  /** Flags and fragment offset, as the 16-bit word. */
  readonly fragment?: number;
  readonly totalLength?: number;
  readonly checksum?: number;
}

const quad = (text: string): number[] => text.split(".").map(Number);

/** RFC 791 section 3.1. */
export function ipv4(input: Ipv4Input): Uint8Array {
  const {
    protocol,
    payload,
    source = "192.0.2.1",
    destination = "192.0.2.2",
    options = [],
    ttl = 64,
  } = input;
  const words = 5 + options.length / 4;
  const length = input.totalLength ?? words * 4 + payload.length;
  const make = (sum: number): Uint8Array =>
    join(
      [0x40 | words, input.tos ?? 0],
      u16(length),
      u16(input.id ?? 1),
      u16(input.fragment ?? 0),
      [ttl, protocol],
      u16(sum),
      quad(source),
      quad(destination),
      options,
    );
  return join(make(input.checksum ?? checksum(make(0))), payload);
}

/** RFC 8200 section 3. Addresses as 32 hex digits. */
export function ipv6(
  next: number,
  payload: Bytes,
  source: string,
  destination: string,
  length: number = payload.length,
): Uint8Array {
  return join(u32(0x60000000), u16(length), [next, 64], hexBytes(source), hexBytes(destination), payload);
}

interface SegmentInput {
  /** A whole header, or options for one. */
  readonly header?: Bytes;
  readonly options?: Bytes;
  readonly flags?: number;
  readonly payload?: Bytes;
  readonly urgent?: number;
  readonly acknowledgment?: number;
  readonly sequence?: number;
  /** Gives each segment ports of its own, so that none belongs to the connection of another. */
  readonly index: number;
}

/** An IPv4 packet with a TCP segment (RFC 9293 section 3.1); options are brought to whole words by NOPs before them. */
export function tcpSegment(input: SegmentInput): Uint8Array {
  const {
    options = [],
    flags = 0x10,
    payload = [],
    urgent = 0,
    acknowledgment = flags & 0x10 ? 2000 : 0,
  } = input;
  const nops = new Uint8Array((4 - (options.length % 4)) % 4).fill(1);
  const words = 5 + (nops.length + options.length) / 4;
  const header =
    input.header ??
    join(
      u16(40_000 + input.index),
      u16(50_000),
      u32(input.sequence ?? 1000),
      u32(acknowledgment),
      u16((words << 12) | flags),
      u16(8192),
      u16(0),
      u16(urgent),
      nops,
      options,
    );
  return ipv4({ protocol: 6, payload: join(header, payload) });
}

export const ETHERNET: Uint8Array = hexBytes("020000000002 020000000001");

/** Ethernet II (IEEE 802.3 section 3.2.6), without padding. */
export function ethernet(type: number, payload: Bytes, addresses: Bytes = ETHERNET): Uint8Array {
  return join(addresses, u16(type), payload);
}
