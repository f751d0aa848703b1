/** Checking and making of Internet checksums over headers, messages and pseudo-headers (RFC 1071, 9293, 768, 8200). */
import { internetChecksum } from "../bytes/checksum.ts";
import { concatBytes } from "../bytes/hex.ts";
import type { Problem } from "../errors.ts";
import type { FieldNode, Layer, TreeNode } from "../ir/tree.ts";
import { makeProblem } from "./form.ts";

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

/** Problems for wrong checksums. Layers whose bytes are not whole, and fragments, are passed over. */
export function checkChecksums(layers: readonly Layer[], data: Uint8Array): Problem[] {
  const problems: Problem[] = [];
  for (const [index, layer] of layers.entries()) {
    for (const node of flatNodes(layer.children)) {
      const { ir } = node;
      if (ir.kind !== "uint" || ir.compute?.kind !== "checksum") continue;
      const { cover, pseudoHeader: needsPseudo } = ir.compute;
      // RFC 768: a UDP checksum of zero means that none was made.
      if (node.value === 0 && cover === "message" && layer.id === "udp") continue;
      const covered = data.subarray(layer.start, cover === "header" ? layer.end : layer.bufferEnd);
      const parts = [covered];
      if (needsPseudo) {
        const addresses = addressesOf(layers.slice(0, index));
        if (addresses === undefined) continue;
        parts.unshift(pseudoHeader(addresses[0], addresses[1], layer.key, covered.length));
      }
      // The sum over bytes that hold a right checksum is all ones, so its complement is zero.
      if (internetChecksum(...parts) !== 0) {
        const at = Math.floor(node.bitOffset / 8);
        problems.push({
          ...makeProblem("bad-checksum", "error", layer.id, at, `${ir.label} is wrong`),
          field: ir.name,
        });
      }
    }
  }
  return problems;
}
