/**
 * The walk over a frame's tree for tshark's structured outputs (JSON, PDML, Elasticsearch): each filter name with its value, nested as
 * tshark nests them. What rests on the schemas alone is made once for each field.
 */
import { expertItem } from "../../engine/expert.ts";
import type { RawValue } from "../../ir/fields.ts";
import type { FieldIR, Layout, View } from "../../ir/nodes.ts";
import type { FieldNode, GeneratedNode, Layer, OptionNode, TreeNode } from "../../ir/tree.ts";
import { nodeBytes, type ViewReader, viewReader } from "../../ir/views.ts";
import type { Extent } from "./extents.ts";
import { isPlain, isSelfContained, keyOf, type Memo } from "./memo.ts";
import {
  generatedName,
  type ItemName,
  isFindingName,
  isHead,
  optionName,
  protocolName,
  textName,
  toldName,
  viewName,
} from "./names.ts";
import { type Nested, nestLayers } from "./nesting.ts";
import { generatedValue, type OutputContext, type Shown } from "./shown.ts";

/** What a value was read from; undefined where no packet was at hand. */
export type ValueNode = FieldNode | GeneratedNode | undefined;

/** Is told of each name in the tree's order. `Name`: what it makes of a name, once. */
export interface TreeVisitor<Name> {
  prepare(name: ItemName): Name;
  /** A name with a value, and nothing below it. `start`: where the header begins, where what has no bytes stands. */
  leaf(name: Name, value: RawValue, node: ValueNode, view: View | undefined, start: number): void;
  /** The same, with what follows up to the matching `close` below it, if anything does. */
  open(name: Name, value: RawValue, node: ValueNode, view: View | undefined, start: number): void;
  /** Names without a value, over what follows. */
  layer(name: Name, layer: Layer, extent: Extent): void;
  option(name: Name, option: OptionNode, data: Uint8Array): void;
  /** The name that heads an option, whose bytes it stands for. */
  head(name: Name, value: RawValue, option: OptionNode): void;
  text(name: Name, start: number): void;
  /** `isFixed`: the message is the same in all frames that have the finding. */
  expert(name: Name, message: string, isFixed: boolean): void;
  close(): void;
  /** Around siblings: what stands between may look for others of them. */
  begin(): number;
  end(mark: number): void;
  /** Something to keep what is told of one field by its value; undefined where nothing is kept. */
  memo(): Memo | undefined;
}

/** One filter name of a field. */
interface Entry<Name> {
  readonly view: View;
  readonly read: ViewReader;
  /** As the field's first name, and as one of the others. */
  readonly main: Name;
  readonly other: Name;
  readonly label: string;
  readonly isFinding: boolean;
}

interface FieldNames<Name> {
  readonly views: readonly Entry<Name>[];
  readonly under: readonly Entry<Name>[];
  /** Where there is no checksum, tshark shows its state below it instead of beside it. */
  readonly state: Entry<Name> | undefined;
  /** Where what is told hangs on the field's bits alone. */
  readonly memo: Memo | undefined;
}

/** Values of `udp.checksum.status` where the sender made no checksum: not present, or illegal over IPv6. */
function isAbsent(state: RawValue | undefined): boolean {
  return state === 3 || state === 4;
}

const NO_ENTRIES: readonly never[] = [];

export class TreeWalk<Name> {
  readonly #visitor: TreeVisitor<Name>;
  readonly #context: OutputContext;
  readonly #fields = new Map<FieldIR, FieldNames<Name>>();
  readonly #generated = new Map<View, { readonly name: Name; readonly isFinding: boolean }>();
  readonly #layers = new Map<string, Name>();
  readonly #options = new Map<Layout, Name | undefined>();
  readonly #texts = new Map<string, Name>();
  readonly #expert: Name;
  readonly #told: { readonly message: Name; readonly severity: Name; readonly group: Name };
  #shown: Shown | undefined;
  #data: Uint8Array = new Uint8Array(0);
  /** Where the header that is being read begins. */
  #start = 0;
  /** Shown where it heads its option, not where it stands. */
  #skipped: View | undefined;

