/** Putting what trackers found into a frame's tree. */
import type { RawValue } from "../ir/fields.ts";
import type { View } from "../ir/nodes.ts";
import type { ProvidedField } from "../ir/tracker.ts";
import type { GeneratedNode, Layer, TextNode, TreeNode } from "../ir/tree.ts";

/** A value that a tracker gave for one frame. */
export interface Found {
  readonly field: ProvidedField;
  readonly value: RawValue;
  /** Which of several headers of the protocol (from 0). */
  readonly occurrence: number;
}

const VIEWS = new WeakMap<ProvidedField, View>();

function viewOf(field: ProvidedField): View {
  let view = VIEWS.get(field);
  if (view === undefined) {
    const { name, type, base, description } = field.info;
    view = { filter: name, type, base, label: description };
    VIEWS.set(field, view);
  }
  return view;
}

/** The lists of a frame's tree are made for that frame alone, so that they may be added to until the tree is handed out. */
function open(list: readonly TreeNode[]): TreeNode[] {
  return list as TreeNode[];
}

function hasName(node: TreeNode, name: string): boolean {
  if (node.kind === "field") return node.views.some((view) => view.filter === name);
  return node.kind === "generated" && node.view.filter === name;
}

/** The n-th node (from 0) with this name, and the list that it stands in. */
function findNode(
  list: readonly TreeNode[],
  name: string,
  count: { left: number },
): { list: readonly TreeNode[]; index: number } | undefined {
  for (const [index, node] of list.entries()) {
    if (hasName(node, name) && count.left-- === 0) return { list, index };
    const inside = findNode(node.children, name, count);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** The list below a heading: a field of that name that a tracker gave, else a text node. */
function headingIn(layer: Layer, label: string): TreeNode[] {
  const field = layer.children.find((node) => node.kind === "generated" && node.view.filter === label);
  if (field !== undefined) return open(field.children);
  const known = layer.children.find(
    (node) =>
      (node.kind === "text" && node.label === label) ||
      (node.kind === "generated" && node.view.filter === label),
  );
  if (known !== undefined) return open(known.children);
  const children: TreeNode[] = [];
  const heading: TextNode = { kind: "text", label, bitOffset: 0, bitLength: 0, layer: layer.layer, children };
  open(layer.children).push(heading);
  return children;
}

/** Adds one value at its place; a value for a header that is not there is dropped. */
export function placeGenerated(layers: readonly Layer[], found: Found): void {
  const { field, value, occurrence } = found;
  const make = (layer: number): GeneratedNode => ({
    kind: "generated",
    view: viewOf(field),
    value,
    bitOffset: 0,
    bitLength: 0,
    layer,
    children: [],
  });
  if (field.placement.after !== undefined) {
    const count = { left: occurrence };
    for (const layer of layers) {
      const place = findNode(layer.children, field.placement.after, count);
      if (place === undefined) continue;
      const number = place.list[place.index]?.layer ?? 1;
      open(place.list).splice(place.index + 1, 0, make(number));
      return;
    }
    return;
  }
  const protocol = field.placement.layer ?? field.info.protocol;
  const layer = layers.filter((candidate) => candidate.protocol === protocol)[occurrence];
  if (layer === undefined) return;
  const list =
    field.placement.under === undefined ? open(layer.children) : headingIn(layer, field.placement.under);
  list.push(make(layer.layer));
}
