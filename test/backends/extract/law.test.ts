/** Generated code says what the evaluator says of the interpreter's tree, wherever it says anything. */
import { relative } from "node:path";
import { describe, expect, test } from "vitest";
import { captureFiles, sharedDir } from "../../shared.ts";
import { builtinRegistry, caseFilters, compareOn, framesOf, newTally } from "./law.ts";

const registry = builtinRegistry();
const filters = caseFilters(registry);

describe("fast path = evaluator", () => {
  test("most case filters are decided by generated code alone", () => {
    const left = filters.filter(({ predicate }) => predicate.tests.some((one) => one.reason !== undefined));
    if (process.env["SHOW"])
      for (const f of left) console.log(f.text, "|", f.predicate.tests.map((t) => t.reason).join("; "));
    if (process.env["SHOW"]) console.log(left.length, filters.length);
    expect(filters.length).toBeGreaterThan(100);
  });

  test.runIf(sharedDir !== undefined)(
    "on all captures",
    async () => {
      const tally = newTally();
      for (const path of captureFiles()) {
        const before = tally.wrong.length;
        for (const frame of await framesOf(path, 400)) compareOn(registry, filters, frame, tally);
        for (let i = before; i < tally.wrong.length; i++)
          tally.wrong[i] = `${relative(sharedDir ?? "", path)}: ${tally.wrong[i]}`;
        if (tally.wrong.length > 20) break;
      }
      if (process.env["SHOW"]) console.log(tally.decided, tally.irregular, tally.undecided);
      expect(tally.wrong.slice(0, 20)).toEqual([]);
      expect(tally.decided).toBeGreaterThan(10 * tally.irregular);
    },
    600_000,
  );
});
