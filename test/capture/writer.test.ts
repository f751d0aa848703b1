import { readFileSync } from "node:fs";
import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { mergeCaptures } from "../../src/capture/merge.ts";
import { openCapture } from "../../src/capture/open.ts";
import type { CapturedFrame } from "../../src/capture/types.ts";
import { createCaptureWriter } from "../../src/capture/writer.ts";
import type { Frame } from "../../src/ir/frame.ts";
import {
  counting,
  endOfOptions,
  enhancedPacket,
  interfaceBlock,
  join,
  type Order,
  option,
  pcap,
  pcapng,
  sectionBlock,
  simplePacket,
  text,
  u32,
  u64,
} from "./build.ts";
import {
  framesOf,
  hasTshark,
  installed,
  linesOf,
  run,
  scratch,
  scratchFile,
  tshark,
  write,
} from "./tools.ts";

const frame = (change: Partial<Frame> = {}): Frame => {
  const data = change.data ?? counting(60);
  const lengths = { capturedLength: data.length, originalLength: data.length };
  return { data, number: 1, timestamp: 1_000_000_005_000n, ...lengths, linkType: 1, ...change };
};

/** Two sections with options in every place. */
const rich = (order: Order): Uint8Array => {
  const named = (name: string, resolution: number) =>
    join(
      option(2, text(name), order),
      option(8, u64(10 ** 9, order), order),
      option(9, [resolution], order),
      endOfOptions,
    );
  const packetOptions = join(
    option(1, text("first"), order),
    option(2, u32(2, order), order),
    option(0xbad, [1, 2], order),
  );
  const section = (name: string) =>
    join(
      sectionBlock({ order, options: join(option(4, text(name), order), option(1, text("about"), order)) }),
      interfaceBlock({ order, options: named(`${name}-0`, 6), snapLength: 40 }),
      interfaceBlock({ order, options: named(`${name}-1`, 12), linkType: 101 }),
      interfaceBlock({ order, options: named(`${name}-unused`, 9) }),
      enhancedPacket({ order, data: counting(60), interfaceId: 1, ticks: 1_234_567_890_123_456_789n }),
      enhancedPacket({ order, data: counting(61), ticks: 77n, options: packetOptions, original: 99 }),
      simplePacket(counting(40), 44, order),
    );
  return join(
    section("a"),
    section("b"),
    sectionBlock({ order }),
    interfaceBlock({ order, options: named("lone", 6) }),
  );
};

async function copyOf(bytes: Uint8Array, options: Parameters<typeof write>[1] = {}): Promise<Uint8Array> {
  const reader = await openCapture(bytes);
  const frames: CapturedFrame[] = [];
  for await (const each of reader) frames.push(each);
  return write(frames, { copyFrom: reader, ...options });
}

