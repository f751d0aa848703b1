/**
 * Every field of every frame: the text that `-T fields` prints equals tshark's, or test/deviations.json says why not.
 * Prints how often each field was compared.
 */
import { describe, expect, it } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import { formatFieldText } from "../../src/ir/format.ts";
import { captureFiles } from "../shared.ts";
import { differentialCaptures } from "./captures.ts";
import { Deviations } from "./deviations.ts";
import { PREFERENCE_CASES } from "./preference-cases.ts";
import { hasTshark, tsharkFields, tsharkNames } from "./tshark.ts";

const engine = createEngine();

interface Count {
  compared: number;
  equal: number;
  explained: number;
}

const made = await differentialCaptures();
const files = [...captureFiles(), ...made];

/** Fields that no frame here has under tshark's own settings: preferences.test.ts, mptcp-stream.test.ts and readings.test.ts compare them under others. */
const NEVER: readonly string[] = [
  ...Object.values(PREFERENCE_CASES).flatMap(({ names }) => names),
  ...["no_resp", "resp_in", "resp_not_found"].flatMap((name) => [`icmp.${name}`, `icmpv6.${name}`]),
  "mptcp.connection.echoed_key_mismatch",
  "mptcp.connection.missing_algorithm",
  "mptcp.dsn",
  "mptcp.dss.missing_mapping",
  "mptcp.rawdsn64",
  "mptcp.reinjected_in",
  "mptcp.reinjection_of",
  "mptcp.related_mapping",
];

describe.skipIf(!hasTshark || files.length === 0)("-T fields", () => {
  const fields = hasTshark
    ? engine
        .fields()
        .filter(
          (info) =>
            info.type !== "FT_PROTOCOL" && !info.name.startsWith("_ws.") && tsharkNames().has(info.name),
        )
    : [];
  const names = fields.map((info) => info.name);
  const counts = new Map<string, Count>(names.map((name) => [name, { compared: 0, equal: 0, explained: 0 }]));
  const deviations = new Deviations(engine);

  it.each(files)("%s", async (file) => {
    const theirs = tsharkFields(file, names, deviations.payloads, deviations.settings);
    const wrong = new Map<string, string>();
    const pass = engine.createPass({ columns: names });
    // The segments made by hand are parts of no Multipath TCP connection, of which `mptcp.*` tells.
    const isMade = made.includes(file);
    let index = 0;
    for await (const frame of await openCapture(file)) {
      const row = theirs[index++];
      expect(row, `frame ${frame.number} is missing in tshark's output`).toBeDefined();
      const { dissection } = pass.next(frame);
      for (const [column, info] of fields.entries()) {
        if (isMade && info.name.startsWith("mptcp.")) continue;
        const expected = row?.[column] ?? [];
        const ours = dissection.occurrences(info.name).map((one) => formatFieldText(info, one.value));
        if (expected.length === 0 && ours.length === 0) continue;
        const count = counts.get(info.name);
        if (count === undefined) continue;
        count.compared++;
        if (ours.join("|") === expected.join("|")) count.equal++;
        else if (deviations.explain(info.name, dissection) !== undefined) count.explained++;
        else if (!wrong.has(info.name))
          wrong.set(info.name, `frame ${frame.number}: ours ${ours.join("|")}, tshark ${expected.join("|")}`);
      }
    }
    expect(index).toBe(theirs.length);
    expect(Object.fromEntries(wrong)).toEqual({});
  });

  // Most of them are seen in real captures only.
  it.skipIf(captureFiles().length === 0)("leaves no stated difference unused", () => {
    expect(deviations.unused()).toEqual([]);
  });

  it("prints what was compared", () => {
    const rows = [...counts].filter(([, count]) => count.compared > 0);
    const never = names.filter((name) => counts.get(name)?.compared === 0);
    const absent = fields.filter((info) => info.absent !== undefined);
    const lines = rows.map(
      ([name, count]) =>
        `${name.padEnd(48)} ${String(count.compared).padStart(7)} ${String(count.equal).padStart(7)} ${String(count.explained).padStart(7)}`,
    );
    console.log(
      `${"field".padEnd(48)} compared   equal explained\n${lines.join("\n")}\nof which no frame has a value and none is declared to (${absent.length}): schemas/ABSENT.md\nnever exercised (${never.length - absent.length}): ${never.filter((name) => absent.every((info) => info.name !== name)).join(" ")}`,
    );
    const sum = (key: keyof Count): number => rows.reduce((total, [, count]) => total + count[key], 0);
    console.log(`values compared ${sum("compared")}, equal ${sum("equal")}, explained ${sum("explained")}`);
    expect(rows.length).toBeGreaterThan(0);
    const known = new Set([
      ...NEVER,
      ...fields.flatMap(({ name, absent }) => (absent === undefined ? [] : [name])),
    ]);
    if (captureFiles().length > 0) expect(never.filter((name) => !known.has(name))).toEqual([]);
  });
});
