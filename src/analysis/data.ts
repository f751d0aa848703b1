/** Payload, mappings and DATA_ACKs of a segment. */
import { dsnAdd } from "../../dissectors/trackers/mptcp-dsn.ts";
import type { CapableOption } from "../../dissectors/trackers/mptcp-options.ts";
import type { ChecksumOutcome } from "./checksums.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { Context } from "./context.ts";
import type { Mapping } from "./mapping-log.ts";
import { type Dss, type Words, wordsOf } from "./segment.ts";
import { type DirectionState, opposite, type SubflowState, type Unplaced } from "./subflow-state.ts";
import type { Side } from "./types.ts";

export function takeData(context: Context): void {
  const { subflow, segment, side } = context;
  const direction = subflow.sides[side];
  const place = direction.place(segment.sequence);
  if (segment.plain) takeDss(context, segment.dss, place);
  else if (segment.mptcp) takeOptions(context, place);
  if (direction.unplaced.length > 0) placeEarlier(context);
  takeWindow(context);
  if (segment.ack) subflow.sides[opposite(side)].acknowledge(segment.acknowledgment);
  if (!segment.syn && segment.length > 0) takePayload(context, place);
}

function takeOptions(context: Context, place: number): void {
  const { dss, options } = context.segment;
  for (const option of options) {
    if (option.kind === "dss") {
      dss.set(option);
      takeDss(context, dss, place);
    } else if (option.kind === "capable") takeCapable(context, option, place);
  }
}

/** MP_CAPABLE with data maps them from the first byte on (RFC 8684 section 3.1). */
function takeCapable(context: Context, option: CapableOption, place: number): void {
  const { connection, subflow, side } = context;
  const idsn = connection.model?.hosts[side].idsn;
  if (option.length === undefined || idsn === undefined) return;
  const { mappings } = subflow.sides[side];
  const start = mappings.runOn(1, place);
  const data = connection.place(side, wordsOf(dsnAdd(idsn, 1n)));
  const { length, checksum } = option;
  mappings.add(start, length, data, start);
  if (checksum !== undefined) expectSum(context, { start, length, data }, false, checksum);
}

function takeDss(context: Context, dss: Dss, place: number): void {
  const { connection, segment, side } = context;
  if (dss.acked) takeAck(context, dss.ack);
  if (dss.mapped) takeMapping(context, dss, place);
  if (!dss.dataFin || connection.sides[side].dataFin) return;
  connection.sides[side].dataFin = true;
  const { frame, stream, time } = segment;
  const text = `${context.subflow.sides[side].end} sends DATA_FIN: it has no more data`;
  connection.event("data-fin", frame, time, stream, side, text);
}

function takeMapping(
  context: Context,
  { dataFin, dsn, subflowSequence, length, checksum }: Dss,
  place: number,
): void {
  const { connection, subflow, segment, side } = context;
  const { frame } = segment;
  if (connection.model === undefined) return;
  const direction = subflow.sides[side];
  const { mappings } = direction;
  const bytes = length === 0 ? Number.POSITIVE_INFINITY : length - (dataFin ? 1 : 0);
  // A DATA_FIN without data has no place in the subflow: its number is 0 (RFC 8684 section 3.3.3).
  const start = bytes === 0 ? subflowSequence : mappings.runOn(subflowSequence, place);
  const data = connection.place(side, dsn);
  connection.firstMapping ??= frame;
  mappings.add(start, bytes, data, mappings.at(direction.acknowledged));
  if (length === 0) failToTcp(context);
  else if (!Number.isNaN(checksum)) expectSum(context, { start, length: bytes, data }, dataFin, checksum);
}

function failToTcp({ connection, segment, side }: Context): void {
  const { frame, stream, time } = segment;
  const text = "Mapping without end: plain TCP from here on";
  connection.event("infinite-mapping", frame, time, stream, side, text);
  connection.fallBack({ reason: "infinite-mapping", frame, stream, text }, time, side);
}

const CUT = "not all mapped bytes were captured";

function expectSum(context: Context, mapping: Mapping, dataFin: boolean, checksum: number): void {
  const { connection, subflow, segment, side } = context;
  const { checksums, mappings, unplaced } = subflow.sides[side];
  const full = (): bigint => connection.sides[side].places.at(mapping.data);
  const { frame, length, payload } = segment;
  if (mapping.length === length && payload.length < length) {
    // The data are all in this segment, and the capture cut them.
    connection.checks.add("dss-checksum", frame, subflow.stream, "unchecked", CUT);
    return;
  }
  const outcome = checksums.expect(mapping, frame, full, dataFin, checksum);
  if (outcome !== undefined) addSums(connection, subflow, [outcome]);
  for (const one of unplaced) {
    if (one.payload.length === 0) continue;
    addSums(connection, subflow, checksums.accept(mappings.at(one.place), one.payload));
  }
}

function addSums(
  connection: ConnectionState,
  subflow: SubflowState,
  outcomes: readonly ChecksumOutcome[],
): void {
  for (const { frame, verdict, detail } of outcomes) {
    connection.checks.add("dss-checksum", frame, subflow.stream, verdict, detail);
  }
}

function takeAck({ connection, segment, side, sink }: Context, ack: Words): void {
  const sender = opposite(side);
  const state = connection.sides[sender];
  if (!state.places.known) {
    const host = connection.model?.hosts[sender];
    // Without a number to start from the low half alone has no place.
    if (host === undefined || (!ack.wide && host.idsn === undefined)) return;
  }
  const upTo = connection.place(sender, ack);
  const { frame, stream, time, window } = segment;
  connection.firstDataAck ??= frame;
  const rtt = state.acknowledge(upTo, time);
  sink.ack?.({
    connection: connection.number,
    index: connection.model?.index,
    side: sender,
    stream,
    frame,
    time,
    upTo: upTo + 1,
    rtt: Number.isNaN(rtt) ? undefined : rtt,
    window,
  });
}

