/** Fields that only a preference shows: the same values as tshark's under the same `-o`. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import { formatFieldText } from "../../src/ir/format.ts";
import { pcap } from "../capture/build.ts";
import { PREFERENCE_CASES } from "./preference-cases.ts";
import { hasTshark, tsharkFields } from "./tshark.ts";

const engine = createEngine();
const folder = mkdtempSync(joinPath(tmpdir(), "subflow-preferences-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function preferencesOf(settings: readonly string[]): Record<string, string | number | boolean> {
  return Object.fromEntries(
    settings.map((setting) => {
      const [name = "", value = ""] = setting.split(/:(.*)/s);
      if (/^\d+$/.test(value)) return [name, Number(value)];
      return [name, value === "TRUE" ? true : value === "FALSE" ? false : value];
    }),
  );
}

/** Texts of the fields in each frame: by a pass over trees, and by the columns of the capture's reader. */
async function ours(
  file: string,
  names: readonly string[],
  settings: readonly string[],
): Promise<string[][][]> {
  const infos = new Map(engine.fields().map((info) => [info.name, info]));
  const pass = engine.createPass({ columns: names, preferences: preferencesOf(settings) });
  const rows: string[][][] = [];
  for await (const frame of await openCapture(file)) {
    const { dissection } = pass.next(frame);
    rows.push(
      names.map((name) => {
        const info = infos.get(name);
        if (info === undefined) throw new TypeError(`${name} is unknown`);
        return dissection.occurrences(name).map((one) => formatFieldText(info, one.value));
      }),
    );
  }
  return rows;
}

describe.skipIf(!hasTshark).each(Object.entries(PREFERENCE_CASES))(
  "%s",
  (title, { settings, linkType, frames, step = 1_000_000, names }) => {
    const file = joinPath(folder, `${title.replaceAll(/\W/g, "-")}.pcap`);
    const records = frames.map((data, index) => {
      const microseconds = index * step;
      return { data, seconds: 1000 + Math.floor(microseconds / 1e6), fraction: microseconds % 1e6 };
    });
    writeFileSync(file, pcap(records, { linkType }));

    it("has tshark's values", async () => {
      const expected = tsharkFields(file, names, [], settings);
      const found = await ours(file, names, settings);
      expect(found).toEqual(expected);
      if (!title.startsWith("no ")) expect(found.flat(2).length).toBeGreaterThan(0);
    });

    it("has none of them where no preference asks", async () => {
      const shown = names.filter((name) => !/\.status$|^_ws/.test(name));
      expect((await ours(file, shown, [])).flat(2)).toEqual([]);
    });

    it("finds them by filters", async () => {
      const expected = tsharkFields(file, names, [], settings);
      for (const [column, name] of names.entries()) {
        const filter = engine.compileFilter(name, { preferences: preferencesOf(settings) });
        const matches: boolean[] = [];
        for await (const frame of await openCapture(file)) matches.push(filter(frame));
        expect(matches, name).toEqual(expected.map((row) => (row[column]?.length ?? 0) > 0));
      }
    });
  },
);
