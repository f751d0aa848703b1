/** The packet list's columns, also as `-e _ws.col.NAME`. */
import { formatEther, formatIpv4, formatIpv6 } from "../../bytes/address.ts";
import type { Dissection } from "../../ir/tree.ts";
import { directValue } from "../summary/layer-reader.ts";
import { summarize } from "../summary/summary.ts";
import type { OutputContext, Shown } from "./shown.ts";
import { timeText } from "./time-column.ts";

const PREFIX = "_ws.col.";

/** Wireshark's default columns, by title. */
const TITLES = ["No.", "Time", "Source", "Destination", "Protocol", "Length", "Info"] as const;
export type ColumnTitle = (typeof TITLES)[number];

/** `undefined`: not a column's name. `""`: a column that is not shown, which tshark takes and leaves empty. */
export function columnTitle(name: string): ColumnTitle | "" | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  return TITLES.find((title) => title === name.slice(PREFIX.length)) ?? "";
}

/** Names of the address pairs, the innermost layer first to be asked. */
const ADDRESSES: Readonly<Record<string, readonly [string, string, (bytes: Uint8Array) => string]>> = {
  ip: ["ip.src", "ip.dst", formatIpv4],
  ipv6: ["ipv6.src", "ipv6.dst", formatIpv6],
  eth: ["eth.src", "eth.dst", formatEther],
};

/**
 * One address of a frame: that of the innermost network layer that has it, else of the link layer. What an ICMP error
 * quotes does not count.
 */
function address(dissection: Dissection, side: 0 | 1): string {
  const { layers } = dissection;
  const icmp = layers.findIndex((layer) => layer.protocol === "icmp" || layer.protocol === "icmpv6");
  for (const layer of layers.slice(0, icmp < 0 ? layers.length : icmp).reverse()) {
    const row = Object.hasOwn(ADDRESSES, layer.protocol) ? ADDRESSES[layer.protocol] : undefined;
    if (row === undefined) continue;
    const found = directValue(layer, row[side], dissection.frame.data);
    if (found instanceof Uint8Array) return row[2](found);
  }
  return "";
}

export function columnText(title: ColumnTitle | "", shown: Shown, context: OutputContext): string {
  switch (title) {
    case "No.":
      return String(shown.frame.number);
    case "Time":
      return timeText(context.time, shown.timing);
    case "Source":
      return address(shown.dissection, 0);
    case "Destination":
      return address(shown.dissection, 1);
    case "Protocol":
      return summarize(shown.dissection, context.plugins).protocol;
    case "Length":
      return String(shown.frame.originalLength);
    case "Info":
      return summarize(shown.dissection, context.plugins).info;
    case "":
      return "";
  }
}

/** The summary line with tshark's padding, without a newline. */
export function summaryLine(shown: Shown, context: OutputContext): string {
  const source = address(shown.dissection, 0);
  const destination = address(shown.dissection, 1);
  const { protocol, info } = summarize(shown.dissection, context.plugins);
  const number = String(shown.frame.number).padStart(5);
  const time = timeText(context.time, shown.timing).padStart(10);
  const pair = `${source.padStart(12)} → ${destination.padEnd(12)}`;
  return `${number} ${time} ${pair} ${protocol} ${shown.frame.originalLength} ${info}`;
}
