import { describe, expect, test } from "vitest";
import { builtin } from "../../dissectors/index.ts";
import { coverageOf, optionAreaLaws, packetLaws, schemaLaws } from "../../src/testing/index.ts";

const layouts = builtin.flatMap((dissector) => dissector.layouts ?? []);
const ids = layouts
  .filter((layout) => layout.role === "option" || layout.role === "header")
  .map((layout) => layout.id);

/** Shapes (variants with their flags and optional fields) of each schema, the runs, and how often the rarest shape came. */
const covered: { id: string; shapes: number; runs: number; least: number }[] = [];

describe.each(ids)("%s", (id) => {
  const [written, ...others] = schemaLaws(id);
  test("what is written is read, in every shape", () => {
    const coverage = coverageOf(id);
    const runs = Math.max(100, 12 * coverage.rows.length);
    written?.check({ numRuns: runs, coverage });
    expect(coverage.missing, coverage.print()).toEqual([]);
    covered.push({
      id,
      shapes: coverage.rows.length,
      runs,
      least: Math.min(...coverage.rows.map((row) => row.count)),
    });
  });
  test.each(others)("$name", (law) => law.check({ numRuns: 150 }));
});

describe("areas and packets", () => {
  test.each(optionAreaLaws())("$name", (law) => law.check({ numRuns: 10_000 }));
  test.each(packetLaws())("$name", (law) => law.check({ numRuns: 10_000 }));
});

describe("coverage by the generators", () => {
  test("has no zero, and at least 10,000 values in all", () => {
    const lines = covered.map(
      ({ id, shapes, runs, least }) =>
        `${id.padEnd(34)} ${String(shapes).padStart(6)} ${String(runs).padStart(6)} ${String(least).padStart(6)}`,
    );
    console.log(`${"schema".padEnd(34)} shapes   runs  least\n${lines.join("\n")}`);
    expect(covered.length).toBe(ids.length);
    expect(covered.every(({ least }) => least > 0)).toBe(true);
    expect(covered.reduce((sum, { runs }) => sum + runs, 0)).toBeGreaterThanOrEqual(10_000);
  });
});
