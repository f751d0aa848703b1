/** Where names have values in a tree. */
import type { Occurrence, RawValue } from "../ir/fields.ts";
import type { View } from "../ir/nodes.ts";
import type { Layer, TreeNode } from "../ir/tree.ts";
import { nodeBytes, viewReader } from "../ir/views.ts";

/** A node under one of its names, or a layer under its protocol's. */
export interface Place {
  readonly node: TreeNode | Layer;
  readonly view: View | undefined;
}

type Found = (name: string, node: TreeNode | Layer, view: View | undefined) => void;

function visit(node: TreeNode, found: Found): void {
  if (node.kind === "field") {
    for (const view of node.views) found(view.filter, node, view);
    for (const view of node.under) found(view.filter, node, view);
  } else if (node.kind === "generated") found(node.view.filter, node, node.view);
  else if (node.kind === "option" && node.layout.protocol !== undefined)
    found(node.layout.protocol.filter, node, undefined);
  for (const child of node.children) visit(child, found);
}

/** Tells of each name in a layer, in the order of the tree. */
export function eachPlace(layer: Layer, found: Found): void {
  found(layer.protocol, layer, undefined);
  for (const node of layer.children) visit(node, found);
  if (layer.payloadNode !== undefined) visit(layer.payloadNode, found);
}

/** Where the bytes end that a layer has as a field. */
export function byteEnd({ layout, end, bufferEnd }: Layer): number {
  return layout.protocol?.extent === "message" ? bufferEnd : end;
}

/** The bytes that a layer has as a field, and those up to the end of its data. */
function layerBytes(
  layer: Layer,
  data: Uint8Array,
): { readonly bytes: Uint8Array; readonly buffer: Uint8Array } {
  const buffer = data.subarray(layer.start, layer.bufferEnd);
  return { bytes: data.subarray(layer.start, byteEnd(layer)), buffer };
}

/** The value alone. */
export function valueAt(
  node: TreeNode | Layer,
  view: View | undefined,
  data: Uint8Array,
): RawValue | undefined {
  if (!("kind" in node)) return layerBytes(node, data).bytes;
  if (node.kind === "generated") return node.value;
  if (node.kind !== "field" || view === undefined) return nodeBytes(node, data);
  return viewReader(view)(node, data);
}

export function occurrenceAt(
  node: TreeNode | Layer,
  view: View | undefined,
  data: Uint8Array,
): Occurrence | undefined {
  if (!("kind" in node)) {
    const { bytes, buffer } = layerBytes(node, data);
    return { value: bytes, layer: node.layer, bytes, buffer };
  }
  const value = valueAt(node, view, data);
  if (value === undefined) return undefined;
  if (node.kind === "generated") return { value, layer: node.layer };
  const bytes = nodeBytes(node, data);
  if (node.kind === "field") return { value, layer: node.layer, bytes };
  return { value, layer: node.layer, bytes, buffer: bytes };
}
