/** The evaluator over tshark's own dissection gives tshark's answers. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileFilterText } from "../../src/filter/compile.ts";
import { toEvaluator } from "../../src/filter/evaluate.ts";
import type { FieldSource } from "../../src/ir/fields.ts";
import { sharedDir } from "../shared.ts";
import { readCases } from "./cases.ts";
import { readPdml } from "./pdml.ts";
import { tsharkTable } from "./table.ts";

const captures = join(sharedDir ?? "", "captures");
const frames = new Map<string, readonly FieldSource[]>();

function framesOf(capture: string): readonly FieldSource[] {
  const known = frames.get(capture) ?? readPdml(join(captures, capture));
  frames.set(capture, known);
  return known;
}

describe.skipIf(sharedDir === undefined)("filter cases over PDML", () => {
  const beyond = (need: string): boolean => need === "names" || need === "display";
  const cases = readCases().filter(
    ({ expect: wanted, tag, needs }) =>
      "frames" in wanted && tag === undefined && needs?.some(beyond) !== true,
  );
  test.each(cases)("$id: $filter", ({ capture, filter, selectedFrame, expect: wanted }) => {
    const sources = framesOf(capture);
    const selected = selectedFrame === undefined ? undefined : sources[selectedFrame - 1];
    const evaluate = toEvaluator(
      compileFilterText(filter, tsharkTable, { timeZone: "utc", references: (name) => selected?.(name) }),
    );
    const found = sources.flatMap((source, index) => (evaluate(source) ? [index + 1] : []));
    expect({ count: found.length, frames: found }).toMatchObject(wanted);
  });
});
