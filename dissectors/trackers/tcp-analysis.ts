/** `tcp.analysis.*`: retransmissions, duplicate ACKs, round-trip times and windows of each connection. */
import type {
  FieldType,
  Preferences,
  Provide,
  ProvidedField,
  RawValue,
  Row,
  Tracker,
  TrackerState,
} from "../../src/plugin.ts";
import { BoundedMap, maxStreams, type Touchable } from "./bounded-map.ts";
import { directionOf, isQuoted } from "./endpoints.ts";
import { type Analysis, analyze, Flow, MARK } from "./flow-analysis.ts";
import { numberAt, provided } from "./provided.ts";
import { SequenceBases } from "./sequence-bases.ts";
import { ACK, SYN } from "./tcp-flags.ts";
import { SEGMENT_FIELDS } from "./tcp-stream-fields.ts";
import { WindowScale } from "./window-scale.ts";

const TCP = 6;
const COLUMNS = [
  ...SEGMENT_FIELDS,
  "tcp.options.sack_le_raw",
  "tcp.options.sack_re_raw",
  "tcp.stream",
  "tcp.analysis.reused_ports",
  "mptcp.stream",
  "tcp.options.mptcp.subtype",
];
const column = (name: string): number => COLUMNS.indexOf(name);
const SOURCE_PORT: number = column("tcp.srcport");
const DESTINATION_PORT: number = column("tcp.dstport");
const SEQ: number = column("tcp.seq_raw");
const ACKNOWLEDGMENT: number = column("tcp.ack_raw");
const FLAGS: number = column("tcp.flags");
const WINDOW: number = column("tcp.window_size_value");
const LENGTH: number = column("tcp.len");
const SHIFT: number = column("tcp.options.wscale.shift");
const SACK_LEFT: number = column("tcp.options.sack_le_raw");
const SACK_RIGHT: number = column("tcp.options.sack_re_raw");
const STREAM: number = column("tcp.stream");
const REUSED: number = column("tcp.analysis.reused_ports");
const MPTCP_STREAM: number = column("mptcp.stream");
const SUBTYPE: number = column("tcp.options.mptcp.subtype");

const inAnalysis = (name: string, type: FieldType, description: string): ProvidedField =>
  provided(`tcp.analysis.${name}`, type, description, { under: "tcp.analysis" });

const MARKED: readonly (readonly [keyof typeof MARK, string, string])[] = [
  ["retransmission", "retransmission", "Data that was sent before"],
  ["fastRetransmission", "fast_retransmission", "Data sent again upon duplicate ACKs"],
  ["spuriousRetransmission", "spurious_retransmission", "Data sent again although acknowledged"],
  ["outOfOrder", "out_of_order", "Data that was overtaken on the way"],
  ["lostSegment", "lost_segment", "Data before this segment was not captured"],
  ["ackLostSegment", "ack_lost_segment", "Acknowledges data that was not captured"],
  ["windowUpdate", "window_update", "Changes nothing but the window"],
  ["windowFull", "window_full", "Fills the receiver's window to its edge"],
  ["keepAlive", "keep_alive", "Asks whether the other side is still there"],
  ["keepAliveAck", "keep_alive_ack", "Answers a keep-alive"],
  ["zeroWindowProbe", "zero_window_probe", "Asks whether a closed window has opened"],
  ["zeroWindow", "zero_window", "Closes the window"],
  ["zeroWindowProbeAck", "zero_window_probe_ack", "Answers a probe: the window is closed still"],
  ["duplicateAck", "duplicate_ack", "Repeats an acknowledgment"],
];

