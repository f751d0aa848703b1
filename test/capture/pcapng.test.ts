import { describe, expect, test } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import {
  block,
  counting,
  endOfOptions,
  enhancedPacket,
  interfaceBlock,
  join,
  type Order,
  obsoletePacket,
  option,
  sectionBlock,
  simplePacket,
  text,
  u32,
  u64,
} from "./build.ts";
import { framesOf, hasTshark, linesOf, readAll, scratchFile, tshark } from "./tools.ts";

const data = counting(60);
const start = join(sectionBlock(), interfaceBlock());
const packet = enhancedPacket({ data });

async function agreesWithTshark(bytes: Uint8Array): Promise<void> {
  if (hasTshark) expect(linesOf(await framesOf(bytes))).toEqual(tshark(scratchFile("a.pcapng", bytes)).lines);
}

/** One packet after 10⁶ s on an interface with these options. */
const timed = (options: Uint8Array, ticks: bigint): Uint8Array =>
  join(sectionBlock(), interfaceBlock({ options }), enhancedPacket({ data, ticks }));
const tsresol = (value: number): Uint8Array => option(9, [value]);

describe("pcapng", () => {
  test("several sections in both byte orders, interfaces of different link types", async () => {
    const section = (order: Order) =>
      join(
        sectionBlock({ order, options: option(1, text("hello"), order) }),
        interfaceBlock({
          order,
          options: join(option(2, text("eth0"), order), option(9, [9], order), endOfOptions),
        }),
        interfaceBlock({ order, linkType: 101, snapLength: 96, options: option(3, text("a tünnel"), order) }),
        enhancedPacket({ order, data, interfaceId: 1, ticks: 7n, original: 61 }),
        enhancedPacket({ order, data, ticks: 10n ** 18n + 7n }),
        simplePacket(counting(8), 8, order),
      );
    const bytes = join(section("little"), section("big"));
    const reader = await openCapture(bytes);
    expect([reader.format, reader.linkType, reader.byteOrder]).toEqual(["pcapng", 1, "little"]);
    const frames = [];
    for await (const frame of reader) frames.push(frame);
    const expected = (sectionNumber: number) => [
      {
        interfaceId: 1,
        linkType: 101,
        timestamp: 7000n,
        originalLength: 61,
        interfaceDescription: "a tünnel",
      },
      { interfaceId: 0, linkType: 1, timestamp: 10n ** 18n + 7n, interfaceName: "eth0", sectionNumber },
      { interfaceId: 0, linkType: 1, timestamp: undefined, capturedLength: 8, sectionNumber },
    ];
    expect(frames).toMatchObject([...expected(1), ...expected(2)]);
    expect(frames.map((frame) => frame.number)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(reader.sections.map((entry) => [entry.number, entry.byteOrder])).toEqual([
      [1, "little"],
      [2, "big"],
    ]);
    expect(reader.sections[1]?.options).toEqual([{ code: 1, value: text("hello") }]);
    expect(reader.interfaces).toMatchObject([
      { sectionNumber: 1, id: 0, name: "eth0", tsresol: 9 },
      { sectionNumber: 1, id: 1, tsresol: 6, snapLength: 96 },
      { sectionNumber: 2, id: 0, name: "eth0", tsresol: 9 },
      { sectionNumber: 2, id: 1, tsresol: 6, snapLength: 96 },
    ]);
    await agreesWithTshark(bytes);
  });

  test.each([
    ["seconds", tsresol(0), 1_500_000_000n, 1_500_000_000_000_000_000n],
    ["milliseconds", tsresol(3), 1_000_000n, 1_000_000_000_000n],
    ["microseconds unless said", option(2, text("x")), 1_000_000n, 1_000_000_000n],
    ["1/1024 s", tsresol(0x8a), 1025n, 1_000_976_562n],
    ["2⁻⁴⁰ s", tsresol(0x80 | 40), (1n << 40n) + 12_345_678n, 1_000_011_228n],
    ["2⁻⁶³ s", tsresol(0xbf), 1n << 63n, 1_000_000_000n],
    ["an offset", option(14, u64(500)), 1_000_000n, 501_000_000_000n],
    ["a negative offset", option(14, u64(-500)), 1_000_000n, -499_000_000_000n],
  ])("time in %s", async (_, options, ticks, expected) => {
    const bytes = timed(options, ticks);
    expect((await framesOf(bytes))[0]?.timestamp).toBe(expected);
    await agreesWithTshark(bytes);
  });

  test("resolutions finer than nanoseconds keep their ticks", async () => {
    // tshark multiplies before it divides, and overflows
    const [frame] = await framesOf(timed(tsresol(12), 1_234_567_890_123_456_789n));
    expect(frame?.timestamp).toBe(1_234_567_890_123_456n);
    expect(frame?.ticks).toBe(1_234_567_890_123_456_789n);
    expect((await framesOf(timed(tsresol(0xff), 1n << 63n)))[0]?.timestamp).toBe(0n);
    expect((await framesOf(timed(tsresol(9), 5n)))[0]?.ticks).toBeUndefined();
  });

  test("comments, flags and other options of a packet", async () => {
    for (const order of ["little", "big"] as const) {
      const options = join(
        option(1, text("one"), order),
        option(2, u32(0x12, order), order),
        option(4, u64(3, order), order),
        option(1, text("zwei"), order),
        endOfOptions,
      );
      const bytes = join(
        sectionBlock({ order }),
        interfaceBlock({ order }),
        enhancedPacket({ data, options, order }),
        obsoletePacket({ data: counting(9), options, order }),
      );
      const frames = await framesOf(bytes);
      for (const frame of frames) {
        expect(frame).toMatchObject({ comments: ["one", "zwei"], flags: 0x12 });
        expect(frame.options?.map((entry) => entry.code)).toEqual([1, 2, 4, 1]);
        expect(frame.options?.[2]?.value).toEqual(u64(3)); // little-endian, whatever the file's order
      }
      expect(frames.length).toBe(2);
      await agreesWithTshark(bytes);
    }
  });

  test("a Simple Packet Block's captured length follows from the snap length", async () => {
    const bytes = join(
      sectionBlock(),
      interfaceBlock({ snapLength: 20 }),
      simplePacket(counting(20), 60),
      packet,
    );
    expect(await framesOf(bytes)).toMatchObject([{ capturedLength: 20, originalLength: 60 }, { number: 2 }]);
    await agreesWithTshark(bytes);
  });

  test("other blocks are passed over and counted", async () => {
    const others = [4, 5, 5, 10, 0xbad, 0x40000bad, 99, 0x80000001].map((type) => block(type, counting(8)));
    const reader = await openCapture(join(start, ...others, packet, ...others));
    for await (const frame of reader) expect(frame.number).toBe(1);
    expect(reader.counts).toEqual({
      packets: 1,
      nameResolution: 2,
      interfaceStatistics: 4,
      decryptionSecrets: 2,
      custom: 4,
      unknown: 4,
    });
  });

  test("the first interface is known once a capture is open, however few bytes come at a time", async () => {
    async function* trickle(): AsyncGenerator<Uint8Array> {
      for (const byte of join(start, packet)) yield Uint8Array.of(byte);
    }
    const reader = await openCapture(trickle());
    expect(reader.linkType).toBe(1);
    await reader.close();
  });

  const damages: readonly (readonly [string, Uint8Array, string])[] = [
    ["an interface that is not described", enhancedPacket({ data, interfaceId: 3 }), "damaged"],
    ["a block of no length", block(6, [], "little", { total: 0 }), "damaged"],
    ["lengths that differ", block(6, counting(24), "little", { trailing: 99 }), "damaged"],
    ["a block of 4 GB", block(99, [], "little", { total: 0xfffffff0 }), "damaged"],
    ["a packet longer than its block", enhancedPacket({ data, captured: 600 }), "damaged"],
    ["a packet of 4 GB", enhancedPacket({ data, captured: 0xffffffff }), "damaged"],
    ["an option longer than its block", enhancedPacket({ data, options: [1, 0, 244, 1] }), "damaged"],
    ["a section of another byte order magic", block(0x0a0d0d0a, counting(16)), "damaged"],
    ["a section of version 2", sectionBlock({ version: [2, 0] }), "unsupported"],
    ["a packet in a section without interface", join(sectionBlock(), packet), "damaged"],
    ["a cut block", packet.subarray(0, 50), "cut-short"],
    ["a cut block header", packet.subarray(0, 6), "cut-short"],
    ["two bytes", packet.subarray(0, 2), "cut-short"],
  ];
  test.each(damages)("%s ends the capture after the frames before", async (name, damage, code) => {
    const bytes = join(start, packet, damage, code === "cut-short" ? [] : packet);
    const { frames, error } = await readAll(bytes);
    expect(frames.length).toBe(1);
    // the section header before the packet is whole
    const byteOffset = start.length + packet.length + (name.includes("without interface") ? 28 : 0);
    expect(error).toMatchObject({ code, byteOffset, frameNumber: 2 });
    if (hasTshark) {
      expect(tshark(scratchFile("a.pcapng", bytes))).toEqual({ status: 2, lines: linesOf(frames) });
    }
  });

  test("a block that forgot its padding is read on", async () => {
    const lengths = { total: 17, trailing: 17 };
    expect((await framesOf(join(start, block(99, counting(5), "little", lengths), packet))).length).toBe(1);
  });
});
