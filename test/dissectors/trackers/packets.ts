/** Hand-made packets and a capture file around them, for tests that put them to tshark. */
import { writeFileSync } from "node:fs";
import fc from "fast-check";

export interface Segment {
  /** Sender: the client (lower port given by `port`) or the server. */
  readonly from: "client" | "server";
  readonly port: number;
  /** Letters of FSRPAU. */
  readonly flags: string;
  readonly seq: number;
  readonly ack?: number;
  readonly window?: number;
  readonly length?: number;
  readonly options?: readonly number[];
  readonly v6?: boolean;
  /** Sent inside an ICMP error, cut after this many bytes. */
  readonly quoted?: number;
}

function u16(value: number): number[] {
  return [(value >> 8) & 255, value & 255];
}

function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value & 0xffff)];
}

const CLIENT = [10, 0, 0, 1];
const SERVER = [10, 0, 0, 2];
const ROUTER = [10, 9, 9, 9];

function ipv4(source: number[], destination: number[], protocol: number, payload: number[]): number[] {
  const head = [0x45, 0, ...u16(20 + payload.length), 0, 0, 0, 0, 64, protocol, 0, 0];
  return [...head, ...source, ...destination, ...payload];
}

function ipv6(source: number[], destination: number[], protocol: number, payload: number[]): number[] {
  const wide = (address: number[]): number[] => [0xfe, 0x80, ...Array<number>(10).fill(0), ...address];
  return [
    0x60,
    0,
    0,
    0,
    ...u16(payload.length),
    protocol,
    64,
    ...wide(source),
    ...wide(destination),
    ...payload,
  ];
}

function tcp(segment: Segment): number[] {
  const { from, port, flags, seq, ack = 0, window = 1000, length = 0 } = segment;
  const options = [...(segment.options ?? [])];
  while (options.length % 4 !== 0) options.push(1);
  const bits = [..."FSRPAU"].reduce((sum, letter, bit) => sum + (flags.includes(letter) ? 1 << bit : 0), 0);
  const ports = from === "client" ? [...u16(port), 0, 80] : [0, 80, ...u16(port)];
  const offset = (5 + options.length / 4) << 4;
  const head = [...ports, ...u32(seq), ...u32(ack), offset, bits, ...u16(window), 0, 0, 0, 0];
  return [...head, ...options, ...Array<number>(length).fill(0)];
}

/** The bytes of an IP packet. */
export function packet(segment: Segment): Uint8Array {
  const [source, destination] = segment.from === "client" ? [CLIENT, SERVER] : [SERVER, CLIENT];
  const ip = segment.v6 === true ? ipv6 : ipv4;
  const whole = ip(source, destination, 6, tcp(segment));
  if (segment.quoted === undefined) return Uint8Array.from(whole);
  const error = [segment.v6 === true ? 1 : 3, 1, 0, 0, 0, 0, 0, 0, ...whole.slice(0, segment.quoted)];
  return Uint8Array.from(ip(ROUTER, source, segment.v6 === true ? 58 : 1, error));
}

/** UDP between the same ends. */
export function datagram(source: number, destination: number, back: boolean): Uint8Array {
  const [from, to] = back ? [SERVER, CLIENT] : [CLIENT, SERVER];
  return Uint8Array.from(ipv4(from, to, 17, [...u16(source), ...u16(destination), 0, 12, 0, 0, 1, 2, 3, 4]));
}

/** An IPv4 packet inside an ICMP error. */
export function quote(inner: Uint8Array): Uint8Array {
  return Uint8Array.from(ipv4(ROUTER, CLIENT, 1, [3, 1, 0, 0, 0, 0, 0, 0, ...inner]));
}

/** Writes a pcap file of raw IP packets, each `step` microseconds behind the one before. */
export function writeCapture(path: string, packets: readonly Uint8Array[], step = 1000): void {
  const little = (value: number): number[] => u32(value).reverse();
  const parts: number[][] = [[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0], ...[0, 0, 65535, 101].map(little)];
  for (const [index, bytes] of packets.entries()) {
    const micros = index * step;
    const time = [1000 + Math.floor(micros / 1e6), micros % 1e6];
    parts.push(...[...time, bytes.length, bytes.length].map(little), [...bytes]);
  }
  writeFileSync(path, Uint8Array.from(parts.flat()));
}

/** Segments of some two hundred connections between few sequence numbers, so that all sorts of odd orders arise. */
export function anySegments(seed: number, count: number): readonly Segment[] {
  const number = fc.constantFrom(99, 100, 101, 106, 500, 501, 505);
  const segment = fc.record<Segment>({
    from: fc.constantFrom("client", "server"),
    port: fc.integer({ min: 3000, max: 3199 }),
    flags: fc.constantFrom("S", "SA", "A", "A", "PA", "FA", "RA", "R", "", "SF"),
    seq: number,
    ack: number,
    length: fc.constantFrom(0, 0, 1, 5),
    window: fc.constantFrom(1000, 1000, 2000, 0),
    options: fc.constantFrom([], [3, 3, 2], [3, 3, 7], [2, 4, 5, 180]),
    v6: fc.constantFrom(false, false, true),
  });
  const [segments = []] = fc.sample(fc.array(segment, { minLength: count, maxLength: count }), {
    seed,
    numRuns: 1,
  });
  return segments;
}
