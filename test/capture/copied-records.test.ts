/** Records that are copied in ranges are, byte for byte, what their frames are written as one by one. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import type { BatchFilter } from "../../src/capture/scan.ts";
import type { CaptureReader, FrameBatch } from "../../src/capture/types.ts";
import {
  type CaptureWriter,
  type CaptureWriterOptions,
  createCaptureWriter,
} from "../../src/capture/writer.ts";
import { createEngine } from "../../src/default-engine.ts";
import { allCaptures } from "../shared.ts";
import {
  type Bytes,
  block,
  counting,
  endOfOptions,
  enhancedPacket,
  interfaceBlock,
  join,
  type Order,
  obsoletePacket,
  option,
  pcap,
  pcapng,
  sectionBlock,
  simplePacket,
  text,
  u16,
  u32,
  u64,
} from "./build.ts";

const engine = createEngine();

type Options = Omit<CaptureWriterOptions, "copyFrom"> & { readonly alone?: boolean };

async function written(
  bytes: Uint8Array,
  { alone = false, ...options }: Options,
  fill: (reader: CaptureReader, writer: CaptureWriter) => Promise<void>,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const reader = await openCapture(bytes);
  const format = options.format ?? reader.format;
  const writer = createCaptureWriter((chunk) => void chunks.push(chunk), {
    loss: "accept",
    ...options,
    format,
    ...(alone ? {} : { copyFrom: reader }),
  });
  await fill(reader, writer);
  await writer.close();
  return Buffer.concat(chunks);
}

const inBatches = (bytes: Uint8Array, filter: BatchFilter, options: Options = {}): Promise<Buffer> =>
  written(bytes, options, async (reader, writer) => {
    for await (const batch of reader.matches(filter)) await writer.writeBatch(batch);
  });

const singly = (bytes: Uint8Array, filter: BatchFilter, options: Options = {}): Promise<Buffer> =>
  written(bytes, options, async (reader, writer) => {
    for await (const frame of reader) if (filter(frame)) await writer.write(frame);
  });

/** A filter that every n-th frame passes, but for those of one turn in so many. */
const some =
  (step: number, but: number): BatchFilter =>
  ({ number }) =>
    number % step === 0 && number % but !== 1;

/** How many frames of a capture are not copied as they stand. */
async function encoded(bytes: Uint8Array, options: Options = {}): Promise<number> {
  let count = 0;
  await written(bytes, options, async (reader, writer) => {
    for await (const batch of reader.matches(engine.compileFilter(""))) {
      const told: FrameBatch = {
        count: batch.count,
        scanned: batch.scanned,
        format: batch.format,
        byteOrder: batch.byteOrder,
        interfaces: batch.interfaces,
        bytes: batch.bytes,
        base: batch.base,
        starts: batch.starts,
        sizes: batch.sizes,
        numbers: batch.numbers,
        frame(index) {
          count++;
          return batch.frame(index);
        },
      };
      await writer.writeBatch(told);
    }
  });
  return count;
}

/** Options of packets, most of them not as the writer would write them. */
const packetOptions = (order: Order): fc.Arbitrary<Bytes> =>
  fc
    .tuple(
      fc.array(
        fc.constantFrom<Bytes>(
          option(1, text("a comment"), order),
          option(1, text("ended\0early"), order),
          option(1, [0xff, 0xfe, 0x80], order),
          option(1, [], order),
          option(2, u32(6, order), order),
          option(2, u64(6, order), order),
          option(2, [1, 2], order),
          option(4, u64(7, order), order),
          option(5, [1, 2, 3], order),
          option(0x8bad, [1, 2, 3, 4, 5], order),
          join(u16(1, order), u16(2, order), [0x68, 0x69, 0x20, 0x20]), // padded with other bytes than zero
        ),
        { maxLength: 3 },
      ),
      fc.constantFrom<Bytes>(
        [],
        endOfOptions,
        join(endOfOptions, endOfOptions),
        u16(0, order),
        [0, 0, 0, 4],
        option(0, u32(1), order),
      ),
    )
    .map(([list, end]) => join(...list, end));

