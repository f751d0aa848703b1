/** Putting what trackers found into a frame's tree. */
import type { RawValue } from "../ir/fields.ts";
import type { View } from "../ir/nodes.ts";
import type { ProvidedField } from "../ir/tracker.ts";
import type { GeneratedNode, Layer, TextNode, TreeNode } from "../ir/tree.ts";
import { Homes } from "./homes.ts";
import type { Registry } from "./registry.ts";

/** The lists of a frame's tree are made for that frame alone, so that they may be added to until the tree is handed out. */
function open(list: readonly TreeNode[]): TreeNode[] {
  return list as TreeNode[];
}

/** The list below a heading: a field of that name that a tracker gave, else a text node. */
function headingIn(layer: Layer, label: string): TreeNode[] {
  const field = layer.children.find((node) => node.kind === "generated" && node.view.filter === label);
  if (field !== undefined) return open(field.children);
  const known = layer.children.find((node) => node.kind === "text" && node.label === label);
  if (known !== undefined) return open(known.children);
  const children: TreeNode[] = [];
  const heading: TextNode = { kind: "text", label, bitOffset: 0, bitLength: 0, layer: layer.layer, children };
  open(layer.children).push(heading);
  return children;
}

/** A node, and the list that it stands in. */
interface Spot {
  readonly list: readonly TreeNode[];
  readonly node: TreeNode;
}

/** Looks for the n-th node under a name, in the order of the tree. */
class Search {
  readonly #name: string;
  /** Nodes to pass over. */
  #left: number;

  constructor(name: string, occurrence: number) {
    this.#name = name;
    this.#left = occurrence;
  }

  in(list: readonly TreeNode[]): Spot | undefined {
    for (const node of list) {
      if (node.kind === "field") {
        for (const view of node.views)
          if (view.filter === this.#name && this.#left-- === 0) return { list, node };
      }
      const inside = node.children.length > 0 ? this.in(node.children) : undefined;
      if (inside !== undefined) return inside;
    }
    return undefined;
  }
}

/** A provided field, with what can be said of its place before any frame is seen. */
export interface Placed {
  readonly view: View;
  readonly after: string | undefined;
  /** What it stands behind is provided too. */
  readonly isAfterProvided: boolean;
  /** Headers that may hold what it stands behind. */
  readonly homes: Homes | undefined;
  /** Something stands behind it. */
  readonly isAnchor: boolean;
  readonly under: string | undefined;
  readonly protocol: string;
}

/** `isProvided`: is the name one that is provided along with it? `anchors`: names that others stand behind. */
export function prepare(
  { info, placement }: ProvidedField,
  registry: Registry,
  isProvided: (name: string) => boolean,
  anchors: ReadonlySet<string>,
): Placed {
  const { after, under, layer } = placement;
  const { name, type, base, description } = info;
  const isAfterProvided = after !== undefined && isProvided(after);
  return {
    view: { filter: name, type, base, label: description },
    after,
    isAfterProvided,
    homes: after === undefined || isAfterProvided ? undefined : new Homes(registry, [after]),
    isAnchor: anchors.has(name),
    under,
    protocol: layer ?? info.protocol,
  };
}

/** The n-th layer of a protocol. */
function layerOf(layers: readonly Layer[], protocol: string, occurrence: number): Layer | undefined {
  let left = occurrence;
  for (const layer of layers) if (layer.protocol === protocol && left-- === 0) return layer;
  return undefined;
}

function nodeOf(view: View, value: RawValue, layer: number): GeneratedNode {
  return { kind: "generated", view, value, bitOffset: 0, bitLength: 0, layer, children: [] };
}

function isOf(node: TreeNode | undefined, { view }: Placed): boolean {
  return node?.kind === "generated" && node.view === view;
}

/** Puts values into one frame's tree, at their places and in their order; a value for a header that is not there is dropped. */
export class Placing {
  readonly #layers: readonly Layer[];
  /** Provided values that others stand behind. */
  readonly #anchors = new Map<string, Spot[]>();

  constructor(layers: readonly Layer[]) {
    this.#layers = layers;
  }

  #spot(name: string, { isAfterProvided, homes }: Placed, occurrence: number): Spot | undefined {
    if (isAfterProvided) return this.#anchors.get(name)?.[occurrence];
    const search = new Search(name, occurrence);
    for (const layer of this.#layers) {
      const found = homes?.has(layer.layout) === false ? undefined : search.in(layer.children);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The node that was added, if any. */
  add(field: Placed, value: RawValue, occurrence: number): GeneratedNode | undefined {
    let list: readonly TreeNode[];
    let node: GeneratedNode;
    if (field.after === undefined) {
      const layer = layerOf(this.#layers, field.protocol, occurrence);
      if (layer === undefined) return undefined;
      list = field.under === undefined ? layer.children : headingIn(layer, field.under);
      node = nodeOf(field.view, value, layer.layer);
      open(list).push(node);
    } else {
      const spot = this.#spot(field.after, field, occurrence);
      if (spot === undefined) return undefined;
      list = spot.list;
      node = nodeOf(field.view, value, spot.node.layer);
      let index = list.indexOf(spot.node) + 1;
      // Behind those of its own that were put there before.
      while (isOf(list[index], field)) index++;
      open(list).splice(index, 0, node);
    }
    if (!field.isAnchor) return node;
    const spots = this.#anchors.get(field.view.filter);
    if (spots === undefined) this.#anchors.set(field.view.filter, [{ list, node }]);
    else spots.push({ list, node });
    return node;
  }
}
