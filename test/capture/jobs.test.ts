/** Several threads find what one does, in the same order, wherever the capture's stretches are cut. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canGenerate } from "../../src/codegen/function.ts";
import type * as Library from "../../src/index.ts";
import { generate } from "../bench/gen.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Within the project, so that packages are found. */
const folder = mkdtempSync(join(root, "node_modules/.subflow-jobs-"));
const plain = join(folder, "plain.pcap");
let library: typeof Library;

beforeAll(async () => {
  // Threads run what is on disk, as JavaScript.
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  await build({
    entryPoints: [join(root, "src/index.ts"), join(root, "src/backends/extract/scan-worker.ts")],
    entryNames: "[name]",
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "silent",
  });
  library = (await import(pathToFileURL(join(folder, "index.js")).href)) as typeof Library;
  generate(plain, 300_000, 128);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Found {
  readonly numbers: number[];
  readonly bytes: string;
  readonly error: unknown;
  readonly packets: number;
  /** Batches of stretches that any thread took. */
  readonly shared: number;
  /** Pieces of memory that these stood in: the reader has one, and each thread two. */
  readonly rooms: number;
}

/** `pause`: milliseconds that the reader lets pass at each of the first stretches, so that others come up and take some. */
async function find(path: string, filter: string, jobs: number, pause = 0): Promise<Found> {
  const reader = await library.openCapture(path);
  const hash: number[] = [];
  const numbers: number[] = [];
  let shared = 0;
  const rooms = new Set<ArrayBufferLike>();
  let error: unknown;
  try {
    for await (const batch of reader.matches(library.createEngine().compileFilter(filter), { jobs })) {
      if (batch.bytes.buffer instanceof SharedArrayBuffer) {
        shared++;
        rooms.add(batch.bytes.buffer);
        if (rooms.size < 2 && pause > 0) await setTimeout(pause);
      }
      for (let index = 0; index < batch.count; index++) {
        const { number, data, fileOffset, timestamp, linkType } = batch.frame(index);
        numbers.push(number);
        hash.push(fileOffset ?? 0, data.length, data[0] ?? 0, data.at(-1) ?? 0, Number(timestamp), linkType);
      }
    }
  } catch (thrown) {
    error = thrown instanceof Error ? [thrown.message, Reflect.get(thrown, "code")] : thrown;
  }
  return { numbers, bytes: hash.join(" "), error, packets: reader.counts.packets, shared, rooms: rooms.size };
}

async function findSame(
  path: string,
  filter: string,
  jobs: number,
  alone: Omit<Found, "shared" | "rooms">,
  pause: number,
): Promise<Found> {
  const found = await find(path, filter, jobs, pause);
  const { shared: _, rooms: __, ...together } = found;
  expect(together).toEqual(alone);
  return found;
}

async function compare(path: string, filter: string, jobs = 3): Promise<Found> {
  const { shared: none, rooms: _, ...alone } = await find(path, filter, 1);
  expect(none).toBe(0);
  return findSame(path, filter, jobs, alone, 60);
}

describe.skipIf(!canGenerate())("threads find what one finds", () => {
  it("each of them some of it", async () => {
    const { rooms } = await find(plain, "tcp", 2, 1000);
    expect(rooms).toBe(3);
  });

  it.each([
    "tcp.options.mptcp.subtype == 0",
    "ip.addr == 192.168.0.0/20",
    "tcp.port in {80, 443, 45670..45680}",
    'frame contains "a\\x00"',
    "ip.src[0:2] == 0a:00 || tcp.flags.syn == 1",
    "tcp",
    "",
  ])("%s", async (filter) => {
    const { numbers, shared } = await compare(plain, filter);
    expect(numbers.length).toBeGreaterThan(0);
    expect(shared).toBeGreaterThan(0);
  });

  it.each(["frame.number > 100000", "tcp.stream == 7", "tcp.seq == 1", 'tcp matches "x.y"'])(
    "leaves %s to the reader",
    async (filter) => {
      const { numbers, shared } = await compare(plain, filter);
      expect(numbers.length).toBeGreaterThan(0);
      expect(shared).toBe(0);
    },
  );
});

/** A copy of the capture with other bytes from `at` on. */
function changed(name: string, change: (bytes: Buffer) => Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, change(readFileSync(plain)));
  return path;
}

/** Offset of the first record that begins at or behind `from`. */
function recordAt(bytes: Buffer, from: number): number {
  let at = 24;
  while (at < from) at += 16 + bytes.readUInt32LE(at + 8);
  return at;
}

describe.skipIf(!canGenerate())("a capture that is no plain row of packets", () => {
  const filter = "tcp.flags.ack == 1";

  it("is cut short", async () => {
    const path = changed("cut.pcap", (bytes) => bytes.subarray(0, bytes.length - 40));
    const { error } = await compare(path, filter);
    expect(error).toMatchObject([expect.stringContaining("middle of a packet"), "cut-short"]);
  });

  it("is damaged", async () => {
    const path = changed("damaged.pcap", (bytes) => {
      bytes.writeUInt32LE(0x7fff_ffff, recordAt(bytes, 7_000_000) + 8);
      return bytes;
    });
    const { error, packets } = await compare(path, filter);
    expect(error).toMatchObject([expect.stringContaining("longer than the limit"), "damaged"]);
    expect(packets).toBeGreaterThan(10_000);
  });

  it("holds captures in its packets", async () => {
    // Each stretch begins inside a packet full of records that look right.
    const path = changed("nested.pcap", (bytes) => {
      const header = bytes.subarray(0, 24);
      const inner = bytes.subarray(24, recordAt(bytes, 200_000));
      const record = Buffer.alloc(16);
      record.writeUInt32LE(1_700_000_000, 0);
      record.writeUInt32LE(inner.length, 8);
      record.writeUInt32LE(inner.length, 12);
      return Buffer.concat([header, ...Array.from({ length: 60 }, () => [record, inner]).flat()]);
    });
    const { packets, shared } = await compare(path, "frame");
    expect(packets).toBe(60);
    expect(shared).toBe(0);
  });

  it("has gaps of time", async () => {
    const path = changed("gaps.pcap", (bytes) => {
      for (let at = recordAt(bytes, 5_000_000); at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8))
        bytes.writeUInt32LE(5, at);
      return bytes;
    });
    expect((await compare(path, filter)).numbers.length).toBeGreaterThan(10_000);
  });

  it("is big-endian", async () => {
    const path = changed("big.pcap", (bytes) => {
      for (let at = 24; at < bytes.length; ) {
        const next = at + 16 + bytes.readUInt32LE(at + 8);
        bytes.subarray(at, at + 16).swap32();
        at = next;
      }
      bytes.subarray(0, 4).swap32();
      bytes.subarray(4, 8).swap16();
      bytes.subarray(8, 24).swap32();
      return bytes;
    });
    expect((await compare(path, filter)).shared).toBeGreaterThan(2);
  });

  it("is pcapng with other blocks between, and a further interface", async () => {
    const path = join(folder, "blocks.pcapng");
    const source = await library.openCapture(plain);
    const writer = library.createCaptureWriter(join(folder, "plain.pcapng"), {
      format: "pcapng",
      copyFrom: source,
    });
    for await (const batch of source.batches()) for (const frame of batch) await writer.write(frame);
    await writer.close();
    const bytes = readFileSync(join(folder, "plain.pcapng"));
    const blocks: Uint8Array[] = [];
    const unknown = Buffer.from("77000000100000000000000010000000", "hex");
    let first: Buffer | undefined;
    for (let at = 0, count = 0; at < bytes.length; count++) {
      const block = bytes.subarray(at, at + bytes.readUInt32LE(at + 4));
      if (block.readUInt32LE(0) === 1) first ??= block;
      blocks.push(block);
      if (count % 20_011 === 20_010) blocks.push(unknown);
      if (count === 90_000 && first !== undefined) blocks.push(first);
      at += block.length;
    }
    writeFileSync(path, Buffer.concat(blocks));
    const { shared, packets } = await compare(path, filter);
    expect(packets).toBe(300_000);
    expect(shared).toBeGreaterThan(2);
  });
});

