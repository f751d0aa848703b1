/** The tree of one frame, and the index over it that filters and columns read. */
import { formatEther, formatIpv4, formatIpv6 } from "../bytes/address.ts";
import type { Problem } from "../errors.ts";
import type { FieldSource, Occurrence, RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { Layout, Variant } from "../ir/nodes.ts";
import type { Dissection, FieldNode, FieldValueOf, Layer, TreeNode } from "../ir/tree.ts";
import { findingOccurrences, isExpertField, problemOccurrences } from "./expert.ts";
import { optionValue } from "./option-list.ts";
import { eachPlace, occurrenceAt, type Place } from "./places.ts";
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
  key: number;
  payloadNode?: FieldNode;
  trailer?: Uint8Array;
  raw?: Uint8Array;
  data: Uint8Array;
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

  /** For whoever gave the layer other bytes. */
  forgetValue(): void {
    this.#value = undefined;
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

type Places = Map<string, Place[]>;

/** What `dissect` returns. */
export class FrameDissection implements Dissection {
  readonly frame: Frame;
  readonly problems: readonly Problem[];
  readonly shape: object | undefined;
  readonly #tree: { readonly layers: readonly Layer[] };
  readonly #registry: Registry;
  #known: Map<string, readonly Occurrence[]> | undefined;
  #index: ReadonlyMap<string, readonly Place[]> | undefined;

  constructor(
    frame: Frame,
    tree: { readonly layers: readonly Layer[] },
    problems: readonly Problem[],
    registry: Registry,
    shape?: object,
  ) {
    this.shape = shape;
    this.frame = frame;
    this.#tree = tree;
    this.problems = problems;
    this.#registry = registry;
  }

  get layers(): readonly Layer[] {
    return this.#tree.layers;
  }

  occurrences(name: string): readonly Occurrence[] {
    this.#known ??= new Map();
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
    if (this.#index === undefined && (this.#known?.size ?? 0) < WALKS) {
      const places: Place[] = [];
      for (const layer of this.layers)
        eachPlace(layer, (found, node, view) => {
          if (found === name) places.push({ node, view });
        });
      return this.#read(places);
    }
    if (this.#index === undefined) {
      const places: Places = new Map();
      for (const layer of this.layers)
        eachPlace(layer, (found, node, view) => {
          const list = places.get(found);
          if (list === undefined) places.set(found, [{ node, view }]);
          else list.push({ node, view });
        });
      this.#index = places;
    }
    return this.#read(this.#index.get(name));
  }

  #read(places: readonly Place[] | undefined): readonly Occurrence[] {
    if (places === undefined) return NONE;
    const { data } = this.frame;
    const list: Occurrence[] = [];
    for (const { node, view } of places) {
      const one = occurrenceAt(node, view, data);
      if (one !== undefined) list.push(one);
    }
    return list;
  }

  /** For whoever added nodes to the tree. */
  forgetIndex(): void {
    this.#index = undefined;
    this.#known = undefined;
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
