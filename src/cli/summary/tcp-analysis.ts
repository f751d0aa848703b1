/** What a tracker found about a segment, in the brackets that Wireshark puts before the info column. */
import type { LayerReader } from "./layer-reader.ts";

/** Field below `tcp.analysis` and its text, in the order in which they are put in front: the last one stands first. */
const MARKS: readonly (readonly [field: string, text: string])[] = [
  ["retransmission", "TCP Retransmission"],
  ["fast_retransmission", "TCP Fast Retransmission"],
  ["spurious_retransmission", "TCP Spurious Retransmission"],
  ["out_of_order", "TCP Out-Of-Order"],
  ["reused_ports", "TCP Port numbers reused"],
  ["lost_segment", "TCP Previous segment not captured"],
  ["ack_lost_segment", "TCP ACKed unseen segment"],
  ["window_update", "TCP Window Update"],
  ["window_full", "TCP Window Full"],
  ["keep_alive", "TCP Keep-Alive"],
  ["keep_alive_ack", "TCP Keep-Alive ACK"],
  ["duplicate_ack", "TCP Dup ACK"],
  ["zero_window_probe", "TCP ZeroWindowProbe"],
  ["zero_window", "TCP ZeroWindow"],
  ["zero_window_probe_ack", "TCP ZeroWindowProbeAck"],
];

/** A retransmission of a special kind is marked as a plain one too; only the kind is told. */
const SPECIAL = ["fast_retransmission", "spurious_retransmission"];

/** Empty, or one or more marks each followed by a blank. */
export function analysisMarks(fields: LayerReader): string {
  const has = (name: string): boolean => fields.has(`tcp.analysis.${name}`);
  let text = "";
  for (const [name, mark] of MARKS) {
    if (!has(name) || (name === "retransmission" && SPECIAL.some(has))) continue;
    const which =
      name === "duplicate_ack" && has("duplicate_ack_frame")
        ? ` ${fields.number("tcp.analysis.duplicate_ack_frame")}#${fields.number("tcp.analysis.duplicate_ack_num")}`
        : "";
    text = `[${mark}${which}] ${text}`;
  }
  return text;
}
