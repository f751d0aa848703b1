import { type Dissector, defineDissector } from "../src/plugin.ts";
import { absentIcmp } from "./absent.ts";
import { icmpFindings } from "./findings.ts";
import { layouts } from "./generated/layouts/icmp.ts";
import { derivedIcmp } from "./trackers/derived-icmp.ts";
import { derivedIcmpv6 } from "./trackers/derived-icmpv6.ts";
import { icmpResponses, icmpv6Responses } from "./trackers/icmp-response.ts";

/** ICMP (RFC 792) and ICMPv6 (RFC 4443, RFC 4861). */
export const icmp: Dissector = defineDissector({
  name: "icmp",
  layouts,
  trackers: [derivedIcmp, derivedIcmpv6, icmpResponses, icmpv6Responses],
  absent: absentIcmp,
  findings: icmpFindings,
});
