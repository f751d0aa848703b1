/**
 * Random filters give the same frames as tshark, or both programs refuse them. `npm run test:differential` tries more of them.
 * At least a quarter must match some frames and not all: a filter that matches none says little.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import type { Filter } from "../../src/engine/api.ts";
import { FilterError } from "../../src/errors.ts";
import type { RawValue } from "../../src/ir/fields.ts";
import type { Frame } from "../../src/ir/frame.ts";
import type { Dissection } from "../../src/ir/tree.ts";
import { captureFiles } from "../shared.ts";
import { Deviations } from "./deviations.ts";
import { leaningFilters, type SeenField } from "./generated-filters.ts";
import { hasTshark, tshark, tsharkNames } from "./tshark.ts";

process.env["TZ"] = "UTC";

const RUNS = Number(process.env["SUBFLOW_FILTERS"] ?? 40);
/** The sample of every run is always the same one; a longer run looks for what is new. */
const SEED = process.env["SUBFLOW_SEED"] ?? (process.env["SUBFLOW_FILTERS"] === undefined ? "1" : undefined);
/** Few frames, so that tshark is quick: the first ones of each capture, where handshakes are. */
const FRAMES_PER_FILE = 8;

const folder = mkdtempSync(join(tmpdir(), "subflow-"));
afterAll(() => rmSync(folder, { recursive: true }));
const all = join(folder, "all.pcapng");

function merge(): boolean {
  const examples = fileURLToPath(new URL("../../examples/captures/every-subtype.pcap", import.meta.url));
  // Of what both ends captured, one: time that runs backwards within a connection makes tshark find odd things.
  const files = captureFiles().filter((file) => !/\/server\.|\/crafted\//.test(file));
  const parts = files.map((file, index) => {
    const part = join(folder, `${index}.pcapng`);
    return spawnSync("editcap", ["-r", "-F", "pcapng", file, part, `1-${FRAMES_PER_FILE}`]).status === 0
      ? [part]
      : [];
  });
  return spawnSync("mergecap", ["-a", "-F", "pcapng", "-w", all, examples, ...parts.flat()]).status === 0;
}

const merged = hasTshark && merge();
const engine = createEngine();
const frames: Frame[] = [];
const dissections: Dissection[] = [];

/** Whose values hang on which frames are shown, on names of machines, or on whole Multipath TCP connections. */
const LEFT_OUT =
  /^_ws\.|^mptcp\.|^frame\.time_delta_displayed$|_resolved$|^frame\.(?:file_off|interface|section)/;
const VALUES_PER_FIELD = 40;

/** Every field that occurs, with its values. */
async function readCapture(): Promise<SeenField[]> {
  const names = tsharkNames();
  const infos = engine.fields().filter(({ name }) => names.has(name) && !LEFT_OUT.test(name));
  const seen = new Map(
    infos.map((info) => [info.name, { info, values: new Map<string, RawValue>(), count: 0 }]),
  );
  const pass = engine.createPass({ columns: infos.map(({ name }) => name) });
  for await (const frame of await openCapture(all)) {
    frames.push(frame);
    const { dissection } = pass.next(frame);
    dissections.push(dissection);
    for (const [name, entry] of seen) {
      const found = dissection.occurrences(name);
      if (found.length > 0) entry.count++;
      for (const { value } of found)
        if (entry.values.size < VALUES_PER_FIELD) entry.values.set(String(value), value);
    }
  }
  return [...seen.values()]
    .filter(({ count }) => count > 0)
    .map(({ info, values }) => ({ info, values: [...values.values()] }));
}

const fields = merged ? await readCapture() : [];

function compile(text: string): Filter | undefined {
  try {
    return engine.compileFilter(text);
  } catch (error) {
    if (error instanceof FilterError) return undefined;
    throw error;
  }
}

/** tshark 4.0 takes the layered values for the plain ones too where a name comes again behind its `#`. */
function isTrusted(text: string): boolean {
  return [...text.matchAll(/([\w.]+)#/g)].every(
    ([, name = ""]) => text.split(/[^\w.]+/).filter((word) => word === name).length === 1,
  );
}

describe.skipIf(!merged)("generated filters", () => {
  const deviations = new Deviations(engine);
  const switches = [
    ...deviations.payloads.flatMap((protocol) => ["--disable-protocol", protocol]),
    ...deviations.settings.flatMap((setting) => ["-o", setting]),
  ];

  it(`${RUNS} of them give tshark's frames`, () => {
    let some = 0;
    let compared = 0;
    let refused = 0;
    fc.assert(
      fc.property(leaningFilters(fields).filter(isTrusted), (text) => {
        const theirs = tshark(["-r", all, ...switches, "-Y", text, "-T", "fields", "-e", "frame.number"]);
        const filter = compile(text);
        compared++;
        // tshark ends with 2 for a filter that it refuses.
        expect(filter === undefined, `tshark: ${theirs.stderr}`).toBe(theirs.status !== 0);
        if (filter === undefined) {
          refused++;
          return;
        }
        const expected = new Set(theirs.stdout.split("\n").filter((line) => line !== ""));
        if (expected.size > 0 && expected.size < frames.length) some++;
        const wrong = frames.flatMap((frame, index) => {
          const dissection = dissections[index];
          if (filter(frame) === expected.has(String(frame.number)) || dissection === undefined) return [];
          // Behind a second MPTCP option, tshark gives TCP's own fields that option's number.
          if (text.includes("#") && dissection.occurrences("mptcp").length > 1) return [];
          const isStated = filter.fields.some((name) => deviations.explain(name, dissection) !== undefined);
          return isStated ? [] : [frame.number];
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: RUNS, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
    );
    console.log(
      `${compared} filters on ${frames.length} frames: ${some} match some, ${refused} refused by both`,
    );
    expect(some / compared).toBeGreaterThanOrEqual(0.25);
  }, 3_600_000);

  it("are made small where they differ", () => {
    // As if the two programs differed in whatever asks for this field.
    const planted = "ip.ttl";
    const found = fc.check(
      fc.property(leaningFilters(fields), (text) => !text.includes(planted)),
      { numRuns: 5000, seed: 7 },
    );
    const [smallest = ""] = found.counterexample ?? [];
    expect(found.numShrinks).toBeGreaterThan(0);
    expect(smallest).toContain(planted);
    // One test of the field, or of it and another in a form that needs both.
    expect(smallest).not.toMatch(/ (?:and|or|xor) |[&|]{2}/);
    expect(smallest.length).toBeLessThan(60);
  });
});
