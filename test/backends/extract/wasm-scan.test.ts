/** A scan finds as WebAssembly what it finds as JavaScript, on records of captures, cut and with bits turned. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileScan, compileWasmScan } from "../../../src/backends/extract/decide.ts";
import { PredicateMaker } from "../../../src/backends/extract/predicate.ts";
import { takeBytes } from "../../../src/bytes/room.ts";
import { openCapture } from "../../../src/capture/open.ts";
import { createScanState, NO_CLOCK, type ScanFormat, type ScanState } from "../../../src/capture/scan.ts";
import { canGenerate } from "../../../src/codegen/function.ts";
import { createEngine } from "../../../src/default-engine.ts";
import type { Frame } from "../../../src/ir/frame.ts";
import type { Layout } from "../../../src/ir/nodes.ts";
import { generate } from "../../bench/gen.ts";
import { builtinRegistry, caseFilters, framesOf } from "./law.ts";

const examples = fileURLToPath(new URL("../../../examples/captures/", import.meta.url));
const ETHERNET = 1;
const LIMIT = 262_144;
/** Frames before the bytes at hand, more than 32 bits count. */
const BEFORE = 2 ** 33;

/** What a scan found, and where and why it stopped. */
function told(state: ScanState): unknown {
  const { position, number, count, verdict, starts, sizes, numbers } = state;
  return {
    position,
    number,
    count,
    verdict,
    found: [starts, sizes, numbers].map((all) => [...all.subarray(0, count)]),
  };
}

/** Records of the frames one behind the other, as pcap has them. */
function records(frames: readonly Frame[]): Uint8Array {
  const size = frames.reduce((sum, { data }) => sum + 16 + data.length, 0);
  const bytes = takeBytes(size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  let at = 0;
  for (const { data, originalLength } of frames) {
    view.setUint32(at + 8, data.length, true);
    view.setUint32(at + 12, originalLength, true);
    bytes.set(data, at + 16);
    at += 16 + data.length;
  }
  return bytes;
}

async function exampleFrames(): Promise<Frame[]> {
  const names = [
    "add-addr-port.pcap",
    "bulk-down.pcapng",
    "every-subtype.pcap",
    "handover.pcap",
    "ios11-handover.pcap",
  ];
  const found: Frame[] = [];
  for (const name of names) found.push(...(await framesOf(join(examples, name), 60)));
  return found
    .filter(({ linkType }) => linkType === ETHERNET)
    .map((one) => ({ ...one, data: one.data.slice(0, 400) }));
}

describe.runIf(canGenerate())("a scan as WebAssembly", async () => {
  const registry = builtinRegistry();
  // Code for all that may occur takes a second to make.
  const hot = new Set<Layout>(
    ["ethernet", "vlan", "arp", "ipv4", "ipv6", "tcp", "udp", "icmp"].flatMap(
      (id) => registry.layouts.get(id) ?? [],
    ),
  );
  const frames = await exampleFrames();
  const [first] = frames;
  if (first === undefined) throw new TypeError("no frames");
  const shorter = fc
    .tuple(fc.constantFrom(...frames), fc.nat(200))
    .map(([frame, size]): Frame => ({ ...frame, data: frame.data.slice(0, size) }));
  const turned = fc
    .tuple(fc.constantFrom(...frames), fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 4 }))
    .map(([frame, turns]): Frame => {
      const data = frame.data.slice();
      for (const [at, value] of turns) if (at < data.length) data[at] = value;
      return { ...frame, data, originalLength: turns.length === 4 ? 2 ** 32 - 1 : frame.originalLength };
    });
  const [mutants = []] = fc.sample(
    fc.array(fc.oneof(shorter, turned), { minLength: 400, maxLength: 400 }),
    1,
  );
  const all = records([...frames, ...mutants]);
  const view = new DataView(all.buffer, all.byteOffset, all.length);
  const state = createScanState(NO_CLOCK);
  const format: ScanFormat = {
    format: "pcap",
    littleEndian: true,
    linkType: ETHERNET,
    maxPacketLength: LIMIT,
    interfaces: 1,
  };

  test.each([false, true])("finds the same, in filters of all kinds (again: %s)", (again) => {
    let made = 0;
    let matches = 0;
    const wrong: string[] = [];
    const left: string[] = [];
    for (const { text, checked } of caseFilters(registry)) {
      const predicate = new PredicateMaker(registry, checked.ast, undefined, () => undefined).make(ETHERNET, {
        layouts: hot,
        again,
      });
      const plain = compileScan(predicate, format, "law");
      const quick = compileWasmScan(plain.walk, plain.bindings, all, view, state)?.run;
      if (quick === undefined) {
        left.push(text);
        continue;
      }
      made++;
      for (let from = 0; from < all.length; ) {
        const results = [plain.run, quick].map((run) => {
          Object.assign(state, { position: from, number: BEFORE, count: 2, verdict: 0 });
          run(all, view, from, all.length, state);
          return told(state);
        });
        if (JSON.stringify(results[0]) !== JSON.stringify(results[1])) wrong.push(text);
        matches += state.count - 2;
        if (state.numbers.subarray(2, state.count).some((number) => number <= BEFORE)) wrong.push(text);
        // Past the frame at which both stopped.
        const stopped = state.position;
        from = stopped + 16 <= all.length ? stopped + 16 + view.getUint32(stopped + 8, true) : all.length;
      }
    }
    expect(wrong).toEqual([]);
    expect(matches).toBeGreaterThan(10_000);
    expect(made).toBeGreaterThan(500);
    // What is left to JavaScript gathers values of several fields for a test at the end.
    for (const text of left) expect(createEngine().compileFilter(text).source).toContain("gather.");
  });

  test("serves readers, with trackers and without", async () => {
    const folder = mkdtempSync(join(tmpdir(), "subflow-wasm-"));
    try {
      const path = join(folder, "many.pcap");
      generate(path, 30_000, 128, 7, 40);
      const texts = [
        "tcp.options.mptcp.subtype == 0",
        "tcp.stream == 7",
        "tcp.seq == 1 && tcp.len > 0",
        "tcp.window_size > 1000000",
        "mptcp.stream == 3",
        'frame contains 00:01:fe || tcp.payload matches "a.c"',
      ];
      for (const text of texts) {
        const filter = createEngine().compileFilter(text);
        const expected: number[] = [];
        for await (const frame of await openCapture(path)) if (filter(frame)) expected.push(frame.number);
        const found: number[] = [];
        for await (const batch of (await openCapture(path)).matches(createEngine().compileFilter(text)))
          found.push(...batch.numbers.subarray(0, batch.count));
        expect(found, text).toEqual(expected);
        expect(found.length, text).toBeGreaterThan(0);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
