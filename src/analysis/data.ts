/** Payload, mappings and DATA_ACKs of a segment. */
import { dsnAdd } from "../../dissectors/trackers/mptcp-dsn.ts";
import type { CapableOption } from "../../dissectors/trackers/mptcp-options.ts";
import { ChecksumFlow, type ChecksumOutcome } from "./checksums.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { Context } from "./context.ts";
import type { Mapping } from "./mapping-log.ts";
import { type Dss, type Words, wordsOf } from "./segment.ts";
import { opposite, type Sending, type SubflowState, type Unplaced } from "./subflow-state.ts";

export function takeData(context: Context): void {
  const { segment, direction, reverse } = context;
  const place = direction.place(segment.sequence | 0);
  if (segment.plain) takeDss(context, segment.dss, place);
  else if (segment.mptcp) takeOptions(context, place);
  if (direction.unplaced.length > 0) placeEarlier(context);
  takeWindow(context);
  if (segment.ack) reverse.acknowledge(segment.acknowledgment | 0);
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
  const { connection, direction, side } = context;
  const idsn = connection.model?.hosts[side].idsn;
  if (option.length === undefined || idsn === undefined) return;
  const { mappings } = direction;
  const start = mappings.runOn(1, place);
  const data = connection.place(side, wordsOf(dsnAdd(idsn, 1n)));
  const { length, checksum } = option;
  mappings.add(start, length, data, start);
  if (checksum !== undefined) expectSum(context, start, length, data, false, checksum);
}

function takeDss(context: Context, dss: Dss, place: number): void {
  if (dss.acked) takeAck(context, dss.ack);
  if (dss.mapped) takeMapping(context, dss, place);
  if (!dss.dataFin || context.data.dataFin) return;
  const { connection, segment, side, direction, data } = context;
  data.dataFin = true;
  const { frame, stream, time } = segment;
  const text = `${direction.end} sends DATA_FIN: it has no more data`;
  connection.event("data-fin", frame, time, stream, side, text);
}

function takeMapping(
  context: Context,
  { dataFin, dsn, subflowSequence, length, checksum }: Dss,
  at: number,
): void {
  const { connection, direction, segment, data, side } = context;
  if (connection.model === undefined) return;
  const { mappings } = direction;
  const bytes = length === 0 ? Number.POSITIVE_INFINITY : length - (dataFin ? 1 : 0);
  // A DATA_FIN without data has no place in the subflow: its number is 0 (RFC 8684 section 3.3.3).
  const start = bytes === 0 ? subflowSequence : mappings.runOn(subflowSequence, at);
  const place = data.isNumbered ? data.placeOf(dsn) : connection.place(side, dsn);
  connection.firstMapping ??= segment.frame;
  mappings.add(start, bytes, place, mappings.at(direction.acknowledged));
  if (length === 0) failToTcp(context);
  else if (!Number.isNaN(checksum)) expectSum(context, start, bytes, place, dataFin, checksum);
}

function failToTcp({ connection, segment, side }: Context): void {
  const { frame, stream, time } = segment;
  const text = "Mapping without end: plain TCP from here on";
  connection.event("infinite-mapping", frame, time, stream, side, text);
  connection.fallBack({ reason: "infinite-mapping", frame, stream, text }, time, side);
}

const CUT = "not all mapped bytes were captured";

/** A mapping with a checksum. */
function expectSum(
  context: Context,
  start: number,
  length: number,
  data: number,
  dataFin: boolean,
  checksum: number,
): void {
  const { connection, segment } = context;
  // Where the data are all in this segment, and the capture cut them, there is nothing to wait for.
  if (length === segment.length && segment.capturedLength < length)
    connection.checks.add("dss-checksum", segment.frame, segment.stream, "unchecked", CUT);
  else awaitData(context, { start, length, data }, dataFin, checksum);
}

