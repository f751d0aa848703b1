/** Frames of Multipath TCP connections, with options as Linux writes them. */
import { createHash } from "node:crypto";
import type { Random } from "./random.ts";

export class FrameBuffer {
  readonly bytes: Uint8Array = new Uint8Array(2048);
  length = 0;
  u8(value: number): void {
    this.bytes[this.length++] = value;
  }
  u16(value: number): void {
    this.u8((value >>> 8) & 0xff);
    this.u8(value & 0xff);
  }
  u32(value: number): void {
    this.u16((value >>> 16) & 0xffff);
    this.u16(value & 0xffff);
  }
  u64(high: number, low: number): void {
    this.u32(high);
    this.u32(low);
  }
}

/** Direction 0 is the client's. */
export interface Subflow {
  readonly ip: [number, number];
  readonly port: [number, number];
  readonly seq: [number, number];
  /** Initial sequence numbers. */
  readonly initial: [number, number];
  readonly unacked: [number, number];
  readonly tsval: [number, number];
  readonly window: [number, number];
}

export interface Wide {
  readonly high: number;
  readonly low: number;
}

export interface Connection {
  readonly subflows: [Subflow, Subflow];
  readonly keys: [Wide, Wide];
  readonly tokens: [number, number];
  readonly dsn: [bigint, bigint];
  readonly checksum: boolean;
  readonly wide: boolean;
  readonly sender: 0 | 1;
  readonly fast: boolean;
  phase: number;
  left: number;
  burst: number;
  current: 0 | 1;
}

let connections = 0;

function subflow(random: Random, number: number, second: 0 | 1): Subflow {
  const s: Subflow = {
    ip: [(second ? 0xc0a80000 : 0x0a010000) | (number & 0xffff), 0xc6336401 + (number % 7)],
    port: [20000 + ((number >> 4) % 40000) + second, 45670],
    seq: [0, 0],
    initial: [0, 0],
    unacked: [0, 0],
    tsval: [0, 0],
    window: [0, 0],
  };
  for (const d of [0, 1] as const) {
    s.seq[d] = random.word();
    s.initial[d] = s.seq[d];
    s.tsval[d] = random.word();
    s.window[d] = 500 + random.below(60000);
  }
  return s;
}

export function resetConnections(): void {
  connections = 0;
}

export function newConnection(random: Random): Connection {
  const number = ++connections;
  const subflows: [Subflow, Subflow] = [subflow(random, number, 0), subflow(random, number, 1)];
  const keys: [Wide, Wide] = [
    { high: 0, low: 0 },
    { high: 0, low: 0 },
  ];
  const tokens: [number, number] = [0, 0];
  const dsn: [bigint, bigint] = [0n, 0n];
  for (const d of [0, 1] as const) {
    random.next();
    keys[d] = { high: random.high, low: random.low };
    const key = Buffer.alloc(8);
    key.writeUInt32BE(random.high, 0);
    key.writeUInt32BE(random.low, 4);
    // RFC 8684 section 3.1: token and initial data sequence number are both ends of the key's hash.
    const hash = createHash("sha256").update(key).digest();
    tokens[d] = hash.readUInt32BE(0);
    dsn[d] = BigInt.asUintN(64, hash.readBigUInt64BE(24) + 1n);
  }
  const checksum = random.below(4) === 0;
  const wide = random.below(4) !== 0;
  const sender = random.below(10) < 7 ? 1 : 0;
  const left = 3500 + random.below(1000);
  const fast = random.below(20) === 0;
  return { subflows, keys, tokens, dsn, checksum, wide, sender, fast, phase: 0, left, burst: 0, current: 0 };
}
