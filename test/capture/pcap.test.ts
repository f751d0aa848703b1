import { describe, expect, test } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { counting, join, type Order, pcap, pcapHeader, pcapRecord } from "./build.ts";
import { framesOf, hasTshark, linesOf, readAll, scratchFile, tshark } from "./tools.ts";

const orders: readonly Order[] = ["little", "big"];

describe("pcap", () => {
  test.each(orders.flatMap((order) => [false, true].map((nano) => ({ order, nano }))))(
    "%o",
    async (input) => {
      const bytes = pcap(
        [{ data: counting(60), seconds: 4_000_000_000, fraction: 999_999, original: 1514 }],
        input,
      );
      const reader = await openCapture(bytes);
      expect(reader.format).toBe(input.nano ? "nsecpcap" : "pcap");
      expect(reader.byteOrder).toBe(input.order);
      expect([reader.linkType, reader.snapLength, reader.interfaces.length]).toEqual([1, 65535, 1]);
      const frames = [];
      for await (const frame of reader) frames.push(frame);
      expect(frames).toMatchObject([
        {
          data: counting(60),
          number: 1,
          timestamp: input.nano ? 4_000_000_000_000_999_999n : 4_000_000_000_999_999_000n,
          capturedLength: 60,
          originalLength: 1514,
          linkType: 1,
          interfaceId: undefined,
          sectionNumber: undefined,
          fileOffset: 40,
        },
      ]);
      expect(reader.counts.packets).toBe(1);
      if (hasTshark) expect(linesOf(frames)).toEqual(tshark(scratchFile("a.pcap", bytes)).lines);
    },
  );

  test("the upper bits of the link type say how long the frame check sequence is", async () => {
    const reader = await openCapture(pcap([], { linkType: 1 | (1 << 26) | (2 << 28) }));
    expect(reader.linkType).toBe(1);
    expect(reader.interfaces[0]?.fcsLength).toBe(4);
  });

  test("a file without packets is whole", async () => {
    expect(await readAll(pcap([]))).toEqual({ frames: [], error: undefined });
  });

  test("unknown link types, snap length 0 and packets beyond snap or original length are delivered", async () => {
    const records = [{ data: counting(60), original: 20 }, { data: counting(60) }];
    for (const input of [{ linkType: 0x03fffffe }, { snapLength: 0 }, { snapLength: 40 }]) {
      const frames = await framesOf(pcap(records, input));
      expect(frames.map((frame) => [frame.capturedLength, frame.originalLength])).toEqual([
        [60, 20],
        [60, 60],
      ]);
    }
  });

  test("a fraction of more than a second is carried over", async () => {
    const [frame] = await framesOf(pcap([{ data: counting(4), seconds: 1000, fraction: 1_999_999 }]));
    expect(frame?.timestamp).toBe(1_001_999_999_000n);
  });

  test("the longest packet is the limit, and one byte more is damage, unless the limit is raised", async () => {
    const long = (length: number) => pcap([counting(60), new Uint8Array(length), counting(60)]);
    expect((await readAll(long(262_144))).frames.length).toBe(3);
    const { frames, error } = await readAll(long(262_145));
    expect(frames.length).toBe(1);
    expect(error).toMatchObject({ code: "damaged", byteOffset: 100, frameNumber: 2 });
    const reader = await openCapture(long(262_145), { maxPacketLength: 300_000 });
    let count = 0;
    for await (const _ of reader) count++;
    expect(count).toBe(3);
  });

  test("the modified record header is refused by name", async () => {
    for (const order of orders) {
      const { error } = await readAll(pcapHeader({ magic: 0xa1b2cd34, order }));
      expect(error).toMatchObject({ code: "unsupported", message: expect.stringContaining("Kuznetzov") });
    }
  });

  test.each([
    ["within a record header", 10, "cut-short"],
    ["within a packet", 40, "cut-short"],
    ["before a record", 0, undefined],
  ])("a file cut %s", async (_, rest, code) => {
    const bytes = join(pcap([counting(60)]), pcapRecord({ data: counting(60) }).subarray(0, rest));
    const { frames, error } = await readAll(bytes);
    expect(frames.length).toBe(1);
    expect(error?.code).toBe(code);
    if (code !== undefined) expect(error).toMatchObject({ byteOffset: 100, frameNumber: 2 });
    if (hasTshark) {
      expect(tshark(scratchFile("cut.pcap", bytes))).toEqual({
        status: code === undefined ? 0 : 2,
        lines: linesOf(frames),
      });
    }
  });
});
