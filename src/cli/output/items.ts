/** The packet tree as tshark's structured outputs (JSON, PDML, Elasticsearch) nest it: one item a filter name. */

import { expertItem } from "../../engine/expert.ts";
import type { RawValue } from "../../ir/fields.ts";
import type { ValueFormat } from "../../ir/format.ts";
import type { View } from "../../ir/nodes.ts";
import type { FieldNode, GeneratedNode, Layer, OptionNode, TreeNode } from "../../ir/tree.ts";
import { nodeBytes, viewValue } from "../../ir/views.ts";
import { type Extent, fieldExtent, NOWHERE, spanOf } from "./extents.ts";
import { layerHeading, optionHeading } from "./headings.ts";
import { generatedValue, type OutputContext, type Shown } from "./shown.ts";

/** Something with a filter name and a value, or a heading over others. */
export interface Item {
  /** `protocol`: a name over others, without a value. `text`: a heading without a filter name. */
  readonly kind: "protocol" | "field" | "text";
  /** Filter name, or the text of a heading. */
  readonly key: string;
  /** What a person is shown: a protocol's heading, a field's label. */
  readonly label: string;
  readonly format: ValueFormat;
  readonly value: RawValue | undefined;
  readonly extent: Extent;
  /** The name says no more than the one before it. */
  readonly hidden: boolean;
  readonly children: readonly Item[];
}

/** Names of type FT_NONE that head or mark something; all others are findings, which tshark puts under an expert item. */
const MARKS: ReadonlySet<string> = new Set([
  "icmp.ext",
  "icmpv6.opt",
  "icmpv6.opt.redirected_packet",
  "icmpv6.opt.reserved",
  "ipv6.opt",
  "ipv6.opt.pad1",
  "mptcp.analysis",
  "tcp.analysis",
  "tcp.analysis.flags",
  "tcp.options.mptcp",
  "tcp.options.tfo.request",
]);

/** Tells of something odd, and has no value. */
export function isFinding({ key, format, children }: Item): boolean {
  return format.type === "FT_NONE" && children.length === 0 && !MARKS.has(key);
}

/** Names for filters that tshark shows in no tree. */
const UNSHOWN: ReadonlySet<string> = new Set([
  "tcp.options.mptcp",
  "tcp.options.sack_le_raw",
  "tcp.options.sack_re_raw",
]);

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

const PROTOCOL: ValueFormat = { type: "FT_PROTOCOL", base: "none" };
const BYTES: ValueFormat = { type: "FT_BYTES", base: "none" };
const NOTHING: ValueFormat = { type: "FT_NONE", base: "none" };

/** Does a view show the same value as the field's first name? */
function repeats(view: View): boolean {
  return view.derive === undefined || view.derive.kind === "text";
}

/** A name without a label of its own is told by the end of its filter name. */
function viewLabel(view: View, fieldLabel: string, isMain: boolean): string {
  if (view.label !== "" && (isMain || view.label !== fieldLabel)) return view.label;
  return isMain ? fieldLabel : `${fieldLabel} ${view.filter.split(".").at(-1) ?? ""}`;
}

class ItemMaker {
  readonly #shown: Shown;
  readonly #data: Uint8Array;
  readonly #context: OutputContext;
  /** Where the header that is being read begins: values without bytes stand there. */
  #start = 0;

  constructor(shown: Shown, context: OutputContext) {
    this.#shown = shown;
    this.#data = shown.frame.data;
    this.#context = context;
  }

