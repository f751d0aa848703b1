/** What a filter's tests are, and which fields they read. */
import type { FieldValue, Test, Value } from "./ast.ts";

function valueFields(value: Value): FieldValue[] {
  switch (value.kind) {
    case "field":
      return [value];
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

/** In the order of the text; a field as often as it stands there. */
export function testFields(test: Test): FieldValue[] {
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

/** The tests that a filter joins, in the order of the text. */
export function singleTests(test: Test): readonly Test[] {
  switch (test.kind) {
    case "true":
      return [];
    case "and":
    case "or":
    case "xor":
      return test.operands.flatMap(singleTests);
    case "not":
      return singleTests(test.operand);
    default:
      return [test];
  }
}

/** Does it ask for layers of what trackers give? */
export function asksGivenLayers(test: Test): boolean {
  return testFields(test).some(({ info, layers }) => info.tracker !== undefined && layers !== undefined);
}
