/** The fields of all trackers over all captures, with tshark's own settings and with those that map data, against tshark. */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { frameTime } from "../../../dissectors/trackers/frame-time.ts";
import { tcpAnalysis } from "../../../dissectors/trackers/tcp-analysis.ts";
import { tcpStream } from "../../../dissectors/trackers/tcp-stream.ts";
import { udpStream } from "../../../dissectors/trackers/udp-stream.ts";
import { openCapture } from "../../../src/capture/open.ts";
import { createEngine } from "../../../src/default-engine.ts";
import { formatFieldText } from "../../../src/ir/format.ts";
import { captureFiles } from "../../shared.ts";
import { hasTshark, tsharkTable } from "./tshark.ts";

interface Deviation {
  readonly fields: readonly string[];
  readonly when: string;
  readonly reason: string;
  readonly source: string;
}

const stated: { readonly fields: readonly Deviation[] } = JSON.parse(
  readFileSync(new URL("../mptcp-deviations.json", import.meta.url), "utf8"),
);

/** Equal to tshark's, value by value. */
const EXACT = [tcpStream, tcpAnalysis, frameTime, udpStream].flatMap(({ provides }) =>
  provides.map(({ info }) => info.name),
);
const MPTCP = [
  "mptcp.stream",
  "mptcp.master",
  "mptcp.analysis",
  "mptcp.analysis.subflows",
  "mptcp.expected_token",
  "mptcp.expected_idsn",
  "mptcp.ack",
  "mptcp.dss.dsn",
  "mptcp.rm_addr.count",
  "mptcp.related_mapping",
  "mptcp.rawdsn64",
  "mptcp.dsn",
  "mptcp.reinjection_of",
  "mptcp.reinjected_in",
  "mptcp.dss.infinite_mapping",
  "mptcp.dss.missing_mapping",
  "mptcp.connection.echoed_key_mismatch",
  "mptcp.connection.missing_algorithm",
  "mptcp.connection.unsupported_algorithm",
];
/** Where a frame has several values tshark gives them as its tree happens to be balanced. */
const sorted = (text: string): string => text.split("|").sort().join("|");

const MAPPINGS = { "mptcp.analyze_mappings": true, "mptcp.intersubflows_retransmission": true };
const used = new Set<Deviation>();

describe.skipIf(!hasTshark || captureFiles().length === 0).each([
  // One run of tshark and one reading of ours for all fields: starting is what takes the time.
  { title: "by default", preferences: {}, names: [...EXACT, ...MPTCP] },
  { title: "with mappings", preferences: MAPPINGS, names: MPTCP },
])("fields of trackers $title", ({ preferences, names }) => {
  const engine = createEngine();
  const infos = new Map(engine.fields().map((info) => [info.name, info]));

  it.each(captureFiles())("%s", async (path) => {
    const flags = Object.entries(preferences).flatMap(([name, value]) => ["-o", `${name}:${value}`]);
    const theirs = tsharkTable(path, names, flags);
    // A filter of the pass itself would decide which frames are displayed (frame.time_delta_displayed).
    const pass = engine.createPass({ columns: names, preferences });
    const conditions = stated.fields.map((row) => engine.compileFilter(row.when, { preferences }));
    const wrong: string[] = [];
    let count = 0;
    for await (const frame of await openCapture(path)) {
      count++;
      const { dissection } = pass.next(frame);
      const matched = conditions.map((condition) => condition(frame));
      for (const [column, name] of names.entries()) {
        const info = infos.get(name);
        const expected = theirs[frame.number - 1]?.[column]?.join("|") ?? "";
        const values =
          info === undefined
            ? []
            : dissection.occurrences(name).map(({ value }) => formatFieldText(info, value));
        const ours = values.join("|");
        if (ours === expected || (MPTCP.includes(name) && sorted(ours) === sorted(expected))) continue;
        const row = stated.fields.find((one, index) => matched[index] && one.fields.includes(name));
        if (row !== undefined) used.add(row);
        else wrong.push(`frame ${frame.number} ${name}: tshark ${expected || "-"}, ours ${ours || "-"}`);
      }
    }
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(count).toBe(theirs.length);
  });
});

afterAll(() => {
  if (hasTshark && captureFiles().length > 0)
    expect(stated.fields.filter((row) => !used.has(row))).toEqual([]);
});