interface SectionInput {
  readonly linkType: number;
  /** Interfaces, between which the packets alternate. */
  readonly interfaces: number;
  readonly order?: "little" | "big";
  readonly tsresol?: number;
}

/** One section of the plain capture's packets, or of their network layers; short of a stretch, it ends within one. */
function section(
  count: number,
  { linkType, interfaces, order = "little", tsresol = 6 }: SectionInput,
): Buffer {
  const little = order === "little";
  const input = readFileSync(plain);
  const out = Buffer.alloc(2 * input.length);
  let end = 0;
  const u32 = (value: number): void => {
    end = little ? out.writeUInt32LE(value, end) : out.writeUInt32BE(value, end);
  };
  const u16 = (value: number): void => {
    end = little ? out.writeUInt16LE(value, end) : out.writeUInt16BE(value, end);
  };
  for (const word of [0x0a0d0d0a, 28, 0x1a2b3c4d]) u32(word);
  u16(1);
  u16(0);
  for (const word of [0xffff_ffff, 0xffff_ffff, 28]) u32(word);
  for (let index = 0; index < interfaces; index++) {
    u32(1);
    u32(32);
    u16(linkType);
    u16(0);
    u32(0);
    u16(9);
    u16(1);
    end = out.writeUInt8(tsresol, end) + 3;
    u32(0);
    u32(32);
  }
  for (let at = 24, index = 0; index < count; index++) {
    const [from, to] = [at + (linkType === 101 ? 30 : 16), at + 16 + input.readUInt32LE(at + 8)];
    const ticks =
      BigInt(input.readUInt32LE(at)) * 10n ** BigInt(tsresol) + BigInt(input.readUInt32LE(at + 4));
    const padded = (to - from + 3) & ~3;
    for (const word of [
      6,
      32 + padded,
      index % interfaces,
      Number(ticks >> 32n),
      Number(ticks & 0xffff_ffffn),
    ])
      u32(word);
    u32(to - from);
    u32(to - from);
    out.set(input.subarray(from, to), end);
    end += padded;
    u32(32 + padded);
    at = to;
  }
  return out.subarray(0, end);
}

