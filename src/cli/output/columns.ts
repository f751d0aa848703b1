/** The packet list's columns, also as `-e _ws.col.NAME`. */

import { stretchOf } from "../../backends/field-value.ts";
import { formatEther, formatIpv4, formatIpv6 } from "../../bytes/address.ts";
import { nameReader } from "../../engine/node-reader.ts";
import { padded, putNumber } from "../../ir/format-bytes.ts";
import type { View } from "../../ir/nodes.ts";
import type { Dissection, FieldNode } from "../../ir/tree.ts";
import { viewValue } from "../../ir/views.ts";
import { directPlace } from "../summary/layer-reader.ts";
import { sharedSummary, summarize } from "../summary/summary.ts";
import type { OutputContext, Shown } from "./shown.ts";
import { Recorder, type Slot, type Template, utf8Bytes } from "./template.ts";
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

interface AddressPlace {
  readonly node: FieldNode;
  readonly view: View;
  readonly format: (bytes: Uint8Array) => string;
}

/**
 * One address of a frame: that of the innermost network layer that has it, else of the link layer. What an ICMP error
 * quotes does not count.
 */
function addressPlace(dissection: Dissection, side: 0 | 1): AddressPlace | undefined {
  const { layers } = dissection;
  const icmp = layers.findIndex((layer) => layer.protocol === "icmp" || layer.protocol === "icmpv6");
  for (const layer of layers.slice(0, icmp < 0 ? layers.length : icmp).reverse()) {
    const row = Object.hasOwn(ADDRESSES, layer.protocol) ? ADDRESSES[layer.protocol] : undefined;
    const found = row && directPlace(layer, row[side]);
    if (row !== undefined && found?.node.value instanceof Uint8Array) return { ...found, format: row[2] };
  }
  return undefined;
}

function address(dissection: Dissection, side: 0 | 1): string {
  const place = addressPlace(dissection, side);
  const value = place && viewValue(place.node, place.view, dissection.frame.data);
  return value instanceof Uint8Array && place !== undefined ? place.format(value) : "";
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

/** The same, with a newline, for all frames of a shape; undefined where they have too little in common. */
export function lineTemplate({ dissection }: Shown, context: OutputContext): Template | undefined {
  const summary = sharedSummary(dissection, context.plugins);
  if (summary === undefined) return undefined;
  const recorder = new Recorder();
  const made = (text: (shown: Shown) => string): void =>
    recorder.slot({ key: () => undefined, text: (shown) => utf8Bytes(text(shown)) });
  recorder.slot({
    key: ({ frame }) => frame.number,
    text: ({ frame }) => String(frame.number).padStart(5),
    put: padded(putNumber, 5),
  });
  recorder.text(" ");
  made(({ timing }) => `${timeText(context.time, timing).padStart(10)} `);
  const [source, destination] = ([0, 1] as const).map((side) => addressPlace(dissection, side));
  recorder.slot(addressSlot(source, (text) => text.padStart(12)));
  recorder.text(utf8Bytes(" → "));
  recorder.slot(addressSlot(destination, (text) => text.padEnd(12)));
  recorder.text(` ${summary.protocol} `);
  recorder.slot({
    key: ({ frame }) => frame.originalLength,
    text: ({ frame }) => String(frame.originalLength),
    put: putNumber,
  });
  recorder.text(" ");
  recorder.pieces(summary.info);
  recorder.text("\n");
  return recorder.finish();
}

function addressSlot(place: AddressPlace | undefined, pad: (text: string) => string): Slot {
  if (place === undefined) return { key: () => "", text: () => pad("") };
  const { node, view, format } = place;
  const read = nameReader(node, view);
  return {
    key: () => undefined,
    text: ({ frame }) => {
      const value = read(frame);
      return pad(value instanceof Uint8Array ? format(value) : "");
    },
    from: stretchOf(node),
  };
}
