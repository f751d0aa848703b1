/** Tests of a filter: who may stand where, and which quantifier holds. */
import type { SetItem, Test, Value } from "./ast.ts";
import { checkFunction } from "./check-call.ts";
import { checkField, targetOf } from "./check-field.ts";
import { checkValue, requireCompatible, unify } from "./check-value.ts";
import { type Context, looksLikeName, unknownField } from "./context.ts";
import { operatorById, type Quantifier, type RelationOperator } from "./operators.ts";
import { compilePattern, PatternError } from "./regex/compile.ts";
import type { ArithmeticSyntax, EntitySyntax, QuantifierWord, SignedSyntax, TestSyntax } from "./syntax.ts";
import { can, types } from "./types.ts";

/** Checks a parsed filter. Throws FilterError at the first mistake. */
export function checkTest(context: Context, node: TestSyntax): Test {
  const { span } = node;
  switch (node.kind) {
    case "empty":
      return { kind: "true", span };
    case "logic":
      return { kind: node.operator, operands: node.operands.map((part) => checkTest(context, part)), span };
    case "not":
      return { kind: "not", operand: checkTest(context, node.operand), span };
    case "bare":
      return { ...checkBare(context, node.operand), span };
    case "comparison":
      return checkComparison(context, node);
    case "contains": {
      const value = checkLeft(context, node.left, "contains");
      const other = checkValue(context, node.right, constantTarget(value, true));
      const [left, right] = unify(context, value, other);
      return { kind: "contains", quantifier: quantifierOf("contains", node.quantifier), left, right, span };
    }
    case "matches":
      return checkMatches(context, node);
    case "in":
      return checkMembership(context, node);
    default:
      return node satisfies never;
  }
}

function quantifierOf(operator: RelationOperator, word: QuantifierWord): Quantifier {
  const row = operatorById(word ?? operator);
  return row.quantifier ?? "some";
}

function constantTarget(left: Value, partial = false): ReturnType<typeof targetOf> {
  return left.kind === "slice" ? { type: "FT_BYTES", info: undefined } : targetOf(left, partial);
}

const refusals = { compare: "not-comparable", contains: "no-contains", matches: "no-matches" } as const;

function requireCapability(context: Context, value: Value, operator: RelationOperator): void {
  const { needs } = operatorById(operator);
  if (needs === undefined || can(value.type, needs)) return;
  const code = needs === "contains" || needs === "matches" ? refusals[needs] : refusals.compare;
  const shown = `${context.source.slice(value.span)} (${types[value.type].noun})`;
  context.source.fail(code, value.span, `${shown} cannot take part in "${operator}"`);
}

function checkLeft(context: Context, node: ArithmeticSyntax, operator: RelationOperator): Value {
  const value = checkValue(context, node, undefined);
  requireCapability(context, value, operator);
  return value;
}

function checkComparison(context: Context, node: Extract<TestSyntax, { kind: "comparison" }>): Test {
  // `any` and `all` say nothing about a chain: every link keeps its own meaning.
  const word = node.operators.length === 1 ? node.quantifier : undefined;
  const links: Test[] = node.operators.map((operator, index) => {
    const first = node.operands[index];
    const second = node.operands[index + 1];
    // The parser puts one operand on either side of every operator.
    if (first === undefined || second === undefined) return { kind: "true", span: node.span };
    const value = checkLeft(context, first, operator);
    const other = checkValue(context, second, constantTarget(value));
    const [left, right] = unify(context, value, other);
    const span = { start: node.extents[index]?.start ?? 0, end: node.extents[index + 1]?.end ?? 0 };
    return { kind: "compare", operator, quantifier: quantifierOf(operator, word), left, right, span };
  });
  const [only] = links;
  return links.length === 1 && only !== undefined ? only : { kind: "and", operands: links, span: node.span };
}

function checkMatches(context: Context, node: Extract<TestSyntax, { kind: "matches" }>): Test {
  const left = checkLeft(context, node.left, "matches");
  const { right, span } = node;
  const { source } = context;
  if (right.kind !== "string")
    return source.fail("bad-pattern", right.span, '"matches" needs a quoted pattern on its right');
  try {
    const pattern = compilePattern(right.bytes);
    return { kind: "matches", quantifier: quantifierOf("matches", node.quantifier), left, pattern, span };
  } catch (error) {
    if (error instanceof PatternError) return source.fail(error.code, right.span, error.message);
    throw error;
  }
}

function checkMembership(context: Context, node: Extract<TestSyntax, { kind: "in" }>): Test {
  const { span } = node;
  const left = checkField(context, node.left);
  if (left === undefined) {
    refuseUnknownName(context, node.left);
    return context.source.fail(
      "bad-set",
      node.left.span,
      "only a field may be tested for membership in a set",
    );
  }
  requireCapability(context, left, "in");
  const item = (part: SignedSyntax): Value => {
    if (part.kind === "slice") context.source.fail("bad-set", part.span, "a slice may not stand in a set");
    const value = checkValue(context, part, targetOf(left));
    requireCompatible(context, left, value);
    return value;
  };
  const items: SetItem[] = node.items.map(({ low, high }) => ({
    low: item(low),
    high: high === undefined ? undefined : item(high),
  }));
  // `any` and `all` say nothing about `not in`.
  const quantifier = quantifierOf("in", node.negated ? undefined : node.quantifier);
  const test: Test = { kind: "in", quantifier, left, items, span };
  return node.negated ? { kind: "not", operand: test, span } : test;
}

function refuseUnknownName(context: Context, node: EntitySyntax | ArithmeticSyntax): void {
  if (node.kind === "word" && looksLikeName(node.text)) unknownField(context, node.text, node.span);
}

/** A value that stands alone. */
function checkBare(context: Context, given: ArithmeticSyntax): Test {
  const node = given.kind === "unary" && given.operator === "+" ? given.operand : given;
  const { span } = node;
  const field = checkField(context, node);
  if (field !== undefined) return { kind: "exists", field, span };
  switch (node.kind) {
    case "word":
      return unknownField(context, node.text, span);
    case "literal":
    case "string":
    case "char":
    case "reference": {
      const shown = context.source.slice(span);
      return context.source.fail(
        "not-a-test",
        span,
        `${shown} is neither a field nor a protocol: it cannot stand alone`,
      );
    }
    case "call": {
      const row = checkFunction(context, node);
      if (row.result("FT_NONE") !== "FT_BOOLEAN")
        return context.source.fail(
          "not-a-test",
          span,
          `the result of ${row.name}() must be compared with something`,
        );
      return { kind: "bare", operand: checkValue(context, node, undefined), span };
    }
    default:
      return { kind: "bare", operand: checkValue(context, node, undefined), span };
  }
}