  #format(view: View): ValueFormat {
    const info = this.#context.catalog.get(view.filter);
    return info !== undefined && info.type === view.type ? info : { type: view.type, base: view.base };
  }

  #nodes(list: readonly TreeNode[]): Item[] {
    const items = list.flatMap((node) => this.#node(node));
    return items.map((item, index) => placed(item, index, items)).filter((item) => !UNSHOWN.has(item.key));
  }

  #node(node: TreeNode): Item[] {
    switch (node.kind) {
      case "field":
        return this.#field(node);
      case "option":
        return this.#option(node);
      case "generated":
        return [this.#generated(node)];
      case "text":
        return [
          {
            kind: "text",
            key: node.label,
            label: node.label,
            format: NOTHING,
            value: undefined,
            extent: { ...NOWHERE, position: this.#start },
            hidden: false,
            children: this.#nodes(node.children),
          },
        ];
      case "opaque":
        return [];
    }
  }

  #option(node: OptionNode): Item[] {
    const { protocol } = node.layout;
    const outer = this.#start;
    // What a tracker adds to an option of an own protocol stands at the option, else at the header.
    if (protocol?.layer === true) this.#start = node.bitOffset >> 3;
    const children = this.#nodes(node.children);
    this.#start = outer;
    if (protocol === undefined) return underHead(children, spanOf(node));
    return [
      {
        kind: protocol.layer ? "protocol" : "field",
        key: protocol.filter,
        label: optionHeading(node, this.#context),
        format: protocol.layer ? PROTOCOL : BYTES,
        value: protocol.layer ? undefined : nodeBytes(node, this.#data),
        extent: spanOf(node),
        hidden: false,
        children,
      },
    ];
  }

  #generated(node: GeneratedNode): Item {
    const item: Item = {
      kind: "field",
      key: node.view.filter,
      label: node.view.label,
      format: this.#format(node.view),
      value: generatedValue(node, this.#shown),
      extent: { ...NOWHERE, position: this.#start },
      hidden: false,
      children: this.#nodes(node.children),
    };
    return this.#finding(item);
  }

  /** A finding stands below an expert item of its own, with what is to say of it. */
  #finding(item: Item): Item {
    if (!isFinding(item)) return item;
    const { dissection } = this.#shown;
    const info = this.#context.catalog.get(item.key);
    const about = info?.finding?.about;
    const expert = expertItem(
      info,
      about === undefined ? undefined : dissection.occurrences(about)[0]?.value,
    );
    const told: readonly (readonly [string, RawValue])[] =
      expert === undefined
        ? []
        : [
            ["_ws.expert.message", expert.message],
            ["_ws.expert.severity", expert.severity],
            ["_ws.expert.group", expert.group],
          ];
    return {
      kind: "protocol",
      key: "_ws.expert",
      label: `Finding: ${expert?.message ?? item.label}`,
      format: PROTOCOL,
      value: undefined,
      extent: NOWHERE,
      hidden: false,
      children: [{ ...item, extent: NOWHERE }, ...told.map(([key, value]) => this.#told(key, value))],
    };
  }

  #told(key: string, value: RawValue): Item {
    const info = this.#context.catalog.get(key);
    return {
      kind: "field",
      key,
      label: info?.description ?? key,
      format: info ?? NOTHING,
      value,
      extent: NOWHERE,
      hidden: false,
      children: [],
    };
  }

  #views(node: FieldNode, views: readonly View[], main: boolean): Item[] {
    return views.flatMap((view, index): Item[] => {
      // A region's bytes are its value, though the node has none.
      const value =
        viewValue(node, view, this.#data) ??
        (node.ir.kind === "options" ? nodeBytes(node, this.#data) : undefined);
      if (value === undefined) return [];
      const item: Item = {
        kind: "field",
        key: view.filter,
        label: viewLabel(view, node.ir.label, main && index === 0),
        format: this.#format(view),
        value,
        extent: fieldExtent(node, view, this.#start),
        hidden: !(main && index === 0) && repeats(view),
        children: [],
      };
      return [this.#finding(item)];
    });
  }

  #field(node: FieldNode): Item[] {
    // A region that takes no bytes is not there: a header without options.
    if (node.ir.kind === "options" && node.bitLength === 0) return [];
    const own = this.#views(node, node.views, true);
    const below = [...this.#nodes(node.children), ...this.#views(node, node.under, false)];
    const [first, ...others] = own;
    // Items of a list stand beside it, as do the children of what has no name.
    if (first === undefined || node.ir.kind === "repeat") return [...below, ...own];
    return below.length === 0 ? own : [{ ...first, children: below }, ...others];
  }

  layer(layer: Layer): Item {
    this.#start = layer.start;
    const payload = layer.payloadNode;
    const header = stateBelow(this.#nodes(layer.children));
    // An empty payload has no bytes to show, but a length.
    const views = payload?.views.filter((view) => view.derive !== undefined || payload.bitLength > 0) ?? [];
    return {
      kind: "protocol",
      key: layer.protocol,
      label: layerHeading(layer, this.#shown, this.#context),
      format: PROTOCOL,
      value: undefined,
      extent: this.#layerExtent(layer),
      hidden: false,
      children: payload === undefined ? header : [...header, ...this.#views(payload, views, true)],
    };
  }

  #layerExtent(layer: Layer): Extent {
    const { protocol, layout, start, end, bufferEnd } = layer;
    const isWhole = layout.protocol?.extent === "message";
    const size = protocol === "frame" ? this.#data.length : (isWhole ? bufferEnd : end) - start;
    return { ...NOWHERE, position: start, size };
  }
}

/** Names without a value that stand over the other fields of their option. */
const HEADS: ReadonlySet<string> = new Set(["icmpv6.opt", "ipv6.opt"]);

function underHead(items: readonly Item[], extent: Extent): Item[] {
  const head = items.find(({ key }) => HEADS.has(key));
  if (head === undefined) return [...items];
  return [{ ...head, extent, children: items.filter((item) => item !== head) }];
}

/** Values of `udp.checksum.status` where the sender made no checksum: not present, or illegal over IPv6. */
const ABSENT: ReadonlySet<unknown> = new Set([3, 4]);

/** Where there is no checksum, tshark shows its state below it instead of beside it. */
function stateBelow(items: readonly Item[]): readonly Item[] {
  const state = items.find(({ key, value }) => key === "udp.checksum.status" && ABSENT.has(value));
  if (state === undefined) return items;
  return items
    .filter((item) => item !== state)
    .map((item) => (item.key === "udp.checksum" ? { ...item, children: [...item.children, state] } : item));
}

/** Extension headers stand inside the IPv6 header, as in tshark's tree. */
function nestExtensions(layers: readonly Layer[], items: readonly Item[]): readonly Item[] {
  const nested: Item[] = [];
  let open = false;
  for (const [index, item] of items.entries()) {
    const protocol = layers[index]?.protocol ?? "";
    const outer = nested.at(-1);
    open = protocol === "ipv6" || (open && (protocol === "ah" || protocol.startsWith("ipv6.")));
    if (open && protocol !== "ipv6" && outer !== undefined) {
      const size = item.extent.position + item.extent.size - outer.extent.position;
      const extent = { ...outer.extent, size };
      nested[nested.length - 1] = { ...outer, extent, children: [...outer.children, item] };
    } else nested.push(item);
  }
  return nested;
}

/** What an ICMP message carries, a quoted packet or data, stands inside it, as in tshark's tree; other layers stand side by side. */
function nestCarried(layers: readonly Layer[], items: readonly Item[]): readonly Item[] {
  const at = layers.findIndex((layer) => layer.protocol === "icmp" || layer.protocol === "icmpv6");
  const carried = layers[at + 1]?.protocol;
  const message = items[at];
  if (message === undefined || (carried !== "ip" && carried !== "ipv6" && carried !== "data"))
    return nestExtensions(layers, items);
  const inner = nestCarried(layers.slice(at + 1), items.slice(at + 1));
  const outer = nestExtensions(layers.slice(0, at), items.slice(0, at));
  return [...outer, { ...message, children: [...message.children, ...inner] }];
}

/** The tree of one frame: an item for each layer. */
export function frameItems(shown: Shown, context: OutputContext): readonly Item[] {
  const maker = new ItemMaker(shown, context);
  const { layers } = shown.dissection;
  return nestCarried(
    layers,
    layers.map((layer) => maker.layer(layer)),
  );
}
