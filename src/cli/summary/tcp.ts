/** The info column of a TCP segment, as Wireshark writes it, and what its MPTCP options say. */
import type { Dissection, Layer, OptionNode } from "../../ir/tree.ts";
import { type LayerReader, namedFields, optionNodes } from "./layer-reader.ts";
import { mptcpText } from "./mptcp.ts";
import type { Summary } from "./types.ts";

/** RFC 9293 section 3.1, in Wireshark's order and spelling. */
const FLAGS: readonly (readonly [string, string])[] = [
  ["fin", "FIN"],
  ["syn", "SYN"],
  ["reset", "RST"],
  ["push", "PSH"],
  ["ack", "ACK"],
  ["urg", "URG"],
  ["ece", "ECE"],
  ["cwr", "CWR"],
  ["ae", "AE"],
];

function flagsText(fields: LayerReader): string {
  const set = FLAGS.filter(([name]) => fields.first(`tcp.flags.${name}`) === true).map(([, text]) => text);
  return set.length === 0 ? "<None>" : set.join(", ");
}

/** Relative where a tracker follows the connection, else as on the wire. */
function either(fields: LayerReader, relative: string, raw: string): number {
  return fields.has(relative) ? fields.number(relative) : fields.number(raw);
}

function value(option: OptionNode, name: string): string {
  const found = namedFields(option).get(name)?.value;
  return found === undefined ? "" : String(found);
}

function sackText(fields: LayerReader): string {
  const left = fields.has("tcp.options.sack_le")
    ? fields.all("tcp.options.sack_le")
    : fields.all("tcp.options.sack_le_raw");
  const right = fields.has("tcp.options.sack_re")
    ? fields.all("tcp.options.sack_re")
    : fields.all("tcp.options.sack_re_raw");
  return left.map((edge, index) => ` SLE=${edge} SRE=${right[index]}`).join("");
}

function optionText(option: OptionNode, fields: LayerReader): string {
  switch (option.layout.id) {
    case "tcp.mss":
      return ` MSS=${fields.number("tcp.options.mss_val")}`;
    case "tcp.sackPermitted":
      return " SACK_PERM";
    case "tcp.sack":
      return sackText(fields);
    case "tcp.timestamps":
      return ` TSval=${fields.number("tcp.options.timestamp.tsval")} TSecr=${fields.number("tcp.options.timestamp.tsecr")}`;
    case "tcp.windowScale":
      return ` WS=${fields.number("tcp.options.wscale.multiplier")}`;
    case "tcp.md5":
      return " MD5";
    case "tcp.ao":
      return " TCP AO";
    case "tcp.fastOpen":
      return fields.has("tcp.options.tfo.cookie") ? " TFO=C" : " TFO=R";
    case "tcp.userTimeout":
      return " USER_TO";
    case "tcp.echo":
      return ` ECHO=${value(option, "value")}`;
    default:
      return "";
  }
}

export function tcpSummary(fields: LayerReader, dissection: Dissection): Summary {
  const { layer } = fields;
  const options = optionNodes(layer);
  const mptcp = options.map(mptcpText).filter((text) => text !== undefined);
  const ack =
    fields.first("tcp.flags.ack") === true ? ` Ack=${either(fields, "tcp.ack", "tcp.ack_raw")}` : "";
  const window = either(fields, "tcp.window_size", "tcp.window_size_value");
  const shown = new Set<string>();
  const plain = options.map((option) => {
    // Blocks are collected from the whole header: one account for several SACK options.
    if (option.layout.id === "tcp.sack" && shown.has("tcp.sack")) return "";
    shown.add(option.layout.id);
    return optionText(option, fields);
  });
  const urgent = fields.first("tcp.flags.urg") === true ? ` Urg=${fields.number("tcp.urgent_pointer")}` : "";
  const cut = dissection.frame.capturedLength < dissection.frame.originalLength && isCut(layer, dissection);
  return {
    protocol: mptcp.length > 0 ? "MPTCP" : "TCP",
    info:
      `${cut ? "[Packet size limited during capture] " : ""}` +
      `${fields.number("tcp.srcport")} → ${fields.number("tcp.dstport")} [${flagsText(fields)}] ` +
      `Seq=${either(fields, "tcp.seq", "tcp.seq_raw")}${ack} Win=${window}${urgent} Len=${fields.number("tcp.len") || 0}` +
      `${plain.join("")}${mptcp.map((text) => ` ${text}`).join("")}`,
  };
}

/** The header itself is not whole. */
function isCut(layer: Layer, dissection: Dissection): boolean {
  return dissection.problems.some((problem) => problem.code === "truncated" && problem.layer === layer.id);
}