  constructor(visitor: TreeVisitor<Name>, context: OutputContext) {
    this.#visitor = visitor;
    this.#context = context;
    const told = (key: string): Name => visitor.prepare(toldName(key, context.catalog));
    this.#expert = visitor.prepare(protocolName("_ws.expert"));
    this.#told = {
      message: told("_ws.expert.message"),
      severity: told("_ws.expert.severity"),
      group: told("_ws.expert.group"),
    };
  }

  frame(shown: Shown): void {
    this.#shown = shown;
    this.#data = shown.frame.data;
    for (const nested of nestLayers(shown.dissection.layers, this.#data.length)) this.#layer(nested);
  }

  #layer({ layer, extent, inner }: Nested): void {
    const { protocol, payloadNode } = layer;
    this.#start = layer.start;
    let name = this.#layers.get(protocol);
    if (name === undefined) {
      name = this.#visitor.prepare(protocolName(protocol));
      this.#layers.set(protocol, name);
    }
    this.#visitor.layer(name, layer, extent);
    this.#nodes(layer.children);
    if (payloadNode !== undefined) this.#payload(payloadNode);
    for (const one of inner) this.#layer(one);
    this.#visitor.close();
  }

  /** An empty payload has no bytes to show, but a length. */
  #payload(node: FieldNode): void {
    const views = this.#active(this.#namesOf(node.ir).views, node.views, node.ir.views);
    this.#beside(
      node,
      node.bitLength > 0 ? views : views.filter(({ view }) => view.derive !== undefined),
      0,
      true,
    );
  }

  #nodes(list: readonly TreeNode[]): void {
    if (list.length === 0) return;
    const mark = this.#visitor.begin();
    for (const node of list) this.#node(node);
    this.#visitor.end(mark);
  }

  #node(node: TreeNode): void {
    switch (node.kind) {
      case "field":
        this.#field(node);
        return;
      case "generated":
        this.#generatedNode(node);
        return;
      case "option":
        this.#option(node);
        return;
      case "text": {
        let name = this.#texts.get(node.label);
        if (name === undefined) {
          name = this.#visitor.prepare(textName(node.label));
          this.#texts.set(node.label, name);
        }
        this.#visitor.text(name, this.#start);
        this.#nodes(node.children);
        this.#visitor.close();
        return;
      }
      case "opaque":
        return;
    }
  }

  #option(node: OptionNode): void {
    const { layout } = node;
    let name = this.#options.get(layout);
    if (name === undefined && layout.protocol !== undefined) {
      const own = optionName(layout);
      name = own && this.#visitor.prepare(own);
      this.#options.set(layout, name);
    }
    if (name === undefined) {
      this.#nameless(node);
      return;
    }
    const outer = this.#start;
    this.#visitor.option(name, node, this.#data);
    // What a tracker adds to an option of an own protocol stands at the option, else at the header.
    if (layout.protocol?.layer === true) this.#start = node.bitOffset >> 3;
    this.#nodes(node.children);
    this.#start = outer;
    this.#visitor.close();
  }

  /** An option without a name: one of its fields may have a name that heads the others. */
  #nameless(node: OptionNode): void {
    for (const child of node.children) {
      if (child.kind !== "field") continue;
      const entry = this.#namesOf(child.ir).views.find(({ view }) => isHead(view.filter));
      const value = entry?.read(child, this.#data);
      if (entry === undefined || value === undefined) continue;
      this.#visitor.head(entry.other, value, node);
      this.#skipped = entry.view;
      this.#nodes(node.children);
      this.#skipped = undefined;
      this.#visitor.close();
      return;
    }
    this.#nodes(node.children);
  }

  #generatedNode(node: GeneratedNode): void {
    const { view, children } = node;
    let known = this.#generated.get(view);
    if (known === undefined) {
      const name = generatedName(view, this.#context.catalog);
      known = { name: this.#visitor.prepare(name), isFinding: isFindingName(name) };
      this.#generated.set(view, known);
    }
    const value = this.#shown === undefined ? node.value : generatedValue(node, this.#shown);
    if (children.length > 0) {
      this.#visitor.open(known.name, value, node, undefined, this.#start);
      this.#nodes(children);
      this.#visitor.close();
    } else if (known.isFinding) this.#finding(known.name, view.filter, view.label, value);
    else this.#visitor.leaf(known.name, value, node, undefined, this.#start);
  }

  /** A finding stands below an expert item of its own, with what is to say of it. */
  #finding(name: Name, key: string, label: string, value: RawValue): void {
    const info = this.#context.catalog.get(key);
    const about = info?.finding?.about;
    const expert = expertItem(
      info,
      about === undefined ? undefined : this.#shown?.dissection.occurrences(about)[0]?.value,
    );
    const visitor = this.#visitor;
    visitor.expert(this.#expert, expert?.message ?? label, about === undefined);
    visitor.leaf(name, value, undefined, undefined, 0);
    if (expert !== undefined) {
      visitor.leaf(this.#told.message, expert.message, undefined, undefined, 0);
      visitor.leaf(this.#told.severity, expert.severity, undefined, undefined, 0);
      visitor.leaf(this.#told.group, expert.group, undefined, undefined, 0);
    }
    visitor.close();
  }

  #entry(view: View, fieldLabel: string): Entry<Name> {
    const main = viewName(view, fieldLabel, true, this.#context.catalog);
    const other = viewName(view, fieldLabel, false, this.#context.catalog);
    return {
      view,
      read: viewReader(view),
      main: this.#visitor.prepare(main),
      other: this.#visitor.prepare(other),
      label: other.label,
      isFinding: isFindingName(other),
    };
  }

  #namesOf(ir: FieldIR): FieldNames<Name> {
    let names = this.#fields.get(ir);
    if (names === undefined) {
      const views = ir.views.map((view) => this.#entry(view, ir.label));
      names = {
        views,
        under: ir.under.map((view) => this.#entry(view, ir.label)),
        state: views.find(({ view }) => view.filter === "udp.checksum.status"),
        memo: isSelfContained(ir) ? this.#visitor.memo() : undefined,
      };
      this.#fields.set(ir, names);
    }
    return names;
  }

  /** The entries of the names that exist here. */
  #active(
    entries: readonly Entry<Name>[],
    views: readonly View[],
    all: readonly View[],
  ): readonly Entry<Name>[] {
    if (views === all) return entries;
    return views.length === 0 ? NO_ENTRIES : entries.filter(({ view }) => views.includes(view));
  }

  #value(node: FieldNode, entry: Entry<Name>): RawValue | undefined {
    // A region's bytes are its value, though the node has none.
    return (
      entry.read(node, this.#data) ?? (node.ir.kind === "options" ? nodeBytes(node, this.#data) : undefined)
    );
  }

  /** Names that stand side by side, from index `from` on. `isOwn`: the first of the list is the field's main name. */
  #beside(node: FieldNode, entries: readonly Entry<Name>[], from: number, isOwn: boolean): void {
    for (let index = from; index < entries.length; index++) {
      const entry = entries[index] as Entry<Name>; // the index is in range
      if (entry.view === this.#skipped) continue;
      const value = this.#value(node, entry);
      if (value !== undefined) this.#single(node, entry, value, isOwn && index === 0);
    }
  }

  #single(node: FieldNode, entry: Entry<Name>, value: RawValue, isMain: boolean): void {
    const name = isMain ? entry.main : entry.other;
    if (entry.isFinding) this.#finding(name, entry.view.filter, entry.label, value);
    else this.#visitor.leaf(name, value, node, entry.view, this.#start);
  }

  #field(node: FieldNode): void {
    const { ir } = node;
    // A region that takes no bytes is not there: a header without options.
    if (ir.kind === "options" && node.bitLength === 0) return;
    const names = this.#namesOf(ir);
    const { memo } = names;
    const key = memo !== undefined && isPlain(node) ? keyOf(node) : undefined;
    if (memo === undefined || key === undefined || this.#skipped !== undefined) this.#whole(node, names);
    else if (!memo.recall(key)) {
      memo.record(node);
      this.#whole(node, names);
      memo.keep(key);
    }
  }

  #whole(node: FieldNode, names: FieldNames<Name>): void {
    const { ir, children } = node;
    const views = this.#active(names.views, node.views, ir.views);
    const under = this.#active(names.under, node.under, ir.under);
    const state =
      names.state !== undefined && isAbsent(names.state.read(node, this.#data)) ? names.state : undefined;
    let first = 0;
    let value: RawValue | undefined;
    while (first < views.length && value === undefined)
      value = this.#value(node, views[first++] as Entry<Name>); // the index is in range
    const entry = value === undefined ? undefined : views[first - 1];
    // Items of a list stand beside it, as do the children of what has no name.
    if (entry === undefined || value === undefined || ir.kind === "repeat") {
      this.#nodes(children);
      this.#beside(node, under, 0, false);
      this.#beside(node, views, 0, true);
    } else if (children.length === 0 && under.length === 0 && state === undefined) {
      this.#beside(node, views, first - 1, true);
    } else {
      const name = first === 1 ? entry.main : entry.other;
      this.#visitor.open(name, value, node, entry.view, this.#start);
      this.#nodes(children);
      this.#beside(node, under, 0, false);
      if (state !== undefined) {
        this.#single(node, state, names.state?.read(node, this.#data) ?? 0, false);
        this.#skipped = state.view;
      }
      this.#visitor.close();
      this.#beside(node, views, first, true);
      if (state !== undefined) this.#skipped = undefined;
    }
  }
}
