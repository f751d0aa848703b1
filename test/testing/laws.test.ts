import { describe, expect, test } from "vitest";
import { builtin } from "../../dissectors/index.ts";
import { coverageOf, optionAreaLaws, packetLaws, schemaLaws } from "../../src/testing/index.ts";

const layouts = builtin.flatMap((dissector) => dissector.layouts ?? []);
const ids = layouts
  .filter((layout) => layout.role === "option" || layout.role === "header")
  .map((layout) => layout.id);

describe.each(ids)("%s", (id) => {
  const [written, ...others] = schemaLaws(id);
  test("what is written is read, in every shape", () => {
    const coverage = coverageOf(id);
    written?.check({ numRuns: Math.max(100, 12 * coverage.rows.length), coverage });
    expect(coverage.missing, coverage.print()).toEqual([]);
  });
  test.each(others)("$name", (law) => law.check({ numRuns: 150 }));
});

describe("areas and packets", () => {
  test.each(optionAreaLaws())("$name", (law) => law.check({ numRuns: 10_000 }));
  test.each(packetLaws())("$name", (law) => law.check({ numRuns: 10_000 }));
});
