/** Option areas as lists of values, and back. */
import { toValue } from "../backends/node-values.ts";
import type { FieldNode, TreeNode } from "../ir/tree.ts";
import { nodeBytes } from "../ir/views.ts";
import type { ParsedOption } from "./api.ts";

/** The family that `parseOptions` and `serializeOptions` speak of, and that options without an id belong to. */
export const AREA_ENVELOPE = "tcp.option";

/** Ids of what is no option: bytes behind an end-of-options, and a rest whose length contradicts the bytes. */
export const PADDING_ID = "padding";
export const MALFORMED_ID = "malformed";

/** The list that a region's nodes make. */
export function optionList(nodes: readonly TreeNode[], data: Uint8Array): ParsedOption[] {
  return nodes.flatMap((node): ParsedOption[] => {
    // Not slice(): a Node Buffer's slice shares its memory.
    const raw = new Uint8Array(nodeBytes(node, data));
    if (node.kind === "opaque") return [{ id: node.role === "padding" ? PADDING_ID : MALFORMED_ID, raw }];
    if (node.kind !== "option") return [];
    return [{ id: node.id, value: optionValue(node.children, data, node.variant), raw }];
  });
}

/** The object of one option's or header's nodes. */
export function optionValue(
  children: readonly TreeNode[],
  data: Uint8Array,
  variant: string,
): Record<string, unknown> {
  const fields = children.filter((child): child is FieldNode => child.kind === "field");
  return toValue(fields, (node) => optionList(node.children, data), variant);
}
