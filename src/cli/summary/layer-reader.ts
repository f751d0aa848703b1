/** The fields of one layer by filter name. */
import { stretchOf } from "../../backends/field-value.ts";
import { type FrameReader, nameReader, nodeReader } from "../../engine/node-reader.ts";
import type { RawValue } from "../../ir/fields.ts";
import { formatFieldText, type ValueFormat } from "../../ir/format.ts";
import { jsonPutter, labeled, type Putter, putNumber } from "../../ir/format-bytes.ts";
import type { Frame } from "../../ir/frame.ts";
import type { View } from "../../ir/nodes.ts";
import type { FieldNode, GeneratedNode, Layer, OptionNode, TreeNode } from "../../ir/tree.ts";
import { viewValue } from "../../ir/views.ts";
import type { Part } from "./pieces.ts";

/** A node under one of its names. */
interface Place {
  readonly node: FieldNode | GeneratedNode;
  readonly view: View;
  /** Reads it from frames that have the node. */
  read?: FrameReader;
}

const NOWHERE: readonly Place[] = [];
const DECIMAL: ValueFormat = { type: "FT_UINT32", base: "dec" };

/** Made once for what frames may share. */
function kept<Key extends object, Made>(make: (key: Key) => Made): (key: Key) => Made {
  const known = new WeakMap<Key, Made>();
  return (key) => {
    let made = known.get(key);
    if (made === undefined) {
      made = make(key);
      known.set(key, made);
    }
    return made;
  };
}

/** The places of all names in a layer. */
const placesIn = kept(({ children, payloadNode }: Layer): ReadonlyMap<string, readonly Place[]> => {
  const places = new Map<string, Place[]>();
  const add = (node: Place["node"], view: View): void => {
    const list = places.get(view.filter);
    if (list === undefined) places.set(view.filter, [{ node, view }]);
    else list.push({ node, view });
  };
  const visit = (node: TreeNode): void => {
    if (node.kind === "field") {
      for (const view of node.views) add(node, view);
      for (const view of node.under) add(node, view);
    } else if (node.kind === "generated") add(node, node.view);
    for (const child of node.children) visit(child);
  };
  for (const node of children) visit(node);
  if (payloadNode !== undefined) visit(payloadNode);
  return places;
});

function readerOf(place: Place): FrameReader {
  const { node, view } = place;
  place.read ??= node.kind === "generated" ? () => node.value : nameReader(node, view);
  return place.read;
}

/** Reads a layer's own header, not what other headers of the same protocol in the frame hold. */
export class LayerReader {
  readonly layer: Layer;
  readonly #data: Uint8Array;
  /** Whose bytes are read; undefined where the nodes have their values. */
  #frame: Frame | undefined;
  #places: ReadonlyMap<string, readonly Place[]> | undefined;

  constructor(layer: Layer, data: Uint8Array) {
    this.layer = layer;
    this.#data = data;
  }

