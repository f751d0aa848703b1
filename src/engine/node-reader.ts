/** Values of nodes that frames of one shape share, read from a frame: the nodes tell where. */
import { fieldReader } from "../backends/field-value.ts";
import type { RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { View } from "../ir/nodes.ts";
import type { FieldNode } from "../ir/tree.ts";
import { viewMaker } from "../ir/views.ts";
import { PROTOCOLS, sourceReader } from "./metadata.ts";

export type FrameReader = (frame: Frame) => RawValue | undefined;

/** The node's own value. */
export function nodeReader(node: FieldNode): FrameReader {
  const { ir, value } = node;
  if (value === undefined) return () => undefined;
  if (ir.kind === "meta") {
    return ir.source === PROTOCOLS ? () => value : sourceReader(ir.source);
  }
  const read = fieldReader(ir);
  return ({ data }) => read(data, node.bitOffset, node.bitLength);
}

/** The value of one of its names. */
export function nameReader(node: FieldNode, view: View): FrameReader {
  const make = viewMaker(view);
  const { derive } = view;
  // What else is derived is made of the bytes, or of the place.
  const isOfValue =
    derive === undefined || /^(?:text|letters|power|linear)$/.test(derive.kind) || node.bitLength === 0;
  if (!isOfValue) return ({ data }) => make(undefined, node, data);
  const read = nodeReader(node);
  return (frame) => make(read(frame), node, frame.data);
}