const ethernet: SectionInput = { linkType: 1, interfaces: 1 };
const raw: SectionInput = { linkType: 101, interfaces: 1 };

describe.skipIf(!canGenerate())("a capture of sections that differ", () => {
  const files: readonly (readonly [string, readonly SectionInput[]])[] = [
    ["link type", [ethernet, raw]],
    ["link type, the other way", [raw, ethernet]],
    ["byte order", [ethernet, { ...ethernet, order: "big" }]],
    ["time resolution", [ethernet, { ...ethernet, tsresol: 9 }]],
    ["number of interfaces", [{ ...ethernet, interfaces: 2 }, ethernet, { ...ethernet, interfaces: 3 }]],
  ];

  it.each(files)("%s", async (name, list) => {
    const path = join(folder, `${name}.pcapng`);
    // Unequal, so that sections do not end where stretches do.
    writeFileSync(path, Buffer.concat(list.map((one, index) => section(80_000 + 5000 * index, one))));
    for (const filter of ["eth && tcp.flags.syn == 1", "ip.addr == 192.168.0.0/18"]) {
      const { shared: none, rooms: _, ...alone } = await find(path, filter, 1);
      expect([none, alone.error]).toEqual([0, undefined]);
      expect(alone.numbers.length).toBeGreaterThan(0);
      for (const jobs of [2, 3]) await findSame(path, filter, jobs, alone, 60);
    }
  });

  it("has its threads go on in a section of another kind", async () => {
    const path = join(folder, "longer.pcapng");
    writeFileSync(path, Buffer.concat([section(60_000, raw), section(200_000, ethernet)]));
    const { shared } = await compare(path, "eth && ip.addr == 192.168.0.0/18", 2);
    expect(shared).toBeGreaterThan(0);
  });

  it("does not take packets of interfaces that only a section before has", async () => {
    const path = join(folder, "interfaces.pcapng");
    const before = section(80_000, { ...ethernet, interfaces: 2 });
    const blocks = 28 + 2 * 32;
    writeFileSync(path, Buffer.concat([before, section(30_000, ethernet), before.subarray(blocks)]));
    await compare(path, "tcp", 2);
    const { error } = await compare(path, "tcp", 3);
    expect(error).toMatchObject([expect.stringContaining("names interface 1"), "damaged"]);
  });
});

it.each([0, -1, 1.9, Number.NaN])("takes %s jobs for one", async (jobs) => {
  const { shared, numbers } = await find(plain, "tcp.options.mptcp.subtype == 0", jobs);
  expect(shared).toBe(0);
  expect(numbers.length).toBeGreaterThan(0);
});

it.skipIf(!canGenerate())("ends its threads when the loop is left", async () => {
  const reader = await library.openCapture(plain);
  for await (const batch of reader.matches(library.createEngine().compileFilter("tcp"), { jobs: 2 }))
    if (batch.bytes.buffer instanceof SharedArrayBuffer) break;
  expect(reader.counts.packets).toBeLessThan(300_000);
});
