/** Packets of which less is there than their headers say: nothing is wrong with them, and the scan of a file tells the same as their trees. */
import { describe, expect, it } from "vitest";
import { toHex } from "../../src/bytes/hex.ts";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import { dissectFrame } from "../../src/engine/dissect.ts";
import { compileFilterText } from "../../src/filter/compile.ts";
import { toEvaluator } from "../../src/filter/evaluate.ts";
import { builtinRegistry } from "../backends/extract/law.ts";
import { pcap } from "../capture/build.ts";
import type { MadeFrame } from "../differential/packets.ts";
import { lengths, partFrames, parts } from "../differential/part-frames.ts";

const engine = createEngine();
const registry = builtinRegistry();
const LINK_TYPES = [1, 228, 229];

function fileOf(frames: readonly MadeFrame[], linkType: number): Uint8Array {
  const records = frames.filter((frame) => frame.linkType === linkType);
  return pcap(
    records.map(({ data, original = data.length }) => ({ data, original })),
    { linkType },
  );
}

describe.each(LINK_TYPES)("link type %i", (linkType) => {
  const file = fileOf(partFrames(), linkType);

  it.each([
    "tcp.len",
    "tcp.len == 100",
    "tcp.payload",
    "tcp.flags.push == 1",
    "udp.payload",
    "data.len > 0",
    "ip.len < ip.hdr_len && tcp",
    "ip.bogus_ip_length",
    "tcp.short_segment",
    "udp.length.bad",
  ])("decides on the bytes as on the tree: %s", async (text) => {
    const evaluate = toEvaluator(compileFilterText(text, registry.fieldTable(), {}));
    const expected: number[] = [];
    for await (const frame of await openCapture(file)) {
      const dissection = dissectFrame(registry, frame);
      if (evaluate((name) => dissection.occurrences(name))) expected.push(frame.number);
    }
    const found: number[] = [];
    for await (const { numbers, count } of (await openCapture(file)).matches(engine.compileFilter(text)))
      found.push(...numbers.slice(0, count));
    expect(found).toEqual(expected);
  });

  it("comes back byte for byte", async () => {
    for await (const frame of await openCapture(file)) {
      const again = engine.craft(engine.dissect(frame).layers, { fix: "keep" });
      expect(toHex(again), `frame ${frame.number}`).toBe(toHex(frame.data));
    }
  });
});

it("finds no fault with fragments, quotations and cuts", async () => {
  for (const linkType of LINK_TYPES)
    for await (const frame of await openCapture(fileOf(parts(), linkType)))
      expect(engine.dissect(frame).problems.filter(({ severity }) => severity === "error")).toEqual([]);
});

it("reads no header behind a length that ends before it", async () => {
  const found: string[] = [];
  for await (const frame of await openCapture(fileOf(lengths(), 228)))
    found.push(
      engine
        .dissect(frame)
        .layers.map(({ id }) => id)
        .join(" "),
    );
  // The length 0 means all that is there.
  expect(found.slice(0, 3)).toEqual(["frame ipv4 tcp data", "frame ipv4", "frame ipv4"]);
});

it("knows the length of a payload whose header was cut, and none in a part", async () => {
  const texts: Record<string, unknown> = {};
  for await (const frame of await openCapture(fileOf(parts(), 228))) {
    const dissection = engine.dissect(frame);
    const port = Number(dissection.get("tcp.srcport"));
    texts[port] = dissection.get("tcp.len");
  }
  expect(texts).toMatchObject({ 45001: undefined, 45003: undefined, 45010: undefined });
  expect(texts).toMatchObject({ 45022: 100, 45024: 100, 45027: 100 });
});
