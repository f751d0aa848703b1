/** The tree of one frame, and the index over it that filters and columns read. */
import { formatEther, formatIpv4, formatIpv6 } from "../bytes/address.ts";
import type { Problem } from "../errors.ts";
import type { Occurrence, RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { Layout, View } from "../ir/nodes.ts";
import type { Dissection, FieldNode, Layer, TreeNode } from "../ir/tree.ts";
import { nodeBytes, viewValue } from "../ir/views.ts";
import { expertOccurrences } from "./expert.ts";
import { optionValue } from "./option-list.ts";
import type { Registry } from "./registry.ts";

/** A layer whose object form is made on first use. */
class FrameLayer implements Layer {
  readonly id: string;
  readonly layout: Layout;
  readonly protocol: string;
  readonly title: string;
  readonly variant: string;
  readonly start: number;
  end: number;
  bufferEnd: number;
  readonly layer: number;
  readonly children: readonly TreeNode[];
  readonly table: string;
  readonly key: number;
  payloadNode?: FieldNode;
  trailer?: Uint8Array;
  raw?: Uint8Array;
  readonly data: Uint8Array;
  /** Every byte that the header and its payload have on the wire was captured. */
  whole = true;
  #value: Readonly<Record<string, unknown>> | undefined;
  constructor(
    layout: Layout,
    variant: string,
    start: number,
    end: number,
    bufferEnd: number,
    layer: number,
    children: readonly TreeNode[],
    table: string,
    key: number,
    data: Uint8Array,
  ) {
    this.id = layout.id;
    this.layout = layout;
    this.protocol = layout.protocol?.filter ?? layout.id;
    this.title = layout.protocol?.title ?? layout.title;
    this.variant = variant;
    this.start = start;
    this.end = end;
    this.bufferEnd = bufferEnd;
    this.layer = layer;
    this.children = children;
    this.table = table;
    this.key = key;
    this.data = data;
  }
  get value(): Readonly<Record<string, unknown>> {
    const header = this.children.filter((node) => node.bitOffset < this.end * 8);
    this.#value ??= optionValue(header, this.data, this.variant);
    return this.#value;
  }
}

export type MutableLayer = FrameLayer;

export function makeLayer(
  layout: Layout,
  variant: string,
  start: number,
  end: number,
  bufferEnd: number,
  layer: number,
  children: readonly TreeNode[],
  table: string,
  key: number,
  data: Uint8Array,
): MutableLayer {
  return new FrameLayer(layout, variant, start, end, bufferEnd, layer, children, table, key, data);
}

const NONE: readonly Occurrence[] = [];

/** What `dissect` returns. */
export class FrameDissection implements Dissection {
  readonly frame: Frame;
  readonly layers: readonly Layer[];
  readonly problems: readonly Problem[];
  readonly #registry: Registry;
  #index: Map<string, Occurrence[]> | undefined;

  constructor(frame: Frame, layers: readonly Layer[], problems: readonly Problem[], registry: Registry) {
    this.frame = frame;
    this.layers = layers;
    this.problems = problems;
    this.#registry = registry;
  }

  occurrences(name: string): readonly Occurrence[] {
    this.#index ??= this.#build();
    return this.#index.get(name) ?? NONE;
  }

  /** For whoever added nodes to the tree. */
  forgetIndex(): void {
    this.#index = undefined;
  }

  get(name: string): unknown {
    const [first] = this.occurrences(name);
    return first === undefined ? undefined : this.#show(name, first.value);
  }

  getAll(name: string): unknown[] {
    return this.occurrences(name).map((occurrence) => this.#show(name, occurrence.value));
  }

  #show(name: string, value: RawValue): unknown {
    if (!(value instanceof Uint8Array)) return value;
    switch (this.#registry.fields.get(name)?.type) {
      case "FT_IPv4":
        return formatIpv4(value);
      case "FT_IPv6":
        return formatIpv6(value);
      case "FT_ETHER":
        return formatEther(value);
      default:
        return value;
    }
  }

  #build(): Map<string, Occurrence[]> {
    const index = new Map<string, Occurrence[]>();
    const { data } = this.frame;
    const add = (name: string, occurrence: Occurrence): void => {
      const list = index.get(name);
      if (list === undefined) index.set(name, [occurrence]);
      else list.push(occurrence);
    };
    const addView = (node: FieldNode, view: View): void => {
      const value = viewValue(node, view, data);
      if (value !== undefined) add(view.filter, { value, layer: node.layer, bytes: nodeBytes(node, data) });
    };
    const visit = (node: TreeNode): void => {
      if (node.kind === "field") {
        for (const view of node.views) addView(node, view);
        for (const view of node.under) addView(node, view);
      } else if (node.kind === "generated") add(node.view.filter, { value: node.value, layer: node.layer });
      else if (node.kind === "option" && node.layout.protocol !== undefined) {
        const bytes = nodeBytes(node, data);
        add(node.layout.protocol.filter, { value: bytes, layer: node.layer, bytes, buffer: bytes });
      }
      node.children.forEach(visit);
    };
    for (const layer of this.layers) {
      const bytes = data.subarray(layer.start, layer.end);
      add(layer.protocol, {
        value: bytes,
        layer: layer.layer,
        bytes,
        buffer: data.subarray(layer.start, layer.bufferEnd),
      });
      layer.children.forEach(visit);
      if (layer.payloadNode !== undefined) visit(layer.payloadNode);
    }
    for (const [name, occurrence] of expertOccurrences(this.problems, this.frame)) add(name, occurrence);
    return index;
  }
}
