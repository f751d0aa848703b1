/** Filters over fields of trackers say the same on extracted rows as on dissected frames. */
import { describe, expect, test } from "vitest";
import { builtin } from "../../dissectors/index.ts";
import { openCapture } from "../../src/capture/open.ts";
import type { Filter } from "../../src/engine/api.ts";
import { compileFilter } from "../../src/engine/compile-filter.ts";
import { neededTrackers, TrackerRun } from "../../src/engine/pass.ts";
import { Registry } from "../../src/engine/registry.ts";
import { CaptureError } from "../../src/errors.ts";
import { compileFilterText } from "../../src/filter/compile.ts";
import { toEvaluator } from "../../src/filter/evaluate.ts";
import { framesOf } from "../backends/extract/law.ts";
import { allCaptures } from "../shared.ts";

/** Frames of each capture. */
const LIMIT = 120;

const FILTERS = [
  "tcp.stream == 0",
  "tcp.seq == 1",
  "tcp.ack > 100 && ip.src == ip.dst",
  "tcp.window_size > 10000",
  "tcp.nxtseq > 1000 || udp.stream",
  "tcp.analysis.flags",
  "tcp.analysis.duplicate_ack",
  "mptcp.stream == 0",
  "mptcp.master",
  "mptcp.dsn > 1",
  "frame.time_delta > 0.001",
  "tcp.time_delta < 0.01",
  "tcp.options.sack_le > 5",
  "tcp.stream == 1 and tcp.flags.syn == 1 or tcp.window_size_scalefactor == -1",
  "tcp.analysis.retransmission && frame.len > 100",
  "mptcp.expected_token > 0x80000000",
  "frame.time_relative > 0.5",
  "frame.time_delta < frame.time_relative",
  "tcp.stream == 1 && ip.src#1 == 10.0.0.1",
  "ip.src#2 && tcp.stream || ip.src#1 == 10.0.0.0/8 && tcp.seq > 1",
  'frame contains "#" || tcp.stream == 0',
];

/** By the scan over records. */
async function scanned(path: string, filter: Filter): Promise<number[]> {
  const numbers: number[] = [];
  try {
    for await (const batch of (await openCapture(path)).matches(filter))
      numbers.push(...batch.numbers.subarray(0, batch.count));
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
  }
  return numbers;
}

describe("extracted rows = dissected frames", () => {
  test.each(FILTERS)("%s", async (text) => {
    const registry = new Registry();
    for (const dissector of builtin) registry.register(dissector);
    const checked = compileFilterText(text, registry.fieldTable(), {});
    const evaluate = toEvaluator(checked);
    for (const path of allCaptures()) {
      const filter = compileFilter(registry, text);
      const found: number[] = [];
      const run = new TrackerRun(registry, neededTrackers(registry, checked.fields));
      for (const frame of await framesOf(path, LIMIT)) {
        const dissection = run.next(frame);
        const right = evaluate((name) => dissection.occurrences(name));
        if (filter(frame) !== right) expect.fail(`frame ${frame.number} of ${path}: not ${right}`);
        if (right) found.push(frame.number);
      }
      filter.reset();
      const numbers = await scanned(path, filter);
      expect(
        numbers.filter((number) => number <= LIMIT),
        path,
      ).toEqual(found);
    }
  });
});
