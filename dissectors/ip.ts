import { type Dissector, defineDissector } from "../src/plugin.ts";
import { ipFindings } from "./findings.ts";
import { layouts } from "./generated/layouts/ip.ts";
import { derivedIp } from "./trackers/derived-ip.ts";
import { derivedIpv6 } from "./trackers/derived-ipv6.ts";
import { ipv6Findings } from "./trackers/ipv6-findings.ts";

/** IPv4 (RFC 791), IPv6 (RFC 8200) with their options and extension headers, tunnels. */
export const ip: Dissector = defineDissector({
  name: "ip",
  layouts,
  trackers: [derivedIp, derivedIpv6, ipv6Findings],
  findings: ipFindings,
});
