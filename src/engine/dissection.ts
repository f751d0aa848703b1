/** The tree of one frame, and the index over it that filters and columns read. */
import { formatEther, formatIpv4, formatIpv6 } from "../bytes/address.ts";
import type { Problem } from "../errors.ts";
import type { FieldSource, Occurrence, RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { Layout, Variant, View } from "../ir/nodes.ts";
import type { Dissection, FieldNode, FieldValueOf, Layer, TreeNode } from "../ir/tree.ts";
import { nodeBytes, viewValue } from "../ir/views.ts";
import { findingOccurrences, isExpertField, problemOccurrences } from "./expert.ts";
import { optionValue } from "./option-list.ts";
import type { Registry } from "./registry.ts";

/** What is known of a layer once its header is read. */
export interface LayerPlace {
  readonly layout: Layout;
  readonly variant: Variant | undefined;
  readonly start: number;
  readonly end: number;
  readonly bufferEnd: number;
  readonly layer: number;
  readonly children: readonly TreeNode[];
  readonly table: string;
  readonly key: number;
  readonly data: Uint8Array;
}

/** A layer whose object form is made on first use. */
export class MutableLayer implements Layer {
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
  readonly form: Variant | undefined;
  /** Every byte that the header and its payload have on the wire was captured. */
  whole = true;
  #value: Readonly<Record<string, unknown>> | undefined;

  constructor(place: LayerPlace) {
    const { layout, variant } = place;
    this.id = layout.id;
    this.layout = layout;
    this.protocol = layout.protocol?.filter ?? layout.id;
    this.title = layout.protocol?.title ?? layout.title;
    this.variant = variant?.name ?? "";
    this.form = variant;
    this.start = place.start;
    this.end = place.end;
    this.bufferEnd = place.bufferEnd;
    this.layer = place.layer;
    this.children = place.children;
    this.table = place.table;
    this.key = place.key;
    this.data = place.data;
  }

  get value(): Readonly<Record<string, unknown>> {
    const header = this.children.filter((node) => node.bitOffset + node.bitLength <= this.end * 8);
    this.#value ??= optionValue(header, this.data, this.variant);
    return this.#value;
  }
}

const NONE: readonly Occurrence[] = [];

/** Names that are looked up by a walk before an index is made. */
const WALKS = 4;

/** Where a name has a value: a node under one of its names, or a layer's protocol. */
type Place = { readonly node: TreeNode; readonly view: View | undefined } | Layer;

type Places = Map<string, Place[]>;

function put(places: Places, name: string, place: Place): void {
  const list = places.get(name);
  if (list === undefined) places.set(name, [place]);
  else list.push(place);
}

/** Adds the places of `wanted`, or of every name. */
function collect(node: TreeNode, places: Places, wanted: string | undefined): void {
  if (node.kind === "field") {
    for (const view of node.views)
      if (wanted === undefined || view.filter === wanted) put(places, view.filter, { node, view });
    for (const view of node.under)
      if (wanted === undefined || view.filter === wanted) put(places, view.filter, { node, view });
  } else if (node.kind === "generated") {
    if (wanted === undefined || node.view.filter === wanted)
      put(places, node.view.filter, { node, view: node.view });
  } else if (node.kind === "option" && node.layout.protocol !== undefined) {
    const { filter } = node.layout.protocol;
    if (wanted === undefined || filter === wanted) put(places, filter, { node, view: undefined });
  }
  for (const child of node.children) collect(child, places, wanted);
}

function collectLayer(layer: Layer, places: Places, wanted: string | undefined): void {
  if (wanted === undefined || layer.protocol === wanted) put(places, layer.protocol, layer);
  for (const node of layer.children) collect(node, places, wanted);
  if (layer.payloadNode !== undefined) collect(layer.payloadNode, places, wanted);
}

function occurrenceAt(place: Place, data: Uint8Array): Occurrence | undefined {
  if (!("node" in place)) {
    const buffer = data.subarray(place.start, place.bufferEnd);
    const bytes =
      place.layout.protocol?.extent === "message" ? buffer : data.subarray(place.start, place.end);
    return { value: bytes, layer: place.layer, bytes, buffer };
  }
  const { node, view } = place;
  if (node.kind === "generated") return { value: node.value, layer: node.layer };
  const bytes = nodeBytes(node, data);
  if (node.kind !== "field" || view === undefined)
    return { value: bytes, layer: node.layer, bytes, buffer: bytes };
  const value = viewValue(node, view, data);
  return value === undefined ? undefined : { value, layer: node.layer, bytes };
}

/** What `dissect` returns. */
export class FrameDissection implements Dissection {
  readonly frame: Frame;
  readonly layers: readonly Layer[];
  readonly problems: readonly Problem[];
  readonly #registry: Registry;
  readonly #known = new Map<string, readonly Occurrence[]>();
  #index: ReadonlyMap<string, readonly Place[]> | undefined;

  constructor(frame: Frame, layers: readonly Layer[], problems: readonly Problem[], registry: Registry) {
    this.frame = frame;
    this.layers = layers;
    this.problems = problems;
    this.#registry = registry;
  }

  occurrences(name: string): readonly Occurrence[] {
    let list = this.#known.get(name);
    if (list === undefined) {
      list = this.#find(name);
      this.#known.set(name, list);
    }
    return list;
  }

  /** A filter asks for a few names, for which one walk each is cheap; columns may ask for hundreds, for which an index is. */
  #find(name: string): readonly Occurrence[] {
    if (name.startsWith("_ws.")) {
      const { fields, findings } = this.#registry;
      const ranked = (problem: Problem): boolean =>
        this.#registry.problemField(problem)?.finding !== undefined;
      const source: FieldSource = (field) => this.occurrences(field);
      const found = isExpertField(name) ? findingOccurrences(fields, findings, source) : [];
      return [...found, ...problemOccurrences(this.problems, this.frame, ranked)].flatMap(([own, one]) =>
        own === name ? [one] : [],
      );
    }
    if (this.#index === undefined && this.#known.size < WALKS) {
      const places = new Map<string, Place[]>();
      for (const layer of this.layers) collectLayer(layer, places, name);
      return this.#read(places.get(name));
    }
    if (this.#index === undefined) {
      const places = new Map<string, Place[]>();
      for (const layer of this.layers) collectLayer(layer, places, undefined);
      this.#index = places;
    }
    return this.#read(this.#index.get(name));
  }

  #read(places: readonly Place[] | undefined): readonly Occurrence[] {
    if (places === undefined) return NONE;
    const { data } = this.frame;
    const list: Occurrence[] = [];
    for (const place of places) {
      const one = occurrenceAt(place, data);
      if (one !== undefined) list.push(one);
    }
    return list;
  }

  /** For whoever added nodes to the tree. */
  forgetIndex(): void {
    this.#index = undefined;
    this.#known.clear();
  }

  // The generated types are those of the fields as they are registered.
  get<Name extends string>(name: Name): FieldValueOf<Name> | undefined {
    const [first] = this.occurrences(name);
    return first === undefined ? undefined : (this.#show(name, first.value) as FieldValueOf<Name>);
  }

  getAll<Name extends string>(name: Name): FieldValueOf<Name>[] {
    return this.occurrences(name).map(({ value }) => this.#show(name, value) as FieldValueOf<Name>);
  }

  #show(name: string, value: RawValue): RawValue {
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
}
