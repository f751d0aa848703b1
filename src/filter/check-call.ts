/** Calls: the function, the number of arguments, what each may be. */
import type { CallValue, Value } from "./ast.ts";
import { checkField, targetOf } from "./check-field.ts";
import type { Target } from "./constants.ts";
import { type Context, looksLikeName, unknownField } from "./context.ts";
import { type FunctionRow, functionByName, functions } from "./functions.ts";
import { nearestName } from "./nearest.ts";
import type { ArithmeticSyntax, CallSyntax } from "./syntax.ts";
import { types } from "./types.ts";

/** The function of a call, also of one that may not stand where it does. */
export function checkFunction(context: Context, node: CallSyntax): FunctionRow {
  const nearest = (): string | undefined =>
    nearestName(
      node.name,
      functions.map((row) => row.name),
    );
  return (
    functionByName(node.name) ??
    context.source.fail("unknown-function", node.span, `function "${node.name}" does not exist`, nearest())
  );
}

/** Checks an argument that may be any value. */
export type ValueChecker = (node: ArithmeticSyntax, target: Target | undefined) => Value;

export function checkCall(
  context: Context,
  node: CallSyntax,
  target: Target | undefined,
  checkValue: ValueChecker,
): CallValue {
  const row = checkFunction(context, node);
  const count = node.arguments.length;
  const { source } = context;
  if (count < row.minimum)
    source.fail("argument-count", node.span, `${row.name}() needs at least ${row.minimum} argument`);
  if (count > row.maximum)
    source.fail("argument-count", node.span, `${row.name}() takes at most ${row.maximum} argument`);
  const values: Value[] = [];
  for (const argument of node.arguments) {
    const first = values[0];
    const value =
      row.parameter === "field"
        ? checkFieldArgument(context, row, argument)
        : checkValueArgument(context, row, argument, first, target, checkValue);
    const info = value.kind === "field" && !value.raw ? value.info : undefined;
    if (!row.accepts(value.type, info)) refuse(context, row, argument, `a ${types[value.type].noun}`);
    if (first !== undefined && first.type !== value.type)
      source.fail(
        "bad-argument",
        argument.span,
        `the arguments of ${row.name}() must be of one type, not ${first.type} and ${value.type}`,
      );
    values.push(value);
  }
  const type = row.result(values[0]?.type ?? "FT_NONE");
  return { kind: "call", function: row, arguments: values, type, span: node.span };
}

function refuse(context: Context, row: FunctionRow, node: ArithmeticSyntax, what: string): never {
  const shown = context.source.slice(node.span);
  return context.source.fail("bad-argument", node.span, `${row.name}() does not take ${what}: ${shown}`);
}

function checkFieldArgument(context: Context, row: FunctionRow, node: ArithmeticSyntax): Value {
  const field = checkField(context, node);
  if (field !== undefined) return field;
  if (node.kind === "word" && looksLikeName(node.text)) unknownField(context, node.text, node.span);
  return refuse(context, row, node, "anything but a field");
}

function checkValueArgument(
  context: Context,
  row: FunctionRow,
  node: ArithmeticSyntax,
  first: Value | undefined,
  target: Target | undefined,
  checkValue: ValueChecker,
): Value {
  if (node.kind === "slice") return refuse(context, row, node, "a slice");
  if (node.kind === "string" || node.kind === "char") return refuse(context, row, node, "quoted text");
  if (node.kind === "reference" && row.maximum === 1) return refuse(context, row, node, "a reference");
  const constant = target ?? (first === undefined ? undefined : targetOf(first));
  const isLiteral =
    node.kind === "literal" || (node.kind === "word" && context.table.get(node.text) === undefined);
  if (isLiteral && constant === undefined) {
    if (node.kind === "word" && looksLikeName(node.text)) unknownField(context, node.text, node.span);
    return refuse(context, row, node, "a constant here");
  }
  return checkValue(node, constant);
}
