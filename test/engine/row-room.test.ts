/** A tracker that gives more values than columns had room for, in the middle of a scan. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import type { Engine } from "../../src/engine/api.ts";
import type { Tracker } from "../../src/plugin.ts";
import { generate } from "../bench/gen.ts";

const folder = mkdtempSync(join(tmpdir(), "subflow-room-"));
const path = join(folder, "some.pcap");

beforeAll(() => void generate(path, 3000, 128, 3, 20));
afterAll(() => rmSync(folder, { recursive: true }));

/** `seen`: frame number, source port and stream of each row. */
function engineWith(seen: string[]): Engine {
  const many: Tracker = {
    id: "many",
    requires: ["tcp.srcport", "tcp.stream"],
    provides: [
      {
        info: {
          name: "many.value",
          type: "FT_UINT32",
          base: "dec",
          protocol: "frame",
          description: "Values",
        },
        placement: { after: "frame.number" },
      },
    ],
    create: () => ({
      forgotten: 0,
      update(row, provide) {
        seen.push(`${row.frameNumber} ${row.number(0)} ${row.firsts[0]} ${row.number(1)}`);
        const count = row.frameNumber % 900 === 0 ? row.frameNumber / 9 : 1;
        for (let value = 0; value < count; value++) provide(0, value, 0);
      },
    }),
  };
  const engine = createEngine();
  engine.registerDissector({ name: "many", trackers: [many] });
  return engine;
}

test.each(["many.value == 99", "many.value == 150 || tcp.seq == 1", "many.value && tcp.dstport != 443"])(
  "%s",
  async (text) => {
    const [scanned, single]: [string[], string[]] = [[], []];
    const found: number[] = [];
    const reader = await openCapture(path);
    for await (const batch of reader.matches(engineWith(scanned).compileFilter(text)))
      found.push(...batch.numbers.subarray(0, batch.count));
    const expected: number[] = [];
    const filter = engineWith(single).compileFilter(text);
    for await (const frame of await openCapture(path)) if (filter(frame)) expected.push(frame.number);
    expect(found).toEqual(expected);
    expect(found.length).toBeGreaterThan(0);
    expect(scanned).toEqual(single);
    expect(scanned.length).toBe(3000);
  },
);

test("columns of all frames", async () => {
  const names = ["frame.number", "many.value", "tcp.srcport", "ip.src"];
  const pass = engineWith([]).createPass({ columns: names });
  const expected: unknown[] = [];
  for await (const frame of await openCapture(path)) {
    const result = pass.next(frame);
    expected.push(names.map((_, index) => String(result.column(index))));
  }
  const found: unknown[] = [];
  const scanned: string[] = [];
  const filter = engineWith(scanned).compileFilter("");
  for await (const batch of (await openCapture(path)).columns(names, { filter })) {
    const columns = names.map((_, index) => batch.column(index));
    for (let index = 0; index < batch.count; index++)
      found.push(columns.map((column) => String(column[index])));
  }
  expect(found).toEqual(expected);
  expect(scanned.length).toBe(3000);
});