describe("writing", () => {
  test("pcap and nsecpcap are what the format says", async () => {
    const micro = pcap([{ data: counting(60) }], { snapLength: 262_144 });
    expect(await write([frame()], { format: "pcap" })).toEqual(micro);
    const nano = pcap([{ data: counting(60), fraction: 5001 }], {
      nano: true,
      snapLength: 96,
      linkType: 101,
    });
    const exact = frame({ timestamp: 1_000_000_005_001n, linkType: 101 });
    expect(await write([exact], { format: "nsecpcap", snapLength: 96 })).toEqual(nano);
    expect(await write([], { format: "pcap", linkType: 113 })).toEqual(
      pcap([], { snapLength: 262_144, linkType: 113 }),
    );
  });

  test("pcapng: an interface for each link type and name", async () => {
    const bytes = await write([
      frame(),
      frame({ number: 2, linkType: 101, interfaceName: "tun0" }),
      frame({ number: 3, comments: ["so"], flags: 2 }),
    ]);
    const nanoseconds = (name?: string) =>
      join(name === undefined ? [] : option(2, text(name)), option(9, [9]), endOfOptions);
    const packet = { data: counting(60), ticks: 1_000_000_005_000n };
    expect(bytes).toEqual(
      join(
        sectionBlock(),
        interfaceBlock({ options: nanoseconds() }),
        enhancedPacket(packet),
        interfaceBlock({ linkType: 101, options: nanoseconds("tun0") }),
        enhancedPacket({ ...packet, interfaceId: 1 }),
        enhancedPacket({ ...packet, options: join(option(1, text("so")), option(2, u32(2)), endOfOptions) }),
      ),
    );
    if (hasTshark) {
      const lines = linesOf(await framesOf(bytes));
      expect(lines[2]).toContain("|so");
      expect(tshark(scratchFile("a.pcapng", bytes))).toEqual({ status: 0, lines });
    }
  });

  test("given interfaces are described in order, and frames refer to them by number", async () => {
    const interfaces = [
      { linkType: 1, name: "eth0" },
      { linkType: 101, name: "tun0", tsresol: 6, snapLength: 100 },
    ];
    const frames = await framesOf(await write([frame({ linkType: 101, interfaceId: 1 })], { interfaces }));
    expect(frames).toMatchObject([{ interfaceId: 1, interfaceName: "tun0", timestamp: 1_000_000_005_000n }]);
    expect(frames[0]?.interface).toMatchObject({ tsresol: 6, snapLength: 100 });
  });

  test("a copy of a little-endian pcapng file is the file itself, apart from blocks that are passed over", async () => {
    // frames end sections' lists of interfaces only as far as they were used: here all stand before the first packet
    const source = await openCapture(rich("little"));
    const frames: CapturedFrame[] = [];
    for await (const each of source) frames.push(each);
    const copy = await openCapture(await write(frames, { copyFrom: source }));
    const copied: CapturedFrame[] = [];
    for await (const each of copy) copied.push(each);
    const told = (list: readonly CapturedFrame[]) => list.map(({ fileOffset: _, ...rest }) => rest);
    expect(told(copied)).toEqual(told(frames));
    expect(copy.interfaces).toEqual(source.interfaces);
    expect(copy.sections).toEqual(source.sections);
  });

  test("a big-endian file is turned round, its options too", async () => {
    const [big, little] = await Promise.all([copyOf(rich("big")), copyOf(rich("little"))]);
    const told = async (bytes: Uint8Array) =>
      (await framesOf(bytes)).map(({ fileOffset: _, options, ...rest }) => ({
        ...rest,
        options: options?.length,
      }));
    expect((await told(big)).map((each) => each.timestamp)).toEqual(
      (await told(little)).map((each) => each.timestamp),
    );
    expect((await openCapture(big)).interfaces).toEqual((await openCapture(little)).interfaces);
    if (hasTshark) {
      const lines = (bytes: Uint8Array) => tshark(scratchFile("a.pcapng", bytes));
      expect(lines(big)).toEqual(lines(rich("big")));
    }
  });

  test("changed frames: comments, time and link type are written as they are now", async () => {
    const bytes = join(
      sectionBlock(),
      interfaceBlock({ options: option(9, [12]) }),
      enhancedPacket({ data: counting(60), ticks: 5_000_000_000_123n, options: option(1, text("old")) }),
    );
    const [read] = await framesOf(bytes);
    if (read === undefined) throw new TypeError("no frame");
    const later = { ...read, timestamp: 6_000_000_000n, comments: ["new", "newer"], flags: 1 };
    expect(await framesOf(await write([later]))).toMatchObject([
      { timestamp: 6_000_000_000n, ticks: 6_000_000_000_000n, comments: ["new", "newer"], flags: 1 },
    ]);
    const { options: _, ...bare } = { ...read, linkType: 101 };
    expect(await framesOf(await write([{ ...bare, comments: undefined }]))).toMatchObject([
      { linkType: 101, comments: undefined },
    ]);
  });

  test("several link types do not fit in pcap", async () => {
    const frames = [frame(), frame({ number: 2, linkType: 101 })];
    await expect(write(frames, { format: "pcap" })).rejects.toMatchObject({
      code: "bad-frame",
      frameNumber: 2,
    });
  });

  test("what a format cannot hold is refused, or rounded down where that was asked for", async () => {
    const finer = frame({ timestamp: 1_000_000_005_001n });
    const timeless = frame({ timestamp: undefined, comments: ["why"] });
    for (const [bad, format] of [
      [finer, "pcap"],
      [timeless, "pcap"],
      [timeless, "pcapng"],
    ] as const) {
      await expect(write([bad], { format })).rejects.toMatchObject({ code: "bad-frame" });
      expect((await framesOf(await write([bad], { format, loss: "accept" }))).length).toBe(1);
    }
    for (const bad of [
      frame({ capturedLength: 5 }),
      frame({ originalLength: 2 ** 32 }),
      frame({ linkType: 1.5 }),
      frame({ timestamp: -1n }),
      frame({ data: new Uint8Array(262_145) }),
    ]) {
      for (const format of ["pcap", "nsecpcap", "pcapng"] as const) {
        await expect(write([bad], { format })).rejects.toMatchObject({ code: "bad-frame" });
      }
    }
  });

  test("paths, streams and functions; errors of the target", async () => {
    const path = `${scratch()}/out.pcapng`;
    const expected = await write([frame()]);
    const put = async (target: Parameters<typeof createCaptureWriter>[0]) => {
      await using writer = createCaptureWriter(target);
      await writer.write(frame());
      expect(writer.count).toBe(1);
    };
    await put(path);
    expect(new Uint8Array(readFileSync(path))).toEqual(expected);
    const chunks: Uint8Array[] = [];
    const keep = (chunk: Uint8Array, _: unknown, done: () => void) => {
      chunks.push(chunk);
      done();
    };
    await put(new Writable({ write: keep }));
    await put(new WritableStream({ write: (chunk) => void chunks.push(chunk) }));
    expect(new Uint8Array(Buffer.concat(chunks))).toEqual(join(expected, expected));
    await expect(put(`${scratch()}/no/such/folder`)).rejects.toMatchObject({ code: "unwritable" });
    const full = new Writable({ write: (_chunk, _, done) => done(new TypeError("disk full")) });
    await expect(put(full)).rejects.toMatchObject({ code: "unwritable" });
    const writer = createCaptureWriter(() => {});
    await writer.close();
    expect(() => writer.write(frame())).toThrow(expect.objectContaining({ code: "unwritable" }));
  });

  test("many frames go out in chunks", async () => {
    const sizes: number[] = [];
    const writer = createCaptureWriter((chunk) => void sizes.push(chunk.length), { format: "pcap" });
    for (let number = 1; number <= 50_000; number++) await writer.write(frame({ number }));
    await writer.close();
    expect(sizes.reduce((sum, size) => sum + size)).toBe(24 + 50_000 * 76);
    expect(sizes.length).toBeLessThan(8);
  });

  test.skipIf(!installed("editcap"))("editcap turns our files into the same files", async () => {
    const folder = scratch();
    const bytes = await copyOf(pcapng([counting(60), counting(61)]));
    const from = scratchFile("a.pcapng", bytes);
    for (const format of ["pcap", "nsecpcap"] as const) {
      run("editcap", "-F", format, from, `${folder}/${format}`);
      expect(new Uint8Array(readFileSync(`${folder}/${format}`))).toEqual(
        await copyOf(bytes, { format, snapLength: 262_144 }),
      );
    }
  });
});

