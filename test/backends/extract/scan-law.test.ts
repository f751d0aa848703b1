/**
 * Scans of files decide as the evaluator does on the interpreter's tree: on frames of captures, and on the same cut, with bytes
 * turned, with other lengths, with IPv4 options, in VLANs and in tunnels.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { openCapture } from "../../../src/capture/open.ts";
import { canGenerate } from "../../../src/codegen/function.ts";
import { createEngine } from "../../../src/default-engine.ts";
import { dissectFrame } from "../../../src/engine/dissect.ts";
import type { Frame } from "../../../src/ir/frame.ts";
import { builtinRegistry, caseFilters, framesOf, pcapOf } from "./law.ts";

const examples = fileURLToPath(new URL("../../../examples/captures/", import.meta.url));
const NAMES = ["add-addr-port.pcap", "every-subtype.pcap", "handover.pcap", "ios11-handover.pcap"];
const ETHERNET = 1;
const TYPE = 12;
const IP = 14;

type Change = (data: Uint8Array) => Uint8Array;

function isIpv4(data: Uint8Array): boolean {
  return data.length >= IP + 20 && data[TYPE] === 0x08 && data[TYPE + 1] === 0x00;
}

function inserted(data: Uint8Array, at: number, more: readonly number[]): Uint8Array {
  return Uint8Array.of(...data.subarray(0, at), ...more, ...data.subarray(at));
}

/** Changes the length that an IPv4 header states. */
function sized(data: Uint8Array, change: (length: number) => number): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  view.setUint16(IP + 2, change(view.getUint16(IP + 2)));
  return data;
}

function withOptions(data: Uint8Array): Uint8Array {
  if (!isIpv4(data) || data[IP] !== 0x45) return data;
  const longer = sized(inserted(data, IP + 20, [1, 1, 1, 0]), (length) => length + 4);
  longer[IP] = 0x46;
  return longer;
}

/** IPv4 in IPv4 (RFC 2003). */
function tunnelled(data: Uint8Array): Uint8Array {
  if (!isIpv4(data)) return data;
  const header = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, 4, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2];
  const inner = new DataView(data.buffer, data.byteOffset, data.length).getUint16(IP + 2);
  return sized(inserted(data, IP, header), () => inner + header.length);
}

/** Some records of a pcap state an original length of gigabytes, or one below what is captured. */
function withLies(pcap: Uint8Array): Uint8Array {
  const view = new DataView(pcap.buffer);
  for (let at = 24, index = 0; at < pcap.length; at += 16 + view.getUint32(at + 8, true), index++)
    if (index % 17 < 2) view.setUint32(at + 12, index % 17 === 0 ? 2 ** 32 - 1 - index : 3, true);
  return pcap;
}

const CHANGES: fc.Arbitrary<Change> = fc.oneof(
  fc.nat(120).map(
    (size): Change =>
      (data) =>
        data.slice(0, size),
  ),
  fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { minLength: 1, maxLength: 3 }).map(
    (turns): Change =>
      (data) => {
        for (const [at, value] of turns) if (at < data.length) data[at] = value;
        return data;
      },
  ),
  fc.nat(90).map(
    (length): Change =>
      (data) =>
        isIpv4(data) ? sized(data, () => length) : data,
  ),
  // 802.1Q, and 802.1ad around it.
  fc.constantFrom<Change>(
    (data) => inserted(data, TYPE, [0x81, 0x00, 0x20, 0x07]),
    (data) => inserted(data, TYPE, [0x88, 0xa8, 0x00, 0x01]),
    tunnelled,
    withOptions,
    (data) => Uint8Array.of(...data, ...Array<number>(9).fill(0x5a)),
  ),
);

describe.runIf(canGenerate())("a scan of a file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scan-law-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const plain: Frame[] = [];
  for (const name of NAMES) plain.push(...(await framesOf(join(examples, name), 80)));
  const common = plain.map(({ data }) => data.slice(0, 300));
  const changed = fc
    .tuple(fc.constantFrom(...common), fc.array(CHANGES, { minLength: 1, maxLength: 3 }))
    .map(([data, changes]) => changes.reduce<Uint8Array>((bytes, change) => change(bytes), data.slice()));

  // What a scan has met decides on its code: files that begin with common frames, and such that do not.
  test.each([common.length, 0])(
    "behind %i common frames",
    async (count) => {
      const [odd = []] = fc.sample(fc.array(changed, { minLength: 600, maxLength: 600 }), 1);
      const path = join(folder, `${count}.pcap`);
      writeFileSync(path, withLies(pcapOf(ETHERNET, [...common.slice(0, count), ...odd, ...common])));
      const frames = await framesOf(path);
      const registry = builtinRegistry();
      const engine = createEngine();
      const filters = caseFilters(registry)
        // Times without a zone are in that of the machine.
        .filter(({ checked }) => !checked.fields.includes("frame.time"))
        .filter((_, index) => index % 2 === Math.min(count, 1));
      const wanted = new Map(filters.map(({ text }): [string, number[]] => [text, []]));
      for (const frame of frames) {
        const dissection = dissectFrame(registry, frame);
        for (const { text, evaluate } of filters)
          if (evaluate((name) => dissection.occurrences(name))) wanted.get(text)?.push(frame.number);
      }
      const wrong: string[] = [];
      for (const { text } of filters) {
        const found: number[] = [];
        const reader = await openCapture(path);
        for await (const batch of reader.matches(engine.compileFilter(text)))
          found.push(...batch.numbers.subarray(0, batch.count));
        const right = new Set(wanted.get(text));
        const differing = [
          ...found.filter((number) => !right.has(number)),
          ...[...right].filter((number) => !found.includes(number)),
        ];
        if (differing.length > 0) wrong.push(`${text}: frames ${differing.slice(0, 5).join(", ")}`);
      }
      expect(wrong).toEqual([]);
      expect(filters.length).toBeGreaterThan(200);
    },
    120_000,
  );
});
