/** What an edit does not touch comes out byte for byte. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { editFrame } from "../../src/craft/edit/edit.ts";
import { parseAssignment } from "../../src/craft/edit/set-field.ts";
import { openSplice } from "../../src/craft/edit/splice.ts";
import { createEngine, frameOf } from "../../src/index.ts";
import {
  block,
  endOfOptions,
  enhancedPacket,
  interfaceBlock,
  join,
  type Order,
  obsoletePacket,
  option,
  pcap,
  sectionBlock,
  simplePacket,
  text,
  u32,
} from "../capture/build.ts";
import { captureFiles } from "../shared.ts";

const engine = createEngine();
const packet = (port: number): Uint8Array =>
  engine.craft([
    { id: "ethernet", value: { source: "02:00:00:00:00:01", destination: "02:00:00:00:00:02" } },
    { id: "ipv4", value: { source: "192.0.2.1", destination: "192.0.2.2" } },
    { id: "tcp", value: { sourcePort: port, destinationPort: 80, syn: true } },
  ]);

/** The copy of a capture, with frames of these TCP ports edited. */
async function spliced(
  input: Uint8Array,
  ports: readonly number[],
  edit: "set" | "grow",
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const splice = await openSplice(input, (chunk) => void chunks.push(chunk.slice()));
  for await (const frame of splice.reader) {
    if (!ports.includes(Number(engine.dissect(frame).get("tcp.srcport")))) {
      await splice.keep(frame);
      continue;
    }
    const edits =
      edit === "set"
        ? { set: [parseAssignment("ip.ttl=9")] }
        : { insertOptions: [Uint8Array.of(30, 3, 0x50)] };
    await splice.replace(frame, editFrame(engine, frame, edits).frame);
  }
  await splice.finish();
  return join(...chunks);
}

function everyBlock(order: Order): {
  before: Uint8Array;
  packets: ((data: Uint8Array) => Uint8Array)[];
  between: Uint8Array[];
} {
  const comments = join(option(1, text("one"), order), option(1, text("two"), order), endOfOptions);
  return {
    before: join(
      sectionBlock({ order, options: join(option(4, text("tool"), order), endOfOptions) }),
      interfaceBlock({
        order,
        options: join(option(2, text("eth0"), order), option(9, [9], order), endOfOptions),
      }),
      block(4, join([0, 1, 0, 0], endOfOptions), order), // name resolution
    ),
    packets: [
      (data) => enhancedPacket({ data, order, ticks: 7n, options: comments }),
      (data) => obsoletePacket({ data, order, ticks: 8n }),
      (data) => simplePacket(data, data.length, order),
      (data) =>
        enhancedPacket({
          data,
          order,
          ticks: 9n,
          options: join(option(2, u32(1, order), order), endOfOptions),
        }),
    ],
    between: [
      block(0xbad, join(u32(32473, order), text("custom")), order),
      block(10, join(u32(0x544c534b, order), u32(4, order), text("keys")), order), // decryption secrets
      block(0x7777, [1, 2, 3, 4], order),
      block(5, join(u32(0, order), u32(1, order), u32(2, order)), order), // interface statistics
    ],
  };
}

describe.each(["little", "big"] as const)("pcapng, %s-endian, with every kind of block", (order) => {
  const { before, packets, between } = everyBlock(order);
  const file = (data: readonly Uint8Array[]): Uint8Array =>
    join(
      before,
      ...packets.flatMap((write, index) => [write(data[index] ?? packet(1)), between[index] ?? []]),
    );
  const plain = packets.map((_, index) => packet(1000 + index));

  test("no edit", async () => {
    expect(await spliced(file(plain), [], "set")).toEqual(file(plain));
  });

  test.each([1000, 1001, 1002, 1003])("the frame of port %i", async (port) => {
    for (const edit of ["set", "grow"] as const) {
      const edits =
        edit === "set"
          ? { set: [parseAssignment("ip.ttl=9")] }
          : { insertOptions: [Uint8Array.of(30, 3, 0x50)] };
      const changed = plain.map((data, index) =>
        index === port - 1000 ? editFrame(engine, frameOf(data), edits).frame.data : data,
      );
      expect(await spliced(file(plain), [port], edit)).toEqual(file(changed));
    }
  });
});

test.each([false, true])("pcap records keep their times, nanoseconds: %s", async (nano) => {
  for (const order of ["little", "big"] as const) {
    const file = (second: Uint8Array): Uint8Array =>
      pcap(
        [
          packet(1000),
          { data: second, seconds: 5, fraction: 6, original: second.length + 100 },
          packet(1002),
        ],
        { nano, order },
      );
    const grown = editFrame(engine, frameOf(packet(1001)), { insertOptions: [Uint8Array.of(30, 3, 0x50)] })
      .frame.data;
    expect(await spliced(file(packet(1001)), [1001], "grow")).toEqual(file(grown));
  }
});

test("compressed input is copied as what it holds", async () => {
  const file = pcap([packet(1000), packet(1001)]);
  expect(await spliced(gzipSync(file), [], "set")).toEqual(file);
});

test.skipIf(captureFiles().length === 0)("every capture comes out as it is", async () => {
  for (const path of captureFiles().filter((one) => /\.(pcap|pcapng)$/.test(one))) {
    const file = readFileSync(path);
    expect(Buffer.from(await spliced(file, [], "set")).equals(file), basename(path)).toBe(true);
  }
});

test("nothing is written before something is read", async () => {
  const chunks: Uint8Array[] = [];
  const splice = await openSplice(pcap([packet(1)]), (chunk) => void chunks.push(chunk));
  for await (const _ of splice.reader) break;
  await splice.abort();
  expect(chunks).toEqual([]);
});
