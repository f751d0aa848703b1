/** Segments on the way: what the tap sees, what arrives, who acknowledges. */
import { capableOption, dssOption } from "./mptcp-options.ts";
import { acknowledge, acknowledgesNow, deliver } from "./receive.ts";
import type { SendStep } from "./types.ts";
import { emit, passesMiddlebox } from "./wire.ts";
import { findSubflow, peerOf, type Segment, type Subflow, usesDss, type World } from "./world.ts";

export interface Flight {
  readonly lose: ReadonlySet<number>;
  readonly corrupt: ReadonlySet<number>;
  readonly order: readonly number[];
  readonly ack: SendStep["ack"];
  readonly gap: bigint;
}

/** Puts one data segment on the wire. `changed`: a middlebox flips a bit, and mends the TCP checksum. */
export function emitSegment(
  world: World,
  segment: Segment,
  how: { gap?: bigint; unseen?: boolean; changed?: boolean; push?: boolean },
): void {
  const subflow = findSubflow(world, segment.subflow, "send");
  const host = world.hosts[segment.side];
  const { mapping } = segment;
  const option =
    mapping?.form === "capable"
      ? [capableOption(world, host, 2, { checksum: world.checksum, mapping })]
      : mapping !== undefined || usesDss(world, host)
        ? [dssOption(world, host, mapping)]
        : [];
  const payload = Uint8Array.from(segment.payload);
  if (how.changed) payload[0] = (payload[0] ?? 0) ^ 0x20;
  emit(world, subflow, subflow.ends[segment.side], {
    flags: { ack: true, psh: how.push ?? false },
    seq: segment.seq,
    payload,
    mptcp: option,
    gap: how.gap,
    unseen: how.unseen ?? false,
  });
  segment.timestamp = subflow.ends[segment.side].sentTimestamp;
}

/** Sends the segments and lets them arrive; a sender at the tap is seen sending, the other side's are seen arriving. */
export function fly(world: World, subflow: Subflow, segments: readonly Segment[], flight: Flight): void {
  const [first] = segments;
  if (first === undefined) return;
  const sender = subflow.ends[first.side];
  const atTap = first.side === world.tap;
  const show = (index: number, started: boolean): void => {
    const segment = segments[index];
    if (segment === undefined) return;
    emitSegment(world, segment, {
      ...(started ? { gap: flight.gap } : {}),
      changed: flight.corrupt.has(index) && !atTap,
      push: index === segments.length - 1,
    });
  };
  world.segments.push(...segments);
  const last = segments.at(-1) ?? first;
  sender.next = Math.max(sender.next, last.seq + last.payload.length);
  if (atTap)
    segments.forEach((_, index) => {
      show(index, index > 0);
    });
  const arrivals = flight.order.filter((index) => !flight.lose.has(index));
  const stripped = !passesMiddlebox(world, "data");
  const known = sender.recentTimestamp;
  arrivals.forEach((index, place) => {
    const segment = segments[index];
    if (segment === undefined) return;
    if (!atTap) {
      // The whole flight left before the first acknowledgement came: it echoes what was known then.
      const { recentTimestamp } = sender;
      sender.recentTimestamp = known;
      show(index, place > 0);
      sender.recentTimestamp = recentTimestamp;
    }
    const receiver = subflow.ends[peerOf(first.side)];
    const hadHoles = receiver.received.hasHoles;
    const corrupt = flight.corrupt.has(index) && world.checksum && segment.mapping !== undefined;
    if (corrupt && segment.dataSeq !== undefined)
      world.failed ??= { side: first.side, dataSeq: segment.dataSeq };
    deliver(world, subflow, segment, { corrupt, stripped });
    if (acknowledgesNow(receiver, flight.ack, { last: place === arrivals.length - 1, hadHoles }))
      acknowledge(world, subflow, receiver);
  });
}
