/** The info column of ARP (RFC 826). */
import { formatEther, formatIpv4 } from "../../bytes/address.ts";
import { toHex } from "../../bytes/hex.ts";
import type { LayerReader } from "./layer-reader.ts";
import type { Summary } from "./types.ts";

function protocolAddress(fields: LayerReader, side: "src" | "dst"): string {
  const value = fields.first(`arp.${side}.proto_ipv4`) ?? fields.first(`arp.${side}.proto`);
  if (!(value instanceof Uint8Array)) return "<No address>";
  return value.length === 4 ? formatIpv4(value) : toHex(value);
}

function hardwareAddress(fields: LayerReader, side: "src" | "dst"): string {
  const value = fields.first(`arp.${side}.hw_mac`) ?? fields.first(`arp.${side}.hw`);
  return value instanceof Uint8Array ? formatEther(value) : "<No address>";
}

export function arpSummary(fields: LayerReader): Summary {
  const source = protocolAddress(fields, "src");
  const target = protocolAddress(fields, "dst");
  const operation = fields.number("arp.opcode");
  switch (operation) {
    case 1:
      return { protocol: "ARP", info: requestText(source, target) };
    case 2:
      return { protocol: "ARP", info: `${source} is at ${hardwareAddress(fields, "src")}` };
    case 3:
      return {
        protocol: "RARP",
        info: `Who is ${hardwareAddress(fields, "dst")}? Tell ${hardwareAddress(fields, "src")}`,
      };
    case 4:
      return { protocol: "RARP", info: `${hardwareAddress(fields, "dst")} is at ${target}` };
    default:
      return {
        protocol: "ARP",
        info: `Unknown ARP opcode 0x${(operation || 0).toString(16).padStart(4, "0")}`,
      };
  }
}

/** RFC 5227: a probe has no sender address, an announcement asks for its own. */
function requestText(source: string, target: string): string {
  if (source === target) return `ARP Announcement for ${target}`;
  return source === "0.0.0.0" ? `Who has ${target}? (ARP Probe)` : `Who has ${target}? Tell ${source}`;
}
