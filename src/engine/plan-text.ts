/** A filter's plan for people: which part runs how, and why. */
import { notCovered } from "../backends/extract/coverage.ts";
import type { TestPlan } from "../backends/extract/predicate.ts";
import type { Test, Value } from "../filter/ast.ts";
import type { Registry } from "./registry.ts";

/** `fused`: decided on the bytes. `extracted`: computed on values taken from the bytes. `evaluated`: on the dissected tree. */
export type Manner = "fused" | "extracted" | "evaluated";

export interface PlannedTest {
  /** The test as it stands in the filter. */
  readonly text: string;
  readonly manner: Manner;
  /** Why it is not fused, or what it rests on. */
  readonly reason?: string;
}

function valueFields(value: Value): string[] {
  switch (value.kind) {
    case "field":
      return [value.info.name];
    case "slice":
      return valueFields(value.base);
    case "call":
      return value.arguments.flatMap(valueFields);
    case "negate":
      return valueFields(value.operand);
    case "arithmetic":
      return [...valueFields(value.left), ...valueFields(value.right)];
    case "reference":
    case "constant":
      return [];
    default:
      return value satisfies never;
  }
}

/** Names that a single test reads. */
export function testFields(test: Test): string[] {
  switch (test.kind) {
    case "exists":
      return valueFields(test.field);
    case "bare":
      return valueFields(test.operand);
    case "compare":
    case "contains":
      return [...valueFields(test.left), ...valueFields(test.right)];
    case "matches":
      return valueFields(test.left);
    case "in":
      return [
        test.left,
        ...test.items.flatMap(({ low, high }) => (high === undefined ? [low] : [low, high])),
      ].flatMap(valueFields);
    case "true":
      return [];
    case "and":
    case "or":
    case "xor":
      return test.operands.flatMap(testFields);
    case "not":
      return testFields(test.operand);
    default:
      return test satisfies never;
  }
}

/** One entry for each test of the filter, in order. */
export function plannedTests(registry: Registry, source: string, tests: readonly TestPlan[]): PlannedTest[] {
  return tests.map(({ test, reason }): PlannedTest => {
    const text = source.slice(test.span.start, test.span.end);
    const trackers: string[] = [];
    for (const name of testFields(test)) {
      const tracker = registry.fields.get(name)?.tracker;
      const whole = tracker === undefined ? notCovered(registry, name) : undefined;
      if (whole !== undefined) return { text, manner: "evaluated", reason: whole };
      if (tracker !== undefined) trackers.push(`the tracker ${tracker} runs on every frame's row`);
    }
    if (reason !== undefined) return { text, manner: "extracted", reason };
    const [first] = trackers;
    return { text, manner: "fused", ...(first === undefined ? {} : { reason: first }) };
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
