/** Options that say something besides data: addresses, priorities, failures, ends. */

import type { AddAddrOption, MptcpOption } from "../../dissectors/trackers/mptcp-options.ts";
import { formatIpv4, formatIpv6 } from "../bytes/address.ts";
import { checkAddAddr } from "./checks.ts";
import type { Context } from "./context.ts";
import { FLAG } from "./segment.ts";
import { type DirectionState, opposite } from "./subflow-state.ts";
import { size } from "./units.ts";

/** Reasons of MP_TCPRST (RFC 8684 section 3.6). */
const REASONS: readonly string[] = [
  "unspecified",
  "MPTCP-specific error",
  "lack of resources",
  "administratively prohibited",
  "too much outstanding data",
  "unacceptable performance",
  "middlebox interference",
];

export function resetReasonText(reason: number): string {
  return REASONS[reason] ?? `reason ${reason}`;
}

export function takeSignals(context: Context): void {
  if (!context.segment.plain) for (const option of context.segment.options) takeOption(context, option);
  takeEnd(context);
}

function takeOption(context: Context, option: MptcpOption): void {
  const { connection, subflow, direction, segment, side } = context;
  const { frame, time, stream } = segment;
  const { end } = direction;
  switch (option.kind) {
    case "capable": {
      const peer = connection.model?.hosts[opposite(side)].key;
      if (option.receiverKey === undefined || peer === undefined) return;
      const good = option.receiverKey === peer;
      connection.checks.add(
        "key-echo",
        frame,
        stream,
        good ? "good" : "bad",
        good ? undefined : "another key",
      );
      return;
    }
    case "addAddr":
      takeAddress(context, option);
      return;
    case "removeAddr":
      for (const id of option.addressIds) connection.addresses.remove(side, id, frame);
      connection.event(
        "remove",
        frame,
        time,
        stream,
        side,
        `${end} removes address id ${option.addressIds.join(", ")}`,
      );
      return;
    case "prio":
      subflow.backup = option.backup;
      connection.event(
        "priority",
        frame,
        time,
        stream,
        side,
        `${end} makes the subflow ${option.backup ? "a backup" : "a regular one"}`,
      );
      return;
    case "fail": {
      const text = "MP_FAIL: a DSS checksum was wrong";
      connection.event("fail", frame, time, stream, side, text);
      const alive = connection.subflows.filter((one) => one.end === "open").length;
      const closes = segment.rst;
      if (alive <= 1 && !closes) connection.fallBack({ reason: "mp-fail", frame, stream, text }, time, side);
      return;
    }
    case "fastClose": {
      connection.event(
        "fast-close",
        frame,
        time,
        stream,
        side,
        `${end} aborts the connection (MP_FASTCLOSE)`,
      );
      const peer = connection.model?.hosts[opposite(side)].key;
      const verdict = peer === undefined ? "unchecked" : peer === option.receiverKey ? "good" : "bad";
      connection.checks.add("fast-close-key", frame, stream, verdict);
      return;
    }
    case "reset":
      subflow.resetReason = option.reason;
      return;
    case "join":
    case "dss":
    case "other":
      return;
  }
}

function takeAddress({ connection, direction, segment, side }: Context, option: AddAddrOption): void {
  const { frame, time, stream } = segment;
  const address = option.address.length === 4 ? formatIpv4(option.address) : formatIpv6(option.address);
  const port = option.port === undefined ? "" : ` port ${option.port}`;
  const kind = option.echo ? "echo" : "announce";
  const verb = option.echo ? "confirms" : "announces";
  const text = `${direction.end} ${verb} ${address}${port} as address id ${option.addressId}`;
  connection.event(kind, frame, time, stream, side, text);
  if (option.echo) connection.addresses.confirm(opposite(side), option.addressId, address, frame);
  else connection.addresses.announce(side, option.addressId, address, option.port, frame);
  const hosts = connection.model?.hosts;
  const outcome = checkAddAddr(option, hosts?.[side].key, hosts?.[opposite(side)].key);
  if (outcome !== undefined) {
    connection.checks.add("add-addr-hmac", frame, stream, outcome.verdict, outcome.detail);
  }
}

/** Data that a reset leaves unacknowledged. */
function underWay({ inFlight }: DirectionState): string {
  return inFlight > 0 ? ` with ${size(inFlight)} under way to it` : "";
}

/** Flags that end a subflow. */
const ENDS: number = FLAG.fin | FLAG.rst;

function takeEnd({ connection, subflow, direction, reverse, segment, side }: Context): void {
  const { frame, time, stream, flags } = segment;
  if ((flags & ENDS) === 0) return;
  if (segment.rst && subflow.end !== "reset") {
    const reason = subflow.resetReason;
    const why = reason === undefined ? "" : ` (MP_TCPRST: ${resetReasonText(reason)})`;
    const refused = subflow.origin === "join" && !subflow.established;
    const kind = refused ? "join-refused" : "reset";
    const text = refused
      ? `${direction.end} refuses the join${why}`
      : `${direction.end} resets the subflow${underWay(reverse)}${why}`;
    connection.event(kind, frame, time, stream, side, text);
    subflow.end = "reset";
  }
  if ((flags & FLAG.fin) !== 0 && !direction.fin) {
    direction.fin = true;
    connection.event("fin", frame, time, stream, side, `${direction.end} sends FIN`);
    if (subflow.sides.every((one) => one.fin) && subflow.end === "open") subflow.end = "fin";
  }
}
