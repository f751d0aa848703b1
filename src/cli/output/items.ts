/** The packet tree as a list of items, for outputs that look at a name's siblings or at what stands below it. */
import type { RawValue } from "../../ir/fields.ts";
import type { View } from "../../ir/nodes.ts";
import type { Layer, OptionNode } from "../../ir/tree.ts";
import { nodeBytes } from "../../ir/views.ts";
import { type Extent, fieldExtent, NOWHERE, spanOf } from "./extents.ts";
import { layerHeading, optionHeading } from "./headings.ts";
import { type ItemName, isFindingName, isShown } from "./names.ts";
import type { OutputContext, Shown } from "./shown.ts";
import { type TreeVisitor, TreeWalk, type ValueNode } from "./tree-walk.ts";

/** Something with a filter name and a value, or a heading over others. */
export interface Item extends ItemName {
  readonly value: RawValue | undefined;
  readonly extent: Extent;
  readonly children: readonly Item[];
}

/** Tells of something odd, and has no value. */
export function isFinding(item: Item): boolean {
  return item.children.length === 0 && isFindingName(item);
}

/** Values that follow from earlier frames too, and the names beside them whose bytes they were made of. */
const TWINS: Readonly<Record<string, string>> = {
  "tcp.seq": "tcp.seq_raw",
  "tcp.ack": "tcp.ack_raw",
  "tcp.window_size": "tcp.window_size_value",
  "tcp.window_size_scalefactor": "tcp.window_size_value",
  "tcp.options.sack_le": "tcp.options.sack_le_raw",
  "tcp.options.sack_re": "tcp.options.sack_re_raw",
};

/** An item with the place of the nearest twin among its siblings. */
function placed(item: Item, index: number, siblings: readonly Item[]): Item {
  const name = Object.hasOwn(TWINS, item.key) ? TWINS[item.key] : undefined;
  if (name === undefined) return item;
  let best: { readonly distance: number; readonly extent: Extent } | undefined;
  for (const [at, { key, extent }] of siblings.entries()) {
    const distance = Math.abs(at - index);
    if (key === name && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { distance, extent };
  }
  return best === undefined ? item : { ...item, extent: best.extent };
}

class ItemBuilder implements TreeVisitor<ItemName> {
  readonly #context: OutputContext;
  #shown: Shown | undefined;
  /** The lists that are open, the innermost last. */
  readonly #lists: Item[][] = [];
  #list: Item[] = [];

  constructor(context: OutputContext) {
    this.#context = context;
  }

  /** Before a frame; gives the list of its layers. */
  start(shown: Shown): readonly Item[] {
    this.#shown = shown;
    this.#list = [];
    return this.#list;
  }

  prepare(name: ItemName): ItemName {
    return name;
  }

  #add(name: ItemName, value: RawValue | undefined, extent: Extent, label: string): Item[] {
    const { kind, key, format, hidden } = name;
    const children: Item[] = [];
    this.#list.push({ kind, key, label, format, hidden, value, extent, children });
    return children;
  }

  #open(children: Item[]): void {
    this.#lists.push(this.#list);
    this.#list = children;
  }

  #extent(node: ValueNode, view: View | undefined, start: number): Extent {
    if (node === undefined) return NOWHERE;
    return node.kind === "field" && view !== undefined
      ? fieldExtent(node, view, start)
      : { ...NOWHERE, position: start };
  }

  leaf(name: ItemName, value: RawValue, node: ValueNode, view: View | undefined, start: number): void {
    this.#add(name, value, this.#extent(node, view, start), name.label);
  }

  open(name: ItemName, value: RawValue, node: ValueNode, view: View | undefined, start: number): void {
    this.#open(this.#add(name, value, this.#extent(node, view, start), name.label));
  }

  layer(name: ItemName, layer: Layer, extent: Extent): void {
    const label = this.#shown === undefined ? "" : layerHeading(layer, this.#shown, this.#context);
    this.#open(this.#add(name, undefined, extent, label));
  }

  option(name: ItemName, option: OptionNode, data: Uint8Array): void {
    const own = name.kind === "protocol" ? undefined : nodeBytes(option, data);
    this.#open(this.#add(name, own, spanOf(option), optionHeading(option, this.#context)));
  }

  head(name: ItemName, value: RawValue, option: OptionNode): void {
    this.#open(this.#add(name, value, spanOf(option), name.label));
  }

  text(name: ItemName, start: number): void {
    this.#open(this.#add(name, undefined, { ...NOWHERE, position: start }, name.label));
  }

  expert(name: ItemName, message: string): void {
    this.#open(this.#add(name, undefined, NOWHERE, `Finding: ${message}`));
  }

  close(): void {
    this.#list = this.#lists.pop() ?? [];
  }

  memo(): undefined {}

  begin(): number {
    return this.#list.length;
  }

  end(mark: number): void {
    const siblings = this.#list.splice(mark);
    for (const [index, item] of siblings.entries())
      if (isShown(item.key)) this.#list.push(placed(item, index, siblings));
  }
}

/** Makes the tree of a frame: an item for each layer. */
export function itemMaker(context: OutputContext): (shown: Shown) => readonly Item[] {
  const builder = new ItemBuilder(context);
  const walk = new TreeWalk(builder, context);
  return (shown) => {
    const items = builder.start(shown);
    walk.frame(shown);
    return items;
  };
}
