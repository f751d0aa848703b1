/** Sending data: losses, retransmissions, reinjections, infinite mappings, DATA_FIN. */
import { CraftError } from "../../errors.ts";
import { emitSegment, fly } from "./flight.ts";
import { dssOption } from "./mptcp-options.ts";
import { capacityOf, payloadOf, pieces, planSegments } from "./plan.ts";
import { acknowledge, acknowledgesNow, deliver, heard } from "./receive.ts";
import type { OnSubflow, ReinjectStep, RetransmitStep, SendStep } from "./types.ts";
import { emit, passesMiddlebox } from "./wire.ts";
import {
  findSubflow,
  type Host,
  type MappingInfo,
  peerOf,
  type Segment,
  type Subflow,
  seconds,
  usesDss,
  type World,
} from "./world.ts";

/** Seconds between the segments of a flight. */
const GAP = 0.0001;

function needsAlive(subflow: Subflow, path: string): Subflow {
  if (!subflow.alive)
    throw new CraftError("bad-input", `${path}.subflow`, `subflow ${subflow.index} is closed`);
  return subflow;
}

function checkedIndexes(
  list: readonly number[] | undefined,
  count: number,
  path: string,
): ReadonlySet<number> {
  const bad = list?.find((index) => !Number.isInteger(index) || index < 0 || index >= count);
  if (bad !== undefined) throw new CraftError("out-of-range", path, `there is no segment ${bad} of ${count}`);
  return new Set(list);
}

function checkedOrder(order: readonly number[] | undefined, count: number): readonly number[] {
  const plain = Array.from({ length: count }, (_, index) => index);
  if (order === undefined) return plain;
  const sorted = order.toSorted((a, b) => a - b);
  if (sorted.length !== count || sorted.some((value, index) => value !== index))
    throw new CraftError("bad-input", "send.order", `must name each of the ${count} segments once, from 0`);
  return order;
}

export function send(world: World, step: SendStep): void {
  const host = world.hosts[step.from];
  const subflow = needsAlive(findSubflow(world, step.subflow, "send"), "send");
  const end = subflow.ends[step.from];
  const infinite = step.mapping === "infinite";
  const mapped = host.mptcp || infinite;
  const restart = infinite && world.failed?.side === step.from ? world.failed.dataSeq : host.nextData;
  const payload = payloadOf(step, mapped ? restart - 1 : end.next - 1);
  const parts = pieces(payload, step, capacityOf(subflow));
  const segments = planSegments(world.version, host, parts, {
    from: step.from,
    subflow,
    dataSeq: mapped ? restart : undefined,
    mapping: step.mapping ?? "segment",
    dataFin: mapped && !infinite && (step.dataFin ?? false),
  });
  if (mapped) host.nextData = restart + payload.length + Number(step.dataFin ?? false);
  host.dataFin ||= step.dataFin ?? false;
  host.dataSent = true;
  if (infinite) {
    sendInfinite(world, subflow, host, segments, step);
    return;
  }
  flyStep(world, subflow, segments, step);
}

function flyStep(world: World, subflow: Subflow, segments: readonly Segment[], step: SendStep): void {
  fly(world, subflow, segments, {
    lose: checkedIndexes(step.lose, segments.length, "send.lose"),
    corrupt: checkedIndexes(step.corrupt, segments.length, "send.corrupt"),
    order: checkedOrder(step.order, segments.length),
    ack: step.ack,
    gap: seconds(step.gap ?? GAP),
  });
}

/** The first segment brings the infinite mapping, the others nothing; the peer then acknowledges as plain TCP does. */
function sendInfinite(
  world: World,
  subflow: Subflow,
  host: Host,
  segments: readonly Segment[],
  step: SendStep,
): void {
  const [first, ...rest] = segments;
  if (first === undefined) return;
  fly(world, subflow, [first], { lose: new Set(), corrupt: new Set(), order: [0], ack: "none", gap: 0n });
  host.mptcp = false;
  world.hosts[peerOf(host.side)].mptcp = false;
  flyStep(world, subflow, rest, { ...step, lose: [], corrupt: [] });
  if (rest.length === 0 && step.ack !== "none") acknowledge(world, subflow, subflow.ends[peerOf(host.side)]);
}

