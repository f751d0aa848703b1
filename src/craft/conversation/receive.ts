/** What arrives: stream and data level of the receiver, acknowledgements. */
import { dssOption } from "./mptcp-options.ts";
import type { SendStep } from "./types.ts";
import { emit } from "./wire.ts";
import { type End, peerOf, type Segment, type Subflow, usesDss, type World } from "./world.ts";

/** The receiver notes the sender's timestamp if the segment begins at or before its last acknowledgement (RFC 7323 section 4.3). */
export function noteTimestamp(subflow: Subflow, sender: End, seq: number, timestamp: number): void {
  const receiver = subflow.ends[peerOf(sender.side)];
  if (subflow.timestamps && seq <= receiver.lastAck && receiver.recentTimestamp < timestamp)
    receiver.recentTimestamp = timestamp;
}

/** Data that are in order on their subflow go on to the data level. */
function promote(world: World, receiver: End): void {
  const host = world.hosts[receiver.side];
  const ready = receiver.pending.filter((one) => one.seq + one.payload.length <= receiver.received.next);
  receiver.pending = receiver.pending.filter((one) => !ready.includes(one));
  for (const { dataSeq, payload, dataFin } of ready) {
    if (dataSeq === undefined || !host.mptcp) continue;
    host.received.add(dataSeq, dataSeq + payload.length + (dataFin ? 1 : 0));
  }
}

export interface Delivery {
  /** The DSS checksum is wrong: the data level does not take it. */
  readonly corrupt?: boolean;
  /** Its MPTCP options were taken out. */
  readonly stripped?: boolean;
}

/** A data segment arrives. */
export function deliver(world: World, subflow: Subflow, segment: Segment, how: Delivery = {}): void {
  const sender = subflow.ends[segment.side];
  const receiver = subflow.ends[peerOf(segment.side)];
  const host = world.hosts[receiver.side];
  noteTimestamp(subflow, sender, segment.seq, segment.timestamp);
  receiver.received.add(segment.seq, segment.seq + segment.payload.length);
  segment.arrived = true;
  if (how.stripped) {
    // RFC 8684 section 3.7: data without MPTCP options before the first DSS mean plain TCP.
    if (!host.heardDss) host.mptcp = false;
  } else {
    if (segment.mapping !== undefined) {
      host.confirmed = true;
      host.heardDss = true;
    }
    if (!how.corrupt) receiver.pending.push(segment);
  }
  receiver.unacknowledged += segment.payload.length > 0 ? 1 : 0;
  promote(world, receiver);
}

/** A pure acknowledgement, which tells the other side what this one knows. */
export function acknowledge(world: World, subflow: Subflow, end: End): void {
  const host = world.hosts[end.side];
  const dss = usesDss(world, host) ? [dssOption(world, host)] : [];
  const passes = emit(world, subflow, end, { flags: { ack: true }, mptcp: dss });
  heard(world, subflow, end, passes && dss.length > 0);
}

/** The other side gets a segment without payload, or with one that `deliver` takes. */
export function heard(world: World, subflow: Subflow, sender: End, withDss: boolean): void {
  const peer = world.hosts[peerOf(sender.side)];
  noteTimestamp(subflow, sender, sender.next, sender.sentTimestamp);
  if (withDss) {
    // The IDSN's DATA_ACK proves that the sender knows the keys.
    peer.confirmed = true;
    peer.heardDss = true;
  } else if (peer.mptcp && !peer.heardDss && peer.dataSent) {
    // RFC 8684 section 3.7: no DATA_ACK for the first data means that options do not get through.
    peer.mptcp = false;
  }
}

/** Whether the receiver acknowledges now (RFC 5681 section 4.2: at once beside holes, else every second segment). */
export function acknowledgesNow(
  end: End,
  policy: SendStep["ack"],
  state: { readonly last: boolean; readonly hadHoles: boolean },
): boolean {
  switch (policy ?? "delayed") {
    case "none":
      return false;
    case "each":
      return true;
    case "last":
      return state.last;
    case "delayed":
      return state.last || end.unacknowledged >= 2 || state.hadHoles || end.received.hasHoles;
  }
}
