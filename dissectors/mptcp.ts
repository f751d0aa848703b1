import { type Dissector, defineDissector } from "../src/plugin.ts";
import { mptcpFindings } from "./findings.ts";
import { layouts } from "./generated/layouts/mptcp.ts";
import { mptcpStream } from "./trackers/mptcp-stream.ts";

/** Multipath TCP options, versions 0 (RFC 6824) and 1 (RFC 8684). */
export const mptcp: Dissector = defineDissector({
  name: "mptcp",
  layouts,
  trackers: [mptcpStream],
  findings: mptcpFindings,
});
