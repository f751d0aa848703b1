/** Runs a checked filter as closures over a {@link FieldSource}: slow, obvious, and the measure for faster ways. */
import type { FieldSource } from "../ir/fields.ts";
import { isNonZero } from "./arithmetic.ts";
import type { Test, Value } from "./ast.ts";
import { holds } from "./compare.ts";
import type { CheckedFilter } from "./compile.ts";
import type { Datum } from "./datum.ts";
import { searchGetter, selectLayers, valueGetter } from "./evaluate-value.ts";
import type { Quantifier } from "./operators.ts";
import { types } from "./types.ts";

export type Evaluator = (source: FieldSource) => boolean;

/** The filter as a function. It never throws, whatever the frame holds. */
export function toEvaluator(checked: CheckedFilter): Evaluator {
  return testEvaluator(checked.ast);
}

/** Undecidable pairs (undefined) never satisfy `some` and never break `every`. */
function overPairs(
  quantifier: Quantifier,
  left: readonly Datum[],
  right: readonly Datum[],
  test: (a: Datum, b: Datum) => boolean | undefined,
): boolean {
  if (quantifier === "some") return left.some((a) => right.some((b) => test(a, b) === true));
  return left.every((a) => right.every((b) => test(a, b) !== false));
}

/** One test as a function. */
export function testEvaluator(node: Test): Evaluator {
  switch (node.kind) {
    case "true":
      return () => true;
    case "and": {
      const tests = node.operands.map(testEvaluator);
      return (source) => tests.every((test) => test(source));
    }
    case "or": {
      const tests = node.operands.map(testEvaluator);
      return (source) => tests.some((test) => test(source));
    }
    case "xor": {
      const tests = node.operands.map(testEvaluator);
      return (source) => tests.reduce((odd, test) => test(source) !== odd, false);
    }
    case "not": {
      const test = testEvaluator(node.operand);
      return (source) => !test(source);
    }
    case "exists": {
      const { info, layers } = node.field;
      return (source) => selectLayers(source(info.name), layers).length > 0;
    }
    case "bare":
      return bareEvaluator(node.operand);
    case "compare": {
      const left = valueGetter(node.left);
      const right = valueGetter(node.right);
      const { operator, quantifier } = node;
      const { family } = types[node.left.type];
      return (source) => {
        const a = left(source);
        const b = a && right(source);
        if (a === undefined || b === undefined) return false;
        return overPairs(quantifier, a, b, (x, y) => holds(operator, family, x, y));
      };
    }
    case "contains":
      return containsEvaluator(node);
    case "matches": {
      const left = searchGetter(node.left);
      const { pattern, quantifier } = node;
      const sliced = node.left.kind === "slice";
      // A slice that lies outside the value is empty, and nothing matches it.
      const matches = (value: Datum): boolean =>
        value instanceof Uint8Array && !(sliced && value.length === 0) && pattern.test(value);
      return (source) => {
        const values = left(source);
        if (values === undefined) return false;
        return quantifier === "some" ? values.some(matches) : values.every(matches);
      };
    }
    case "in":
      return membershipEvaluator(node);
    default:
      return node satisfies never;
  }
}

function bareEvaluator(operand: Value): Evaluator {
  const get = valueGetter(operand);
  if (operand.kind === "slice")
    return (source) => get(source)?.some((value) => value instanceof Uint8Array && value.length > 0) ?? false;
  return (source) => get(source)?.some(isNonZero) ?? false;
}

function containsEvaluator(node: Extract<Test, { kind: "contains" }>): Evaluator {
  const left = searchGetter(node.left);
  const right = searchGetter(node.right);
  const { quantifier } = node;
  const { family } = types[node.left.type];
  // Nothing is in a string or a protocol, but it is in every other sequence that is not empty.
  const emptyFound = family === "bytes" || family === "ether";
  const sliced = node.left.kind === "slice";
  const found = (value: Datum, needle: Datum): boolean => {
    if (!(value instanceof Uint8Array) || !(needle instanceof Uint8Array)) return false;
    if (needle.length === 0) return emptyFound && !(sliced && value.length === 0);
    return indexOfBytes(value, needle) >= 0;
  };
  return (source) => {
    const values = left(source);
    const needles = values && right(source);
    return values !== undefined && needles !== undefined && overPairs(quantifier, values, needles, found);
  };
}

/** Place of the first occurrence of `needle` (not empty), or -1. */
export function indexOfBytes(bytes: Uint8Array, needle: Uint8Array): number {
  const first = needle[0] ?? 0;
  const last = bytes.length - needle.length;
  for (let at = bytes.indexOf(first); at >= 0 && at <= last; at = bytes.indexOf(first, at + 1)) {
    let i = 1;
    while (i < needle.length && bytes[at + i] === needle[i]) i++;
    if (i === needle.length) return at;
  }
  return -1;
}

function membershipEvaluator(node: Extract<Test, { kind: "in" }>): Evaluator {
  const left = valueGetter(node.left);
  const { quantifier } = node;
  const { family } = types[node.left.type];
  const both = (a: boolean | undefined, b: boolean | undefined): boolean | undefined => {
    if (a === false || b === false) return false;
    return a === undefined || b === undefined ? undefined : true;
  };
  const items = node.items.map(({ low, high }) => {
    const lower = valueGetter(low);
    const upper = high === undefined ? undefined : valueGetter(high);
    return (source: FieldSource, values: readonly Datum[]): boolean => {
      const lows = lower(source);
      if (lows === undefined) return false;
      if (upper === undefined)
        return overPairs(quantifier, values, lows, (a, b) => holds("==", family, a, b));
      const highs = upper(source);
      if (highs === undefined) return false;
      // Both bounds must hold for the same value.
      return overPairs(quantifier, values, lows, (value, bound) => {
        const above = holds(">=", family, value, bound);
        const below = highs.map((limit) => both(above, holds("<=", family, value, limit)));
        if (quantifier === "some") return below.includes(true);
        return !below.includes(false);
      });
    };
  });
  return (source) => {
    const values = left(source);
    return values !== undefined && items.some((item) => item(source, values));
  };
}
