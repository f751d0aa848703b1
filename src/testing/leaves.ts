/** Which field each bit of some bytes belongs to, for messages. */
import type { Engine, ParsedOption } from "../engine/api.ts";
import { type Frame, frameOf } from "../ir/frame.ts";
import { nodeText } from "../ir/node-text.ts";
import type { Dissection, TreeNode } from "../ir/tree.ts";

/** Bytes of a frame that begins with an Ethernet header, a frame, or its bytes with their link type. */
export type FrameLike =
  | Uint8Array
  | Frame
  | { readonly data: Uint8Array; readonly linkType?: number | undefined };

/** No header chain with TCP is so short: so few bytes alone are an option area (RFC 9293 section 3.1). */
export const MAX_AREA = 40;

export function asFrame(given: FrameLike): Frame {
  if (given instanceof Uint8Array) return frameOf(given);
  return "number" in given ? given : frameOf(given.data, given.linkType);
}

export function isFrameLike(given: unknown): given is FrameLike {
  if (given instanceof Uint8Array) return true;
  return typeof given === "object" && given !== null && "data" in given && given.data instanceof Uint8Array;
}

/** A field of the innermost level, by its place in bits. */
export interface Leaf {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** LINKTYPE_IPV4, and the sizes of the headers around an area. */
const IPV4 = 228;
const BEFORE_AREA = 40;

function areaFrame(engine: Engine, area: Uint8Array): Frame {
  const options: ParsedOption[] = [area, new Uint8Array(-area.length & 3)].map((raw) => ({
    id: "tcp.option",
    raw,
  }));
  const data = engine.craft([
    { id: "ipv4", value: { source: "0.0.0.0", destination: "0.0.0.0" } },
    { id: "tcp", value: { sourcePort: 0, destinationPort: 0, options } },
  ]);
  return frameOf(data, IPV4);
}

/** Of a frame, or of an option area. */
export function leavesOf(engine: Engine, bytes: Uint8Array, linkType: number): readonly Leaf[] {
  if (bytes.length > MAX_AREA) return collect(engine.dissect(frameOf(bytes, linkType)), 0);
  const inside = ({ from, to }: Leaf): boolean => from >= 0 && to <= bytes.length * 8;
  return collect(engine.dissect(areaFrame(engine, bytes)), BEFORE_AREA * 8).filter(inside);
}

function collect(dissection: Dissection, before: number): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (node: TreeNode, path: string): void => {
    const from = node.bitOffset - before;
    const to = from + node.bitLength;
    if (node.kind === "generated" || node.kind === "text" || node.bitLength === 0) return;
    if (node.kind === "opaque") {
      leaves.push({ path: `${path} (${node.role})`, from, to, text: "" });
      return;
    }
    const own =
      node.kind === "option" ? node.id : node.ir.kind === "options" ? path : `${path}.${node.ir.name}`;
    const inner = node.children.filter((child) => child.bitLength > 0 && child.kind !== "generated");
    if (inner.length > 0) for (const child of inner) visit(child, own);
    else leaves.push({ path: own, from, to, text: node.kind === "field" ? nodeText(node) : "" });
  };
  for (const layer of dissection.layers) {
    if (layer.layout.role === "metadata") continue;
    for (const child of layer.children) visit(child, layer.id);
  }
  return leaves;
}