function awaitData(context: Context, mapping: Mapping, dataFin: boolean, checksum: number): void {
  const { connection, subflow, segment, direction, data } = context;
  const { mappings, unplaced } = direction;
  const { frame } = segment;
  const full = (): bigint => data.numberAt(mapping.data);
  direction.checksums ??= new ChecksumFlow(mappings);
  const { checksums } = direction;
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

function takeAck({ connection, segment, side, peerData: state, sink }: Context, ack: Words): void {
  const sender = opposite(side);
  if (!state.isNumbered) {
    const host = connection.model?.hosts[sender];
    // Without a number to start from the low half alone has no place.
    if (host === undefined || (!ack.wide && host.idsn === undefined)) return;
  }
  const upTo = state.isNumbered ? state.placeOf(ack) : connection.place(sender, ack);
  connection.firstDataAck ??= segment.frame;
  state.acknowledge(upTo, segment);
  if (sink.ack === undefined || sink.only?.(connection.model?.index) === false) return;
  const { frame, stream, time, window } = segment;
  const rtt = state.lastRtt;
  sink.ack({
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

function takeWindow({ connection, direction, segment, side }: Context): void {
  const closed = segment.window === 0 && !segment.rst && !segment.syn;
  if (closed === direction.windowClosed) return;
  direction.windowClosed = closed;
  if (!closed) return;
  direction.zeroWindows++;
  const { frame, time, stream } = segment;
  connection.event("zero-window", frame, time, stream, side, `${direction.end} closes its window`);
}

function takePayload(context: Context, place: number): void {
  const { connection, subflow, direction, segment } = context;
  const { length } = segment;
  segment.fresh = direction.carry(place, length);
  if (subflow.end === "reset") direction.bytesBehindReset += length;
  if (direction.checksums?.waits === true) {
    const outcomes = direction.checksums.accept(direction.mappings.at(place), segment.payload);
    addSums(connection, subflow, outcomes);
  }
  const end = place + length;
  const placed = carry(context, place, end, segment);
  if (placed < end) keep(context, placed, end, segment.payload.subarray(placed - place));
  if (direction.unplaced.length > 0) giveUp(context);
}

/** Payload that waits for its mapping. */
function keep(
  { connection, direction, segment }: Context,
  place: number,
  end: number,
  payload: Uint8Array,
): void {
  const { frame, time, fresh, plain, options } = segment;
  direction.wait({
    place,
    end,
    frame,
    time,
    fresh: Math.min(fresh, end - place),
    silent: !plain && !options.some(({ kind }) => kind === "dss" || kind === "capable"),
    payload: connection.checksums ? payload.slice() : NOTHING,
  });
}

const NOTHING = new Uint8Array(0);
/** Segments whose mapping may come later. */
const MAX_UNPLACED = 256;

/** Data that came before their mapping: the segment that carries it was lost, or came later. */
function placeEarlier(context: Context): void {
  context.direction.stay((one) => {
    one.place = carry(context, one.place, one.end, one);
    return one.place < one.end;
  });
}

/** What the subflow has delivered up to, and nothing maps, will not be mapped any more. */
function giveUp(context: Context): void {
  const { delivered, unplaced } = context.direction;
  context.direction.stay((one, index) => {
    if (one.end > delivered && index >= unplaced.length - MAX_UNPLACED) return true;
    judgeUnmapped(context, one);
    return false;
  });
}

/**
 * Puts payload of a segment into the connection's data as far as it is mapped. Returns the place in the TCP stream where that
 * ends.
 */
function carry(context: Context, from: number, end: number, sending: Sending): number {
  const { mappings } = context.direction;
  let place = from;
  while (place < end) {
    const sequence = mappings.at(place);
    const mapping = mappings.find(sequence);
    if (mapping < 0) break;
    const size = Math.min(end - place, mappings.left(mapping, sequence));
    carryMapped(context, mappings.dataAt(mapping, sequence), size, sending);
    place += size;
  }
  return place;
}

function carryMapped(
  { connection, subflow, direction, data: state, side, sink }: Context,
  start: number,
  size: number,
  sending: Sending,
): void {
  const { stream } = subflow;
  const before = state.carriedElsewhere(start, start + size, stream);
  const added = state.send(start, start + size, stream, sending);
  if (added > 0) direction.carriesNew(added, sending);
  // What the subflow sends again itself is a retransmission, whoever carried it before.
  const carrier = before.length > 0 && sending.fresh > 0 ? before[0] : undefined;
  const again = Math.min(size - added, sending.fresh);
  if (carrier === undefined && again > 0) {
    if (state.repeats++ < 20) state.repeatFrames.push(sending.frame);
    state.repeatedBytes += again;
    direction.repeatedBytes += again;
  }
  const isWanted = sink.data !== undefined && sink.only?.(connection.model?.index) !== false;
  if (carrier === undefined && !isWanted) return;
  const { frame, time } = sending;
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
  if (!isWanted) return;
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
  { connection, subflow, direction, data, side }: Context,
  { place, end, frame, time, fresh, silent }: Unplaced,
): void {
  const { stream } = subflow;
  data.unmappedBytes += Math.min(fresh, end - place);
  if (!direction.sawSyn || !direction.spoke || fresh === 0 || !silent) return;
  const text = "Data without a mapping: the path strips DSS";
  connection.fallBack({ reason: "dss-stripped", frame, stream, text }, time, side);
}
