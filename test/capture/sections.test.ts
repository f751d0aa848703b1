/** Sections of one pcapng file may differ in all that says what a record means: each match is a frame of its own section. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import type { BatchFilter } from "../../src/capture/scan.ts";
import type { CapturedFrame, CaptureReader } from "../../src/capture/types.ts";
import { createCaptureWriter } from "../../src/capture/writer.ts";
import { createEngine, type Filter, type Frame } from "../../src/index.ts";
import {
  enhancedPacket,
  interfaceBlock,
  join,
  type Order,
  obsoletePacket,
  option,
  sectionBlock,
  simplePacket,
} from "./build.ts";
import { framesOf, hasTshark, pieces, run, scratchFile } from "./tools.ts";

const ETHERNET = 1;
const RAW = 101;
const IF_TSRESOL = 9;
const SECONDS = 1_700_000_000n;

const engine = createEngine();

/** An IPv4 packet of 40 bytes with an empty segment; its checksums are left out. */
const segment = (port: number): Uint8Array => {
  const bytes = Buffer.from(`450000280000400040060000${"0a000001"}${"0a000002"}`.padEnd(80, "0"), "hex");
  bytes.writeUInt16BE(port, 20);
  bytes.writeUInt16BE(80, 22);
  bytes[32] = 0x50;
  bytes[33] = 0x10;
  return bytes;
};
const packet = (linkType: number, port: number): Uint8Array =>
  linkType === RAW ? segment(port) : join(Buffer.from("0200000000010200000000020800", "hex"), segment(port));

interface Source {
  readonly linkType: number;
  /** Ticks per second: a power of ten. */
  readonly tsresol: number;
}
interface Section {
  readonly order: Order;
  readonly sources: readonly Source[];
  /** How many packets each interface has, in turn; after the first round comes one more interface like the last. */
  readonly packets: number;
  /** The block of every third packet. */
  readonly kind: "enhanced" | "obsolete" | "simple";
}

function sectionBytes({ order, sources, packets, kind }: Section, first: number): Uint8Array {
  const describe = ({ linkType, tsresol }: Source): Uint8Array =>
    interfaceBlock({ linkType, order, options: option(IF_TSRESOL, [tsresol], order) });
  const blocks = [sectionBlock({ order }), ...sources.map(describe)];
  const all = [...sources, ...sources.slice(-1)];
  for (let index = 0; index < packets; index++) {
    const known = index === 0 ? sources : all;
    const id = index % known.length;
    const { linkType, tsresol } = known[id] ?? { linkType: ETHERNET, tsresol: 6 };
    const ticks = SECONDS * 10n ** BigInt(tsresol) + BigInt(index);
    const input = { data: packet(linkType, first + index), interfaceId: id, ticks, order };
    if (index % 3 === 2 && kind === "simple" && id === 0)
      blocks.push(simplePacket(input.data, undefined, order));
    else if (index % 3 === 2 && kind === "obsolete") blocks.push(obsoletePacket(input));
    else blocks.push(enhancedPacket(input));
    if (index === 0) blocks.push(...all.slice(sources.length).map(describe));
  }
  return join(...blocks);
}
const captureOf = (sections: readonly Section[]): Uint8Array =>
  join(...sections.map((section, index) => sectionBytes(section, 1 + 100 * index)));

const source = fc.record({ linkType: fc.constantFrom(ETHERNET, RAW), tsresol: fc.constantFrom(3, 6, 9) });
const sections = fc.array(
  fc.record({
    order: fc.constantFrom<Order>("little", "big"),
    sources: fc.array(source, { minLength: 1, maxLength: 3 }),
    packets: fc.nat(6),
    kind: fc.constantFrom<Section["kind"]>("enhanced", "obsolete", "simple"),
  }),
  { minLength: 2, maxLength: 6 },
);

/** The frames that match, one by one. */
const singly = async (bytes: Uint8Array, filter: Filter): Promise<CapturedFrame[]> =>
  (await framesOf(bytes)).filter((frame) => filter(frame));

/** The frames that match, by batches. */
async function inBatches(reader: CaptureReader, filter: BatchFilter): Promise<CapturedFrame[]> {
  const frames: CapturedFrame[] = [];
  for await (const batch of reader.matches(filter)) {
    expect(batch.count).toBeGreaterThan(0);
    for (let index = 0; index < batch.count; index++) frames.push(batch.frame(index));
  }
  return frames;
}

/** Copies what matches; gives the file. */
async function copied(bytes: Uint8Array, filter: Filter): Promise<Uint8Array> {
  const reader = await openCapture(bytes);
  const chunks: Uint8Array[] = [];
  const writer = createCaptureWriter((chunk) => void chunks.push(chunk), { copyFrom: reader });
  for await (const batch of reader.matches(filter)) await writer.writeBatch(batch);
  await writer.close();
  return new Uint8Array(Buffer.concat(chunks));
}

/** What a copy of a frame must have of it. */
const kept = (frames: readonly CapturedFrame[]) =>
  frames.map(({ data, timestamp, linkType, originalLength, sectionNumber, interfaceId, interface: of }) => ({
    data: Buffer.from(data).toString("hex"),
    timestamp,
    linkType,
    originalLength,
    sectionNumber,
    interfaceId,
    tsresol: of.tsresol,
  }));

