/** Checking and making of Internet checksums over headers, messages and pseudo-headers (RFC 1071, 9293, 768, 8200). */
import { internetChecksum, pseudoHeader } from "../bytes/checksum.ts";
import type { Problem } from "../errors.ts";
import type { Compute } from "../ir/nodes.ts";
import type { FieldNode, Layer, TreeNode } from "../ir/tree.ts";
import { UNVERIFIED } from "../ir/views.ts";
import type { MutableLayer } from "./dissection.ts";
import { makeProblem } from "./form.ts";
import { nodeNumber } from "./payload.ts";

type ChecksumCompute = Extract<Compute, { kind: "checksum" }>;

function fieldIn(nodes: readonly TreeNode[], name: string): FieldNode | undefined {
  for (const node of nodes) {
    if (node.kind !== "field") continue;
    if (node.ir.name === name) return node;
    const inside = node.ir.kind === "group" ? fieldIn(node.children, name) : undefined;
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** The addresses that a pseudo-header is made of, and the layer that gives them. */
export interface Ends {
  readonly layer: Layer;
  readonly source: FieldNode;
  readonly destination: FieldNode;
  /** No checksum may be left out. */
  readonly mandatory: boolean;
}

/** What the nearest of the enclosing layers with a pseudo-header gives to it. */
export function pseudoHeaderEnds(outer: readonly Layer[]): Ends | undefined {
  const layer = outer.findLast(({ form }) => form?.payload?.pseudoHeader !== undefined);
  const wanted = layer?.form?.payload?.pseudoHeader;
  if (layer === undefined || wanted === undefined) return undefined;
  const source = fieldIn(layer.children, wanted.source);
  const destination = fieldIn(layer.children, wanted.destination);
  return source === undefined || destination === undefined
    ? undefined
    : { layer, source, destination, mandatory: wanted.mandatory };
}

/** The checksum of a layer, if it has one: its node, and how it is made. */
export function checksumOf(layer: Layer): { node: FieldNode; compute: ChecksumCompute } | undefined {
  for (const node of layer.children) {
    if (node.kind === "field" && node.ir.kind === "uint" && node.ir.compute?.kind === "checksum")
      return { node, compute: node.ir.compute };
  }
  return undefined;
}

/** States as Wireshark numbers them; see `Derive` of kind `status`. */
const BAD = 0;
const GOOD = 1;
const ABSENT = 3;
/** None where there must be one (RFC 8200 section 8.1: UDP over IPv6). */
const ILLEGAL = 4;

function isQuoted(outer: readonly MutableLayer[]): boolean {
  return outer.some((layer) => layer.form?.payload?.quoted === true);
}

/** State where the sender gave no checksum. */
function absence(outer: readonly MutableLayer[], compute: ChecksumCompute): number {
  return compute.pseudoHeader && !isQuoted(outer) && pseudoHeaderEnds(outer)?.mandatory === true
    ? ILLEGAL
    : ABSENT;
}

/** Only the first fragment has the header, and none has the whole message. */
function isFragment(outer: readonly MutableLayer[]): boolean {
  return outer.some(
    ({ form, children }) =>
      form?.payload?.fragment?.every((term) => nodeNumber(children, term.field) === term.value) === true,
  );
}

/** State of one checksum over bytes that are there as a whole. */
function verify(
  layers: readonly MutableLayer[],
  index: number,
  compute: ChecksumCompute,
  data: Uint8Array,
): number {
  const layer = layers[index];
  const outer = layers.slice(0, index);
  if (
    layer === undefined ||
    isQuoted(outer) ||
    (compute.cover === "message" && (!layer.whole || isFragment(outer)))
  )
    return UNVERIFIED;
  const parts = [data.subarray(layer.start, compute.cover === "header" ? layer.end : layer.bufferEnd)];
  if (compute.pseudoHeader) {
    const ends = pseudoHeaderEnds(outer);
    if (!(ends?.source.value instanceof Uint8Array && ends.destination.value instanceof Uint8Array))
      return UNVERIFIED;
    parts.unshift(pseudoHeader(ends.source.value, ends.destination.value, layer.key, parts[0]?.length ?? 0));
  }
  // The sum over bytes that hold a right checksum is all ones, so its complement is zero.
  return internetChecksum(...parts) === 0 ? GOOD : BAD;
}

/**
 * Sets the state of each checksum and returns problems for wrong ones. `verified`: also of those that Wireshark leaves unverified,
 * all of them or those of some protocols.
 */
export function settleChecksums(
  layers: readonly MutableLayer[],
  data: Uint8Array,
  verified: boolean | ReadonlySet<string>,
): Problem[] {
  const problems: Problem[] = [];
  for (const [index, layer] of layers.entries()) {
    const found = checksumOf(layer);
    if (found === undefined) continue;
    const { node, compute } = found;
    const own = typeof verified === "boolean" ? verified : verified.has(layer.protocol);
    const asked = own || node.views.some((view) => view.derive?.kind === "status" && view.derive.verify);
    const absent = compute.zero !== undefined && node.value === 0;
    const status = absent
      ? absence(layers.slice(0, index), compute)
      : asked
        ? verify(layers, index, compute, data)
        : UNVERIFIED;
    // The node was made for this frame alone and is not yet handed out.
    (node as { status?: number }).status = status;
    if (status !== BAD) continue;
    const at = Math.floor(node.bitOffset / 8);
    problems.push({
      ...makeProblem("bad-checksum", "error", layer.id, at, `${node.ir.label} is wrong`),
      field: node.ir.name,
    });
  }
  return problems;
}