/** What was lost on a subflow is sent again there, with the same mapping. */
export function retransmit(world: World, step: RetransmitStep): void {
  const subflow = needsAlive(findSubflow(world, step.subflow, "retransmit"), "retransmit");
  const own = world.segments.filter((one) => one.subflow === subflow.index && one.side === step.from);
  const missing = own.filter((one) => !one.arrived);
  const again = missing.length > 0 ? missing : step.spurious ? own.slice(-1) : [];
  if (again.length === 0)
    throw new CraftError(
      "bad-input",
      "retransmit",
      "everything has arrived (spurious: true sends the last again)",
    );
  // RFC 6298: the minimum of common stacks is 0.2 s.
  world.now += seconds(0.2);
  const receiver = subflow.ends[peerOf(step.from)];
  again.forEach((segment, index) => {
    emitSegment(world, segment, {
      ...(index > 0 ? { gap: seconds(GAP) } : {}),
      push: index === again.length - 1,
    });
    const hadHoles = receiver.received.hasHoles;
    deliver(world, subflow, segment, { stripped: !passesMiddlebox(world, "data") });
    if (acknowledgesNow(receiver, step.ack, { last: index === again.length - 1, hadHoles }))
      acknowledge(world, subflow, receiver);
  });
}

/** Data that did not arrive on one subflow are sent on another, with the same DSNs (RFC 8684 section 3.3.6). */
export function reinject(world: World, step: ReinjectStep): void {
  const subflow = needsAlive(findSubflow(world, step.on, "reinject"), "reinject");
  const host = world.hosts[step.from];
  const lost = world.segments.filter(
    (one) =>
      one.subflow === step.of &&
      one.side === step.from &&
      !one.arrived &&
      !one.reinjected &&
      one.dataSeq !== undefined,
  );
  if (lost.length === 0 || step.of === step.on)
    throw new CraftError("bad-input", "reinject", `nothing is missing on subflow ${step.of}`);
  const end = subflow.ends[step.from];
  let seq = end.next;
  const capacity = capacityOf(subflow);
  const segments = lost.flatMap((one) => {
    one.reinjected = true;
    const parts = pieces(one.payload, { from: step.from }, capacity);
    let at = 0;
    return parts.map((part, index): Segment => {
      const dataSeq = (one.dataSeq ?? 0) + at;
      const fin = one.dataFin && index === parts.length - 1;
      const length = part.length + Number(fin);
      const mapping: MappingInfo = { form: "dss", dataSeq, subflowSeq: seq, length, fin, bytes: part };
      const segment: Segment = {
        subflow: subflow.index,
        side: step.from,
        seq,
        payload: part,
        dataSeq,
        mapping,
        dataFin: fin,
        timestamp: 0,
        arrived: false,
        reinjected: false,
      };
      at += part.length;
      seq += part.length;
      return segment;
    });
  });
  host.dataSent = true;
  fly(world, subflow, segments, {
    lose: new Set(),
    corrupt: new Set(),
    order: segments.map((_, index) => index),
    ack: step.ack,
    gap: seconds(GAP),
  });
}

/** A DATA_FIN without data: SSN 0, length 1 (RFC 8684 section 3.3.3). Nothing happens if it was sent already. */
export function dataFin(world: World, step: OnSubflow): void {
  const host = world.hosts[step.from];
  const subflow = needsAlive(findSubflow(world, step.subflow, "dataFin"), "dataFin");
  if (!usesDss(world, host))
    throw new CraftError("bad-input", "dataFin", `the ${step.from} does not use MPTCP`);
  if (host.dataFin) return;
  host.dataFin = true;
  const dataSeq = host.nextData++;
  const mapping: MappingInfo = {
    form: "dss",
    dataSeq,
    subflowSeq: 0,
    length: 1,
    fin: true,
    bytes: new Uint8Array(0),
  };
  const end = subflow.ends[step.from];
  const passes = emit(world, subflow, end, {
    flags: { ack: true },
    mptcp: [dssOption(world, host, mapping)],
  });
  heard(world, subflow, end, passes);
  if (!passes) return;
  world.hosts[peerOf(step.from)].received.add(dataSeq, dataSeq + 1);
  acknowledge(world, subflow, subflow.ends[peerOf(step.from)]);
}
