/** A tree that frames of one shape share: each of them gives it its values. */
import type { RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { FieldNode, GeneratedNode, Layer, TreeNode } from "../ir/tree.ts";
import type { MutableLayer } from "./dissection.ts";
import { type FrameReader, nodeReader } from "./node-reader.ts";
import type { LayerEnds } from "./shape.ts";

/** Nodes are everybody's to read, and this file's to write. */
type Open<Node> = { -readonly [Key in keyof Node]: Node[Key] };

interface Field {
  readonly node: Open<FieldNode>;
  readonly read: FrameReader;
}

/** Bytes behind a header's payload. */
interface Trailer {
  readonly layer: MutableLayer;
  readonly from: number;
  readonly to: number;
}

/** The last field of a header that goes on to the end of what is there. */
function lastField({ form, children }: MutableLayer): Open<FieldNode> | undefined {
  const ir = form?.fields.at(-1);
  if (ir?.kind !== "bytes" || ir.size.kind !== "rest") return undefined;
  return children.find((node): node is FieldNode => node.kind === "field" && node.ir === ir);
}

export class SharedTree {
  /** What trackers gave, in their order; undefined for what found no place. */
  readonly generated: readonly (Open<GeneratedNode> | undefined)[];
  readonly #layers: readonly MutableLayer[];
  /** The layer of the capture's record, if there is one, and those of the packet. */
  readonly #record: MutableLayer | undefined;
  readonly #headers: readonly MutableLayer[];
  readonly #last: readonly (Open<FieldNode> | undefined)[];
  readonly #fields: Field[] = [];
  readonly #trailers: readonly Trailer[];
  /** Its fields do not have their values yet. */
  #waiting: Frame | undefined;

  constructor(layers: readonly MutableLayer[], generated: readonly (GeneratedNode | undefined)[]) {
    this.#layers = layers;
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
    if (node.kind === "field" && node.value !== undefined)
      this.#fields.push({ node, read: nodeReader(node) });
    for (const child of node.children) this.#collect(child);
  }

  /** With the values of the frame that it was given last. */
  get layers(): readonly Layer[] {
    const frame = this.#waiting;
    if (frame !== undefined) {
      this.#waiting = undefined;
      for (const { node, read } of this.#fields) node.value = read(frame);
    }
    return this.#layers;
  }

  /** Gives it a frame of its shape: values are read from it when they are asked for. `ends`: of the packet's layers. */
  give(frame: Frame, ends: readonly LayerEnds[]): void {
    this.#waiting = frame;
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
    if (this.#trailers.length > 0)
      for (const { layer, from, to } of this.#trailers) layer.trailer = data.subarray(from, to);
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
  giveFound(nth: number, value: RawValue | undefined): void {
    const node = this.generated[nth];
    if (node !== undefined && value !== undefined) node.value = value;
  }
}
