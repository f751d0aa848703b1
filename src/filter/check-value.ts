/** Types of values: names are looked up, constants converted to the type on their left. */
import { calculate, negate } from "./arithmetic.ts";
import type { SliceValue, Value } from "./ast.ts";
import { checkCall } from "./check-call.ts";
import { checkField, checkName, leadingField } from "./check-field.ts";
import { convertConstant, type Target } from "./constants.ts";
import { type Context, looksLikeName, unknownField } from "./context.ts";
import { isReferable } from "./field-table.ts";
import { nearestName } from "./nearest.ts";
import { operatorById } from "./operators.ts";
import { Refusal } from "./source-error.ts";
import type {
  ArithmeticSyntax,
  ConstantSyntax,
  ReferenceSyntax,
  SignedSyntax,
  SliceSyntax,
} from "./syntax.ts";
import { can, compatible, types } from "./types.ts";

type BinarySyntax = Extract<ArithmeticSyntax, { kind: "binary" }>;
type UnarySyntax = Extract<SignedSyntax, { kind: "unary" }>;

/** A value. Without a `target` it stands on the left, where constants may not. */
export function checkValue(context: Context, node: ArithmeticSyntax, target: Target | undefined): Value {
  switch (node.kind) {
    case "word":
      return checkField(context, node) ?? checkConstant(context, node, target);
    case "literal":
    case "string":
    case "char":
      return checkConstant(context, node, target);
    case "name":
      return checkName(context, node);
    case "reference":
      return checkReference(context, node);
    case "slice":
      return checkSlice(context, node);
    case "call":
      return checkCall(context, node, target, (part, partTarget) => checkValue(context, part, partTarget));
    case "unary":
      return checkUnary(context, node, target);
    case "binary":
      return checkBinary(context, node, target);
    default:
      return node satisfies never;
  }
}

function checkConstant(context: Context, node: ConstantSyntax, target: Target | undefined): Value {
  const { source } = context;
  if (target === undefined) {
    if (node.kind === "word" && looksLikeName(node.text)) unknownField(context, node.text, node.span);
    const shown = source.slice(node.span);
    return source.fail(
      "constant-left",
      node.span,
      `the left side must be a field, a slice or a call, not ${shown}`,
    );
  }
  const value = convertConstant(node, target, context.timeZone);
  if (!(value instanceof Refusal)) return { kind: "constant", value, type: target.type, span: node.span };
  // Only a dotted word can be meant as a field here; anything else is a bad constant.
  const dotted = node.kind === "word" && node.text.includes(".") && looksLikeName(node.text);
  const nearest = dotted ? nearestName(node.text, context.table.names()) : undefined;
  return source.fail(value.code, node.span, value.message, nearest);
}

function checkReference(context: Context, node: ReferenceSyntax): Value {
  const info = context.table.get(node.name) ?? unknownField(context, node.name, node.span);
  if (!isReferable(info))
    context.source.fail("bad-argument", node.span, `${info.name} has no value that could be referred to`);
  const occurrences = context.references?.(info.name);
  return { kind: "reference", info, layers: node.layers, occurrences, type: info.type, span: node.span };
}

function checkSlice(context: Context, node: SliceSyntax): SliceValue {
  const { base, span, ranges } = node;
  const { source } = context;
  const isConstant = base.kind === "literal" || base.kind === "string" || base.kind === "char";
  if (base.kind === "reference" || isConstant)
    source.fail("not-sliceable", base.span, `${source.slice(base.span)} cannot be sliced`);
  const value = checkValue(context, base, undefined);
  return sliceOf(context, value, ranges, span);
}

function sliceOf(
  context: Context,
  base: Value,
  ranges: SliceValue["ranges"],
  span: SliceValue["span"],
): SliceValue {
  if (!can(base.type, "slice")) {
    const shown = context.source.slice(base.span);
    const message = `${shown} is a ${types[base.type].noun} and cannot be made a sequence of bytes`;
    context.source.fail("not-sliceable", base.span, message);
  }
  return { kind: "slice", base, ranges, type: "FT_BYTES", span };
}

/** `value[0:]`, for comparison with a slice. */
function wholeSlice(context: Context, value: Value): Value {
  if (compatible("FT_BYTES", value.type)) return value;
  if (value.kind === "field" || value.kind === "reference" || value.kind === "call")
    return sliceOf(context, value, [{ kind: "rest", start: 0 }], value.span);
  const shown = context.source.slice(value.span);
  const message = `${shown} is a ${types[value.type].noun} and cannot be made a sequence of bytes`;
  return context.source.fail("not-sliceable", value.span, message);
}

/** Both sides of a relation in one family: a slice on either side makes both bytes. */
export function unify(context: Context, left: Value, right: Value): readonly [Value, Value] {
  if (left.kind === "slice" && right.kind !== "slice") return [left, wholeSlice(context, right)];
  if (right.kind === "slice" && left.kind !== "slice") return [wholeSlice(context, left), right];
  requireCompatible(context, left, right);
  return [left, right];
}

export function requireCompatible(context: Context, left: Value, right: Value): void {
  if (right.kind === "constant" || compatible(left.type, right.type)) return;
  const { source } = context;
  const message = `${source.slice(left.span)} (${types[left.type].noun}) and ${source.slice(right.span)} (${
    types[right.type].noun
  }) are not of compatible types`;
  source.fail("incompatible-types", right.span, message);
}

function refuseText(context: Context, node: ArithmeticSyntax): void {
  if (node.kind === "string" || node.kind === "char")
    context.source.fail(
      "no-arithmetic",
      node.span,
      `${context.source.slice(node.span)} cannot be computed with`,
    );
}

function checkUnary(context: Context, node: UnarySyntax, target: Target | undefined): Value {
  if (node.operator === "+") return checkValue(context, node.operand, target);
  if (target !== undefined) refuseText(context, node.operand);
  const operand = checkValue(context, node.operand, target);
  if (!can(operand.type, "negate"))
    context.source.fail("no-arithmetic", operand.span, `a ${types[operand.type].noun} has no negative`);
  const { type, span } = operand;
  const folded = operand.kind === "constant" ? negate(operand.value, type) : undefined;
  return folded === undefined
    ? { kind: "negate", operand, type, span }
    : { kind: "constant", value: folded, type, span };
}

function checkBinary(context: Context, node: BinarySyntax, target: Target | undefined): Value {
  const { operator } = node;
  const { needs } = operatorById(operator);
  const operand = (part: ArithmeticSyntax, partTarget: Target | undefined): Value => {
    if (partTarget !== undefined) refuseText(context, part);
    const value = checkValue(context, part, partTarget);
    if (needs !== undefined && !can(value.type, needs))
      context.source.fail(
        "no-arithmetic",
        value.span,
        `a ${types[value.type].noun} does not take "${operator}"`,
      );
    return value;
  };
  const left = operand(node.left, target);
  const info = target !== undefined && left.kind === "constant" ? target.info : leadingField(left);
  // The left operand is looked at first, whatever is wrong with the right one.
  const right = operand(node.right, { type: left.type, info });
  requireCompatible(context, left, right);
  const { type, span } = left;
  if (left.kind === "constant" && right.kind === "constant") {
    const value = calculate(operator, left.value, right.value, type, right.type);
    // Without a result the list stays empty in every frame; that is no constant.
    if (value !== undefined) return { kind: "constant", value, type, span };
  }
  return { kind: "arithmetic", operator, left, right, type, span };
}
