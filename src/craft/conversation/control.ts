/** Steps beside the data: addresses, priorities, failures, closing. */
import type { ParsedOption } from "../../engine/api.ts";
import { CraftError } from "../../errors.ts";
import { dataFin } from "./data.ts";
import { emitSegment } from "./flight.ts";
import { addAddressOption, dsnOf, dssOption, resetOption } from "./mptcp-options.ts";
import { acknowledge, heard } from "./receive.ts";
import type {
  AddAddressStep,
  CloseStep,
  FailStep,
  FastCloseStep,
  OnSubflow,
  PriorityStep,
  RemoveAddressStep,
  ResetStep,
  SegmentStep,
  Side,
  WindowStep,
} from "./types.ts";
import { emit, type TcpFlags } from "./wire.ts";
import {
  addressId,
  findAddress,
  findSubflow,
  type Host,
  peerOf,
  type Subflow,
  usesDss,
  type World,
} from "./world.ts";

/** RFC 8684 section 3.6: middlebox interference. */
const MIDDLEBOX = 6;
/** Nanoseconds between segments that come too late. */
const LATE = 1_200_000n;

/** The subflow of a step that sends an MPTCP option. */
function place(
  world: World,
  step: OnSubflow,
  name: string,
): { readonly subflow: Subflow; readonly host: Host } {
  const subflow = findSubflow(world, step.subflow, name);
  const host = world.hosts[step.from];
  if (!subflow.alive)
    throw new CraftError("bad-input", `${name}.subflow`, `subflow ${subflow.index} is closed`);
  if (!host.mptcp) throw new CraftError("bad-input", name, `the ${step.from} does not use MPTCP`);
  return { subflow, host };
}

/** An ACK with an option, and the DATA_ACK where there is room. */
function sendOption(world: World, subflow: Subflow, side: Side, option: ParsedOption): boolean {
  const host = world.hosts[side];
  const end = subflow.ends[side];
  const dss = usesDss(world, host) ? dssOption(world, host) : undefined;
  const passes = emit(world, subflow, end, { flags: { ack: true }, mptcp: [option], ifRoom: dss });
  heard(world, subflow, end, passes);
  return passes;
}

export function addAddress(world: World, step: AddAddressStep): void {
  const { subflow, host } = place(world, step, "addAddress");
  const index = findAddress(host, step.address, "addAddress.address");
  const announced = { index, id: addressId(host, index), port: step.port };
  const wrongHmac = step.wrongHmac ?? false;
  const passes = sendOption(
    world,
    subflow,
    step.from,
    addAddressOption(world, host, announced, { echo: false, wrongHmac }),
  );
  // Version 1 confirms by an echo without HMAC (RFC 8684 section 3.4.1).
  if (world.version === 0 || wrongHmac || step.echo === false || !passes) return;
  const echo = addAddressOption(world, host, announced, { echo: true, wrongHmac: false });
  sendOption(world, subflow, peerOf(step.from), echo);
}

export function removeAddress(world: World, step: RemoveAddressStep): void {
  const { subflow, host } = place(world, step, "removeAddress");
  const addressIds = step.addresses.map((ref, at) =>
    addressId(host, findAddress(host, ref, `removeAddress.addresses[${at}]`)),
  );
  sendOption(world, subflow, step.from, { id: "mptcp.removeAddr", value: { addressIds } });
}

export function setPriority(world: World, step: PriorityStep): void {
  const { subflow, host } = place(world, step, "priority");
  if (step.address !== undefined && world.version > 0)
    throw new CraftError("bad-input", "priority.address", "version 1 has no MP_PRIO for an address");
  const which =
    step.address === undefined
      ? { variant: "subflow" }
      : {
          variant: "address",
          addressId: addressId(host, findAddress(host, step.address, "priority.address")),
        };
  sendOption(world, subflow, step.from, { id: "mptcp.mpPrio", value: { backup: step.backup, ...which } });
}

/** MP_FAIL with the DSN where the wrong mapping began (RFC 8684 section 3.7). */
export function fail(world: World, step: FailStep): void {
  const { subflow, host } = place(world, step, "fail");
  const sender = world.hosts[peerOf(step.from)];
  const dataSeq = world.failed?.side === sender.side ? world.failed.dataSeq : host.received.next;
  const option = { id: "mptcp.mpFail", value: { dataSequenceNumber: dsnOf(sender, dataSeq) } };
  if (!step.reset) {
    sendOption(world, subflow, step.from, option);
    return;
  }
  const reason = world.version > 0 ? [resetOption(MIDDLEBOX, false)] : [];
  emit(world, subflow, subflow.ends[step.from], {
    flags: { rst: true, ack: true },
    mptcp: [option, ...reason],
  });
  subflow.alive = false;
}

