/** The fields of one layer by filter name. */
import type { RawValue } from "../../ir/fields.ts";
import type { View } from "../../ir/nodes.ts";
import type { FieldNode, GeneratedNode, Layer, OptionNode, TreeNode } from "../../ir/tree.ts";
import { viewValue } from "../../ir/views.ts";

/** A node under one of its names. */
interface Place {
  readonly node: FieldNode | GeneratedNode;
  readonly view: View;
}

const NOWHERE: readonly Place[] = [];

/** Made once for what frames may share. */
function kept<Key extends object, Made>(make: (key: Key) => Made): (key: Key) => Made {
  const known = new WeakMap<Key, Made>();
  return (key) => {
    let made = known.get(key);
    if (made === undefined) {
      made = make(key);
      known.set(key, made);
    }
    return made;
  };
}

/** The places of all names in a layer. */
const placesIn = kept(({ children, payloadNode }: Layer): ReadonlyMap<string, readonly Place[]> => {
  const places = new Map<string, Place[]>();
  const add = (node: Place["node"], view: View): void => {
    const list = places.get(view.filter);
    if (list === undefined) places.set(view.filter, [{ node, view }]);
    else list.push({ node, view });
  };
  const visit = (node: TreeNode): void => {
    if (node.kind === "field") {
      for (const view of node.views) add(node, view);
      for (const view of node.under) add(node, view);
    } else if (node.kind === "generated") add(node, node.view);
    for (const child of node.children) visit(child);
  };
  for (const node of children) visit(node);
  if (payloadNode !== undefined) visit(payloadNode);
  return places;
});

/** Reads a layer's own header, not what other headers of the same protocol in the frame hold. */
export class LayerReader {
  readonly layer: Layer;
  readonly #data: Uint8Array;
  #places: ReadonlyMap<string, readonly Place[]> | undefined;

  constructor(layer: Layer, data: Uint8Array) {
    this.layer = layer;
    this.#data = data;
  }

  #at(name: string): readonly Place[] {
    this.#places ??= placesIn(this.layer);
    return this.#places.get(name) ?? NOWHERE;
  }

  #value({ node, view }: Place): RawValue | undefined {
    return node.kind === "generated" ? node.value : viewValue(node, view, this.#data);
  }

  all(name: string): readonly RawValue[] {
    return this.#at(name)
      .map((place) => this.#value(place))
      .filter((value) => value !== undefined);
  }

  first(name: string): RawValue | undefined {
    for (const place of this.#at(name)) {
      const value = this.#value(place);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** NaN when absent. */
  number(name: string): number {
    const value = this.first(name);
    return value === undefined ? Number.NaN : Number(value);
  }

  has(name: string): boolean {
    return this.first(name) !== undefined;
  }
}

/** The first value of a name among the fields that stand directly in a layer, where an index of all would not pay. */
export function directValue({ children }: Layer, name: string, data: Uint8Array): RawValue | undefined {
  for (const node of children) {
    const view = node.kind === "field" ? node.views.find(({ filter }) => filter === name) : undefined;
    if (view !== undefined && node.kind === "field") return viewValue(node, view, data);
  }
  return undefined;
}

/** The options of a layer in wire order, those inside others too. */
export const optionNodes: (layer: Layer) => readonly OptionNode[] = kept((layer) => {
  const found: OptionNode[] = [];
  const visit = (node: TreeNode): void => {
    if (node.kind === "option") found.push(node);
    node.children.forEach(visit);
  };
  layer.children.forEach(visit);
  return found;
});

/** The field nodes of an option by the key that they have in the parsed object; groups' children stand beside it. */
export const namedFields: (option: OptionNode) => ReadonlyMap<string, FieldNode> = kept((option) => {
  const fields = new Map<string, FieldNode>();
  const visit = (node: TreeNode): void => {
    if (node.kind !== "field") return;
    if (!fields.has(node.ir.name)) fields.set(node.ir.name, node);
    node.children.forEach(visit);
  };
  option.children.forEach(visit);
  return fields;
});
