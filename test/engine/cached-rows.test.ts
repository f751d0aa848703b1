/** What is kept of a flow is shown to whoever looks at a frame, whichever way the filter was decided. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import { packet, writeCapture } from "../dissectors/trackers/packets.ts";

const folder = mkdtempSync(join(tmpdir(), "cached-rows-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "some.pcap");
/** Of the client's segments: streams are numbered as they come. */
const PORTS = [3000, 3001, 3000, 3001, 3002, 3001, 3000, 3001];
const STREAMS = [0, 1, 0, 1, 2, 1, 0, 1];

describe("frames of flows that are known", () => {
  const engine = createEngine();
  const segment = { from: "client", flags: "A", seq: 5, ack: 7, options: [], length: 4, v6: false } as const;
  writeCapture(
    path,
    PORTS.map((port) => packet({ ...segment, port })),
  );

  // The second part of each is left to the evaluator.
  test.each([
    ["tcp.stream == 1 && frame.protocols", [2, 4, 6, 8]],
    ["tcp.stream == 1 && tcp.checksum.status", [2, 4, 6, 8]],
    ["!(tcp.stream == 1) && frame.protocols", [1, 3, 5, 7]],
  ])("%s", async (text, right) => {
    const found: number[] = [];
    for await (const { count, numbers } of (await openCapture(path)).matches(engine.compileFilter(text)))
      found.push(...numbers.subarray(0, count));
    expect(found).toEqual(right);
  });

  test("columns", async () => {
    const shown: unknown[] = [];
    const filter = engine.compileFilter("ip");
    for await (const batch of (await openCapture(path)).columns(["tcp.stream", "frame.protocols"], {
      filter,
    }))
      for (let index = 0; index < batch.count; index++) shown.push(batch.column(0)[index]?.[0]);
    expect(shown.map(Number)).toEqual(STREAMS);
  });

  test("a pass that asks for no more than its columns", async () => {
    const pass = engine.createPass({ columns: ["tcp.stream"], exact: true });
    const shown: number[] = [];
    for await (const frame of await openCapture(path)) shown.push(Number(pass.next(frame).column(0)[0]));
    expect(shown).toEqual(STREAMS);
  });
});