function takeWindow({ connection, subflow, segment, side }: Context): void {
  const direction = subflow.sides[side];
  const closed = segment.window === 0 && !segment.rst && !segment.syn;
  if (closed === direction.windowClosed) return;
  direction.windowClosed = closed;
  if (!closed) return;
  direction.zeroWindows++;
  const { frame, time, stream } = segment;
  connection.event("zero-window", frame, time, stream, side, `${direction.end} closes its window`);
}

function takePayload(context: Context, place: number): void {
  const { connection, subflow, segment, side } = context;
  const direction = subflow.sides[side];
  const { frame, time, length } = segment;
  const fresh = direction.sent.add(place, place + length);
  direction.bytes += length;
  direction.retransmittedBytes += length - fresh;
  if (subflow.end === "reset") direction.bytesBehindReset += length;
  direction.mostInFlight = Math.max(direction.mostInFlight, direction.inFlight);
  if (direction.checksums.waits) {
    const outcomes = direction.checksums.accept(direction.mappings.at(place), segment.payload);
    addSums(connection, subflow, outcomes);
  }
  const end = place + length;
  const placed = carry(context, place, end, frame, time, fresh);
  if (placed < end) {
    const silent =
      !segment.plain && !segment.options.some(({ kind }) => kind === "dss" || kind === "capable");
    const payload = connection.checksums ? segment.payload.slice(placed - place) : NOTHING;
    direction.unplaced.push({
      place: placed,
      end,
      frame,
      time,
      fresh: Math.min(fresh, end - placed),
      silent,
      payload,
    });
  }
  if (direction.unplaced.length > 0) giveUp(connection, subflow, side);
}

const NOTHING = new Uint8Array(0);
/** Segments whose mapping may come later. */
const MAX_UNPLACED = 256;

/** Data that came before their mapping: the segment that carries it was lost, or came later. */
function placeEarlier(context: Context): void {
  const direction = context.subflow.sides[context.side];
  direction.unplaced = direction.unplaced.filter((one) => {
    one.place = carry(context, one.place, one.end, one.frame, one.time, one.fresh);
    return one.place < one.end;
  });
}

/** What the subflow has delivered up to, and nothing maps, will not be mapped any more. */
function giveUp(connection: ConnectionState, subflow: SubflowState, side: Side): void {
  const direction = subflow.sides[side];
  const delivered = direction.delivered;
  direction.unplaced = direction.unplaced.filter((one, index, all) => {
    if (one.end > delivered && index >= all.length - MAX_UNPLACED) return true;
    judgeUnmapped(connection, subflow, side, one);
    return false;
  });
}

/**
 * Puts payload of a segment into the connection's data as far as it is mapped. Returns the place in the TCP stream where that
 * ends. `fresh`: bytes that the subflow had not carried before.
 */
function carry(
  context: Context,
  from: number,
  end: number,
  frame: number,
  time: number,
  fresh: number,
): number {
  const { mappings } = context.subflow.sides[context.side];
  let place = from;
  while (place < end) {
    const sequence = mappings.at(place);
    const mapping = mappings.find(sequence);
    if (mapping < 0) break;
    const size = Math.min(end - place, mappings.left(mapping, sequence));
    carryMapped(context, mappings.dataAt(mapping, sequence), size, frame, time, fresh);
    place += size;
  }
  return place;
}

function carryMapped(
  { connection, subflow, side, sink }: Context,
  start: number,
  size: number,
  frame: number,
  time: number,
  fresh: number,
): void {
  const { sides, stream } = subflow;
  const direction = sides[side];
  const state = connection.sides[side];
  const before = state.carriedElsewhere(start, start + size, stream);
  const added = state.send(start, start + size, frame, stream, time);
  if (added > 0) direction.carriesNew(added, frame, time);
  // What the subflow sends again itself is a retransmission, whoever carried it before.
  const carrier = fresh > 0 ? before[0] : undefined;
  if (carrier !== undefined) {
    const bytes = size - added;
    if (state.reinjections++ < 20) state.reinjectionFrames.push(frame);
    state.reinjectedBytes += bytes;
    state.redundantBytes += Math.max(0, Math.min(start + size, state.acked) - start);
    direction.reinjectedBytes += bytes;
    connection.findSubflow(carrier.stream)?.sides[side].carriedAgain(bytes);
    const text = `Data of frame ${carrier.frame} (stream ${carrier.stream}) again on stream ${stream}`;
    connection.event("reinjection", frame, time, stream, side, text);
  }
  sink.data?.({
    connection: connection.number,
    index: connection.model?.index,
    side,
    stream,
    frame,
    time,
    start: start + 1,
    end: start + size + 1,
    kind: carrier !== undefined ? "reinjection" : added > 0 ? "new" : "retransmission",
    firstFrame: carrier?.frame,
    firstStream: carrier?.stream,
    waiting: state.waiting,
    inFlight: state.inFlight,
    subflowInFlight: direction.inFlight,
  });
}

/** Data without a mapping although their sender mapped before: options were lost on the way. */
function judgeUnmapped(
  connection: ConnectionState,
  { sides, stream }: SubflowState,
  side: Side,
  { place, end, frame, time, fresh, silent }: Unplaced,
): void {
  const direction: DirectionState = sides[side];
  connection.sides[side].unmappedBytes += Math.min(fresh, end - place);
  if (!direction.sawSyn || !direction.spoke || fresh === 0 || !silent) return;
  const text = "Data without a mapping: the path strips DSS";
  connection.fallBack({ reason: "dss-stripped", frame, stream, text }, time, side);
}
