/**
 * Captures made by hand for what no real one shows: the frames of test/vectors, TCP options of test/vectors each in a
 * segment, and the frames of frames.ts; one pcap file for each link type, and all of them in one pcapng file.
 */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import {
  type Bytes,
  block,
  endOfOptions,
  enhancedPacket,
  interfaceBlock,
  join,
  option,
  pcap,
  sectionBlock,
  simplePacket,
  text,
  u32,
} from "../capture/build.ts";
import { findingFrames } from "./finding-frames.ts";
import { extraFrames } from "./frames.ts";
import { oddFrames } from "./odd-frames.ts";
import { hexBytes, type MadeFrame, tcpSegment } from "./packets.ts";
import { partFrames } from "./part-frames.ts";

interface VectorJson {
  readonly hex: string;
  readonly frame?: string;
  readonly linkType?: number;
  readonly tcpFlags?: number;
}

const ROOT = new URL("../vectors/", import.meta.url);

function vectorFrames(): MadeFrame[] {
  const frames: MadeFrame[] = [];
  const paths = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".json"),
  );
  for (const path of paths.sort()) {
    const json: unknown = JSON.parse(readFileSync(new URL(path, ROOT), "utf8"));
    if (!Array.isArray(json)) continue;
    // Each element of a vectors file has this shape; test/vectors.test.ts would fail otherwise.
    for (const vector of json as readonly VectorJson[]) {
      const bytes = hexBytes(vector.hex);
      if (vector.frame !== undefined) {
        frames.push({ linkType: vector.linkType ?? 1, data: hexBytes(vector.frame) });
      } else if (path === "tcp/tcp.json") {
        frames.push({ linkType: 228, data: tcpSegment({ header: bytes, index: frames.length }) });
      } else {
        const flags = vector.tcpFlags ?? 0x10;
        frames.push({ linkType: 228, data: tcpSegment({ options: bytes, flags, index: frames.length }) });
      }
    }
  }
  return frames;
}

/** The same packet under the other link types that carry bare IP packets. */
function underOtherLinks(frames: readonly MadeFrame[]): MadeFrame[] {
  const first = (linkType: number): Uint8Array | undefined =>
    frames.find((frame) => frame.linkType === linkType)?.data;
  const packets = [first(228), first(229)].filter((data) => data !== undefined);
  const pktap = first(258);
  return [
    ...[12, 14, 101].flatMap((linkType) => packets.map((data) => ({ linkType, data }))),
    ...(pktap === undefined ? [] : [{ linkType: 149, data: pktap }]),
  ];
}

/** Packets with comments and flags (RFC draft-ietf-opsawg-pcapng section 4.3), interfaces with names. */
function pcapngFile(frames: readonly MadeFrame[]): Uint8Array {
  const linkTypes = [...new Set(frames.map((frame) => frame.linkType))];
  const packets: Bytes[] = frames.map(({ linkType, data, original = data.length }, index) =>
    enhancedPacket({
      data,
      original,
      interfaceId: linkTypes.indexOf(linkType),
      ticks: 1_700_000_000_000_000n + BigInt(index),
      // All bits of the flags word: direction, reception, check sequence length, reserved bits, errors.
      options:
        index % 3 === 0
          ? join(
              option(1, text(`comment ${index}`)),
              option(2, u32(FLAG_WORDS[(index / 3) % FLAG_WORDS.length] ?? 0)),
              endOfOptions,
            )
          : index % 3 === 1
            ? join(PACKET_OPTIONS[((index - 1) / 3) % PACKET_OPTIONS.length] ?? [], endOfOptions)
            : [],
    }),
  );
  return join(
    sectionBlock({ options: join(option(4, text("by hand")), endOfOptions) }),
    ...linkTypes.map((linkType, index) =>
      interfaceBlock({
        linkType,
        options: join(
          option(2, text(`made${index}`)),
          option(3, text(`link type ${linkType}`)),
          endOfOptions,
        ),
      }),
    ),
    ...packets,
    block(5, join(u32(0), u32(0), u32(0))),
  );
}

/** Little-endian, as the test's files are. */
const u64 = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));

/** epb_dropcount, epb_packetid, epb_queue, and verdicts of hardware, traffic control and the express data path. */
const PACKET_OPTIONS: readonly Bytes[] = [
  option(4, u64(7n)),
  option(5, u64(0x1122_3344_5566_7788n)),
  option(6, Uint8Array.of(3, 0, 0, 0)),
  option(7, Uint8Array.of(0, 0xab, 0xcd)),
  option(7, join([1], u64(-2n))),
  option(7, join([2], u64(3n))),
  join(option(5, u64(9n)), option(7, join([1], u64(2n))), option(7, join([2], u64(1n))), option(7, [0, 1])),
];

const FLAG_WORDS: readonly number[] = [
  0x00000001, 0x00000002, 0x00000005, 0x0000000a, 0xff000004, 0xff00fe01,
];

/** Writes the files into a temporary folder and returns their paths. */
export async function differentialCaptures(): Promise<readonly string[]> {
  const made = [...vectorFrames(), ...extraFrames(), ...findingFrames(), ...oddFrames(), ...partFrames()];
  const frames = [...made, ...underOtherLinks(made)];
  const folder = mkdtempSync(joinPath(tmpdir(), "subflow-made-"));
  const write = (name: string, bytes: Uint8Array): string => {
    const path = joinPath(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const linkTypes = [...new Set(frames.map((frame) => frame.linkType))].sort((a, b) => a - b);
  const files = linkTypes.map((linkType) => {
    const records = frames
      .filter((frame) => frame.linkType === linkType)
      .map(({ data, original = data.length }, index) => ({ data, original, seconds: 1000 + index }));
    return write(`link-${linkType}.pcap`, pcap(records, { linkType }));
  });
  files.push(write("all.pcapng", pcapngFile(frames)));
  // More bytes were captured than the packet is said to have had.
  const first = frames.find(({ linkType }) => linkType === 228);
  if (first !== undefined)
    files.push(
      write(
        "longer.pcap",
        pcap([{ data: first.data, seconds: 1000, original: 10 }], { linkType: first.linkType }),
      ),
    );
  const ethernet = frames.filter((frame) => frame.linkType === 1).slice(0, 3);
  files.push(
    write(
      "simple.pcapng",
      join(
        sectionBlock(),
        interfaceBlock({ linkType: 1 }),
        ...ethernet.map(({ data }) => simplePacket(data)),
      ),
    ),
  );
  return files;
}
