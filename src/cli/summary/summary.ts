/** The packet list's protocol and info columns. */
import type { Dissection, Layer } from "../../ir/tree.ts";
import type { Dissector } from "../../plugin.ts";
import { arpSummary } from "./arp.ts";
import { icmpSummary, icmpv6Summary } from "./icmp.ts";
import { LayerReader } from "./layer-reader.ts";
import { lineOf, type Piece } from "./pieces.ts";
import { tcpSummary } from "./tcp.ts";
import { ANALYSIS_FIELDS } from "./tcp-analysis.ts";
import type { Summary } from "./types.ts";

type Summarize = (fields: LayerReader, dissection: Dissection) => Summary;

/** By filter name of the protocol. Protocols that only carry others stand below, with what is shown if nothing follows. */
const SUMMARIES: Readonly<Record<string, Summarize>> = {
  tcp: tcpSummary,
  udp: (fields) => ({
    protocol: "UDP",
    info: [
      fields.part("udp.srcport"),
      " → ",
      fields.part("udp.dstport"),
      ...(fields.has("udp.length")
        ? [" Len=", fields.partOf((one) => String(Math.max(0, one.number("udp.length") - 8)))]
        : []),
    ],
  }),
  icmp: icmpSummary,
  icmpv6: icmpv6Summary,
  arp: arpSummary,
  eth: () => ({ protocol: "Ethernet", info: "" }),
  ip: (fields) => ({
    protocol: "IPv4",
    info: fields.has("ip.dst") ? nextText(fields, "ip.proto") : "",
  }),
  ipv6: (fields) => ({
    protocol: "IPv6",
    info: fields.has("ipv6.dst") ? nextText(fields, "ipv6.nxt") : "",
  }),
};

/** The protocol of a payload that nothing dissects. */
function nextText(fields: LayerReader, name: string): string {
  return `${fields.layer.title}, next protocol ${fields.number(name)}`;
}

/** Fields of trackers that the summaries show. */
export const SUMMARY_FIELDS: readonly string[] = [
  "tcp.seq",
  "tcp.ack",
  "tcp.window_size",
  "tcp.options.sack_le",
  "tcp.options.sack_re",
  ...ANALYSIS_FIELDS,
];

/** Layers that speak only if no layer within them does. */
const CARRIERS = new Set(["eth", "ip", "ipv6"]);

/** Layers that say nothing of their own in the packet list. */
const SILENT = new Set(["frame", "data"]);

function ownSummary(layer: Layer, dissection: Dissection): Summary | undefined {
  const summarizeLayer = Object.hasOwn(SUMMARIES, layer.protocol) ? SUMMARIES[layer.protocol] : undefined;
  return summarizeLayer?.(new LayerReader(layer, dissection.frame.data), dissection);
}

/** Behind the info column, without a blank, as Wireshark puts it. */
function warning(dissection: Dissection): string {
  if (dissection.problems.length === 0) return "";
  const has = (name: string): boolean => dissection.occurrences(name).length > 0;
  if (has("_ws.short")) return "[Packet size limited during capture]";
  return has("_ws.malformed") ? "[Malformed Packet]" : "";
}

/** What the packet list says of a frame. */
export function summarize(
  dissection: Dissection,
  plugins: readonly Dissector[],
): { readonly protocol: string; readonly info: string } {
  const { protocol, info } = innermostSummary(dissection, plugins);
  const line = typeof info === "string" ? info : lineOf(info);
  return { protocol, info: `${line}${warning(dissection)}` };
}

/** The same in pieces that serve all frames of its shape; undefined where what is said is another matter for each. */
export function sharedSummary(
  dissection: Dissection,
  plugins: readonly Dissector[],
): { readonly protocol: string; readonly info: readonly Piece[] } | undefined {
  if (plugins.some(({ summary }) => summary !== undefined)) return undefined;
  const { protocol, info } = innermostSummary(dissection, plugins);
  return typeof info === "string" ? undefined : { protocol, info };
}

/** Asks plugins first, from the innermost layer outwards; an ICMP error speaks for the packet that it quotes. */
function innermostSummary(dissection: Dissection, plugins: readonly Dissector[]): Summary {
  const { layers } = dissection;
  const icmp = layers.findIndex((layer) => layer.protocol === "icmp" || layer.protocol === "icmpv6");
  let innermost: Layer | undefined;
  for (const layer of layers.slice(0, icmp < 0 ? layers.length : icmp + 1).reverse()) {
    for (const plugin of plugins) {
      const summary = plugin.summary?.(layer);
      if (summary !== undefined) return summary;
    }
    const own = CARRIERS.has(layer.protocol) ? undefined : ownSummary(layer, dissection);
    if (own !== undefined) return own;
    if (!SILENT.has(layer.protocol)) innermost ??= layer;
  }
  if (innermost === undefined) return { protocol: "", info: "" };
  const carried = ownSummary(innermost, dissection);
  return carried ?? { protocol: innermost.protocol.toUpperCase(), info: innermost.title };
}
