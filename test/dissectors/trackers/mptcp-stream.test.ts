/** `mptcp.*` over all captures, with tshark's own settings and with those that map data, against tshark. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
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

const NAMES = [
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

describe.skipIf(!hasTshark || captureFiles().length === 0).each([
  ["by default", {}],
  ["with mappings", MAPPINGS],
])("mptcp fields %s", (_title, preferences) => {
  const engine = createEngine();
  const infos = new Map(engine.fields().map((info) => [info.name, info]));
  const used = new Set<Deviation>();

  it.each(captureFiles())("%s", async (path) => {
    const flags = Object.entries(preferences).flatMap(([name, value]) => ["-o", `${name}:${value}`]);
    const theirs = tsharkTable(path, NAMES, flags);
    const pass = engine.createPass({
      columns: NAMES,
      filters: stated.fields.map((row) => row.when),
      preferences,
    });
    const wrong: string[] = [];
    for await (const frame of await openCapture(path)) {
      const { dissection, matched } = pass.next(frame);
      for (const [column, name] of NAMES.entries()) {
        const info = infos.get(name);
        const expected = theirs[frame.number - 1]?.[column]?.join("|") ?? "";
        const ours =
          info === undefined
            ? ""
            : dissection
                .occurrences(name)
                .map(({ value }) => formatFieldText(info, value))
                .join("|");
        if (ours === expected || sorted(ours) === sorted(expected)) continue;
        const row = stated.fields.find((one, index) => matched[index] && one.fields.includes(name));
        if (row !== undefined) used.add(row);
        else wrong.push(`frame ${frame.number} ${name}: tshark ${expected || "-"}, ours ${ours || "-"}`);
      }
    }
    expect(wrong.slice(0, 20)).toEqual([]);
  });
});
