/** A filter's plan for people: which part runs how, and why. */
import type { TestPlan } from "../backends/extract/test-tree.ts";
import { testFields } from "../filter/test-fields.ts";

/**
 * `fused`: decided on the bytes, at the field or by its tracker. `extracted`: in the same walk over the bytes, at its end, on values
 * that were noted on the way. `evaluated`: on the dissected tree.
 */
export type Manner = "fused" | "extracted" | "evaluated";

export interface PlannedTest {
  /** The test as it stands in the filter. */
  readonly text: string;
  readonly manner: Manner;
  /** Why it is not fused, or what it rests on. */
  readonly reason?: string;
}

/** One entry for each test of the filter, in order. */
export function plannedTests(source: string, tests: readonly TestPlan[]): PlannedTest[] {
  return tests.map(({ test, reason, gathered }): PlannedTest => {
    const text = source.slice(test.span.start, test.span.end);
    const trackers: string[] = [];
    for (const { info } of testFields(test)) {
      if (info.tracker !== undefined)
        trackers.push(`given by the tracker ${info.tracker}, which goes over all frames`);
    }
    if (reason !== undefined) return { text, manner: "evaluated", reason };
    const remarks = [...(gathered === undefined ? [] : [gathered]), ...trackers.slice(0, 1)];
    const manner = gathered === undefined ? "fused" : "extracted";
    return { text, manner, ...(remarks.length === 0 ? {} : { reason: remarks.join("; ") }) };
  });
}

/** One line a test. */
export function planText(planned: readonly PlannedTest[]): string {
  if (planned.length === 0) return "every frame: nothing is tested\n";
  return planned
    .map(
      ({ text, manner, reason }) =>
        `${manner.padEnd(9)} ${text}${reason === undefined ? "" : `  (${reason})`}\n`,
    )
    .join("");
}
