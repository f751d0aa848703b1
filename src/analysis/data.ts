/** Payload, mappings and DATA_ACKs of a segment. */
import { dsnAdd } from "../../dissectors/trackers/mptcp-dsn.ts";
import { mappingOf } from "../../dissectors/trackers/mptcp-mappings.ts";
import { seqSub } from "../../dissectors/trackers/sequence.ts";
import type { ConnectionState } from "./connection-state.ts";
import { FLAG, type Segment } from "./segment.ts";
import type { AnalysisSink } from "./sink.ts";
import { opposite, type SubflowState } from "./subflow-state.ts";
import type { Side } from "./types.ts";

interface Context {
  readonly connection: ConnectionState;
  readonly subflow: SubflowState;
  readonly segment: Segment;
  readonly side: Side;
}

export function takeData(context: Context, sink: AnalysisSink): void {
  takeMappings(context);
  takeAcks(context, sink);
  takeWindow(context);
  if ((context.segment.flags & FLAG.syn) === 0 && context.segment.length > 0) takePayload(context, sink);
}

function takeMappings({ connection, subflow, segment, side }: Context): void {
  const direction = subflow.sides[side];
  const host = connection.model?.hosts[side];
  const { frame, stream, time } = segment;
  const first = host?.idsn === undefined ? undefined : dsnAdd(host.idsn, 1n);
  for (const option of segment.options) {
    const dsn =
      option.kind === "dss" && option.mapping !== undefined ? host?.expand(option.mapping.dsn) : undefined;
    const mapping = mappingOf(option, dsn, first, frame);
    if (mapping === undefined) continue;
    const dataFin = option.kind === "dss" && option.dataFin;
    if (!Number.isFinite(mapping.length)) {
      const text = "Mapping without end: plain TCP from here on";
      connection.event("infinite-mapping", frame, time, stream, side, text);
      connection.fallBack({ reason: "infinite-mapping", frame, stream, text }, time, side);
    }
    direction.mappings.add(mapping, segment.sequence);
    const checksum =
      option.kind === "capable"
        ? option.checksum
        : option.kind === "dss"
          ? option.mapping?.checksum
          : undefined;
    if (checksum === undefined) continue;
    const outcome = direction.checksums.expect(mapping, dataFin, checksum);
    if (outcome !== undefined) {
      connection.checks.add("dss-checksum", outcome.frame, stream, outcome.verdict, outcome.detail);
    }
  }
  for (const option of segment.options) {
    if (option.kind !== "dss" || !option.dataFin || connection.sides[side].dataFin) continue;
    connection.sides[side].dataFin = true;
    connection.event("data-fin", frame, time, stream, side, "DATA_FIN: no more data from this side");
  }
}

function takeAcks({ connection, segment, side }: Context, sink: AnalysisSink): void {
  const sender = opposite(side);
  const host = connection.model?.hosts[sender];
  for (const option of segment.options) {
    if (option.kind !== "dss" || option.ack === undefined || host === undefined) continue;
    // Without a number to start from the low half alone has no place.
    if (!option.ack.wide && host.last === undefined) continue;
    const upTo = connection.place(sender, host.expand(option.ack));
    const rtt = connection.sides[sender].acknowledge(upTo, segment.time);
    const { frame, stream, time, window } = segment;
    sink.ack?.({
      connection: connection.number,
      side: sender,
      stream,
      frame,
      time,
      upTo: upTo + 1,
      rtt,
      window,
    });
  }
}

function takeWindow({ connection, subflow, segment, side }: Context): void {
  const direction = subflow.sides[side];
  const closed = segment.window === 0 && (segment.flags & (FLAG.rst | FLAG.syn)) === 0;
  if (closed && !direction.windowClosed) {
    direction.zeroWindows++;
    const { frame, time, stream } = segment;
    connection.event("zero-window", frame, time, stream, side, `${direction.end} closes its window`);
  }
  direction.windowClosed = closed;
}

function takePayload({ connection, subflow, segment, side }: Context, sink: AnalysisSink): void {
  const direction = subflow.sides[side];
  const { frame, time, stream, length, sequence } = segment;
  const place = direction.place(sequence);
  const fresh = direction.sent.add(place, place + length);
  direction.bytes += length;
  direction.retransmittedBytes += length - fresh;
  const relative = direction.mappings.relative(sequence);
  for (const outcome of direction.checksums.accept(relative, segment.payload)) {
    connection.checks.add("dss-checksum", outcome.frame, stream, outcome.verdict, outcome.detail);
  }
  const mapping = direction.mappings.find(relative);
  if (mapping === undefined) {
    judgeUnmapped({ connection, subflow, segment, side }, fresh);
    return;
  }
  const offset = seqSub(relative, mapping.subflowSequence);
  // A segment may hold more than its mapping covers; what is behind has a mapping of its own.
  const mapped = Math.min(length, mapping.length - offset);
  const start = connection.place(side, dsnAdd(mapping.dsn, BigInt(offset)));
  const state = connection.sides[side];
  const sent = state.send(start, start + mapped, frame, stream, time);
  direction.newBytes += sent.fresh;
  if (sent.fresh > 0) {
    direction.firstNew ??= time;
    direction.lastNew = time;
    direction.lastNewFrame = frame;
  }
  const carrier = fresh > 0 ? sent.before[0] : undefined;
  if (carrier !== undefined) {
    if (state.reinjections++ < 20) state.reinjectionFrames.push(frame);
    state.reinjectedBytes += mapped - sent.fresh;
    state.redundantBytes += sent.redundant;
    direction.reinjectedBytes += mapped - sent.fresh;
    const text = `Data of frame ${carrier.frame} (stream ${carrier.stream}) again on stream ${stream}`;
    connection.event("reinjection", frame, time, stream, side, text);
  }
  const first = state.data.first;
  sink.data?.({
    connection: connection.number,
    side,
    stream,
    frame,
    time,
    start: start + 1,
    end: start + mapped + 1,
    kind: carrier !== undefined ? "reinjection" : sent.fresh > 0 ? "new" : "retransmission",
    firstFrame: carrier?.frame,
    firstStream: carrier?.stream,
    waiting: first === undefined ? 0 : state.data.size - (first.end - first.start),
    inFlight: Math.max(0, (state.data.last?.end ?? 0) - Math.max(0, state.acked)),
  });
}

/** Data without a mapping although their sender mapped before: options were lost on the way. */
function judgeUnmapped({ connection, subflow, segment, side }: Context, fresh: number): void {
  const direction = subflow.sides[side];
  connection.sides[side].unmappedBytes += fresh;
  if (!direction.sawSyn || !direction.spoke || fresh === 0 || connection.fallback !== undefined) return;
  if (segment.options.some((option) => option.kind === "dss" || option.kind === "capable")) return;
  const { frame, stream, time } = segment;
  const text = "Data without a mapping: the path strips DSS";
  connection.fallBack({ reason: "dss-stripped", frame, stream, text }, time, side);
}
