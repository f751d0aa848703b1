/** `-T json`, with tshark's shape and keys. */

import type { RawValue } from "../../ir/fields.ts";
import { formatJsonText } from "../../ir/format.ts";
import { calendar } from "../../ir/format-time.ts";
import type { View } from "../../ir/nodes.ts";
import type { FieldNode, Layer, TreeNode } from "../../ir/tree.ts";
import { nodeBytes, viewValue } from "../../ir/views.ts";
import { fieldReaders } from "./fields.ts";
import { layerHeading } from "./headings.ts";
import { isEntries, type JsonEntry, type JsonValue, mergeKeys, printJson } from "./json-print.ts";
import { generatedValue, type Output, type OutputContext, type Shown } from "./shown.ts";

/** Entries of one frame's tree. */
class JsonTree {
  readonly #shown: Shown;
  readonly #data: Uint8Array;
  readonly #context: OutputContext;

  constructor(shown: Shown, context: OutputContext) {
    this.#shown = shown;
    this.#data = shown.frame.data;
    this.#context = context;
  }

  #text(view: View, value: RawValue): string {
    const info = this.#context.catalog.get(view.filter);
    const own = info !== undefined && info.type === view.type ? info : { type: view.type, base: view.base };
    return formatJsonText(own, value);
  }

  nodes(list: readonly TreeNode[]): JsonEntry[] {
    return list.flatMap((node) => this.node(node));
  }

  node(node: TreeNode): JsonEntry[] {
    switch (node.kind) {
      case "field":
        return this.#field(node);
      case "option": {
        const children = this.nodes(node.children);
        const { protocol } = node.layout;
        if (protocol === undefined) return children;
        if (protocol.layer) return [[protocol.filter, children]];
        const bytes: JsonEntry = [
          protocol.filter,
          formatJsonText({ type: "FT_BYTES", base: "none" }, nodeBytes(node, this.#data)),
        ];
        return children.length === 0 ? [bytes] : [bytes, [`${protocol.filter}_tree`, children]];
      }
      case "generated": {
        const children = this.nodes(node.children);
        const { view } = node;
        if (view.type === "FT_NONE" && children.length > 0) return [[view.filter, children]];
        const entry: JsonEntry = [view.filter, this.#text(view, generatedValue(node, this.#shown))];
        return children.length === 0 ? [entry] : [entry, [`${view.filter}_tree`, children]];
      }
      case "text":
        return [[node.label, this.nodes(node.children)]];
      case "opaque":
        return [];
    }
  }

  #views(node: FieldNode, views: readonly View[]): JsonEntry[] {
    return views.flatMap((view): JsonEntry[] => {
      // A region's bytes are its value, though the node has none.
      const value =
        viewValue(node, view, this.#data) ??
        (node.ir.kind === "options" ? nodeBytes(node, this.#data) : undefined);
      return value === undefined ? [] : [[view.filter, this.#text(view, value)]];
    });
  }

  #field(node: FieldNode): JsonEntry[] {
    // A region that takes no bytes is not there: a header without options.
    if (node.ir.kind === "options" && node.bitLength === 0) return [];
    const own = this.#views(node, node.views);
    const below = [...this.nodes(node.children), ...this.#views(node, node.under)];
    const [first, ...others] = own;
    // Items of a list stand beside it, as do the children of what has no name.
    if (first === undefined || node.ir.kind === "repeat") return [...below, ...own];
    return below.length === 0 ? own : [first, [`${first[0]}_tree`, below], ...others];
  }

  layer(layer: Layer): JsonEntry {
    const payload = layer.payloadNode;
    const header = this.nodes(layer.children);
    // A header without fields is told by its heading.
    if (payload === undefined && header.length === 0) {
      return [layer.protocol, layerHeading(layer, this.#shown, this.#context)];
    }
    if (payload === undefined) return [layer.protocol, header];
    // An empty payload has no bytes to show, but a length.
    const views = payload.views.filter((view) => view.derive !== undefined || payload.bitLength > 0);
    return [layer.protocol, [...header, ...this.#views(payload, views)]];
  }
}

function frameEntries(shown: Shown, layers: JsonValue): JsonValue {
  const { timestamp } = shown.frame;
  const date = timestamp === undefined ? "1970-01-01" : calendar(timestamp, 0, false).date;
  return [
    ["_index", `packets-${date}`],
    ["_type", "doc"],
    ["_score", null],
    ["_source", [["layers", layers]]],
  ];
}

/** What an ICMP error quotes stands inside it, as in tshark's tree; all other layers stand side by side. */
function nestQuoted(layers: readonly Layer[], entries: readonly JsonEntry[]): readonly JsonEntry[] {
  const at = layers.findIndex((layer) => layer.protocol === "icmp" || layer.protocol === "icmpv6");
  const quoted = layers[at + 1]?.protocol;
  const error = entries[at];
  if (error === undefined || (quoted !== "ip" && quoted !== "ipv6")) return entries;
  const [key, own] = error;
  if (!isEntries(own)) return entries;
  return [...entries.slice(0, at), [key, [...own, ...entries.slice(at + 1)]]];
}

export interface JsonStyle {
  /** `-e`: only these, each a list of its values. Empty for everything. */
  readonly fields: readonly string[];
  readonly duplicateKeys: boolean;
}

export function jsonOutput(style: JsonStyle, context: OutputContext): Output {
  const readers = fieldReaders(style.fields, context);
  let count = 0;
  const layersOf = (shown: Shown): JsonValue => {
    if (style.fields.length === 0) {
      const tree = new JsonTree(shown, context);
      const { layers } = shown.dissection;
      const entries = nestQuoted(
        layers,
        layers.map((layer) => tree.layer(layer)),
      );
      return style.duplicateKeys ? entries : mergeKeys(entries);
    }
    return readers.flatMap((read, index): JsonEntry[] => {
      const texts = read(shown);
      return texts.length === 0 ? [] : [[style.fields[index] ?? "", { list: texts }]];
    });
  };
  return {
    begin: () => "[",
    frame: (shown) =>
      `${count++ === 0 ? "\n" : ",\n"}  ${printJson(frameEntries(shown, layersOf(shown)), "  ")}`,
    end: () => (count === 0 ? "]\n" : "\n]\n"),
  };
}
