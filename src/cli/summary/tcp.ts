/** The info column of a TCP segment, as Wireshark writes it, and what its MPTCP options say. */
import type { RawValue } from "../../ir/fields.ts";
import { putNumber } from "../../ir/format-bytes.ts";
import type { OptionNode } from "../../ir/tree.ts";
import { type LayerReader, OptionReader, optionNodes } from "./layer-reader.ts";
import { mptcpText } from "./mptcp.ts";
import type { Piece } from "./pieces.ts";
import { analysisMarks } from "./tcp-analysis.ts";
import type { Summary } from "./types.ts";

/** RFC 9293 section 3.1, in Wireshark's order and spelling. */
const FLAGS: readonly (readonly [string, string])[] = [
  ["tcp.flags.fin", "FIN"],
  ["tcp.flags.syn", "SYN"],
  ["tcp.flags.reset", "RST"],
  ["tcp.flags.push", "PSH"],
  ["tcp.flags.ack", "ACK"],
  ["tcp.flags.urg", "URG"],
  ["tcp.flags.ece", "ECE"],
  ["tcp.flags.cwr", "CWR"],
  ["tcp.flags.ae", "AE"],
];

/** By the number that the flags make: there are few. */
const FLAG_TEXTS = new Map<number, string>();

function flagsText(fields: LayerReader): string {
  const flags = fields.number("tcp.flags");
  let text = FLAG_TEXTS.get(flags);
  if (text === undefined) {
    text = setFlags(fields);
    if (!Number.isNaN(flags)) FLAG_TEXTS.set(flags, text);
  }
  return text;
}

function setFlags(fields: LayerReader): string {
  let set = "";
  for (const [name, text] of FLAGS) if (fields.first(name) === true) set += set === "" ? text : `, ${text}`;
  return set === "" ? "<None>" : set;
}

/** Relative where a tracker follows the connection, else as on the wire. */
function either(fields: LayerReader, relative: string, raw: string): string {
  return fields.has(relative) ? relative : raw;
}

/** Edges are counted like the acknowledgment number of the same header. */
function sackText(fields: LayerReader): string {
  const base = fields.has("tcp.ack") ? fields.number("tcp.ack_raw") - fields.number("tcp.ack") : 0;
  const edges = (side: string): readonly RawValue[] =>
    fields.has(`tcp.options.sack_${side}`)
      ? fields.all(`tcp.options.sack_${side}`)
      : fields.all(`tcp.options.sack_${side}_raw`).map((edge) => (Number(edge) - base) >>> 0);
  const right = edges("re");
  return edges("le")
    .map((edge, index) => ` SLE=${edge} SRE=${right[index]}`)
    .join("");
}

/** Nothing of options that are cut, or too short for their value. */
function stated(fields: LayerReader, ...named: readonly (readonly [text: string, name: string])[]): Piece[] {
  return named.flatMap(([text, name]) => (fields.has(name) ? [text, fields.part(name)] : []));
}

function optionText(option: OptionNode, fields: LayerReader): readonly Piece[] {
  switch (option.layout.id) {
    case "tcp.mss":
      return stated(fields, [" MSS=", "tcp.options.mss_val"]);
    case "tcp.sackPermitted":
      return [" SACK_PERM"];
    case "tcp.sack":
      return [fields.partOf(sackText)];
    case "tcp.timestamps":
      return stated(
        fields,
        [" TSval=", "tcp.options.timestamp.tsval"],
        [" TSecr=", "tcp.options.timestamp.tsecr"],
      );
    case "tcp.windowScale":
      return stated(fields, [" WS=", "tcp.options.wscale.multiplier"]);
    case "tcp.md5":
      return [" MD5"];
    case "tcp.ao":
      return [" TCP AO"];
    case "tcp.fastOpen":
      return [fields.has("tcp.options.tfo.cookie") ? " TFO=C" : " TFO=R"];
    case "tcp.userTimeout":
      return [" USER_TO"];
    case "tcp.echo":
      return [new OptionReader(option).part((one) => ` ECHO=${one.value("value") ?? ""}`)];
    default:
      return [];
  }
}

export function tcpSummary(fields: LayerReader): Summary {
  const options = optionNodes(fields.layer);
  const mptcp = options.map(mptcpText).filter((text) => text !== undefined);
  const protocol = mptcp.length > 0 ? "MPTCP" : "TCP";
  if (!fields.has("tcp.dstport")) return { protocol, info: "" };
  const ports = [fields.part("tcp.srcport"), " → ", fields.part("tcp.dstport")];
  // A header that was cut short says what it can.
  if (!fields.has("tcp.window_size_value")) return { protocol, info: ports };
  // Blocks are collected from the whole header: one account for several SACK options.
  const firstSack = options.find((option) => option.layout.id === "tcp.sack");
  const plain = options
    .filter((option) => option.layout.id !== "tcp.sack" || option === firstSack)
    .flatMap((option) => optionText(option, fields));
  const length = (one: LayerReader): number => one.number("tcp.len") || 0;
  return {
    protocol,
    info: [
      ...analysisMarks(fields),
      ...ports,
      " [",
      fields.partOf(flagsText, (one) => one.number("tcp.flags")),
      "] Seq=",
      fields.part(either(fields, "tcp.seq", "tcp.seq_raw")),
      fields.flagged("tcp.flags.ack", " Ack=", either(fields, "tcp.ack", "tcp.ack_raw")),
      " Win=",
      fields.part(either(fields, "tcp.window_size", "tcp.window_size_value")),
      fields.flagged("tcp.flags.urg", " Urg=", "tcp.urgent_pointer"),
      ...(fields.has("tcp.len")
        ? [" Len=", fields.partOf((one) => String(length(one)), length, putNumber)]
        : []),
      ...plain,
      ...mptcp.flatMap((text) => [" ", text]),
    ],
  };
}
