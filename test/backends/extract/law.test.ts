/** Generated code says what the evaluator says of the interpreter's tree, wherever it says anything. */
import { describe, expect, test } from "vitest";
import { captureFiles, exampleCaptures } from "../../shared.ts";
import { builtinRegistry, caseFilters, compareOn, framesOf, newTally } from "./law.ts";

const registry = builtinRegistry();
const filters = caseFilters(registry);

describe("fast path = evaluator", () => {
  test("most case filters are decided by generated code alone", () => {
    const alone = filters.filter(({ predicate }) => predicate.tests.every((one) => one.reason === undefined));
    expect(filters.length).toBeGreaterThan(600);
    expect(alone.length).toBeGreaterThan(0.97 * filters.length);
    // At their fields, without what is noted for the walk's end.
    const atOnce = alone.filter(({ predicate }) =>
      predicate.tests.every((one) => one.gathered === undefined),
    );
    expect(atOnce.length).toBeGreaterThan(0.65 * filters.length);
  });

  test("on all captures", async () => {
    const tally = newTally();
    const limits = [
      ...exampleCaptures().map((path) => [path, 60] as const),
      ...captureFiles().map((path) => [path, 400] as const),
    ];
    for (const [path, limit] of limits) {
      const before = tally.wrong.length;
      for (const frame of await framesOf(path, limit)) compareOn(registry, filters, frame, tally);
      for (let i = before; i < tally.wrong.length; i++) tally.wrong[i] = `${path}: ${tally.wrong[i]}`;
      if (tally.wrong.length > 20) break;
    }
    if (process.env["SHOW"]) console.log(tally.decided, tally.irregular, tally.undecided);
    expect(tally.wrong.slice(0, 20)).toEqual([]);
    expect(tally.decided).toBeGreaterThan(10 * tally.irregular);
  }, 600_000);
});