interface Place {
  readonly order: Order;
  readonly interfaces: number;
}

const packet = ({ order, interfaces }: Place): fc.Arbitrary<Uint8Array> =>
  fc
    .record({
      kind: fc.constantFrom(
        "enhanced",
        "enhanced",
        "enhanced",
        "obsolete",
        "simple",
        "dirty",
        "unpadded",
        "other",
      ),
      length: fc.nat(9),
      interfaceId: fc.nat(interfaces - 1),
      ticks: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      more: fc.constantFrom(0, 0, 5, 2 ** 31),
      options: fc.oneof({ weight: 3, arbitrary: fc.constant<Bytes>([]) }, packetOptions(order)),
    })
    .map(({ kind, length, more, ...rest }) => {
      const data = counting(length);
      const input = { data, original: length + more, order, ...rest };
      if (kind === "obsolete") return obsoletePacket(input);
      if (kind === "simple") return simplePacket(data, length, order);
      if (kind === "other") return block(5, counting(length), order);
      const bytes = enhancedPacket(input);
      if (kind === "dirty") bytes.fill(0x5a, 28 + length, 28 + ((length + 3) & ~3));
      if (kind !== "unpadded" || rest.options.length > 0) return bytes;
      // Some writers leave the padding out of both lengths.
      const stated = u32(32 + length, order);
      bytes.set(stated, 4);
      bytes.set(stated, bytes.length - 4);
      return bytes;
    });

const description = (order: Order): fc.Arbitrary<Uint8Array> =>
  fc
    .record({
      linkType: fc.constantFrom(1, 1, 1, 101),
      snapLength: fc.constantFrom(0, 65535),
      tsresol: fc.constantFrom(undefined, 0, 3, 6, 9, 12, 0x89, 0x8a, 0xff),
      tsoffset: fc.constantFrom(undefined, 0n, 3600n, -86_400n),
    })
    .map(({ linkType, snapLength, tsresol, tsoffset }) => {
      const list = [
        ...(tsresol === undefined ? [] : [option(9, [tsresol], order)]),
        ...(tsoffset === undefined ? [] : [option(14, u64(tsoffset, order), order)]),
      ];
      return interfaceBlock({ linkType, snapLength, order, options: join(...list, endOfOptions) });
    });

/** A section whose interfaces are described before its packets, or between them. */
const section = fc
  .tuple(fc.constantFrom<Order>("little", "little", "little", "big"), fc.integer({ min: 1, max: 3 }))
  .chain(([order, interfaces]) =>
    fc
      .tuple(
        fc.array(description(order), { minLength: interfaces, maxLength: interfaces }),
        fc.array(packet({ order, interfaces: 1 }), { maxLength: 4 }),
        fc.array(packet({ order, interfaces }), { maxLength: 12 }),
      )
      .map(([[first, ...others], early, late]) =>
        join(sectionBlock({ order }), first ?? [], ...early, ...others, ...late),
      ),
  );

const captures = fc.array(section, { minLength: 1, maxLength: 3 }).map((list) => join(...list));

const filters = fc.oneof(
  fc.constantFrom("", "frame.len > 4", "frame.number > 3").map((line) => engine.compileFilter(line)),
  fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 2, max: 5 }))
    .map(([step, but]) => some(step, but)),
);

const writing: fc.Arbitrary<Options> = fc.constantFrom<Options>(
  {},
  {},
  {},
  { alone: true },
  { interfaces: [{ linkType: 1, name: "given" }] },
  { interfaces: [{ linkType: 1 }], alone: true },
);

test("pcapng: several sections, interfaces, kinds of blocks, options, times", async () => {
  await fc.assert(
    fc.asyncProperty(captures, filters, writing, async (bytes, filter, options) => {
      const expected = await singly(bytes, filter, options);
      expect((await inBatches(bytes, filter, options)).equals(expected)).toBe(true);
    }),
    { numRuns: 400 },
  );
});

