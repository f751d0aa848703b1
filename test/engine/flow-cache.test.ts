/** Frames that tell a tracker nothing new are not shown to it, and filters say the same of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { canGenerate } from "../../src/codegen/function.ts";
import { createEngine } from "../../src/default-engine.ts";
import { compileFilter } from "../../src/engine/compile-filter.ts";
import { neededTrackers, TrackerRun } from "../../src/engine/pass.ts";
import { compileFilterText } from "../../src/filter/compile.ts";
import { toEvaluator } from "../../src/filter/evaluate.ts";
import type { Tracker } from "../../src/plugin.ts";
import { builtinRegistry } from "../backends/extract/law.ts";
import { generate } from "../bench/gen.ts";
import {
  anySegments,
  datagram,
  packet,
  quote,
  type Segment,
  writeCapture,
} from "../dissectors/trackers/packets.ts";

const folder = mkdtempSync(join(tmpdir(), "subflow-cache-"));
const path = join(folder, "some.pcap");
afterAll(() => rmSync(folder, { recursive: true }));

const FILTERS = [
  "tcp.stream == 1 || tcp.stream > 4",
  "tcp.seq < 3",
  "tcp.ack == 1 and tcp.seq != 1",
  "tcp.nxtseq & 1 || tcp.window_size == 4000",
  "tcp.window_size_scalefactor > 1",
  "tcp.window_size > 100000 or tcp.window_size_scalefactor == -2",
  "tcp.stream && tcp.analysis.reused_ports",
  "tcp.seq == 1 && tcp.completeness",
  "tcp.stream + 1 == tcp.seq",
  "udp.stream == 0 || udp.stream > 2",
  "udp.stream == 1 and udp.time_delta",
  "tcp.stream in {0, 2..3} && !(tcp.flags.push == 1)",
];

type Settings = Readonly<Record<string, number | boolean>>;
const settings: fc.Arbitrary<Settings> = fc.record(
  { "subflow.max_streams": fc.integer({ min: 1, max: 9 }), "tcp.relative_sequence_numbers": fc.boolean() },
  { requiredKeys: [] },
);

/** Few connections, most of whose segments are in the middle, with errors that quote some. */
function packets(seed: number, ports: number): readonly Uint8Array[] {
  return anySegments(seed, 900).map((segment, index) => {
    const port = segment.port % ports === 0 ? 80 : 3000 + (segment.port % ports);
    const middle: Partial<Segment> = index % 3 === 0 ? {} : { flags: "A", options: [], v6: false };
    const bytes =
      index % 7 === 0
        ? datagram(port, 80, segment.from === "server")
        : packet({ ...segment, ...middle, port });
    return index % 50 === 49 ? quote(bytes) : bytes;
  });
}

describe.runIf(canGenerate())("with what is kept of flows", () => {
  const registry = builtinRegistry();

  /** By trees, which nothing is kept for. */
  async function right(text: string, preferences: Settings): Promise<number[]> {
    const checked = compileFilterText(text, registry.fieldTable(), {});
    const evaluate = toEvaluator(checked);
    const run = new TrackerRun(registry, neededTrackers(registry, checked.fields), preferences);
    const found: number[] = [];
    for await (const frame of await openCapture(path)) {
      const dissection = run.next(frame);
      if (evaluate((name) => dissection.occurrences(name))) found.push(frame.number);
    }
    return found;
  }

  test("the same frames match", { timeout: 120_000 }, async () => {
    let matched = 0;
    const input = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 12 }), settings, fc.constantFrom(...FILTERS));
    await fc.assert(
      fc.asyncProperty(input, async ([seed, ports, preferences, text]) => {
        writeCapture(path, packets(seed, ports));
        const wanted = await right(text, preferences);
        const scanned: number[] = [];
        for await (const { numbers, count } of (await openCapture(path)).matches(
          compileFilter(registry, text, { preferences }),
        ))
          scanned.push(...numbers.subarray(0, count));
        const single = compileFilter(registry, text, { preferences });
        const found: number[] = [];
        for await (const frame of await openCapture(path)) if (single(frame)) found.push(frame.number);
        expect({ scanned, found }).toEqual({ scanned: wanted, found: wanted });
        matched += wanted.length;
      }),
      { numRuns: 80, seed: 20 },
    );
    expect(matched).toBeGreaterThan(5000);
  });

  test("a tracker sees what it does not know, again when it has forgotten", async () => {
    generate(path, 3000, 128, 3, 20);
    let seen = 0;
    const info = { type: "FT_UINT32", base: "dec", protocol: "tcp", description: "Numbers" } as const;
    const counting: Tracker = {
      id: "counting",
      requires: ["ip.src", "ip.dst", "tcp.srcport", "tcp.dstport"],
      provides: [{ info: { ...info, name: "counting.port" }, placement: { after: "tcp.payload" } }],
      cached: () => ({
        source: "ip.src",
        destination: "ip.dst",
        sourcePort: "tcp.srcport",
        destinationPort: "tcp.dstport",
        has: ["ip.src", "ip.dst", "tcp.srcport", "tcp.dstport"],
        values: new Map([[0, { kind: "kept" }]]),
      }),
      create: (_preferences, _wants, _hindsight, cache) => ({
        forgotten: 0,
        update(row, provide) {
          seen++;
          const [source = 0, destination = 0, from = 0, to = 0] = row.firsts;
          if (!(to > 0)) return;
          provide(0, to);
          if (seen % 1000 === 0) cache?.forgetAll();
          else cache?.keep(source, destination, (from << 16) | to, [to]);
        },
      }),
    };
    const engine = createEngine();
    engine.registerDissector({ name: "counting", trackers: [counting] });
    const found: number[] = [];
    for await (const { count, numbers } of (await openCapture(path)).matches(
      engine.compileFilter("counting.port == 45670"),
    ))
      found.push(...numbers.subarray(0, count));
    const plain: number[] = [];
    const ofBytes = createEngine().compileFilter("tcp.dstport == 45670 && tcp.payload");
    for await (const frame of await openCapture(path)) if (ofBytes(frame)) plain.push(frame.number);
    expect(found).toEqual(plain);
    expect(found.length).toBeGreaterThan(100);
    expect(seen).toBeGreaterThan(20);
    expect(seen).toBeLessThan(1500);
  });
});