const NAMES = [
  "frame.number",
  "frame.encap_type",
  "frame.time_epoch",
  "frame.len",
  "tcp.srcport",
  "eth.type",
];

async function columnsOf(bytes: Uint8Array, filter: Filter): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const batch of (await openCapture(bytes)).columns(NAMES, { filter }))
    for (let row = 0; row < batch.count; row++) rows.push(NAMES.map((_, index) => batch.column(index)[row]));
  return rows;
}

const filters = ["", "tcp", "tcp.srcport > 101", "eth", "ip && !eth", "frame.number > 3", "tcp.stream >= 0"];

describe("sections that differ", () => {
  test("matches are the frames that a loop gives", async () => {
    await fc.assert(
      fc.asyncProperty(
        sections,
        fc.constantFrom(...filters),
        fc.array(fc.nat(3000)),
        async (list, text, cuts) => {
          const bytes = captureOf(list);
          const expected = await singly(bytes, engine.compileFilter(text));
          expect(await inBatches(await openCapture(bytes), engine.compileFilter(text))).toEqual(expected);
          const cut = await inBatches(await openCapture(pieces(bytes, cuts)), engine.compileFilter(text));
          expect(cut).toEqual(expected);
          const decide = engine.compileFilter(text);
          expect(await inBatches(await openCapture(bytes), (frame) => decide(frame))).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("columns are those of each frame", async () => {
    await fc.assert(
      fc.asyncProperty(sections, fc.constantFrom(...filters), async (list, text) => {
        const bytes = captureOf(list);
        const filter = engine.compileFilter(text);
        const read = engine.compileFilter("").columns(NAMES);
        const expected = (await framesOf(bytes))
          .map((frame) => ({ row: read.read(frame), matched: filter(frame) }))
          .flatMap(({ row, matched }) => (matched ? [row] : []));
        expect(await columnsOf(bytes, engine.compileFilter(text))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test("a copy keeps each frame as it was", async () => {
    await fc.assert(
      fc.asyncProperty(sections, fc.constantFrom(...filters), async (list, text) => {
        const bytes = captureOf(list);
        const expected = await singly(bytes, engine.compileFilter(text));
        expect(kept(await framesOf(await copied(bytes, engine.compileFilter(text))))).toEqual(kept(expected));
      }),
      { numRuns: 60 },
    );
  });

  it("asks the filter for one scan for each kind of records", async () => {
    const kinds: string[] = [];
    const one: Section = { order: "little", sources: [], packets: 5, kind: "enhanced" };
    const list = [ETHERNET, RAW, ETHERNET, RAW, ETHERNET].map((linkType) => ({
      ...one,
      sources: [{ linkType, tsresol: 6 }],
    }));
    const tcp = engine.compileFilter("tcp");
    const scan: BatchFilter["scan"] = (format) => {
      kinds.push(`${format.linkType}, ${format.interfaces} interfaces`);
      return tcp.scan?.(format);
    };
    const filter: BatchFilter = Object.assign((frame: Frame) => tcp(frame), { scan });
    expect(await inBatches(await openCapture(captureOf(list)), filter)).toHaveLength(25);
    expect(kinds).toEqual(["1, 1 interfaces", "1, 2 interfaces", "101, 1 interfaces", "101, 2 interfaces"]);
  });

  const different: readonly Section[] = [
    { order: "little", sources: [{ linkType: ETHERNET, tsresol: 6 }], packets: 4, kind: "enhanced" },
    { order: "little", sources: [{ linkType: RAW, tsresol: 9 }], packets: 4, kind: "enhanced" },
    { order: "big", sources: [{ linkType: ETHERNET, tsresol: 3 }], packets: 4, kind: "enhanced" },
  ];

  it.skipIf(!hasTshark)("reads as tshark does, also from the copy", async () => {
    const bytes = captureOf(different);
    const names = [
      "frame.number",
      "frame.encap_type",
      "frame.time_epoch",
      "frame.interface_id",
      "tcp.srcport",
    ];
    const fields = (path: string): string =>
      run("tshark", "-r", path, "-Y", "tcp", "-T", "fields", ...names.flatMap((name) => ["-e", name]));
    const told = fields(scratchFile("sections.pcapng", bytes));
    expect(told.split("\n")).toHaveLength(13);
    expect(fields(scratchFile("copy.pcapng", await copied(bytes, engine.compileFilter("tcp"))))).toBe(told);
    const rows: string[] = [];
    const filter = engine.compileFilter("tcp");
    for await (const batch of (await openCapture(bytes)).columns(["frame.encap_type", "tcp.srcport"], {
      filter,
    }))
      for (let row = 0; row < batch.count; row++)
        rows.push([batch.column(0)[row], batch.column(1)[row]].join("\t"));
    const lines = told.trimEnd().split("\n");
    expect(rows).toEqual(lines.map((line) => [line.split("\t")[1], line.split("\t")[4]].join("\t")));
  });
});
