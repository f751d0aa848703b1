import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import type { Frame } from "../../src/ir/frame.ts";
import {
  block,
  counting,
  enhancedPacket,
  interfaceBlock,
  join,
  obsoletePacket,
  option,
  pcap,
  pcapng,
  sectionBlock,
  simplePacket,
  text,
} from "./build.ts";
import { framesOf, pieces, readAll, write } from "./tools.ts";

const interfaceName = fc.option(fc.string({ unit: "grapheme", maxLength: 8 }), { nil: undefined });
/** Text options end at a zero byte. */
const words = fc.string({ unit: "grapheme", maxLength: 12 }).filter((value) => !value.includes("\0"));

const frames = (linkType: fc.Arbitrary<number>, unit: bigint, rich: boolean): fc.Arbitrary<Frame[]> =>
  fc
    .array(
      fc.record({
        data: fc.uint8Array({ maxLength: 80 }),
        seconds: fc.bigInt({ min: 0n, max: 0xffffffffn }),
        fraction: fc.bigInt({ min: 0n, max: 999_999_999n / unit }),
        more: fc.nat(2000),
        linkType,
        interfaceName: rich ? interfaceName.filter((name) => !name?.includes("\0")) : fc.constant(undefined),
        comments: rich
          ? fc.option(fc.array(words, { minLength: 1, maxLength: 3 }), { nil: undefined })
          : fc.constant(undefined),
        flags: rich ? fc.option(fc.nat(0xffffffff), { nil: undefined }) : fc.constant(undefined),
      }),
      { maxLength: 20 },
    )
    .map((list) =>
      list.map(({ seconds, fraction, more, ...rest }, index) => ({
        ...rest,
        number: index + 1,
        timestamp: seconds * 1_000_000_000n + fraction * unit,
        capturedLength: rest.data.length,
        originalLength: rest.data.length + more,
      })),
    );

/** What must be the same on both sides. */
const told = (list: readonly Frame[]) =>
  list.map(
    ({
      data,
      number,
      timestamp,
      capturedLength,
      originalLength,
      linkType,
      interfaceName,
      comments,
      flags,
    }) => ({
      data,
      number,
      timestamp,
      capturedLength,
      originalLength,
      linkType,
      interfaceName,
      comments,
      flags,
    }),
  );

const anyLink = fc.constantFrom(0, 1, 101, 113, 147, 276, 65535);
test.each([
  ["pcap", frames(fc.constant(113), 1000n, false)],
  ["nsecpcap", frames(fc.constant(101), 1n, false)],
  ["pcapng", frames(anyLink, 1n, true)],
] as const)("%s: what is written is read", async (format, arbitrary) => {
  await fc.assert(
    fc.asyncProperty(arbitrary, async (list) => {
      expect(told(await framesOf(await write(list, { format })))).toEqual(told(list));
    }),
  );
});

const sample = join(
  sectionBlock({ options: option(1, text("hello")) }),
  interfaceBlock({ options: option(2, text("eth0")) }),
  enhancedPacket({ data: counting(20), options: option(1, text("a comment")) }),
  block(5, counting(16)),
  sectionBlock({ order: "big" }),
  interfaceBlock({ order: "big", linkType: 101, snapLength: 30 }),
  simplePacket(counting(30), 40, "big"),
  obsoletePacket({ data: counting(7), order: "big" }),
  block(0x12345, counting(3), "big"),
  enhancedPacket({ data: counting(3), order: "big" }),
);
const samples = [
  sample,
  pcap([counting(5), counting(0), counting(70)]),
  pcap([counting(9)], { order: "big", nano: true }),
];

test("the same frames in whatever pieces the input comes", async () => {
  const plain = await Promise.all(samples.map((bytes) => readAll(bytes)));
  await fc.assert(
    fc.asyncProperty(
      fc.nat(samples.length - 1),
      fc.array(fc.nat(400), { maxLength: 30 }),
      fc.nat(400),
      async (which, cuts, end) => {
        const bytes = samples[which] ?? sample;
        expect(await readAll(pieces(bytes, cuts))).toEqual(plain[which]);
        const cut = bytes.subarray(0, end);
        const [whole, parts] = [await readAll(cut), await readAll(pieces(cut, cuts))];
        expect(told(parts.frames)).toEqual(told(whole.frames));
        expect(parts.error?.message).toBe(whole.error?.message);
      },
    ),
  );
});

test("mutated and random bytes end in frames or a CaptureError", async () => {
  const compressed = samples.map((bytes) => new Uint8Array(gzipSync(bytes)));
  const zstd = join([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 0xa1, 0, 0], samples[1]?.subarray(0, 20) ?? []);
  const lz4 = join(
    [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, 20, 0, 0, 0x80],
    samples[1]?.subarray(0, 20) ?? [],
    [0, 0, 0, 0],
  );
  const all = [...samples, ...compressed, zstd, lz4];
  const edits = fc.array(fc.tuple(fc.nat(500), fc.oneof(fc.nat(255), fc.constantFrom(0, 255, 128))), {
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.nat(all.length - 1),
      edits,
      fc.uint8Array({ maxLength: 40 }),
      async (which, changes, tail) => {
        const bytes = join(all[which] ?? sample, tail);
        for (const [place, value] of changes) bytes[place % bytes.length] = value;
        const { frames: read } = await readAll(bytes); // throws what is no CaptureError
        expect(read.length).toBeLessThan(60);
      },
    ),
    { numRuns: 3000 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (noise) => {
      await readAll(noise);
      await readAll(join(pcap([]), noise));
      await readAll(join(sectionBlock(), interfaceBlock(), noise));
    }),
  );
});

test("records in place are the frames", async () => {
  const reader = await openCapture(sample);
  const seen = [];
  for await (const chunk of reader.chunks()) {
    while (chunk.next()) {
      seen.push({
        data: chunk.bytes.slice(chunk.dataStart, chunk.dataStart + chunk.capturedLength),
        number: chunk.number,
        timestamp: chunk.timestamp(),
        originalLength: chunk.originalLength,
        linkType: chunk.interface.linkType,
      });
    }
  }
  const expected = (await framesOf(sample)).map(({ data, number, timestamp, originalLength, linkType }) => ({
    data,
    number,
    timestamp,
    originalLength,
    linkType,
  }));
  expect(seen).toEqual(expected);
  expect(seen.length).toBe(4);
  expect((await framesOf(pcapng([counting(1)]))).length).toBe(1);
});