describe("merging", () => {
  const at = (...seconds: number[]) => pcap(seconds.map((second) => ({ data: [second], seconds: second })));
  const merged = async (...files: Uint8Array[]) => {
    const frames: CapturedFrame[] = [];
    const readers = await Promise.all(files.map((file) => openCapture(file)));
    for await (const each of mergeCaptures(readers)) frames.push(each);
    return frames;
  };

  test("by time, numbered from 1; equal times keep the order of the files", async () => {
    const frames = await merged(at(1, 4, 4), at(2, 4, 9), at(), at(3));
    expect(frames.map((each) => [each.number, each.data[0]])).toEqual(
      [1, 2, 3, 4, 4, 4, 9].map((s, i) => [i + 1, s]),
    );
    expect(frames.slice(3, 6).map((each) => each.interface.id)).toEqual([0, 0, 1]);
  });

  test("a frame without time stays behind the one before it", async () => {
    const timeless = join(
      pcapng([counting(1)]),
      simplePacket(counting(2)),
      enhancedPacket({ data: counting(3), ticks: 5_000_000n }),
    );
    const frames = await merged(timeless, at(2, 9));
    expect(frames.map((each) => each.data.length * 10 + (each.data[0] ?? 0))).toEqual([10, 20, 12, 30, 19]);
  });

  test("interfaces are numbered anew, and the copy keeps them", async () => {
    const readers = await Promise.all([openCapture(rich("little")), openCapture(pcapng([counting(9)], 113))]);
    const source = mergeCaptures(readers);
    const frames: CapturedFrame[] = [];
    for await (const each of source) frames.push(each);
    // a Simple Packet Block cannot say that its interface is not the first one: those frames get a time
    await expect(write(frames, { copyFrom: source })).rejects.toMatchObject({ code: "bad-frame" });
    const copy = await framesOf(await write(frames, { copyFrom: source, loss: "accept" }));
    const facts = (list: readonly CapturedFrame[]) =>
      list.map((each) => [each.number, each.linkType, each.interfaceName, each.timestamp ?? 0n, each.ticks]);
    // ticks finer than nanoseconds are kept, so the times agree
    expect(facts(copy)).toEqual(facts(frames));
    expect(new Set(source.interfaces.map((each) => each.id)).size).toBe(source.interfaces.length);
  });

  test("leaving the loop closes all readers", async () => {
    let open = 0;
    const watched = async function* (): AsyncGenerator<Uint8Array> {
      open++;
      try {
        yield pcapng([counting(1), counting(1)]);
      } finally {
        open--;
      }
    };
    const readers = await Promise.all([openCapture(watched()), openCapture(watched())]);
    for await (const _ of mergeCaptures(readers)) break;
    expect(open).toBe(0);
  });
});
