/** Nodes that the interpreter made → the object that `parse` gives and `serialize` takes. */
import type { FieldNode, TreeNode } from "../ir/tree.ts";
import { addressText } from "../ir/views.ts";

/** The object that the nodes of one form make. `options` turns a region's nodes into a list. */
export function toValue(
  nodes: readonly FieldNode[],
  options: (node: FieldNode) => unknown,
  variant = "",
): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  if (variant !== "") value["variant"] = variant;
  addValues(nodes, value, options);
  return value;
}

function addValues(
  nodes: readonly TreeNode[],
  value: Record<string, unknown>,
  options: (node: FieldNode) => unknown,
): void {
  for (const node of nodes) {
    if (node.kind !== "field") continue;
    const { ir } = node;
    if (ir.kind === "group") addValues(node.children, value, options);
    else value[ir.name] = fieldValue(node, options);
  }
}

function fieldValue(node: FieldNode, options: (node: FieldNode) => unknown): unknown {
  switch (node.ir.kind) {
    case "address":
      return addressText(node.ir, node.value);
    case "options":
      return options(node);
    case "repeat": {
      const { scalar } = node.ir;
      return node.children.map((item) => {
        if (item.kind !== "field") return undefined;
        if (scalar) return fieldValue(item, options);
        const object: Record<string, unknown> = {};
        addValues(item.children, object, options);
        return object;
      });
    }
    case "flag":
    case "uint":
    case "bytes":
    case "group":
    case "meta":
      return node.value;
  }
}
