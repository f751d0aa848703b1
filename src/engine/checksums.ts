/** Checking and making of Internet checksums over headers, messages and pseudo-headers (RFC 1071, 9293, 768, 8200). */
import { internetChecksum } from "../bytes/checksum.ts";
import { concatBytes } from "../bytes/hex.ts";
import type { Problem } from "../errors.ts";
import type { Compute } from "../ir/nodes.ts";
import type { FieldNode, Layer, TreeNode } from "../ir/tree.ts";
import { UNVERIFIED } from "../ir/views.ts";
import type { MutableLayer } from "./dissection.ts";
import { makeProblem } from "./form.ts";

type ChecksumCompute = Extract<Compute, { kind: "checksum" }>;

function flatNodes(nodes: readonly TreeNode[]): FieldNode[] {
  return nodes.flatMap((node) => {
    if (node.kind !== "field") return [];
    return node.ir.kind === "group" ? flatNodes(node.children) : [node];
  });
}

/** Source and destination of the nearest enclosing IP header. */
function addressesOf(layers: readonly Layer[]): readonly [Uint8Array, Uint8Array] | undefined {
  for (const layer of [...layers].reverse()) {
    const nodes = flatNodes(layer.children);
    const find = (name: string): Uint8Array | undefined => {
      const node = nodes.find(
        (candidate) =>
          candidate.ir.name === name && candidate.ir.kind === "address" && candidate.ir.family !== "ether",
      );
      return node?.value instanceof Uint8Array ? node.value : undefined;
    };
    const source = find("source");
    const destination = find("destination");
    if (source !== undefined && destination !== undefined) return [source, destination];
  }
  return undefined;
}

/** RFC 9293 section 3.1 (IPv4: 12 bytes) and RFC 8200 section 8.1 (IPv6: 40 bytes). */
export function pseudoHeader(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  length: number,
): Uint8Array {
  const ipv4 = source.length === 4;
  const tail = new Uint8Array(ipv4 ? 4 : 8);
  const view = new DataView(tail.buffer);
  if (ipv4) {
    view.setUint8(1, protocol);
    view.setUint16(2, length & 0xffff);
  } else {
    view.setUint32(0, length);
    view.setUint8(7, protocol);
  }
  return concatBytes([source, destination, tail]);
}

/** States as Wireshark numbers them; see `Derive` of kind `status`. */
const BAD = 0;
const GOOD = 1;
const ABSENT = 3;
/** RFC 8200 section 8.1: over IPv6 a UDP datagram must have a checksum. */
const ILLEGAL = 4;

/** What an ICMP error quotes was changed on its way and may be cut: its checksums tell nothing. */
const QUOTE = "icmp.quoted";

function isQuoted(layers: readonly Layer[]): boolean {
  return layers.some((layer) => layer.table === QUOTE);
}

/** State where the sender gave no checksum. */
function absence(outer: readonly Layer[], compute: ChecksumCompute): number {
  return compute.pseudoHeader && !isQuoted(outer) && addressesOf(outer)?.[0].length === 16 ? ILLEGAL : ABSENT;
}

/** Only the first fragment has the header, and none has the whole message. */
function isFragment(layers: readonly Layer[]): boolean {
  return layers.some((layer) =>
    flatNodes(layer.children).some((node) => node.ir.name === "moreFragments" && node.value === true),
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
  if (
    layer === undefined ||
    isQuoted(layers.slice(0, index + 1)) ||
    (compute.cover === "message" && (!layer.whole || isFragment(layers.slice(0, index))))
  )
    return UNVERIFIED;
  const parts = [data.subarray(layer.start, compute.cover === "header" ? layer.end : layer.bufferEnd)];
  if (compute.pseudoHeader) {
    const addresses = addressesOf(layers.slice(0, index));
    if (addresses === undefined) return UNVERIFIED;
    parts.unshift(pseudoHeader(addresses[0], addresses[1], layer.key, parts[0]?.length ?? 0));
  }
  // The sum over bytes that hold a right checksum is all ones, so its complement is zero.
  return internetChecksum(...parts) === 0 ? GOOD : BAD;
}

/** Sets the state of each checksum and returns problems for wrong ones. `all`: also of those that Wireshark leaves unverified. */
export function settleChecksums(layers: readonly MutableLayer[], data: Uint8Array, all: boolean): Problem[] {
  const problems: Problem[] = [];
  for (const [index, layer] of layers.entries()) {
    for (const node of layer.children) {
      if (node.kind !== "field" || node.ir.kind !== "uint" || node.ir.compute?.kind !== "checksum") continue;
      const { compute } = node.ir;
      const asked = all || node.views.some((view) => view.derive?.kind === "status" && view.derive.verify);
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
  }
  return problems;
}
