/** A field's value in a few characters, for dumps and messages. */
import { toHex } from "../bytes/hex.ts";
import { formatDisplay } from "./format.ts";
import type { FieldNode } from "./tree.ts";
import { addressText } from "./views.ts";

/** Empty for lists, groups without a value and option regions. */
export function nodeText(node: FieldNode): string {
  const { value } = node;
  const address = addressText(node.ir, node.value);
  if (address !== undefined) return address;
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === "boolean") return value ? "1" : "0";
  const [view] = node.views;
  if (view !== undefined && value !== undefined && (typeof value === "number" || typeof value === "bigint"))
    return formatDisplay({ type: view.type, base: view.base }, value);
  return value === undefined ? "" : String(value);
}
