/** Values of rows are those of the dissected tree. */
import { describe, expect, test } from "vitest";
import { notCovered } from "../../../src/backends/extract/coverage.ts";
import { compileFilter } from "../../../src/engine/compile-filter.ts";
import { dissectFrame } from "../../../src/engine/dissect.ts";
import type { RawValue, Row } from "../../../src/plugin.ts";
import { allCaptures } from "../../shared.ts";
import { builtinRegistry, framesOf } from "./law.ts";

const registry = builtinRegistry();
const names = [...registry.fields.keys()].filter((name) => notCovered(registry, name) === undefined);
const PARTS = 6;

function show(values: readonly (RawValue | undefined)[]): string {
  return JSON.stringify(values, (_, one: unknown) => {
    if (one instanceof Uint8Array) return Array.from(one).join(",");
    return typeof one === "bigint" ? `${one}n` : one;
  });
}

/** The texts of a row's values, by column. */
function texts(row: Row, columns: number): string[] {
  return Array.from({ length: columns }, (_, column) =>
    show(Array.from({ length: row.count(column) }, (_none, index) => row.at(column, index))),
  );
}

describe("rows = dissected", () => {
  test("every stateless name on all captures", async () => {
    expect(names.length).toBeGreaterThan(500);
    const parts = Array.from({ length: PARTS }, (_, part) =>
      names.filter((_name, index) => index % PARTS === part),
    );
    const filter = compileFilter(registry, "");
    const readers = [...parts, names].map((group) => {
      const seen: { row: string[] } = { row: [] };
      const read = filter.rows(group, (row) => {
        seen.row = texts(row, group.length);
      });
      if (read === undefined) throw new TypeError("no rows");
      return { group, seen, read };
    });
    const wrong: string[] = [];
    for (const path of allCaptures()) {
      for (const frame of await framesOf(path, 25)) {
        const dissection = dissectFrame(registry, frame);
        const right = new Map(
          names.map((name) => [name, show(dissection.occurrences(name).map((one) => one.value))]),
        );
        for (const { group, seen, read } of readers) {
          seen.row = [];
          expect(read(frame)).toBe(true);
          for (const [column, name] of group.entries())
            if (seen.row[column] !== right.get(name))
              wrong.push(`${name} in frame ${frame.number} of ${path}: ${seen.row[column]}`);
        }
      }
      if (wrong.length > 10) break;
    }
    expect(wrong.slice(0, 10)).toEqual([]);
  }, 300_000);
});
