/** A tracker that a preference switches off costs nothing: it reads no column and does not run. */
import { expect, test } from "vitest";
import { builtin } from "../../dissectors/index.ts";
import { TrackerRun } from "../../src/engine/pass.ts";
import { Registry } from "../../src/engine/registry.ts";
import type { Tracker } from "../../src/ir/tracker.ts";

const registry = new Registry();
for (const dissector of builtin) registry.register(dissector);

/** Counts how often it is run. */
function counting(): { readonly tracker: Tracker; readonly runs: () => number } {
  let runs = 0;
  const update = (): void => {
    runs++;
  };
  const tracker: Tracker = {
    id: "test.counting",
    requires: ["ip.ttl", "ip.checksum.status"],
    provides: [
      {
        info: { name: "ip.count", type: "FT_UINT8", base: "dec", protocol: "ip", description: "" },
        placement: { after: "ip.ttl" },
      },
    ],
    isActive: (preferences) => preferences.get("test.count") === true,
    create: () => ({ forgotten: 0, update }),
  };
  return { tracker, runs: () => runs };
}

test.each([true, false])("switched on: %s", (isOn) => {
  const { tracker, runs } = counting();
  const run = new TrackerRun(registry, [tracker], { "test.count": isOn });
  const columns = [...run.rows.inBytes.keys(), ...run.rows.inTree.keys()];
  expect(columns.toSorted()).toEqual(isOn ? ["ip.checksum.status", "ip.ttl"] : []);
  expect(run.hasTrackers).toBe(isOn);
  run.next({
    data: new Uint8Array(40),
    number: 1,
    timestamp: 0n,
    capturedLength: 40,
    originalLength: 40,
    linkType: 1,
  });
  expect(runs()).toBe(isOn ? 1 : 0);
  // What it provides is known all the same.
  expect(run.rows.provided.has("ip.count")).toBe(true);
});
