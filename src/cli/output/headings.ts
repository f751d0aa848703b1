/** The line that stands for a layer or an option in the packet tree, and that `-e` prints for a protocol. */

import { toHex } from "../../bytes/hex.ts";
import type { RawValue } from "../../ir/fields.ts";
import { formatDisplay, formatFieldText } from "../../ir/format.ts";
import type { FieldNode, Layer, OptionNode, TreeNode } from "../../ir/tree.ts";
import { nodeBytes } from "../../ir/views.ts";
import { LayerReader, OptionReader } from "../summary/layer-reader.ts";
import { isMptcp } from "../summary/mptcp.ts";
import { summarize } from "../summary/summary.ts";
import type { OutputContext, Shown } from "./shown.ts";

function bits(bytes: number): string {
  return `${bytes} byte${bytes === 1 ? "" : "s"}`;
}

function frameHeading({ frame }: Shown): string {
  const { capturedLength, originalLength } = frame;
  const on =
    frame.interfaceId === undefined
      ? ""
      : ` on interface ${frame.interfaceName ?? "unknown"}, id ${frame.interfaceId}`;
  return (
    `Frame ${frame.number}: ${bits(originalLength)} on wire (${originalLength * 8} bits), ` +
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

export function layerHeading(
  layer: Layer,
  shown: Shown,
  context: OutputContext,
  fields: LayerReader = new LayerReader(layer, shown.frame.data),
): string {
  if (layer.protocol === "frame") return frameHeading(shown);
  const title = layer.protocol === "eth" && layer.title === "Ethernet" ? "Ethernet II" : layer.title;
  if (layer.protocol === "data") return `${title} (${bits(layer.end - layer.start)})`;
  if (layer.protocol === "arp")
    return `${title} (${fields.number("arp.opcode") === 2 ? "reply" : "request"})`;
  const parts = Object.hasOwn(PARTS, layer.protocol) ? PARTS[layer.protocol] : undefined;
  const texts = (parts ?? []).flatMap(([label, name, instead]) => {
    if (label === "Ack" && fields.first("tcp.flags.ack") !== true) return [];
    const used = fields.has(name) ? name : (instead ?? name);
    const info = context.catalog.get(used);
    const value = fields.first(used);
    return info === undefined || value === undefined ? [] : [`, ${label}: ${formatFieldText(info, value)}`];
  });
  return `${title}${texts.join("")}`;
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
