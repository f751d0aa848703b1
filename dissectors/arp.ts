import { type Dissector, defineDissector } from "../src/plugin.ts";
import { arpFindings } from "./findings.ts";
import { layouts } from "./generated/layouts/arp.ts";
import { arpOwners } from "./trackers/arp-owners.ts";
import { derivedArp } from "./trackers/derived-arp.ts";

/** ARP (RFC 826). */
export const arp: Dissector = defineDissector({
  name: "arp",
  layouts,
  trackers: [derivedArp, arpOwners],
  findings: arpFindings,
});
