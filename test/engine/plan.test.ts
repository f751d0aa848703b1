/** A filter says the same however it is run: frame by frame, in batches, with and without generated code. */

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import type { CaptureReader } from "../../src/capture/types.ts";
import { canGenerate } from "../../src/codegen/function.ts";
import { createEngine } from "../../src/default-engine.ts";
import { CaptureError } from "../../src/errors.ts";
import { captureFiles } from "../shared.ts";

const FILTERS = [
  "tcp.options.mptcp.subtype == 0",
  "ip.addr == 10.0.0.0/8 || ipv6",
  "tcp.flags.syn == 1 && !mptcp",
  "frame contains 01:02",
  "tcp.srcport == tcp.dstport + 1 || len(frame) > 100",
  "tcp.stream == 0",
  "ip.src == ip.dst or frame.number % 2 == 0",
  "",
];

async function batched(reader: CaptureReader, filter: ReturnType<typeof compile>): Promise<number[]> {
  const numbers: number[] = [];
  try {
    for await (const batch of reader.matches(filter)) {
      for (let i = 0; i < batch.count; i++) {
        const frame = batch.frame(i);
        expect(frame.number).toBe(batch.numbers[i]);
        numbers.push(frame.number);
      }
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
  }
  return numbers;
}

async function single(reader: CaptureReader, filter: ReturnType<typeof compile>): Promise<number[]> {
  const numbers: number[] = [];
  try {
    for await (const frame of reader) if (filter(frame)) numbers.push(frame.number);
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
  }
  return numbers;
}

const engine = createEngine();
function compile(text: string): ReturnType<typeof engine.compileFilter> {
  return engine.compileFilter(text);
}

describe("matches", () => {
  test.each(captureFiles().map((path) => [basename(path), path] as const))("%s", async (_, path) => {
    const bytes = readFileSync(path);
    for (const text of FILTERS) {
      const expected = await single(await openCapture(path), compile(text));
      expect(await batched(await openCapture(path), compile(text)), text).toEqual(expected);
      // Small pieces: records lie across their borders.
      if (bytes.length < 20_000)
        expect(await batched(await openCapture(pieces(bytes, 97)), compile(text)), text).toEqual(expected);
    }
  });

  test.skipIf(!canGenerate())("a schema that is registered later counts", () => {
    const late = createEngine();
    const filter = late.compileFilter("data");
    const frame = frameOf(
      "0200000000010200000000020800" +
        "4500001e00000000401100000a0000010a000002" +
        "0001ffff000a0000" +
        "abcd",
    );
    expect(filter(frame)).toBe(true);
    late.loadSchema({
      id: "acme",
      role: "header",
      title: "Acme",
      spec: "none",
      description: "Two bytes.",
      protocol: { filter: "acme", title: "Acme", layer: true },
      match: { table: "udp.port", key: 65535 },
      fields: [{ name: "word", type: "u16", filter: "acme.word" }],
      payload: {},
    });
    expect(filter(frame)).toBe(false);
    const own = late.compileFilter("acme.word == 0xabcd");
    expect(own(frame)).toBe(true);
    expect(own.source).toContain("43981");
  });
});

function frameOf(hex: string): Parameters<ReturnType<typeof compile>>[0] {
  const data = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return {
    data,
    number: 1,
    timestamp: 0n,
    capturedLength: data.length,
    originalLength: data.length,
    linkType: 1,
  };
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
