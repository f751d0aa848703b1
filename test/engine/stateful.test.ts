/** Filters over fields of trackers say the same on extracted rows as on dissected frames. */
import { describe, expect, test } from "vitest";
import { builtin } from "../../dissectors/index.ts";
import { compileFilter } from "../../src/engine/compile-filter.ts";
import { neededTrackers, TrackerRun } from "../../src/engine/pass.ts";
import { Registry } from "../../src/engine/registry.ts";
import { compileFilterText } from "../../src/filter/compile.ts";
import { toEvaluator } from "../../src/filter/evaluate.ts";
import { framesOf } from "../backends/extract/law.ts";
import { captureFiles, sharedDir } from "../shared.ts";

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
];

describe.runIf(sharedDir !== undefined)("extracted rows = dissected frames", () => {
  test.each(FILTERS)("%s", async (text) => {
    const registry = new Registry();
    for (const dissector of builtin) registry.register(dissector);
    const known = text.split(/\s/).every((word) => !/^[a-z]+\./.test(word) || registry.fields.has(word));
    if (!known) return;
    const checked = compileFilterText(text, registry.fieldTable(), {});
    const evaluate = toEvaluator(checked);
    for (const path of captureFiles()) {
      const filter = compileFilter(registry, text);
      const run = new TrackerRun(registry, neededTrackers(registry, checked.fields));
      for (const frame of await framesOf(path, 120)) {
        const dissection = run.next(frame);
        const right = evaluate((name) => dissection.occurrences(name));
        if (filter(frame) !== right) expect.fail(`frame ${frame.number} of ${path}: not ${right}`);
      }
    }
  });
});