  #at(name: string): readonly Place[] {
    this.#places ??= placesIn(this.layer);
    return this.#places.get(name) ?? NOWHERE;
  }

  /** For frames that have the same layer: it reads the one that it is given. */
  elsewhere(): (frame: Frame) => LayerReader {
    const other = new LayerReader(this.layer, this.#data);
    return (frame) => {
      other.#frame = frame;
      return other;
    };
  }

  #value(place: Place): RawValue | undefined {
    if (this.#frame !== undefined) return readerOf(place)(this.#frame);
    const { node, view } = place;
    return node.kind === "generated" ? node.value : viewValue(node, view, this.#data);
  }

  all(name: string): readonly RawValue[] {
    return this.#at(name)
      .map((place) => this.#value(place))
      .filter((value) => value !== undefined);
  }

  first(name: string): RawValue | undefined {
    for (const place of this.#at(name)) {
      const value = this.#value(place);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** The first value of a name, as `-T fields` prints it. */
  part(name: string, format: ValueFormat = DECIMAL): Part {
    const place = this.#at(name).find((one) => this.#value(one) !== undefined);
    const value = place && this.#value(place);
    return {
      now: value === undefined ? "NaN" : formatFieldText(format, value),
      slot: () => {
        const read = place === undefined ? (): undefined => undefined : readerOf(place);
        return {
          key: (frame) => {
            const key = read(frame);
            return key instanceof Uint8Array ? undefined : key;
          },
          text: (frame, key) => formatFieldText(format, key ?? read(frame) ?? ""),
          put: jsonPutter(format),
          from: place?.node.kind === "field" ? stretchOf(place.node) : undefined,
        };
      },
    };
  }

  /** What is made of several values. `key`: a number that it hangs on. */
  partOf(text: (fields: LayerReader) => string, key?: (fields: LayerReader) => number, put?: Putter): Part {
    return {
      now: text(this),
      slot: () => {
        const on = this.elsewhere();
        return { key: (frame) => key?.(on(frame)), text: (frame) => text(on(frame)), put };
      },
    };
  }

  /** An integer that is told only where a flag is set. */
  flagged(flag: string, label: string, name: string): Part {
    const number = (one: LayerReader): number => (one.first(flag) === true ? one.number(name) : -1);
    const text = (one: LayerReader): string => {
      const value = number(one);
      return value === -1 ? "" : `${label}${value}`;
    };
    const put = labeled(label, putNumber);
    return this.partOf(text, number, (value, target) => (value === -1 ? 0 : put(value, target)));
  }

  /** NaN when absent. */
  number(name: string): number {
    const value = this.first(name);
    return value === undefined ? Number.NaN : Number(value);
  }

  has(name: string): boolean {
    return this.first(name) !== undefined;
  }
}

/** The first field with a name among those that stand directly in a layer, where an index of all would not pay. */
export function directPlace(
  { children }: Layer,
  name: string,
): { readonly node: FieldNode; readonly view: View } | undefined {
  for (const node of children) {
    const view = node.kind === "field" ? node.views.find(({ filter }) => filter === name) : undefined;
    if (view !== undefined && node.kind === "field") return { node, view };
  }
  return undefined;
}

/** The options of a layer in wire order, those inside others too. */
export const optionNodes: (layer: Layer) => readonly OptionNode[] = kept((layer) => {
  const found: OptionNode[] = [];
  const visit = (node: TreeNode): void => {
    if (node.kind === "option") found.push(node);
    node.children.forEach(visit);
  };
  layer.children.forEach(visit);
  return found;
});

/** The field nodes of an option by the key that they have in the parsed object; groups' children stand beside it. */
const namedFields = kept((option: OptionNode): ReadonlyMap<string, FieldNode> => {
  const fields = new Map<string, FieldNode>();
  const visit = (node: TreeNode): void => {
    if (node.kind !== "field") return;
    if (!fields.has(node.ir.name)) fields.set(node.ir.name, node);
    node.children.forEach(visit);
  };
  option.children.forEach(visit);
  return fields;
});

const fieldReaderOf = kept(nodeReader);

/** The fields of one option by the key that they have in the parsed object. */
export class OptionReader {
  readonly option: OptionNode;
  #frame: Frame | undefined;

  constructor(option: OptionNode) {
    this.option = option;
  }

  field(name: string): FieldNode | undefined {
    return namedFields(this.option).get(name);
  }

  #valueOf(node: FieldNode): RawValue | undefined {
    return this.#frame === undefined ? node.value : fieldReaderOf(node)(this.#frame);
  }

  value(name: string): RawValue | undefined {
    const node = this.field(name);
    return node && this.#valueOf(node);
  }

  /** Of a list. */
  items(name: string): readonly RawValue[] {
    return (this.field(name)?.children ?? []).flatMap((node) => {
      const value = node.kind === "field" ? this.#valueOf(node) : undefined;
      return value === undefined ? [] : [value];
    });
  }

  part(text: (fields: OptionReader) => string): Part {
    const { option } = this;
    return {
      now: text(this),
      slot: () => {
        const other = new OptionReader(option);
        return {
          key: () => undefined,
          text: (frame) => {
            other.#frame = frame;
            return text(other);
          },
          from: option,
        };
      },
    };
  }
}
