/**
 * Anonymizing a capture: addresses (prefix-preserving), MPTCP keys and all that follows from them, payload. What was right before is
 * right after: tokens, HMACs, data sequence numbers and checksums are derived anew from the new keys.
 */
import { concatBytes } from "../../bytes/hex.ts";
import type { Engine } from "../../engine/api.ts";
import type { Frame } from "../../ir/frame.ts";
import type { Dissection, FieldNode, Layer, OptionNode, TreeNode } from "../../ir/tree.ts";
import { nodeBytes } from "../../ir/views.ts";
import { type Moved, updateChecksums } from "./checksums.ts";
import { createHider, type Hider } from "./hide.ts";
import { createSecretKeeper, type Direction, type SecretKeeper } from "./secrets.ts";

export interface Anonymizer {
  /** Frames in order: keys are learnt on the way. The frame given is not changed. */
  next(frame: Frame): Frame;
}

/** Cookies of TCP Fast Open tell a client (RFC 7413 section 4.1.1). */
const COOKIE = /^tcp\.(experimentalF|f)astOpen$/;

function* nodesOf(nodes: readonly TreeNode[]): Generator<TreeNode> {
  for (const node of nodes) {
    yield node;
    yield* nodesOf(node.children);
  }
}

function write(data: Uint8Array, node: FieldNode, bytes: Uint8Array): void {
  data.set(bytes, node.bitOffset >> 3);
}

/** Payload, and whatever stands behind the headers that have a meaning of their own. */
function blankPayload(dissection: Dissection, data: Uint8Array): void {
  const known = dissection.layers.filter((layer) => data.length >= layer.end && HEADERS.test(layer.id));
  const last = known.at(-1);
  if (last === undefined) return;
  data.fill(0, last.end);
}

/** Layers whose headers stay; everything behind the last of them is payload. */
const HEADERS =
  /^(ethernet|vlan|ieee8021ad|sll2?|null|loopback|raw|ppp|pppoe|pktap|llc|arp|ipv4|ipv6.*|ah|gre|icmp|icmpv6|tcp|udp|frame)$/;

function directionOf(layers: readonly Layer[], tcp: Layer): Direction | undefined {
  const ip = layers.slice(0, layers.indexOf(tcp)).findLast((layer) => /^ipv[46]$/.test(layer.id));
  if (ip === undefined) return undefined;
  const source = `${String(ip.value["source"])} ${String(tcp.value["sourcePort"])}`;
  const target = `${String(ip.value["destination"])} ${String(tcp.value["destinationPort"])}`;
  return { from: source, to: target, syn: tcp.value["syn"] === true, ack: tcp.value["ack"] === true };
}

function fieldsOf(option: OptionNode): ReadonlyMap<string, FieldNode> {
  const fields = [...nodesOf(option.children)].filter((node): node is FieldNode => node.kind === "field");
  return new Map(fields.map((node) => [node.ir.name, node]));
}

function hideFrame(engine: Engine, frame: Frame, hider: Hider, keeper: SecretKeeper): Frame {
  const before = engine.dissect(frame);
  const data = Uint8Array.from(frame.data);
  for (const layer of before.layers) {
    for (const node of nodesOf(layer.children)) {
      if (node.kind === "option" && COOKIE.test(node.id)) {
        const cookie = fieldsOf(node).get("cookie");
        if (cookie !== undefined) write(data, cookie, hider.bytes(nodeBytes(cookie, frame.data), "cookie"));
      }
      if (node.kind !== "field" || node.ir.kind !== "address" || node.bitLength === 0) continue;
      const bytes = nodeBytes(node, frame.data);
      write(data, node, node.ir.family === "ether" ? hider.ether(bytes) : hider.address(bytes));
    }
  }
  blankPayload(before, data);
  const tcp = before.layers.findLast((layer) => layer.id === "tcp");
  const direction = tcp === undefined ? undefined : directionOf(before.layers, tcp);
  if (tcp !== undefined && direction !== undefined) {
    for (const node of nodesOf(tcp.children)) {
      if (node.kind !== "option" || !node.id.startsWith("mptcp.")) continue;
      for (const [field, bytes] of keeper.option(direction, node.id, fieldsOf(node), frame.data, data))
        write(data, field, bytes);
    }
  }
  const moved = before.layers.map(
    (layer): Moved => ({ layer, start: layer.start, end: layer.end, bufferEnd: layer.bufferEnd }),
  );
  updateChecksums(before, data, moved, new Set());
  return { ...frame, data };
}

/** @param secret - the same text hides the same values alike in every capture; keep it to yourself. */
export function createAnonymizer(engine: Engine, secret: string): Anonymizer {
  const hider = createHider(secret);
  const keeper = createSecretKeeper((key) => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, key);
    return new DataView(concatBytes([hider.bytes(bytes, "key")]).buffer).getBigUint64(0);
  }, hider);
  return { next: (frame) => hideFrame(engine, frame, hider, keeper) };
}
