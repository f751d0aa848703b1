import { type Dissector, defineDissector } from "../src/plugin.ts";
import { absentTcp } from "./absent.ts";
import { tcpFindings } from "./findings.ts";
import { layouts } from "./generated/layouts/tcp.ts";
import { derivedReset, derivedSack, derivedTcp } from "./trackers/derived-tcp.ts";
import { synCookie, timestampCookie } from "./trackers/other-readings.ts";
import { tcpAce } from "./trackers/tcp-ace.ts";
import { tcpAnalysis } from "./trackers/tcp-analysis.ts";
import { tcpClosing } from "./trackers/tcp-closing.ts";
import { tcpFastOpen } from "./trackers/tcp-fast-open.ts";
import { tcpStream } from "./trackers/tcp-stream.ts";
import { tcpValidation } from "./trackers/validation.ts";

/** TCP (RFC 9293) and its options. */
export const tcp: Dissector = defineDissector({
  name: "tcp",
  layouts,
  trackers: [
    tcpStream,
    tcpAnalysis,
    derivedTcp,
    derivedSack,
    derivedReset,
    tcpAce,
    tcpClosing,
    tcpFastOpen,
    tcpValidation,
    synCookie,
    timestampCookie,
  ],
  absent: absentTcp,
  findings: tcpFindings,
});
