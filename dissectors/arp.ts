import { type Dissector, defineDissector } from "../src/plugin.ts";
import { absentArp } from "./absent.ts";
import { arpFindings } from "./findings.ts";
import { layouts } from "./generated/layouts/arp.ts";
import { arpOwners } from "./trackers/arp-owners.ts";
import { arpStorm } from "./trackers/arp-storm.ts";
import { derivedArp } from "./trackers/derived-arp.ts";

/** ARP (RFC 826). */
export const arp: Dissector = defineDissector({
  name: "arp",
  layouts,
  trackers: [derivedArp, arpOwners, arpStorm],
  absent: absentArp,
  findings: arpFindings,
});
