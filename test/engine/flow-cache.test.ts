/** Frames that tell a tracker nothing new are not shown to it, and filters say the same of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test, vi } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { canGenerate } from "../../src/codegen/function.ts";
import { createEngine } from "../../src/default-engine.ts";
import { compileFilter } from "../../src/engine/compile-filter.ts";
import { neededTrackers, TrackerRun } from "../../src/engine/pass.ts";
import { compileFilterText } from "../../src/filter/compile.ts";
import { toEvaluator } from "../../src/filter/evaluate.ts";
import type { RawValue, Tracker } from "../../src/plugin.ts";
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

/** Of its own, where it may be a view. */
function held(value: RawValue): RawValue {
  return value instanceof Uint8Array ? value.slice() : value;
}

const HEADER = 20;

/** Inside another IPv4 packet. */
function tunnelled(inner: Uint8Array): Uint8Array {
  const outer = inner.slice(0, HEADER);
  outer[9] = 4; // IP in IP (RFC 2003)
  new DataView(outer.buffer).setUint16(2, HEADER + inner.length);
  return Uint8Array.from([...outer, ...inner]);
}

/** Between no addresses and no ports. */
function nobody(inner: Uint8Array): Uint8Array {
  return inner.slice().fill(0, 12, 24);
}

/**
 * Few connections, most of whose segments are in the middle, with errors that quote some, tunnels, and what fuzzers send; more
 * than a scan goes over before it goes on as WebAssembly.
 */
function packets(seed: number, ports: number): readonly Uint8Array[] {
  return anySegments(seed, 2400).map((segment, index) => {
    const port = segment.port % ports === 0 ? 80 : 3000 + (segment.port % ports);
    const middle: Partial<Segment> = index % 3 === 0 ? {} : { flags: "A", options: [], v6: false };
    const isUdp = index % 7 === 0;
    const bytes = isUdp
      ? datagram(port, 80, segment.from === "server")
      : packet({ ...segment, ...middle, port });
    const isV4 = (bytes[0] ?? 0) >> 4 === 4;
    switch (index % 50) {
      case 49:
        return quote(bytes);
      case 48:
      case 28:
        return isV4 ? tunnelled(bytes) : bytes;
      case 21:
      case 22:
      case 23:
        return isV4 ? nobody(bytes) : bytes;
      case 47:
        return bytes.slice(0, segment.seq % 60);
      default:
        return bytes;
    }
  });
}

