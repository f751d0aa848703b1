/** What a tracker found about a segment, in the brackets that Wireshark puts before the info column. */
import type { LayerReader } from "./layer-reader.ts";
import type { Piece } from "./pieces.ts";

/** Field and its text, in the order in which they are put in front: the last one stands first. */
const MARKS: readonly (readonly [field: string, text: string])[] = [
  ["tcp.analysis.retransmission", "TCP Retransmission"],
  ["tcp.analysis.fast_retransmission", "TCP Fast Retransmission"],
  ["tcp.analysis.spurious_retransmission", "TCP Spurious Retransmission"],
  ["tcp.analysis.out_of_order", "TCP Out-Of-Order"],
  ["tcp.analysis.reused_ports", "TCP Port numbers reused"],
  ["tcp.analysis.lost_segment", "TCP Previous segment not captured"],
  ["tcp.analysis.ack_lost_segment", "TCP ACKed unseen segment"],
  ["tcp.analysis.window_update", "TCP Window Update"],
  ["tcp.analysis.window_full", "TCP Window Full"],
  ["tcp.analysis.keep_alive", "TCP Keep-Alive"],
  ["tcp.analysis.keep_alive_ack", "TCP Keep-Alive ACK"],
  ["tcp.analysis.duplicate_ack", "TCP Dup ACK"],
  ["tcp.analysis.zero_window_probe", "TCP ZeroWindowProbe"],
  ["tcp.analysis.zero_window", "TCP ZeroWindow"],
  ["tcp.analysis.zero_window_probe_ack", "TCP ZeroWindowProbeAck"],
];

/** A retransmission of a special kind is marked as a plain one too; only the kind is told. */
const RETRANSMISSION = "tcp.analysis.retransmission";
const SPECIAL = ["tcp.analysis.fast_retransmission", "tcp.analysis.spurious_retransmission"];

const DUPLICATE = "tcp.analysis.duplicate_ack";
const DUPLICATE_FRAME = "tcp.analysis.duplicate_ack_frame";
const DUPLICATE_NUMBER = "tcp.analysis.duplicate_ack_num";

/** Fields of trackers that the marks rest on. */
export const ANALYSIS_FIELDS: readonly string[] = [
  ...MARKS.map(([name]) => name),
  DUPLICATE_FRAME,
  DUPLICATE_NUMBER,
];

/** Empty, or one or more marks each followed by a blank. */
export function analysisMarks(fields: LayerReader): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const [name, mark] of MARKS) {
    if (!fields.has(name)) continue;
    if (name === RETRANSMISSION && SPECIAL.some((special) => fields.has(special))) continue;
    const which =
      name === DUPLICATE && fields.has(DUPLICATE_FRAME)
        ? [" ", fields.part(DUPLICATE_FRAME), "#", fields.part(DUPLICATE_NUMBER)]
        : [];
    pieces.unshift(`[${mark}`, ...which, "] ");
  }
  return pieces;
}
