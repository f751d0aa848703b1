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

/** Reads a layer's own header, not what other headers of the same protocol in the frame hold. */
export class LayerReader {
  readonly layer: Layer;
  readonly #data: Uint8Array;
  #places: Map<string, Place[]> | undefined;
  readonly #values = new Map<string, readonly RawValue[]>();

  constructor(layer: Layer, data: Uint8Array) {
    this.layer = layer;
    this.#data = data;
  }

  all(name: string): readonly RawValue[] {
    let values = this.#values.get(name);
    if (values === undefined) {
      this.#places ??= this.#index();
      values = (this.#places.get(name) ?? []).flatMap(({ node, view }) => {
        const value = node.kind === "generated" ? node.value : viewValue(node, view, this.#data);
        return value === undefined ? [] : [value];
      });
      this.#values.set(name, values);
    }
    return values;
  }

  first(name: string): RawValue | undefined {
    return this.all(name)[0];
  }

  /** NaN when absent. */
  number(name: string): number {
    const value = this.first(name);
    return value === undefined ? Number.NaN : Number(value);
  }

  has(name: string): boolean {
    return this.all(name).length > 0;
  }

  #index(): Map<string, Place[]> {
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
    for (const node of this.layer.children) visit(node);
    if (this.layer.payloadNode !== undefined) visit(this.layer.payloadNode);
    return places;
  }
}

/** The options of a layer in wire order, those inside others too. */
export function optionNodes(layer: Layer): readonly OptionNode[] {
  const found: OptionNode[] = [];
  const visit = (node: TreeNode): void => {
    if (node.kind === "option") found.push(node);
    node.children.forEach(visit);
  };
  layer.children.forEach(visit);
  return found;
}

/** The field nodes of an option by the key that they have in the parsed object; groups' children stand beside it. */
export function namedFields(option: OptionNode): ReadonlyMap<string, FieldNode> {
  const fields = new Map<string, FieldNode>();
  const visit = (node: TreeNode): void => {
    if (node.kind !== "field") return;
    if (!fields.has(node.ir.name)) fields.set(node.ir.name, node);
    node.children.forEach(visit);
  };
  option.children.forEach(visit);
  return fields;
}
