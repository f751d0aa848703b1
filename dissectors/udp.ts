import { type Dissector, defineDissector } from "../src/plugin.ts";
import { absentUdp } from "./absent.ts";
import { udpFindings } from "./findings.ts";
import { layouts } from "./generated/layouts/udp.ts";
import { derivedUdp, traceroute } from "./trackers/derived-udp.ts";
import { udpStream } from "./trackers/udp-stream.ts";
import { udpValidation } from "./trackers/validation.ts";

/** UDP (RFC 768). */
export const udp: Dissector = defineDissector({
  name: "udp",
  layouts,
  trackers: [udpStream, derivedUdp, traceroute, udpValidation],
  absent: absentUdp,
  findings: udpFindings,
});