describe.runIf(canGenerate())("with what is kept of flows", () => {
  const registry = builtinRegistry();

  /** By trees, which nothing is kept for: numbers of the frames that match, and values of fields in them. */
  async function right(
    text: string,
    preferences: Settings,
    names: readonly string[] = [],
  ): Promise<{ readonly found: number[]; readonly values: unknown[] }> {
    const checked = compileFilterText(text, registry.fieldTable(), {});
    const evaluate = toEvaluator(checked);
    const run = new TrackerRun(
      registry,
      neededTrackers(registry, [...checked.fields, ...names]),
      preferences,
    );
    const found: number[] = [];
    const values: unknown[] = [];
    for await (const frame of await openCapture(path)) {
      const dissection = run.next(frame);
      if (!evaluate((name) => dissection.occurrences(name))) continue;
      found.push(frame.number);
      values.push(names.map((name) => dissection.occurrences(name).map(({ value }) => held(value))));
    }
    return { found, values };
  }

  test("the same frames match", { timeout: 120_000 }, async () => {
    const { Module } = WebAssembly;
    const modules = vi.spyOn(WebAssembly, "Module").mockImplementation(function (this: unknown, bytes) {
      return new Module(bytes);
    });
    let matched = 0;
    const input = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 12 }), settings, fc.constantFrom(...FILTERS));
    await fc.assert(
      fc.asyncProperty(input, async ([seed, ports, preferences, text]) => {
        writeCapture(path, packets(seed, ports));
        const { found: wanted } = await right(text, preferences);
        const filter = compileFilter(registry, text, { preferences });
        const scan = async (): Promise<number[]> => {
          const scanned: number[] = [];
          for await (const { numbers, count } of (await openCapture(path)).matches(filter))
            scanned.push(...numbers.subarray(0, count));
          filter.reset();
          return scanned;
        };
        const single: number[] = [];
        const scanned = await scan();
        for await (const frame of await openCapture(path)) if (filter(frame)) single.push(frame.number);
        filter.reset();
        const again = await scan();
        expect({ scanned, single, again }).toEqual({ scanned: wanted, single: wanted, again: wanted });
        matched += wanted.length;
      }),
      { numRuns: 50 },
    );
    expect(matched).toBeGreaterThan(10_000);
    expect(modules.mock.calls.length).toBeGreaterThan(25);
    modules.mockRestore();
  });

  test("columns have the same values", { timeout: 60_000 }, async () => {
    const NAMES = ["frame.time_epoch", "tcp.stream", "tcp.seq", "tcp.len", "ip.src", "tcp.window_size"];
    for (const text of [
      "tcp.stream < 3",
      "tcp.checksum.status && tcp.seq > 1",
      "tcp.ack == tcp.seq || udp",
    ]) {
      writeCapture(path, packets(7, 5));
      const { found, values } = await right(text, {}, NAMES);
      const shown: unknown[] = [];
      const reader = await openCapture(path);
      for await (const batch of reader.columns(NAMES, { filter: compileFilter(registry, text) })) {
        const columns = NAMES.map((_, column) => batch.column(column));
        for (let index = 0; index < batch.count; index++)
          // Bytes hold until the next batch.
          shown.push(columns.map((column) => (column[index] ?? []).map(held)));
      }
      expect(found.length).toBeGreaterThan(50);
      expect(shown).toEqual(values);
    }
  });

  test("two readings at once do not see what is kept of the other", { timeout: 60_000 }, async () => {
    writeCapture(path, packets(11, 3));
    const texts = ["tcp.stream == 0", "tcp.seq < 3", "udp.stream == 1"];
    const filters = texts.map((text) => compileFilter(registry, text));
    const found: number[][] = texts.map(() => []);
    for await (const frame of await openCapture(path))
      for (const [index, filter] of filters.entries()) if (filter(frame)) found[index]?.push(frame.number);
    for (const [index, text] of texts.entries())
      expect(found[index], text).toEqual((await right(text, {})).found);
  });

  test("more flows than its first sets have room for", { timeout: 120_000 }, async () => {
    generate(path, 60_000, 128, 3, 12_000);
    const text = "tcp.window_size > 100000 || tcp.stream > 8200 && tcp.seq > 1";
    const found: number[] = [];
    for await (const { count, numbers } of (await openCapture(path)).matches(compileFilter(registry, text)))
      found.push(...numbers.subarray(0, count));
    expect(found).toEqual((await right(text, {})).found);
    expect(found.length).toBeGreaterThan(1000);
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
          else cache?.keep(source, destination, (from << 16) | to, [to], [from]);
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

  test.each([
    ["FT_UINT32", 0xf0000001, "x.value == 0xf0000001"],
    ["FT_INT32", -5, "x.value == -5"],
    ["FT_UINT64", 7n, "x.value == 7"],
    ["FT_BOOLEAN", true, "x.value == True"],
    ["FT_STRING", "seen", 'x.value == "seen"'],
  ] as const)("a plugin's %s is what it gave, cached or not", async (type, value, text) => {
    generate(path, 2000, 128, 3, 5);
    const tracker: Tracker = {
      id: "x",
      requires: ["ip.src", "ip.dst", "tcp.srcport", "tcp.dstport", "tcp.window_size_value"],
      provides: [
        {
          info: { name: "x.value", type, base: "none", protocol: "tcp", description: "Of the flow" },
          placement: { after: "tcp.dstport" },
        },
      ],
      // What it names elsewhere is not named again.
      cached: () => ({
        source: "ip.src",
        destination: "ip.dst",
        sourcePort: "tcp.srcport",
        destinationPort: "tcp.dstport",
        has: ["tcp.window_size_value"],
        values: new Map([[0, { kind: "kept" }]]),
      }),
      create: (_preferences, _wants, _hindsight, cache) => ({
        forgotten: 0,
        update(row, provide) {
          const [source = 0, destination = 0, from = 0, to = 0] = row.firsts;
          if (!(to > 0)) return;
          provide(0, value);
          // One number more than was stated.
          cache?.keep(source, destination, (from << 16) | to, [Number(value), 99], [Number(value)]);
        },
      }),
    };
    const engine = createEngine();
    engine.registerDissector({ name: "x", trackers: [tracker] });
    const counted: number[] = [];
    for (const one of [text, "tcp"]) {
      let matched = 0;
      for await (const { count } of (await openCapture(path)).matches(engine.compileFilter(one)))
        matched += count;
      counted.push(matched);
    }
    expect(counted[0]).toBe(counted[1]);
    expect(counted[0]).toBeGreaterThan(1000);
  });
});