export function reset(world: World, step: ResetStep): void {
  const subflow = findSubflow(world, step.subflow, "reset");
  if (step.reason !== undefined && world.version === 0)
    throw new CraftError("bad-input", "reset.reason", "version 0 has no MP_TCPRST");
  const option = step.reason === undefined ? [] : [resetOption(step.reason, step.transient ?? false)];
  emit(world, subflow, subflow.ends[step.from], {
    flags: { rst: true, ack: true },
    mptcp: world.hosts[step.from].mptcp ? option : [],
  });
  if (step.inFlight) {
    const peer = peerOf(step.from);
    const late = world.segments.filter(
      (one) => one.subflow === subflow.index && one.side === peer && !one.arrived,
    );
    for (const segment of late) {
      emitSegment(world, segment, { gap: LATE });
      // RFC 9293 section 3.10.7.1: a closed connection answers with the sequence number that was acknowledged.
      emit(world, subflow, subflow.ends[step.from], { flags: { rst: true }, bare: true });
    }
  }
  subflow.alive = false;
}

/** MP_FASTCLOSE with the peer's key (RFC 8684 section 3.5). */
export function fastClose(world: World, step: FastCloseStep): void {
  const { subflow } = place(world, step, "fastClose");
  const peer = peerOf(step.from);
  const option = { id: "mptcp.mpFastclose", value: { receiverKey: world.hosts[peer].key } };
  const open = world.subflows.filter((one) => one.alive);
  const rst: TcpFlags = { rst: true, ack: true };
  if (step.on === "rst") {
    if (world.version === 0)
      throw new CraftError("bad-input", "fastClose.on", "version 0 has MP_FASTCLOSE on ACKs only");
    for (const one of open) emit(world, one, one.ends[step.from], { flags: rst, mptcp: [option] });
  } else {
    sendOption(world, subflow, step.from, option);
    for (const one of open) if (one !== subflow) emit(world, one, one.ends[step.from], { flags: rst });
    emit(world, subflow, subflow.ends[peer], { flags: rst });
  }
  for (const one of open) one.alive = false;
}

export function setWindow(world: World, step: WindowStep): void {
  const subflow = findSubflow(world, step.subflow, "window");
  if (step.size < 0) throw new CraftError("out-of-range", "window.size", `${step.size} is below 0`);
  subflow.ends[step.from].window = step.size;
  if (step.announce ?? true) acknowledge(world, subflow, subflow.ends[step.from]);
}

/** A segment with whatever options: nothing is derived but TCP's own numbers. */
export function sendSegment(world: World, step: SegmentStep): void {
  const subflow = findSubflow(world, step.subflow, "segment");
  const end = subflow.ends[step.from];
  const flags = Object.fromEntries((step.flags ?? ["ack"]).map((flag) => [flag, true]));
  const payload = step.payload ?? new Uint8Array(0);
  emit(world, subflow, end, { flags, payload, mptcp: step.options ?? [] });
  end.next += payload.length;
  subflow.ends[peerOf(step.from)].received.add(end.next - payload.length, end.next);
  if (flags["rst"]) subflow.alive = false;
}

function sendFin(world: World, subflow: Subflow, side: Side): void {
  const end = subflow.ends[side];
  const host = world.hosts[side];
  const dss = usesDss(world, host) ? [dssOption(world, host)] : [];
  const passes = emit(world, subflow, end, { flags: { fin: true, ack: true }, mptcp: dss });
  subflow.ends[peerOf(side)].received.add(end.next, end.next + 1);
  heard(world, subflow, end, passes && dss.length > 0);
  end.next++;
  end.closed = true;
}

/** DATA_FIN of both sides where they were not sent, then the FINs of each subflow (RFC 8684 section 3.3.3). */
export function close(world: World, step: CloseStep): void {
  const first = step.first ?? "client";
  const open = world.subflows.filter((subflow) => subflow.alive);
  const [one] = open;
  if (one === undefined) throw new CraftError("bad-input", "close", "no subflow is open");
  for (const side of [first, peerOf(first)])
    if (usesDss(world, world.hosts[side])) dataFin(world, { from: side, subflow: one.index });
  for (const subflow of open) {
    sendFin(world, subflow, first);
    sendFin(world, subflow, peerOf(first));
    acknowledge(world, subflow, subflow.ends[first]);
    subflow.alive = false;
  }
}
