import { type Dissector, defineDissector } from "../src/plugin.ts";
import { tcpFindings } from "./findings.ts";
import { layouts } from "./generated/layouts/tcp.ts";
import { derivedSack, derivedTcp } from "./trackers/derived-tcp.ts";
import { tcpAnalysis } from "./trackers/tcp-analysis.ts";
import { tcpClosing } from "./trackers/tcp-closing.ts";
import { tcpFastOpen } from "./trackers/tcp-fast-open.ts";
import { tcpStream } from "./trackers/tcp-stream.ts";

/** TCP (RFC 9293) and its options. */
export const tcp: Dissector = defineDissector({
  name: "tcp",
  layouts,
  trackers: [tcpStream, tcpAnalysis, derivedTcp, derivedSack, tcpClosing, tcpFastOpen],
  findings: tcpFindings,
});
