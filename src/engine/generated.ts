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

/** A node, and the list that it stands in. */
interface Spot {
  readonly list: readonly TreeNode[];
  readonly node: TreeNode;
}

/** Where the nodes of some names stand in a tree, in the order of the tree. */
class Spots {
  readonly #spots: Map<string, Spot[]>;

  constructor(layers: readonly Layer[], names: ReadonlySet<string>) {
    this.#spots = new Map([...names].map((name) => [name, []]));
    for (const layer of layers) this.#visit(layer.children);
  }

  #visit(list: readonly TreeNode[]): void {
    for (const node of list) {
      if (node.kind === "field") for (const view of node.views) this.add(view.filter, { list, node });
      else if (node.kind === "generated") this.add(node.view.filter, { list, node });
      if (node.children.length > 0) this.#visit(node.children);
    }
  }

  add(name: string, spot: Spot): void {
    this.#spots.get(name)?.push(spot);
  }

  find(name: string, occurrence: number): Spot | undefined {
    return this.#spots.get(name)?.[occurrence];
  }
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

/**
 * Adds values at their places, in their order; a value for a header that is not there is dropped. `anchors`: names that any of
 * them may be put behind.
 */
export function placeGenerated(
  layers: readonly Layer[],
  found: Iterable<Found>,
  anchors: ReadonlySet<string>,
): void {
  let spots: Spots | undefined;
  for (const { field, value, occurrence } of found) {
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
      spots ??= new Spots(layers, anchors);
      const spot = spots.find(field.placement.after, occurrence);
      if (spot === undefined) continue;
      const node = make(spot.node.layer);
      open(spot.list).splice(spot.list.indexOf(spot.node) + 1, 0, node);
      spots.add(field.info.name, { list: spot.list, node });
      continue;
    }
    const protocol = field.placement.layer ?? field.info.protocol;
    const layer = layers.filter((candidate) => candidate.protocol === protocol)[occurrence];
    if (layer === undefined) continue;
    const list =
      field.placement.under === undefined ? open(layer.children) : headingIn(layer, field.placement.under);
    const node = make(layer.layer);
    list.push(node);
    spots?.add(field.info.name, { list, node });
  }
}
