/** The packet tree as a list of items, for outputs that look at a name's siblings or at what stands below it. */
import type { RawValue } from "../../ir/fields.ts";
import type { View } from "../../ir/nodes.ts";
import type { Layer, OptionNode } from "../../ir/tree.ts";
import { nodeBytes, viewReader } from "../../ir/views.ts";
import { areSame, type Extent, fieldExtent, NOWHERE, spanOf } from "./extents.ts";
import { layerHeading, optionHeading } from "./headings.ts";
import { type ItemName, isFindingName, isShown } from "./names.ts";
import { type Nested, nestLayers } from "./nesting.ts";
import { generatedValue, type OutputContext, type Shown } from "./shown.ts";
import { type TreeVisitor, TreeWalk, type ValueNode } from "./tree-walk.ts";

/** Something with a filter name and a value, or a heading over others. */
export interface Item extends ItemName {
  readonly value: RawValue | undefined;
  readonly extent: Extent;
  readonly children: readonly Item[];
}

/** Items are everybody's to read, and this file's to bring up to date. */
type Open = { -readonly [Key in keyof Item]: Item[Key] };
type Refresh = (shown: Shown) => void;

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

/** Gives an item the place of the nearest twin among its siblings. */
function place(item: Open, index: number, siblings: readonly Item[]): void {
  const name = Object.hasOwn(TWINS, item.key) ? TWINS[item.key] : undefined;
  if (name === undefined) return;
  let best: { readonly distance: number; readonly extent: Extent } | undefined;
  for (const [at, { key, extent }] of siblings.entries()) {
    const distance = Math.abs(at - index);
    if (key === name && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { distance, extent };
  }
  if (best !== undefined) item.extent = best.extent;
}

class ItemBuilder implements TreeVisitor<ItemName> {
  readonly #context: OutputContext;
  #shown: Shown | undefined;
  /** The lists that are open, the innermost last. */
  readonly #lists: Open[][] = [];
  #list: Open[] = [];
  /** Those of the layers, in the order of the tree. */
  #layers: Open[] = [];
  /** Bring the items up to date with another frame that has the same tree. */
  #refreshes: Refresh[] = [];
  #isFixed = true;

  constructor(context: OutputContext) {
    this.#context = context;
  }

  /** Before a frame; gives the list of its layers. */
  start(shown: Shown): readonly Item[] {
    this.#shown = shown;
    this.#list = [];
    this.#layers = [];
    this.#refreshes = [];
    this.#isFixed = true;
    return this.#list;
  }

  /** Undefined where the items do not serve other frames. */
  refresher(): Refresh | undefined {
    if (!this.#isFixed) return undefined;
    const layers = this.#layers;
    const refreshes = this.#refreshes;
    return (shown) => {
      // Nodes have their values when the layers are asked for.
      const list = shown.dissection.layers;
      for (const refresh of refreshes) refresh(shown);
      let nth = 0;
      const visit = ({ extent, inner }: Nested): void => {
        const item = layers[nth++];
        if (item !== undefined && !areSame(item.extent, extent)) item.extent = extent;
        inner.forEach(visit);
      };
      nestLayers(list, shown.frame.data.length).forEach(visit);
    };
  }

  prepare(name: ItemName): ItemName {
    return name;
  }

  #add(name: ItemName, value: RawValue | undefined, extent: Extent, label: string): Open {
    const { kind, key, format, hidden } = name;
    const item: Open = { kind, key, label, format, hidden, value, extent, children: [] };
    this.#list.push(item);
    return item;
  }

  #open({ children }: Open): void {
    this.#lists.push(this.#list);
    // It was made just now.
    this.#list = children as Open[];
  }

  #value(name: ItemName, value: RawValue, node: ValueNode, view: View | undefined, start: number): Open {
    const item = this.#add(name, value, this.#extent(node, view, start), name.label);
    if (node?.kind === "generated") {
      this.#refreshes.push((shown) => {
        item.value = generatedValue(node, shown);
      });
    } else if (node !== undefined && view !== undefined) {
      const read = viewReader(view);
      let bits = node.bitLength;
      this.#refreshes.push(({ frame }) => {
        item.value = read(node, frame.data) ?? nodeBytes(node, frame.data);
        if (node.bitLength === bits) return;
        bits = node.bitLength;
        item.extent = this.#extent(node, view, start);
      });
    }
    return item;
  }

  #extent(node: ValueNode, view: View | undefined, start: number): Extent {
    if (node === undefined) return NOWHERE;
    return node.kind === "field" && view !== undefined
      ? fieldExtent(node, view, start)
      : { ...NOWHERE, position: start };
  }

  leaf(name: ItemName, value: RawValue, node: ValueNode, view: View | undefined, start: number): void {
    this.#value(name, value, node, view, start);
  }

  open(name: ItemName, value: RawValue, node: ValueNode, view: View | undefined, start: number): void {
    this.#open(this.#value(name, value, node, view, start));
  }

  layer(name: ItemName, layer: Layer, extent: Extent): void {
    const label = this.#shown === undefined ? "" : layerHeading(layer, this.#shown, this.#context);
    const item = this.#add(name, undefined, extent, label);
    this.#layers.push(item);
    this.#refreshes.push((shown) => {
      item.label = layerHeading(layer, shown, this.#context);
    });
    this.#open(item);
  }

  option(name: ItemName, option: OptionNode, data: Uint8Array): void {
    const hasBytes = name.kind !== "protocol";
    const own = hasBytes ? nodeBytes(option, data) : undefined;
    const item = this.#add(name, own, spanOf(option), optionHeading(option, this.#context));
    this.#refreshes.push(({ frame }) => {
      if (hasBytes) item.value = nodeBytes(option, frame.data);
      item.label = optionHeading(option, this.#context);
    });
    this.#open(item);
  }

  head(name: ItemName, value: RawValue, option: OptionNode): void {
    this.#isFixed = false;
    this.#open(this.#add(name, value, spanOf(option), name.label));
  }

  text(name: ItemName, start: number): void {
    this.#open(this.#add(name, undefined, { ...NOWHERE, position: start }, name.label));
  }

  expert(name: ItemName, message: string, isFixed: boolean): void {
    if (!isFixed) this.#isFixed = false;
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
    for (const [index, item] of siblings.entries()) {
      place(item, index, siblings);
      if (isShown(item.key)) this.#list.push(item);
    }
  }
}

/** The items of a frame's layers. They are kept where other frames have the same, up to their values. */
export interface ItemTree {
  readonly items: readonly Item[];
  readonly isKept: boolean;
}

/** Makes the items of a frame, or brings those up to date that it shares with others. */
export function itemTrees(context: OutputContext): (shown: Shown) => ItemTree {
  const builder = new ItemBuilder(context);
  const walk = new TreeWalk(builder, context);
  const known = new WeakMap<object, { readonly tree: ItemTree; readonly refresh: Refresh }>();
  return (shown) => {
    const { shape } = shown.dissection;
    const kept = shape === undefined ? undefined : known.get(shape);
    if (kept !== undefined) {
      kept.refresh(shown);
      return kept.tree;
    }
    const items = builder.start(shown);
    walk.frame(shown);
    const refresh = shape === undefined ? undefined : builder.refresher();
    const tree = { items, isKept: refresh !== undefined };
    if (shape !== undefined && refresh !== undefined) known.set(shape, { tree, refresh });
    return tree;
  };
}

/** The same for those who look at items one frame at a time. */
export function itemMaker(context: OutputContext): (shown: Shown) => readonly Item[] {
  const treeOf = itemTrees(context);
  return (shown) => treeOf(shown).items;
}
