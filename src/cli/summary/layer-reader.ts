/** The fields of one layer by filter name. */
import type { RawValue } from "../../ir/fields.ts";
import type { View } from "../../ir/nodes.ts";
import type { FieldNode, Layer, OptionNode, TreeNode } from "../../ir/tree.ts";
import { viewValue } from "../../ir/views.ts";

/** Reads a layer's own header, not what other headers of the same protocol in the frame hold. */
export class LayerReader {
  readonly layer: Layer;
  readonly #data: Uint8Array;
  #values: Map<string, RawValue[]> | undefined;

  constructor(layer: Layer, data: Uint8Array) {
    this.layer = layer;
    this.#data = data;
  }

  all(name: string): readonly RawValue[] {
    this.#values ??= this.#read();
    return this.#values.get(name) ?? [];
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

  #read(): Map<string, RawValue[]> {
    const values = new Map<string, RawValue[]>();
    const add = (name: string, value: RawValue | undefined): void => {
      if (value === undefined) return;
      const list = values.get(name);
      if (list === undefined) values.set(name, [value]);
      else list.push(value);
    };
    const addViews = (node: FieldNode, views: readonly View[]): void => {
      for (const view of views) add(view.filter, viewValue(node, view, this.#data));
    };
    const visit = (node: TreeNode): void => {
      if (node.kind === "field") {
        addViews(node, node.views);
        addViews(node, node.under);
      } else if (node.kind === "generated") add(node.view.filter, node.value);
      node.children.forEach(visit);
    };
    this.layer.children.forEach(visit);
    if (this.layer.payloadNode !== undefined) visit(this.layer.payloadNode);
    return values;
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
