/** What a row says at once (`plain`, `firsts`) is what its columns say one by one, taken from bytes and from trees alike. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import type { Engine } from "../../src/engine/api.ts";
import { CaptureError } from "../../src/errors.ts";
import type { Row, Tracker } from "../../src/plugin.ts";
import { captureFiles } from "../shared.ts";

const NAMES = [
  "ip.src",
  "ipv6.src",
  "eth.src",
  "ip.ttl",
  "tcp.srcport",
  "tcp.flags.syn",
  "tcp.options.timestamp.tsval",
  "tcp.options.sack_le",
  "tcp.option_kind",
  "tcp.options.mptcp.rawdataseqno",
  "tcp.stream",
  "frame.protocols",
];

function firstOf(row: Row, column: number, type: string | undefined): number {
  if (row.count(column) === 0) return Number.NaN;
  if (type === "FT_IPv4") return row.word(column, 0, 0) >>> 0;
  if (type === "FT_UINT64") return row.word(column, 0, 1) >>> 0;
  return /^FT_(U?INT(8|16|32)|BOOLEAN|CHAR)$/.test(type ?? "") ? row.number(column) : 0;
}

/** An engine whose tracker `watched` looks at each row, and gives the number of wrong ones. */
function watching(): { engine: Engine; seen: { rows: number; plain: number; wrong: string[] } } {
  const seen: { rows: number; plain: number; wrong: string[] } = { rows: 0, plain: 0, wrong: [] };
  const engine = createEngine();
  const types = new Map(engine.fields().map(({ name, type }) => [name, type]));
  expect(NAMES.filter((name) => !types.has(name))).toEqual([]);
  const watched: Tracker = {
    id: "watched",
    requires: NAMES,
    provides: [
      {
        info: {
          name: "watched.row",
          type: "FT_UINT32",
          base: "dec",
          protocol: "frame",
          description: "A row",
        },
        placement: { after: "frame.number" },
      },
    ],
    create: () => ({
      forgotten: 0,
      update(row, provide) {
        seen.rows++;
        if (row.plain) seen.plain++;
        const counts = NAMES.map((_, column) => row.count(column));
        // Columns of other trackers count too, so that `plain` may be denied, but never be said wrongly.
        if (row.plain && counts.some((count) => count > 1)) seen.wrong.push(`${row.frameNumber}: ${counts}`);
        for (const [column, name] of NAMES.entries()) {
          const first = firstOf(row, column, types.get(name));
          if (!Object.is(row.firsts[column], first))
            seen.wrong.push(`${row.frameNumber} ${name}: ${row.firsts[column]}, not ${first}`);
          if (types.get(name) !== "FT_UINT64" || row.count(column) === 0) continue;
          if (row.highs[column] !== row.word(column, 0, 0))
            seen.wrong.push(`${row.frameNumber} ${name}: upper half ${row.highs[column]}`);
        }
        provide(0, row.frameNumber, 0);
      },
    }),
  };
  engine.registerDissector({ name: "watched", trackers: [watched] });
  return { engine, seen };
}

const own = fileURLToPath(new URL("../../examples/captures", import.meta.url));
const files = [...readdirSync(own).map((name) => join(own, name)), ...captureFiles()];

describe("rows", () => {
  test("of the scan and of trees", async () => {
    let rows = 0;
    let plain = 0;
    for (const path of files) {
      const { engine, seen } = watching();
      try {
        const filter = engine.compileFilter("watched.row");
        for await (const _ of (await openCapture(path)).matches(filter));
        const pass = engine.createPass();
        for await (const frame of await openCapture(path)) {
          pass.next(frame);
          if (frame.number >= 200) break;
        }
      } catch (thrown) {
        if (!(thrown instanceof CaptureError)) throw thrown;
      }
      expect(seen.wrong, path).toEqual([]);
      rows += seen.rows;
      plain += seen.plain;
    }
    expect(rows).toBeGreaterThan(100);
    expect(plain).toBeGreaterThan(rows / 50);
    expect(plain).toBeLessThan(rows);
  });
});
