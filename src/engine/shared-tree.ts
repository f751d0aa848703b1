/** A tree that frames of one shape share: each of them gives it its values. */
import { type FieldReader, fieldReader } from "../backends/field-value.ts";
import type { RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { FieldNode, GeneratedNode, TreeNode } from "../ir/tree.ts";
import type { MutableLayer } from "./dissection.ts";
import { sourceValue } from "./metadata.ts";
import type { LayerEnds } from "./shape.ts";

/** Nodes are everybody's to read, and this file's to write. */
type Open<Node> = { -readonly [Key in keyof Node]: Node[Key] };

interface Field {
  readonly node: Open<FieldNode>;
  readonly read: FieldReader;
}

/** Bytes behind a header's payload. */
interface Trailer {
  readonly layer: MutableLayer;
  readonly from: number;
  readonly to: number;
}

const NO_PROTOCOLS: readonly string[] = [];
/** Hangs on the shape alone. */
const PROTOCOLS = "protocols";

/** The last field of a header that goes on to the end of what is there. */
function lastField({ form, children }: MutableLayer): Open<FieldNode> | undefined {
  const ir = form?.fields.at(-1);
  if (ir?.kind !== "bytes" || ir.size.kind !== "rest") return undefined;
  return children.find((node): node is FieldNode => node.kind === "field" && node.ir === ir);
}

export class SharedTree {
  readonly layers: readonly MutableLayer[];
  /** What trackers gave, in their order; undefined for what found no place. */
  readonly generated: readonly (Open<GeneratedNode> | undefined)[];
  /** The layer of the capture's record, if there is one, and those of the packet. */
  readonly #record: MutableLayer | undefined;
  readonly #headers: readonly MutableLayer[];
  readonly #last: readonly (Open<FieldNode> | undefined)[];
  /** Those that rows are taken from, and the others. */
  readonly #fields: Field[] = [];
  readonly #others: Field[] = [];
  readonly #needed: ReadonlySet<unknown> | undefined;
  readonly #meta: { readonly node: Open<FieldNode>; readonly source: string }[] = [];
  readonly #trailers: readonly Trailer[];

  /** `needed`: nodes that rows are taken from; all where undefined. */
  constructor(
    layers: readonly MutableLayer[],
    generated: readonly (GeneratedNode | undefined)[],
    needed?: ReadonlySet<unknown>,
  ) {
    this.layers = layers;
    this.#needed = needed;
    this.generated = generated;
    const [first] = layers;
    this.#record = first?.layout.role === "metadata" ? first : undefined;
    this.#headers = this.#record === undefined ? layers : layers.slice(1);
    this.#last = this.#headers.map(lastField);
    this.#trailers = layers.flatMap((layer) => {
      if (layer.trailer === undefined) return [];
      const from = layer.trailer.byteOffset - layer.data.byteOffset;
      return [{ layer, from, to: from + layer.trailer.length }];
    });
    for (const layer of layers) {
      for (const node of layer.children) this.#collect(node);
      if (layer.payloadNode !== undefined) this.#collect(layer.payloadNode);
    }
  }

  #collect(node: TreeNode): void {
    if (node.kind === "field" && node.value !== undefined) {
      const { ir } = node;
      const list = this.#needed?.has(node) === false ? this.#others : this.#fields;
      if (ir.kind !== "meta") list.push({ node, read: fieldReader(ir) });
      else if (ir.source !== PROTOCOLS) this.#meta.push({ node, source: ir.source });
    }
    for (const child of node.children) this.#collect(child);
  }

  /** Gives it the values of a frame of its shape. `ends`: of the packet's layers. */
  fill(frame: Frame, ends: readonly LayerEnds[]): void {
    this.fillNeeded(frame, ends);
    this.fillOthers(frame);
  }

  /** The same for nodes that rows are not taken from. */
  fillOthers({ data }: Frame): void {
    for (const { node, read } of this.#others) node.value = read(data, node.bitOffset, node.bitLength);
  }

  /** The same without them. */
  fillNeeded(frame: Frame, ends: readonly LayerEnds[]): void {
    const { data } = frame;
    const record = this.#record;
    if (record !== undefined) {
      record.data = data;
      record.end = data.length;
      record.bufferEnd = data.length;
      record.forgetValue();
    }
    const headers = this.#headers;
    for (let index = 0; index < headers.length; index++)
      this.#end(headers[index] as MutableLayer, ends[index] as LayerEnds, this.#last[index], data); // one of each
    for (const { layer, from, to } of this.#trailers) layer.trailer = data.subarray(from, to);
    for (const { node, read } of this.#fields) node.value = read(data, node.bitOffset, node.bitLength);
    for (const { node, source } of this.#meta) node.value = sourceValue(source, frame, NO_PROTOCOLS);
  }

  #end(
    layer: MutableLayer,
    { header, buffer, payload, wire, whole, key }: LayerEnds,
    last: Open<FieldNode> | undefined,
    data: Uint8Array,
  ): void {
    layer.data = data;
    layer.end = header;
    layer.bufferEnd = buffer;
    layer.key = key;
    layer.whole = whole;
    layer.forgetValue();
    if (last !== undefined) last.bitLength = header * 8 - last.bitOffset;
    const node: Open<FieldNode> | undefined = layer.payloadNode;
    if (node === undefined) return;
    node.bitLength = (payload - header) * 8;
    node.wireLength = Math.max(0, wire - header);
  }

  /** Gives the n-th value of a tracker to its node. */
  give(nth: number, value: RawValue | undefined): void {
    const node = this.generated[nth];
    if (node !== undefined && value !== undefined) node.value = value;
  }
}
