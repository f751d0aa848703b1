/** Fields by name, and what the constants beside them become. */
import type { FieldInfo } from "../ir/fields.ts";
import type { FieldValue, Value } from "./ast.ts";
import type { Target } from "./constants.ts";
import { type Context, findField, unknownField } from "./context.ts";
import type { ArithmeticSyntax, NameSyntax } from "./syntax.ts";

/** The field that a value begins with: its value strings count for the constants on its right. */
export function leadingField(value: Value): FieldInfo | undefined {
  if (value.kind === "field") return value.raw ? undefined : value.info;
  if (value.kind === "arithmetic") return leadingField(value.left);
  return value.kind === "negate" ? leadingField(value.operand) : undefined;
}

/** What constants to the right of `value` are converted to. */
export function targetOf(value: Value, partial = false): Target {
  return { type: value.type, info: leadingField(value), partial };
}

/** A field that is named without anything around it, or undefined. */
export function checkField(context: Context, node: ArithmeticSyntax): FieldValue | undefined {
  if (node.kind === "name") return checkName(context, node);
  const info = node.kind === "word" ? findField(context, node.text) : undefined;
  if (info === undefined) return undefined;
  return { kind: "field", info, raw: false, layers: undefined, type: info.type, span: node.span };
}

export function checkName(context: Context, node: NameSyntax): FieldValue {
  const info = findField(context, node.name) ?? unknownField(context, node.name, node.span);
  const { raw, layers, span } = node;
  return { kind: "field", info, raw, layers, type: raw ? "FT_BYTES" : info.type, span };
}