const FIELDS: readonly ProvidedField[] = [
  provided("tcp.analysis", "FT_NONE", "What the order of segments tells", {}),
  inAnalysis("acks_frame", "FT_FRAMENUM", "Frame whose data this acknowledges"),
  inAnalysis("ack_rtt", "FT_RELATIVE_TIME", "Time from that frame to its acknowledgment"),
  inAnalysis("initial_rtt", "FT_RELATIVE_TIME", "Time from the SYN to the end of the handshake"),
  inAnalysis("bytes_in_flight", "FT_UINT32", "Bytes sent and not yet acknowledged"),
  inAnalysis("push_bytes_sent", "FT_UINT32", "Bytes since the last PSH flag"),
  inAnalysis("rto", "FT_RELATIVE_TIME", "Time from the lost segment to this one"),
  inAnalysis("rto_frame", "FT_FRAMENUM", "Frame of the lost segment"),
  inAnalysis("duplicate_ack_num", "FT_UINT32", "How often the acknowledgment was repeated"),
  inAnalysis("duplicate_ack_frame", "FT_FRAMENUM", "Frame of the acknowledgment that is repeated"),
  inAnalysis("flags", "FT_NONE", "The segment is marked in one of the ways below"),
  ...MARKED.map(([, name, description]) => inAnalysis(name, "FT_NONE", description)),
];
const place = (name: string): number => FIELDS.findIndex(({ info }) => info.name === name);
const ANALYSIS: number = place("tcp.analysis");
const ACKS_FRAME: number = place("tcp.analysis.acks_frame");
const ACK_RTT: number = place("tcp.analysis.ack_rtt");
const INITIAL_RTT: number = place("tcp.analysis.initial_rtt");
const IN_FLIGHT: number = place("tcp.analysis.bytes_in_flight");
const PUSHED: number = place("tcp.analysis.push_bytes_sent");
const RTO: number = place("tcp.analysis.rto");
const RTO_FRAME: number = place("tcp.analysis.rto_frame");
const DUPLICATE_NUMBER: number = place("tcp.analysis.duplicate_ack_num");
const DUPLICATE_FRAME: number = place("tcp.analysis.duplicate_ack_frame");
const FLAGGED: number = place("tcp.analysis.flags");
/** In the order of {@link MARKED}. */
const MARK_BITS: readonly number[] = MARKED.map(([name]) => MARK[name]);
const FIRST_MARK: number = FIELDS.length - MARKED.length;
const DUPLICATE_ACK: number = FIELDS.length - 1;

/** Kinds of Multipath TCP options that a connection sent on any of its subflows, as bits by subtype. */
class Operations implements Touchable {
  touched = false;
  bits = 0;
}

class Connection implements Touchable {
  touched = false;
  readonly flows: readonly [Flow, Flow] = [new Flow(), new Flow()];
  readonly scale: WindowScale = new WindowScale();
  readonly bases: SequenceBases = new SequenceBases();
  /** Time of the SYN seen last. */
  synTime: bigint | undefined;
  initialRtt: bigint | undefined;
  operations: Operations | undefined;
  /** The connection's operations when each direction sent its last segment. */
  readonly known: [number, number] = [0, 0];
}

class TcpAnalysis implements TrackerState {
  readonly #connections: BoundedMap<number, Connection>;
  readonly #operations: BoundedMap<number, Operations>;

  /** Of an earlier reading. */
  readonly #known: BoundedMap<number, Connection> | undefined;

  constructor(preferences: Preferences, hindsight?: TrackerState) {
    this.#known = hindsight instanceof TcpAnalysis ? hindsight.#connections : undefined;
    this.#connections = new BoundedMap(maxStreams(preferences));
    this.#operations = new BoundedMap(maxStreams(preferences));
  }

  get forgotten(): number {
    return this.#connections.forgotten;
  }

