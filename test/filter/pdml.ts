/** Frames as tshark dissects them (PDML), in the form that the evaluator reads: an independent check of the evaluator. */
import { execFileSync } from "node:child_process";
import { fromHex } from "../../src/bytes/hex.ts";
import { types } from "../../src/filter/types.ts";
import type { FieldInfo, FieldSource, Occurrence, RawValue } from "../../src/ir/fields.ts";
import { tsharkTable } from "./table.ts";

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+);/g, (whole, name: string) => {
    if (name.startsWith("#x")) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith("#")) return String.fromCodePoint(Number(name.slice(1)));
    return entities[name] ?? whole;
  });
}

function tshark(capture: string, ...options: string[]): string {
  return execFileSync("tshark", ["-n", "-r", capture, ...options], {
    encoding: "utf8",
    env: { ...process.env, TZ: "UTC" },
    maxBuffer: 1 << 30,
    stdio: ["ignore", "pipe", "ignore"],
  });
}

function seconds(text: string): bigint {
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const value = BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0").slice(0, 9));
  return text.startsWith("-") ? -value : value;
}

/** Value of a node from what PDML shows of it. */
function readValue(info: FieldInfo, show: string, bytes: Uint8Array): RawValue | undefined {
  const row = types[info.type];
  switch (row.family) {
    case "label":
      return true;
    case "protocol":
      return bytes;
    case "boolean":
      return show === "1" || show === "True";
    case "integer":
      if (!/^-?(?:0x[0-9a-f]+|\d+)$/.test(show)) return undefined;
      return row.bits > 32 ? BigInt(show) : Number(show);
    case "string":
      return show;
    case "relative-time":
      return seconds(show);
    case "absolute-time":
      return (
        BigInt(Date.parse(show.replace(/(\.\d{3})\d*/, "$1"))) * 1_000_000n +
        BigInt(/\.\d{3}(\d{6})/.exec(show)?.[1] ?? 0)
      );
    case "float":
      return Number(show);
    default:
      return bytes;
  }
}

/** Protocols that open a layer of their own; others are only drawn as one. */
const layered =
  /^(?:frame|eth|vlan|ieee8021ad|sll|null|ip|ipv6|tcp|udp|icmp|icmpv6|arp|mptcp|dns|dhcp|data)$/;

/** One source for each frame of a capture. */
export function readPdml(capture: string): FieldSource[] {
  const raw = JSON.parse(tshark(capture, "-T", "jsonraw")) as {
    readonly _source: { readonly layers: { readonly frame_raw: readonly [string] } };
  }[]; // the form of tshark's -T jsonraw
  const packets = tshark(capture, "-T", "pdml").split("<packet>").slice(1);
  return packets.map((packet, index) => {
    const frame = fromHex(raw[index]?._source.layers.frame_raw[0] ?? "") ?? new Uint8Array(0);
    const found = new Map<string, Occurrence[]>();
    const counts = new Map<string, number>();
    let layer = 1;
    for (const [, kind, attributes = ""] of packet.matchAll(/<(proto|field) ([^>]*?)\/?>/g)) {
      const read = (name: string): string =>
        decode(new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
      const name = read("name");
      if (kind === "proto" && layered.test(name)) {
        layer = (counts.get(name) ?? 0) + 1;
        counts.set(name, layer);
      }
      const info = tsharkTable.get(name);
      if (info === undefined) continue;
      const start = Number(read("pos"));
      const bytes = frame.subarray(start, start + Number(read("size")));
      const value = readValue(info, read("show"), bytes);
      if (value === undefined) continue;
      const list = found.get(name) ?? [];
      const inner = name === "mptcp" || name.startsWith("tcp.options");
      list.push({ value, layer, bytes, buffer: inner ? bytes : frame.subarray(start) });
      found.set(name, list);
    }
    return (name) => found.get(name) ?? [];
  });
}
