/** The packet tree as a list of items, for outputs that look at a name's siblings or at what stands below it. */
import { stretchOf } from "../../backends/field-value.ts";
import { nameReader, nodeReader } from "../../engine/node-reader.ts";
import type { RawValue } from "../../ir/fields.ts";
import type { Frame } from "../../ir/frame.ts";
import type { View } from "../../ir/nodes.ts";
import type { Layer, OptionNode } from "../../ir/tree.ts";
import { nodeBytes } from "../../ir/views.ts";
import { OptionReader } from "../summary/layer-reader.ts";
import { lineMaker, lineOf } from "../summary/pieces.ts";
import { areSame, type Extent, fieldExtent, NOWHERE, spanOf } from "./extents.ts";
import { headingPieces, optionHeading } from "./headings.ts";
import { type ItemName, isFindingName, isShown } from "./names.ts";
import { type Nested, nestLayers } from "./nesting.ts";
import { generatedValue, type OutputContext, type Shown } from "./shown.ts";
import type { Stretch } from "./template.ts";
import { type TreeVisitor, TreeWalk, type ValueNode } from "./tree-walk.ts";

/** Something with a filter name and a value, or a heading over others. */
export interface Item extends ItemName {
  readonly value: RawValue | undefined;
  readonly extent: Extent;
  /** All frames that have the item have its extent. */
  readonly isPlaced: boolean;
  /** Bits of the frame that its value hangs on, if it hangs on nothing else. */
  readonly from: Stretch | undefined;
  /** Brings it up to date with another frame that has it; undefined where it is the same in all. */
  readonly refresh: Refresh | undefined;
  readonly children: readonly Item[];
}

type Refresh = (shown: Shown) => void;

/** Items are everybody's to read, and this file's to bring up to date. */
type Open = { -readonly [Key in keyof Item]: Item[Key] };

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

/** Where the layers of frames of one shape stand. */
class LayerExtents {
  readonly #layers: readonly Layer[];
  readonly #extents = new Map<Layer, Extent>();
  #shown: Shown | undefined;

  constructor(layers: readonly Layer[]) {
    this.#layers = layers;
  }

  of(layer: Layer, shown: Shown): Extent | undefined {
    if (this.#shown !== shown) {
      this.#shown = shown;
      const visit = ({ layer: one, extent, inner }: Nested): void => {
        this.#extents.set(one, extent);
        inner.forEach(visit);
      };
      nestLayers(this.#layers, shown.frame.data.length).forEach(visit);
    }
    return this.#extents.get(layer);
  }
}

class ItemBuilder implements TreeVisitor<ItemName> {
  readonly #context: OutputContext;
  #shown: Shown | undefined;
  /** The lists that are open, the innermost last. */
  readonly #lists: Open[][] = [];
  #list: Open[] = [];
  #layers = new LayerExtents([]);
  /** Items that may differ in another frame that has the same tree. */
  #changing: Open[] = [];
  #isFixed = true;

  constructor(context: OutputContext) {
    this.#context = context;
  }

  /** Before a frame; gives the list of its layers. */
  start(shown: Shown): readonly Item[] {
    this.#shown = shown;
    this.#list = [];
    this.#layers = new LayerExtents(shown.dissection.layers);
    this.#changing = [];
    this.#isFixed = true;
    return this.#list;
  }

  /** Undefined where the items do not serve other frames. */
  refresher(): Refresh | undefined {
    if (!this.#isFixed) return undefined;
    const changing = this.#changing;
    return (shown) => {
      for (const { refresh } of changing) refresh?.(shown);
    };
  }

  prepare(name: ItemName): ItemName {
    return name;
  }

  #add(name: ItemName, value: RawValue | undefined, extent: Extent, label: string): Open {
    const { kind, key, format, hidden } = name;
    const item: Open = {
      kind,
      key,
      label,
      format,
      hidden,
      value,
      extent,
      isPlaced: true,
      from: undefined,
      refresh: undefined,
      children: [],
    };
    this.#list.push(item);
    return item;
  }

  #change(item: Open, refresh: Refresh): void {
    item.refresh = refresh;
    this.#changing.push(item);
  }

  #open({ children }: Open): void {
    this.#lists.push(this.#list);
    // It was made just now.
    this.#list = children as Open[];
  }

  #value(name: ItemName, value: RawValue, node: ValueNode, view: View | undefined, start: number): Open {
    const item = this.#add(name, value, this.#extent(node, view, start), name.label);
    if (node?.kind === "generated") {
      this.#change(item, (shown) => {
        item.value = generatedValue(node, shown);
      });
    } else if (node !== undefined && view !== undefined) {
      const read = nameReader(node, view);
      let bits = node.bitLength;
      item.from = stretchOf(node);
      item.isPlaced = item.from !== undefined || node.ir.kind === "meta";
      this.#change(item, ({ frame }) => {
        item.value = read(frame) ?? nodeBytes(node, frame.data);
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
    const pieces = this.#shown === undefined ? [] : headingPieces(layer, this.#shown, this.#context);
    const item = this.#add(name, undefined, extent, lineOf(pieces));
    item.isPlaced = false;
    const layers = this.#layers;
    let label: ((frame: Frame) => string) | undefined;
    this.#change(item, (shown) => {
      label ??= lineMaker(pieces);
      item.label = label(shown.frame);
      const now = layers.of(layer, shown);
      if (now !== undefined && !areSame(item.extent, now)) item.extent = now;
    });
    this.#open(item);
  }

  option(name: ItemName, option: OptionNode, data: Uint8Array): void {
    const hasBytes = name.kind !== "protocol";
    const own = hasBytes ? nodeBytes(option, data) : undefined;
    const item = this.#add(name, own, spanOf(option), optionHeading(option, this.#context));
    const subtype = new OptionReader(option).field("subtype");
    const read = subtype && nodeReader(subtype);
    item.isPlaced = false;
    item.from = option;
    this.#change(item, ({ frame }) => {
      if (hasBytes) item.value = nodeBytes(option, frame.data);
      if (read !== undefined) item.label = optionHeading(option, this.#context, read(frame));
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

/** The items of a frame's layers. */
export interface ItemTree {
  readonly items: readonly Item[];
  /** Brings all items up to date, where they are kept for other frames that have the same, up to their values. */
  readonly refresh: Refresh | undefined;
}

/** Makes the items of a frame, or gives those that it shares with others as they were left. */
export function itemTrees(context: OutputContext): (shown: Shown) => ItemTree {
  const builder = new ItemBuilder(context);
  const walk = new TreeWalk(builder, context);
  const known = new WeakMap<object, ItemTree>();
  return (shown) => {
    const { shape } = shown.dissection;
    const kept = shape === undefined ? undefined : known.get(shape);
    if (kept !== undefined) return kept;
    const items = builder.start(shown);
    walk.frame(shown);
    const refresh = shape === undefined ? undefined : builder.refresher();
    const tree = { items, refresh };
    if (shape !== undefined && refresh !== undefined) known.set(shape, tree);
    return tree;
  };
}

/** The items for those who look at all of them, one frame at a time. */
export function itemMaker(context: OutputContext): (shown: Shown) => readonly Item[] {
  const treeOf = itemTrees(context);
  return (shown) => {
    const { items, refresh } = treeOf(shown);
    refresh?.(shown);
    return items;
  };
}