describe.each(allCaptures())("%s", (path) => {
  const bytes = new Uint8Array(readFileSync(path));
  test.each(["pcap", "nsecpcap", "pcapng", undefined] as const)("as %s", async (format) => {
    for (const filter of [engine.compileFilter("tcp.len > 0"), engine.compileFilter(""), some(3, 2)]) {
      const expected = await singly(bytes, filter, { format });
      expect((await inBatches(bytes, filter, { format })).equals(expected)).toBe(true);
      // What was written is input again.
      const again = await inBatches(expected, engine.compileFilter(""), { format });
      expect(again.equals(expected)).toBe(true);
    }
  });
});

describe("what is copied", () => {
  const frames = [counting(60), counting(61), counting(0)];
  const commented = enhancedPacket({
    data: counting(61),
    options: join(option(1, text("a comment")), option(2, u32(1)), endOfOptions),
  });

  it("is all of a pcap file", async () => {
    expect(await encoded(pcap(frames))).toBe(0);
    expect(await encoded(pcap(frames), { alone: true })).toBe(0);
    expect(await encoded(pcap(frames, { nano: true }))).toBe(0);
  });

  it("is all behind the first packet of an interface in a pcapng file, options too", async () => {
    expect(await encoded(pcapng(frames))).toBe(1);
    expect(await encoded(join(pcapng(frames), commented, interfaceBlock(), commented, commented))).toBe(1);
    expect(await encoded(join(pcapng(frames), pcapng(frames)))).toBe(2);
  });

  it("is nothing in another byte order or format, or of interfaces with other numbers", async () => {
    expect(await encoded(pcap(frames, { order: "big" }))).toBe(3);
    expect(await encoded(pcap(frames), { format: "nsecpcap" })).toBe(3);
    expect(await encoded(pcap(frames), { format: "pcapng" })).toBe(3);
    expect(await encoded(pcapng(frames), { format: "pcap" })).toBe(3);
    expect(await encoded(pcapng(frames), { interfaces: [{ linkType: 1 }] })).toBe(3);
  });

  it("is no pcap record whose time has another form", async () => {
    const late = [{ data: counting(60), seconds: 2, fraction: 1_500_000 }, counting(61)];
    expect(await encoded(pcap(late))).toBe(1);
    const expected = await singly(pcap(late), engine.compileFilter(""), {});
    expect(new DataView(expected.buffer, expected.byteOffset).getUint32(24, true)).toBe(3);
  });

  it("is no packet that the writer refuses", async () => {
    const refused = async (reader: CaptureReader, options: CaptureWriterOptions): Promise<void> => {
      const writer = createCaptureWriter(() => {}, { copyFrom: reader, ...options });
      const copying = async (): Promise<void> => {
        for await (const batch of reader.matches(engine.compileFilter(""))) await writer.writeBatch(batch);
      };
      await expect(copying()).rejects.toMatchObject({ code: "bad-frame" });
    };
    const packets = [counting(1), new Uint8Array(262_145)];
    for (const long of [pcapng(packets), pcap(packets)])
      await refused(await openCapture(long, { maxPacketLength: 300_000 }), {});
    await refused(await openCapture(pcap(frames)), { linkType: 113 });
  });

  it("is what its file says, whatever the writer was told to copy", async () => {
    const [ours, others] = [pcapng(frames), pcap(frames)];
    const copyFrom = await openCapture(others);
    const reader = await openCapture(ours);
    const chunks: Uint8Array[] = [];
    const writer = createCaptureWriter((chunk) => void chunks.push(chunk), { copyFrom });
    for await (const batch of reader.matches(engine.compileFilter(""))) await writer.writeBatch(batch);
    await writer.close();
    const expected = await singly(ours, engine.compileFilter(""), { format: "pcap", alone: true });
    expect(Buffer.concat(chunks).subarray(24)).toEqual(expected.subarray(24));
  });
});
