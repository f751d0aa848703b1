import { type Dissector, defineDissector } from "../src/plugin.ts";
import { udpFindings } from "./findings.ts";
import { layouts } from "./generated/layouts/udp.ts";
import { derivedUdp } from "./trackers/derived-udp.ts";
import { udpStream } from "./trackers/udp-stream.ts";

/** UDP (RFC 768). */
export const udp: Dissector = defineDissector({
  name: "udp",
  layouts,
  trackers: [udpStream, derivedUdp],
  findings: udpFindings,
});
