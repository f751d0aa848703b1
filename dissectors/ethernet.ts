import { type Dissector, defineDissector } from "../src/plugin.ts";
import { absentEthernet } from "./absent.ts";
import { ethernetFindings } from "./findings.ts";
import { layouts } from "./generated/layouts/ethernet.ts";
import { derivedEthernet } from "./trackers/derived-ethernet.ts";
import { canonicalFormat } from "./trackers/other-readings.ts";

/** Ethernet (IEEE 802.3) and VLAN tags (IEEE 802.1Q). */
export const ethernet: Dissector = defineDissector({
  name: "ethernet",
  layouts,
  trackers: [derivedEthernet, canonicalFormat],
  absent: absentEthernet,
  findings: ethernetFindings,
});
