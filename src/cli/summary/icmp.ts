/** The info column of ICMP (RFC 792) and ICMPv6 (RFC 4443, RFC 4861), for the types met most. */
import { formatIpv6 } from "../../bytes/address.ts";
import type { Dissection } from "../../ir/tree.ts";
import type { LayerReader } from "./layer-reader.ts";
import type { Summary } from "./types.ts";

const TYPES: Readonly<Record<number, string>> = {
  0: "Echo (ping) reply",
  3: "Destination unreachable",
  4: "Source quench (flow control)",
  5: "Redirect",
  8: "Echo (ping) request",
  9: "Mobile IP Advertisement",
  10: "Router solicitation",
  11: "Time-to-live exceeded",
  12: "Parameter problem",
  13: "Timestamp request",
  14: "Timestamp reply",
};

const UNREACHABLE =
  "Network unreachable|Host unreachable|Protocol unreachable|Port unreachable|Fragmentation needed|Source route failed|" +
  "Network unknown|Host unknown|Source host isolated|Network administratively prohibited|Host administratively prohibited|" +
  "Network unreachable for TOS|Host unreachable for TOS|Communication administratively filtered|" +
  "Host precedence violation|Precedence cutoff in effect";

const CODES: Readonly<Record<number, readonly string[]>> = {
  3: UNREACHABLE.split("|"),
  5: [
    "Redirect for network",
    "Redirect for host",
    "Redirect for TOS and network",
    "Redirect for TOS and host",
  ],
  11: ["Time to live exceeded in transit", "Fragment reassembly time exceeded"],
};

const TYPES_V6: Readonly<Record<number, string>> = {
  1: "Destination Unreachable",
  2: "Packet Too Big",
  3: "Time Exceeded",
  4: "Parameter Problem",
  128: "Echo (ping) request",
  129: "Echo (ping) reply",
  130: "Multicast Listener Query",
  131: "Multicast Listener Report",
  132: "Multicast Listener Done",
  133: "Router Solicitation",
  134: "Router Advertisement",
  135: "Neighbor Solicitation",
  136: "Neighbor Advertisement",
  137: "Redirect",
  143: "Multicast Listener Report Message v2",
};

const CODES_V6: Readonly<Record<number, readonly string[]>> = {
  1: [
    "no route to destination",
    "Administratively prohibited",
    "Beyond scope of source address",
    "Address unreachable",
    "Port unreachable",
    "Source address failed ingress/egress policy",
    "Reject route to destination",
  ],
  3: ["hop limit exceeded in transit", "fragment reassembly time exceeded"],
};

/** The sequence number in both byte orders, as ping programs of either kind count. */
function echoText(fields: LayerReader, prefix: string): string {
  const id = fields.number(`${prefix}.ident`) || fields.number(`${prefix}.echo.identifier`) || 0;
  const sequence = fields.number(`${prefix}.seq`) || fields.number(`${prefix}.echo.sequence_number`) || 0;
  const swapped = ((sequence & 255) << 8) | (sequence >> 8);
  return ` id=0x${id.toString(16).padStart(4, "0")}, seq=${prefix === "icmp" ? `${sequence}/${swapped}` : sequence}`;
}

export function icmpSummary(fields: LayerReader, dissection: Dissection): Summary {
  const type = fields.number("icmp.type");
  const code = CODES[type]?.[fields.number("icmp.code")];
  const name = TYPES[type] ?? `Unknown ICMP (obsolete or malformed?)`;
  const echo =
    type === 0 || type === 8 ? ` ${echoText(fields, "icmp")}, ttl=${dissection.get("ip.ttl") ?? "?"}` : "";
  return { protocol: "ICMP", info: `${name}${code === undefined ? "" : ` (${code})`}${echo}` };
}

function targetText(fields: LayerReader, type: number): string {
  if (type === 135) return address(fields, "icmpv6.nd.ns.target_address", " for ");
  return type === 136 ? address(fields, "icmpv6.nd.na.target_address", " ") : "";
}

function address(fields: LayerReader, name: string, lead: string): string {
  const value = fields.first(name);
  return value instanceof Uint8Array && value.length === 16 ? `${lead}${formatIpv6(value)}` : "";
}

export function icmpv6Summary(fields: LayerReader, dissection: Dissection): Summary {
  const type = fields.number("icmpv6.type");
  const code = CODES_V6[type]?.[fields.number("icmpv6.code")];
  const echo =
    type === 128 || type === 129
      ? `${echoText(fields, "icmpv6")}, hop limit=${dissection.get("ipv6.hlim") ?? "?"}`
      : "";
  const name = TYPES_V6[type] ?? `Unknown type ${type}`;
  return {
    protocol: "ICMPv6",
    info: `${name}${code === undefined ? "" : ` (${code})`}${echo}${targetText(fields, type)}`,
  };
}
