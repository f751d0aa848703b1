/**
 * A deterministic capture of Multipath TCP: about 60 % full segments, 40 % bare acknowledgments, 0.1 % MP_CAPABLE.
 * Usage: gen.ts OUT PACKETS SNAPLEN (0 = whole packets) [SEED] [SLOTS]
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Random } from "./random.ts";
import { type Connection, FrameBuffer, newConnection, resetConnections, type Subflow } from "./segments.ts";

const POOL = 2 ** 20;
const OUT = 4 * 2 ** 20;

class Generator {
  readonly #random: Random;
  readonly #pool = new Uint8Array(POOL);
  readonly #frame = new FrameBuffer();
  readonly #options = new FrameBuffer();
  readonly #out = Buffer.alloc(OUT);
  readonly #snap: number;
  readonly #file: number;
  #used = 0;
  #micros = 0;
  #seconds = 1_700_000_000;
  #id = 0;
  count = 0;

  constructor(path: string, snap: number, seed: number) {
    this.#random = new Random(seed);
    this.#snap = snap;
    const view = new DataView(this.#pool.buffer);
    for (let at = 0; at < POOL; at += 8) {
      this.#random.next();
      view.setUint32(at, this.#random.low, true);
      view.setUint32(at + 4, this.#random.high, true);
    }
    this.#file = openSync(path, "w");
    for (const word of [0xa1b2c3d4, 0x00040002, 0, 0, snap === 0 ? 262_144 : snap, 1])
      this.#used = this.#out.writeUInt32LE(word, this.#used);
  }

  run(packets: number, slots: number): void {
    resetConnections();
    const random = this.#random;
    const live = Array.from({ length: slots }, () => newConnection(random));
    while (this.count < packets) {
      const slot = random.below(slots);
      let steps = 1 + random.below(12);
      while (steps-- > 0 && this.count < packets) {
        if (random.below(80) === 0) this.#other();
        else if (!this.#step(live[slot] as Connection)) {
          // slot is below the length
          live[slot] = newConnection(random);
          break;
        }
      }
    }
    writeSync(this.#file, this.#out, 0, this.#used);
    closeSync(this.#file);
  }

  #emit(): void {
    const { bytes, length } = this.#frame;
    const captured = this.#snap !== 0 && length > this.#snap ? this.#snap : length;
    if (this.#used + 16 + captured > OUT) {
      writeSync(this.#file, this.#out, 0, this.#used);
      this.#used = 0;
    }
    this.#micros += 1 + this.#random.below(20);
    if (this.#micros >= 1_000_000) {
      this.#micros -= 1_000_000;
      this.#seconds++;
    }
    for (const word of [this.#seconds, this.#micros, captured, length])
      this.#used = this.#out.writeUInt32LE(word, this.#used);
    this.#out.set(bytes.subarray(0, captured), this.#used);
    this.#used += captured;
    this.count++;
  }

  #checksum(at: number): void {
    const { bytes } = this.#frame;
    let sum = 0;
    for (let i = 0; i < 20; i += 2) sum += ((bytes[at + i] ?? 0) << 8) | (bytes[at + i + 1] ?? 0);
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = ((sum & 0xffff) + (sum >>> 16)) ^ 0xffff;
    bytes[at + 10] = sum >>> 8;
    bytes[at + 11] = sum & 0xff;
  }

  #payload(size: number): void {
    const f = this.#frame;
    const from = this.#random.below(POOL - 1500);
    f.bytes.set(this.#pool.subarray(from, from + size), f.length);
    f.length += size;
  }

  #segment(s: Subflow, d: 0 | 1, flags: number, size: number): void {
    const f = this.#frame;
    const o = this.#options;
    const e = d === 0 ? 1 : 0;
    while (o.length & 3) o.u8(1);
    f.length = 0;
    for (const last of d ? [1, 2] : [2, 1]) {
      f.u16(0x0200);
      f.u32(0x0a000000 + last);
    }
    f.u16(0x0800);
    const ip = f.length;
    f.u16(0x4500);
    f.u16(40 + o.length + size);
    this.#id = (this.#id + 1) & 0xffff;
    f.u16(this.#id);
    f.u16(0x4000);
    f.u16(0x4006);
    f.u16(0);
    f.u32(s.ip[d]);
    f.u32(s.ip[e]);
    this.#checksum(ip);
    f.u16(s.port[d]);
    f.u16(s.port[e]);
    f.u32(s.seq[d]);
    f.u32(flags & 0x10 ? s.seq[e] - s.unacked[e] : 0);
    f.u8((5 + o.length / 4) << 4);
    f.u8(flags);
    f.u16(s.window[d] + this.#random.below(64));
    f.u16(this.#random.below(65536));
    f.u16(0);
    f.bytes.set(o.bytes.subarray(0, o.length), f.length);
    f.length += o.length;
    this.#payload(size);
    s.seq[d] = (s.seq[d] + size + (flags & 2 ? 1 : 0) + (flags & 1)) >>> 0;
    this.#emit();
    o.length = 0;
  }

  #words(...bytes: number[]): void {
    for (const byte of bytes) this.#options.u8(byte);
  }

  #timestamps(s: Subflow, d: 0 | 1): void {
    s.tsval[d] = (s.tsval[d] + this.#random.below(2)) >>> 0;
    this.#words(1, 1, 8, 10);
    this.#options.u32(s.tsval[d]);
    this.#options.u32(s.tsval[d === 0 ? 1 : 0]);
  }

  #synOptions(s: Subflow, d: 0 | 1, ack: boolean): void {
    this.#words(2, 4, 1460 >> 8, 1460 & 0xff, 4, 2, 8, 10);
    this.#options.u32(s.tsval[d]);
    this.#options.u32(ack ? s.tsval[d === 0 ? 1 : 0] : 0);
    this.#words(1, 3, 3, 7);
  }

  #number(value: bigint, wide: boolean): void {
    const low = Number(BigInt.asUintN(32, value));
    if (wide) this.#options.u64(Number(BigInt.asUintN(64, value) >> 32n), low);
    else this.#options.u32(low);
  }

  /** A data acknowledgment by side `d`, with a mapping where there is data. */
  #dss(c: Connection, s: Subflow, d: 0 | 1, size: number, fin: boolean, behind: number): void {
    const maps = size > 0 || fin;
    const length = 4 + (c.wide ? 8 : 4) + (maps ? (c.wide ? 8 : 4) + 6 + (c.checksum ? 2 : 0) : 0);
    const flags = (fin ? 16 : 0) | (maps ? (c.wide ? 8 : 0) | 4 : 0) | (c.wide ? 2 : 0) | 1;
    this.#words(30, length, 0x20, flags);
    this.#number(c.dsn[d === 0 ? 1 : 0] - BigInt(behind), c.wide);
    if (!maps) return;
    this.#number(c.dsn[d], c.wide);
    this.#options.u32(fin ? 0 : (s.seq[d] - s.initial[d]) >>> 0);
    this.#options.u16(size + (fin ? 1 : 0));
    if (c.checksum) this.#options.u16(this.#random.below(65536));
    c.dsn[d] = BigInt.asUintN(64, c.dsn[d] + BigInt(size + (fin ? 1 : 0)));
  }

  #randomWide(): void {
    this.#random.next();
    this.#options.u64(this.#random.high, this.#random.low);
  }

  #keys(c: Connection): void {
    for (const key of c.keys) this.#options.u64(key.high, key.low);
  }

  /** The handshakes of both subflows; undefined once they are over. */
  #handshake(c: Connection, phase: number): boolean {
    const [a, b] = c.subflows;
    const o = this.#options;
    const flags = c.checksum ? 0x81 : 0x01;
    switch (phase) {
      case 0:
        this.#synOptions(a, 0, false);
        this.#words(30, 4, 1, flags);
        this.#segment(a, 0, 2, 0);
        return true;
      case 1:
        this.#synOptions(a, 1, true);
        this.#words(30, 12, 1, flags);
        o.u64(c.keys[1].high, c.keys[1].low);
        this.#segment(a, 1, 0x12, 0);
        return true;
      case 2:
        this.#timestamps(a, 0);
        this.#words(30, 20, 1, flags);
        this.#keys(c);
        this.#segment(a, 0, 0x10, 0);
        return true;
      case 3: {
        const size = 100 + this.#random.below(300);
        this.#timestamps(a, 0);
        this.#words(30, c.checksum ? 24 : 22, 1, flags);
        this.#keys(c);
        o.u16(size);
        if (c.checksum) o.u16(this.#random.below(65536));
        c.dsn[0] = BigInt.asUintN(64, c.dsn[0] + BigInt(size));
        this.#segment(a, 0, 0x18, size);
        return true;
      }
      case 4:
        this.#timestamps(a, 1);
        this.#dss(c, a, 1, 0, false, 0);
        this.#segment(a, 1, 0x10, 0);
        return true;
      case 5:
        this.#timestamps(a, 1);
        this.#words(30, 16, 0x30, 2);
        o.u32(0xc6336480);
        this.#randomWide();
        this.#segment(a, 1, 0x10, 0);
        return true;
      case 6:
        this.#timestamps(a, 0);
        this.#words(30, 8, 0x31, 2);
        o.u32(0xc6336480);
        this.#segment(a, 0, 0x10, 0);
        return true;
      case 7:
        this.#synOptions(b, 0, false);
        this.#words(30, 12, 0x10, 3);
        o.u32(c.tokens[1]);
        o.u32(this.#random.word());
        this.#segment(b, 0, 2, 0);
        return true;
      case 8:
        this.#synOptions(b, 1, true);
        this.#words(30, 16, 0x10, 2);
        this.#randomWide();
        o.u32(this.#random.word());
        this.#segment(b, 1, 0x12, 0);
        return true;
      case 9:
        this.#timestamps(b, 0);
        this.#words(30, 24, 0x10, 0);
        this.#randomWide();
        this.#randomWide();
        o.u32(this.#random.word());
        this.#segment(b, 0, 0x10, 0);
        return true;
      case 10:
        this.#timestamps(b, 1);
        this.#dss(c, b, 1, 0, false, 0);
        this.#segment(b, 1, 0x10, 0);
        return true;
      default:
        return false;
    }
  }

  /** Sends one segment; false when the connection is over. */
  #step(c: Connection): boolean {
    if (this.#handshake(c, c.phase++)) return true;
    return c.left-- > 0 ? this.#data(c) : this.#close(c);
  }

  #data(c: Connection): boolean {
    const random = this.#random;
    const d = c.sender;
    const e = d === 0 ? 1 : 0;
    if (c.burst === 0) c.current = random.below(3) === 0 ? 1 : 0;
    const s = c.subflows[c.current];
    if (c.burst < 3) {
      c.burst++;
      this.#timestamps(s, d);
      this.#dss(c, s, d, 1400, false, 0);
      this.#segment(s, d, c.burst === 3 ? 0x18 : 0x10, 1400);
      return true;
    }
    if (c.burst === 3) {
      c.burst = 4;
      s.unacked[d] = 1400;
      this.#timestamps(s, e);
      if (random.below(50) === 0) {
        this.#words(1, 1, 5, 10);
        this.#options.u32(s.seq[d] - 700);
        this.#options.u32(s.seq[d]);
      }
      this.#dss(c, s, e, 0, false, 1400);
      this.#segment(s, e, 0x10, 0);
      s.unacked[d] = 0;
      return true;
    }
    c.burst = 0;
    this.#timestamps(s, e);
    const kind = random.below(500);
    if (kind === 0) this.#words(30, 3, 0x50 | random.below(2));
    else if (kind === 1) this.#words(30, 4, 0x40, 9);
    this.#dss(c, s, e, 0, false, 0);
    this.#segment(s, e, 0x10, 0);
    return true;
  }

  #close(c: Connection): boolean {
    const [a, b] = c.subflows;
    const d = c.sender;
    if (c.fast) {
      const key = c.keys[d === 0 ? 1 : 0];
      this.#timestamps(a, d);
      this.#words(30, 12, 0x70, 0);
      this.#options.u64(key.high, key.low);
      this.#segment(a, d, 0x10, 0);
      this.#timestamps(b, d);
      this.#words(30, 4, 0x80, 1);
      this.#segment(b, d, 0x14, 0);
      return false;
    }
    const send = (s: Subflow, side: 0 | 1, fin: boolean, flags: number): void => {
      this.#timestamps(s, side);
      this.#dss(c, s, side, 0, fin, 0);
      this.#segment(s, side, flags, 0);
    };
    send(a, 0, true, 0x10);
    send(a, 1, true, 0x10);
    for (const s of c.subflows) {
      send(s, 0, false, 0x11);
      send(s, 1, false, 0x11);
      send(s, 0, false, 0x10);
    }
    return false;
  }

  /** ARP now and then, else a UDP datagram. */
  #other(): void {
    const f = this.#frame;
    const random = this.#random;
    f.length = 0;
    if (random.below(6) === 0) {
      for (let i = 0; i < 6; i++) f.u8(255);
      f.u16(0x0200);
      f.u32(0x0a000009);
      for (const word of [0x0806, 1, 0x0800, 0x0604, 1, 0x0200]) f.u16(word);
      f.u32(0x0a000009);
      f.u32(0x0a010009);
      f.u16(0);
      f.u32(0);
      f.u32(0x0a010001);
      while (f.length < 60) f.u8(0);
      this.#emit();
      return;
    }
    const size = 40 + random.below(200);
    for (const last of [1, 2]) {
      f.u16(0x0200);
      f.u32(0x0a000000 + last);
    }
    f.u16(0x0800);
    const ip = f.length;
    f.u16(0x4500);
    f.u16(28 + size);
    this.#id = (this.#id + 1) & 0xffff;
    f.u16(this.#id);
    f.u16(0x4000);
    f.u16(0x4011);
    f.u16(0);
    f.u32(0x0a010000 | random.below(65536));
    f.u32(0xc6336401);
    this.#checksum(ip);
    f.u16(30000 + random.below(20000));
    f.u16(45671);
    f.u16(8 + size);
    f.u16(0);
    this.#payload(size);
    this.#emit();
  }
}

/** Writes the capture; returns how many packets it holds. */
export function generate(path: string, packets: number, snap: number, seed = 42, slots = 64): number {
  const generator = new Generator(path, snap, seed);
  generator.run(packets, slots);
  return generator.count;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [path = "", packets = "0", snap = "0", seed = "42", slots = "64"] = process.argv.slice(2);
  console.error(`${generate(path, Number(packets), Number(snap), Number(seed), Number(slots))} packets`);
}