  update(row: Row, provide: Provide): void {
    // A quoted header is older than the segments around it; a row of several headers has but one that counts.
    const now = row.timestamp;
    const length = numberAt(row, LENGTH, 0);
    if (now === undefined || Number.isNaN(length) || row.count(STREAM) === 0 || isQuoted(row)) return;
    const direction = directionOf(row, TCP, row.number(SOURCE_PORT), row.number(DESTINATION_PORT));
    if (direction === undefined) return;
    const stream = numberAt(row, STREAM, 0);
    const connection = this.#find(stream);
    const [low, high] = connection.flows;
    const [from, to] = direction === 0 ? [low, high] : [high, low];
    const flags = numberAt(row, FLAGS, 0);
    const sequence = numberAt(row, SEQ, 0);
    const acknowledgment = numberAt(row, ACKNOWLEDGMENT, 0);
    connection.bases.learn(direction, sequence, acknowledgment, flags, false);
    const operations = connection.operations?.bits ?? 0;
    const multipath = operations !== connection.known[direction];
    connection.known[direction] = operations;
    const factor = connection.scale.factor(direction === 0 ? 1 : 0);
    const found = analyze(from, to, {
      frame: row.frameNumber,
      time: now,
      seq: sequence,
      ack: acknowledgment,
      base: connection.bases.base(direction),
      length,
      flags,
      window: numberAt(row, WINDOW, 0),
      shift: factor === -1 ? Number.NaN : connection.scale.shift(direction === 0 ? 1 : 0),
      multipath,
      initialRtt: connection.initialRtt,
    });
    timeHandshake(connection, flags, now);
    const option = numberAt(row, SHIFT, row.count(SHIFT) - 1);
    connection.scale.learn(direction, option, (flags & SYN) !== 0, (flags & ACK) !== 0);
    from.sacks = sackBlocks(row);
    this.#learnOperations(connection, row);
    const initialRtt = this.#known?.get(stream)?.initialRtt ?? connection.initialRtt;
    provideFound(found, initialRtt, row.count(REUSED) > 0, provide);
  }

  #learnOperations(connection: Connection, row: Row): void {
    const stream = numberAt(row, MPTCP_STREAM, 0);
    if (Number.isNaN(stream)) return;
    let operations = this.#operations.get(stream);
    if (operations === undefined) {
      operations = new Operations();
      this.#operations.set(stream, operations);
    }
    for (let place = 0; place < row.count(SUBTYPE); place++)
      operations.bits |= 1 << numberAt(row, SUBTYPE, place);
    connection.operations = operations;
  }

  #find(stream: number): Connection {
    let connection = this.#connections.get(stream);
    if (connection === undefined) {
      connection = new Connection();
      this.#connections.set(stream, connection);
    }
    return connection;
  }
}

/** The first ACK behind a SYN ends the handshake (RFC 9293 section 3.5). */
function timeHandshake(connection: Connection, flags: number, now: bigint): void {
  if ((flags & (SYN | ACK)) === SYN) connection.synTime = now;
  else if ((flags & (SYN | ACK)) === ACK && connection.synTime !== undefined) {
    connection.initialRtt ??= now - connection.synTime;
  }
}

function sackBlocks(row: Row): readonly number[] {
  const blocks: number[] = [];
  for (let place = 0; place < row.count(SACK_LEFT); place++) {
    blocks.push(numberAt(row, SACK_LEFT, place), numberAt(row, SACK_RIGHT, place));
  }
  return blocks;
}

function give(provide: Provide, field: number, value: RawValue | undefined): void {
  if (value !== undefined) provide(field, value);
}

function provideFound(
  found: Analysis,
  initialRtt: bigint | undefined,
  reused: boolean,
  provide: Provide,
): void {
  const marked = found.marks !== 0 || reused;
  if (!marked && found.repeated !== true && found.ackedFrame === undefined && found.pushed === undefined)
    return;
  provide(ANALYSIS, true);
  give(provide, ACKS_FRAME, found.ackedFrame);
  give(provide, ACK_RTT, found.ackRtt);
  give(provide, INITIAL_RTT, initialRtt);
  give(provide, IN_FLIGHT, found.inFlight);
  give(provide, PUSHED, found.pushed);
  give(provide, RTO, found.rto);
  give(provide, RTO_FRAME, found.rtoFrame);
  give(provide, DUPLICATE_NUMBER, found.duplicateNumber);
  give(provide, DUPLICATE_FRAME, found.duplicateFrame);
  if (!marked) return;
  provide(FLAGGED, true);
  for (const [mark, bit] of MARK_BITS.entries())
    if ((found.marks & bit) !== 0) provide(FIRST_MARK + mark, true);
  // Wireshark shows this one twice: as a mark, and as what it reports of it.
  if (found.marks & MARK.duplicateAck) provide(DUPLICATE_ACK, true);
}

/** Rests on `tcp.stream`. Preference: `subflow.max_streams`. */
export const tcpAnalysis: Tracker = {
  id: "tcp.analysis",
  requires: COLUMNS,
  provides: FIELDS,
  create: (preferences, _wants, hindsight) => new TcpAnalysis(preferences, hindsight),
};
