/** The line that stands for a layer or an option in the packet tree, and that `-e` prints for a protocol. */

import { toHex } from "../../bytes/hex.ts";
import type { RawValue } from "../../ir/fields.ts";
import { formatDisplay } from "../../ir/format.ts";
import { putNumber } from "../../ir/format-bytes.ts";
import type { Frame } from "../../ir/frame.ts";
import type { FieldNode, Layer, OptionNode, TreeNode } from "../../ir/tree.ts";
import { nodeBytes } from "../../ir/views.ts";
import { LayerReader, OptionReader } from "../summary/layer-reader.ts";
import { isMptcp } from "../summary/mptcp.ts";
import { lineOf, type Piece } from "../summary/pieces.ts";
import { summarize } from "../summary/summary.ts";
import type { OutputContext, Shown } from "./shown.ts";

function bits(bytes: number): string {
  return `${bytes} byte${bytes === 1 ? "" : "s"}`;
}

function frameHeading({ frame }: Shown): readonly Piece[] {
  return [
    "Frame ",
    {
      now: String(frame.number),
      slot: () => ({ key: ({ number }) => number, text: ({ number }) => String(number), put: putNumber }),
    },
    {
      now: sizesText(frame),
      slot: () => ({
        // Frames of one shape all have an interface, or none has; its name may be another.
        key: ({ interfaceId, originalLength, capturedLength }) =>
          interfaceId === undefined ? originalLength * 2 ** 20 + capturedLength : undefined,
        text: sizesText,
      }),
    },
  ];
}

function sizesText({ capturedLength, originalLength, interfaceId, interfaceName }: Frame): string {
  const on =
    interfaceId === undefined ? "" : ` on interface ${interfaceName ?? "unknown"}, id ${interfaceId}`;
  return (
    `: ${bits(originalLength)} on wire (${originalLength * 8} bits), ` +
    `${bits(capturedLength)} captured (${capturedLength * 8} bits)${on}`
  );
}

/** Parts behind the title, by protocol: label and the field whose text follows it. */
const PARTS: Readonly<Record<string, readonly (readonly [string, string, string?])[]>> = {
  eth: [
    ["Src", "eth.src"],
    ["Dst", "eth.dst"],
  ],
  ip: [
    ["Src", "ip.src"],
    ["Dst", "ip.dst"],
  ],
  ipv6: [
    ["Src", "ipv6.src"],
    ["Dst", "ipv6.dst"],
  ],
  udp: [
    ["Src Port", "udp.srcport"],
    ["Dst Port", "udp.dstport"],
  ],
  tcp: [
    ["Src Port", "tcp.srcport"],
    ["Dst Port", "tcp.dstport"],
    ["Seq", "tcp.seq", "tcp.seq_raw"],
    ["Ack", "tcp.ack", "tcp.ack_raw"],
    ["Len", "tcp.len"],
  ],
  vlan: [
    ["PRI", "vlan.priority"],
    ["DEI", "vlan.dei"],
    ["ID", "vlan.id"],
  ],
  ieee8021ad: [["ID", "ieee8021ad.id"]],
};

export function layerHeading(layer: Layer, shown: Shown, context: OutputContext): string {
  return lineOf(headingPieces(layer, shown, context));
}

/** The same in pieces that serve all frames of a shape. */
export function headingPieces(layer: Layer, shown: Shown, context: OutputContext): readonly Piece[] {
  if (layer.protocol === "frame") return frameHeading(shown);
  const title = layer.protocol === "eth" && layer.title === "Ethernet" ? "Ethernet II" : layer.title;
  const fields = new LayerReader(layer, shown.frame.data);
  if (layer.protocol === "data") {
    const size = ({ layer: { start, end } }: LayerReader): number => end - start;
    return [`${title} (`, fields.partOf((one) => bits(size(one)), size), ")"];
  }
  if (layer.protocol === "arp") {
    const opcode = (one: LayerReader): number => one.number("arp.opcode");
    return [`${title} (`, fields.partOf((one) => (opcode(one) === 2 ? "reply" : "request"), opcode), ")"];
  }
  const parts = Object.hasOwn(PARTS, layer.protocol) ? PARTS[layer.protocol] : undefined;
  const pieces: Piece[] = [title];
  for (const [label, name, instead] of parts ?? []) {
    const used = fields.has(name) ? name : (instead ?? name);
    const info = context.catalog.get(used);
    if (info === undefined || !fields.has(used)) continue;
    if (label === "Ack") pieces.push(fields.flagged("tcp.flags.ack", `, ${label}: `, used));
    else pieces.push(`, ${label}: `, fields.part(used, info));
  }
  return pieces;
}

/**
 * `TCP Option - Maximum segment size: 1460 bytes` is our `TCP Option - MSS: 1460`. `subtype`: the value of an MPTCP option's field of
 * that name.
 */
export function optionHeading(
  option: OptionNode,
  context: OutputContext,
  subtype: RawValue | undefined = new OptionReader(option).value("subtype"),
): string {
  const title = option.layout.protocol?.title ?? option.layout.title;
  if (!isMptcp(option)) return title;
  const info = context.catalog.get(new OptionReader(option).field("subtype")?.views[0]?.filter ?? "");
  if (subtype === undefined || info === undefined) return title;
  // "Add Address (3)" without its number, as Wireshark heads the option.
  return `${title}: ${formatDisplay(info, subtype).replace(/ \(\d+\)$/, "")}`;
}

/** A list by its size, options by their titles too. */
export function listHeading({ ir, bitLength, children }: FieldNode): string {
  const titles = children.flatMap((node) => (node.kind === "option" ? [`, ${node.layout.title}`] : []));
  return `${ir.label}: (${bitLength / 8} bytes)${titles.join("")}`;
}

/** tshark heads a protocol that shows nothing beside its title by its filter name, and data by its bytes. */
function layerText(layer: Layer, shown: Shown, context: OutputContext): string {
  if (layer.protocol === "data") return toHex(shown.frame.data.subarray(layer.start, layer.end));
  const heading = layerHeading(layer, shown, context);
  return heading === layer.title ? layer.protocol : heading;
}

/** What `-e` prints for a protocol: the headings of layers, the bytes of options that are none; in wire order. */
export function protocolTexts(name: string, shown: Shown, context: OutputContext): string[] {
  const found: string[] = [];
  const visit = (node: TreeNode): void => {
    if (node.kind === "option" && node.layout.protocol?.filter === name) {
      const { layer } = node.layout.protocol;
      found.push(layer ? optionHeading(node, context) : toHex(nodeBytes(node, shown.frame.data)));
    }
    node.children.forEach(visit);
  };
  for (const layer of shown.dissection.layers) {
    if (layer.protocol === name) found.push(layerText(layer, shown, context));
    layer.children.forEach(visit);
  }
  if (name === "_ws.malformed" || name === "_ws.short") {
    const { protocol } = summarize(shown.dissection, context.plugins);
    const text =
      name === "_ws.short"
        ? `[Packet size limited during capture: ${protocol} truncated]`
        : `[Malformed Packet: ${protocol}]`;
    found.push(...shown.dissection.occurrences(name).map(() => text));
  }
  return found;
}
