import { type Dissector, defineDissector } from "../src/plugin.ts";
import { absentIp } from "./absent.ts";
import { ipFindings } from "./findings.ts";
import { layouts } from "./generated/layouts/ip.ts";
import { derivedCipso } from "./trackers/derived-cipso.ts";
import { derivedIp } from "./trackers/derived-ip.ts";
import { derivedIpv6 } from "./trackers/derived-ipv6.ts";
import { duplicateDetection } from "./trackers/derived-ipv6-options.ts";
import { ipv6Findings } from "./trackers/ipv6-findings.ts";
import { securityFlag, typeOfService } from "./trackers/other-readings.ts";
import { ipValidation } from "./trackers/validation.ts";

/** IPv4 (RFC 791), IPv6 (RFC 8200) with their options and extension headers, tunnels. */
export const ip: Dissector = defineDissector({
  name: "ip",
  layouts,
  trackers: [
    derivedIp,
    derivedIpv6,
    duplicateDetection,
    ipv6Findings,
    ipValidation,
    derivedCipso,
    typeOfService,
    securityFlag,
  ],
  absent: absentIp,
  findings: ipFindings,
});
