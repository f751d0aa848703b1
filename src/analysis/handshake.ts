/** SYNs and first segments: who opened a subflow with what, and whether MPTCP survived it (RFC 8684 section 3.7). */
import type { CapableOption, JoinOption } from "../../dissectors/trackers/mptcp-options.ts";
import { checkJoinAck, checkJoinSynAck, type JoinHandshake, type Outcome } from "./checks.ts";
import type { Context } from "./context.ts";
import { addressOf, FLAG, type Segment } from "./segment.ts";
import { opposite } from "./subflow-state.ts";
import type { CheckKind, FallbackReason, Offer } from "./types.ts";

function fallBack({ connection, segment, side }: Context, reason: FallbackReason, text: string): void {
  const { frame, stream, time } = segment;
  connection.fallBack({ reason, frame, stream, text }, time, side);
}

/** A SYN or SYN/ACK. */
export function takeSyn(context: Context): void {
  const { connection, direction, data, segment, side } = context;
  const capable = segment.options.find((option) => option.kind === "capable");
  const join = segment.options.find((option) => option.kind === "join");
  const repeated = direction.offer !== undefined;
  direction.begin(segment.sequence);
  const offer = makeOffer(segment, capable, join);
  if (direction.offer === undefined || offer.mptcp !== "none") direction.offer = offer;
  // Data of a SYN are outside the data sequence space (RFC 8684 appendix B).
  if (!repeated) data.synBytes += segment.length;
  if (capable?.kind === "capable") {
    data.checksumRequired = capable.checksumRequired;
    if (!repeated) connection.complete = true;
  }
  if (join?.kind === "join" && join.form !== "ack") takeJoin(context, join);
  else if (offer.mptcp === "MP_CAPABLE")
    connection.addresses.use(side, 0, addressOf(segment.source), segment.stream);
  const answers = segment.ack;
  if (!answers) takeFirstSyn(context, offer, repeated);
  else takeAnswer(context, offer, repeated);
}

function takeFirstSyn(context: Context, offer: Offer, repeated: boolean): void {
  const { connection, subflow, direction, segment, side } = context;
  const { frame, time, stream } = segment;
  if (offer.mptcp !== "none") subflow.synsWithOption++;
  if (offer.mptcp === "none" && subflow.synsWithOption > 0 && subflow.origin === "capable") {
    const times = subflow.synsWithOption === 1 ? "once" : `${subflow.synsWithOption} times`;
    fallBack(
      context,
      "syn-blackholed",
      `SYN sent again without MP_CAPABLE: with it, sent ${times}, it was not answered`,
    );
  }
  if (repeated) return;
  const { end } = direction;
  if (offer.mptcp === "MP_CAPABLE") {
    connection.event("open", frame, time, stream, side, `${end} asks for MPTCP version ${offer.version}`);
  } else if (offer.mptcp === "MP_JOIN") {
    const backup = offer.backup ? " as backup" : "";
    connection.event(
      "join",
      frame,
      time,
      stream,
      side,
      `${end} joins${backup} with address id ${offer.addressId}`,
    );
  }
}

function takeAnswer(context: Context, offer: Offer, repeated: boolean): void {
  const { connection, subflow, segment, side } = context;
  if (offer.version !== undefined) connection.version = offer.version;
  if (repeated || offer.mptcp !== "none") return;
  if (subflow.origin === "capable") {
    fallBack(
      context,
      "syn-ack-bare",
      "SYN/ACK without MP_CAPABLE: the server speaks plain TCP only, or the path strips the option",
    );
  } else if (subflow.origin === "join") {
    const text =
      "SYN/ACK without MP_JOIN: the path strips the option, or the address belongs to another server";
    connection.event("join-refused", segment.frame, segment.time, segment.stream, side, text);
  }
}

function makeOffer(
  segment: Segment,
  capable: CapableOption | undefined,
  join: JoinOption | undefined,
): Offer {
  const { frame } = segment;
  const { mss, windowShift, sackPermitted, timestamps } = segment.offer;
  const joins = join !== undefined && join.form !== "ack" ? join : undefined;
  return {
    mss,
    windowShift,
    sackPermitted,
    timestamps,
    frame,
    mptcp: capable !== undefined ? "MP_CAPABLE" : joins !== undefined ? "MP_JOIN" : "none",
    version: capable?.version,
    checksumRequired: capable?.checksumRequired,
    noMoreSubflows: capable?.noMoreSubflows,
    backup: joins?.backup,
    addressId: joins?.addressId,
    token: joins?.form === "syn" ? joins.token : undefined,
  };
}

function secretsOf({ connection, subflow }: Context): JoinHandshake {
  const { opener, sides } = subflow;
  const hosts = connection.model?.hosts;
  return {
    version: connection.model?.version ?? 1,
    keyA: hosts?.[opener].key,
    keyB: hosts?.[opposite(opener)].key,
    nonceA: sides[opener].nonce,
    nonceB: sides[opposite(opener)].nonce,
  };
}

function addCheck({ connection, segment }: Context, kind: CheckKind, outcome: Outcome): void {
  connection.checks.add(kind, segment.frame, segment.stream, outcome.verdict, outcome.detail);
}

function takeJoin(context: Context, join: Exclude<JoinOption, { form: "ack" }>): void {
  const { connection, subflow, direction, side } = context;
  const repeated = direction.nonce === join.nonce;
  direction.nonce = join.nonce;
  direction.addressId = join.addressId;
  connection.addresses.use(side, join.addressId, addressOf(context.segment.source), subflow.stream);
  if (join.form === "syn" && join.backup) subflow.backup = true;
  if (repeated) return;
  if (join.form === "syn") {
    const known = connection.model?.hosts[opposite(side)].key !== undefined;
    addCheck(context, "join-token", known ? { verdict: "good" } : UNKNOWN_TOKEN);
  } else addCheck(context, "join-syn-ack-hmac", checkJoinSynAck(secretsOf(context), join.hmac));
}

const UNKNOWN_TOKEN: Outcome = {
  verdict: "unchecked",
  detail: "no connection with this token is in the capture",
};

/** The first segments behind the SYNs of a subflow. */
export function takeFollowing(context: Context): void {
  const { connection, subflow, direction, segment, side } = context;
  const { frame, time, stream } = segment;
  const ending = segment.rst || (segment.flags & FLAG.fin) !== 0;
  if (!segment.plain && !direction.spoke) checkThirdAck(context);
  if (segment.mptcp) {
    const isJoin = subflow.origin === "join";
    // A JOIN counts once the other side has answered the third ACK: the opener maps no data before (RFC 8684 section 3.2).
    const done = !ending && (!isJoin || side !== subflow.opener || segment.maps);
    if (done && !subflow.established) {
      subflow.established = true;
      const kind = isJoin ? "join-established" : "established";
      connection.event(kind, frame, time, stream, side, isJoin ? "The subflow is in use" : "MPTCP is in use");
    }
    direction.spoke = true;
  } else if (!ending && subflow.origin === "capable" && connection.fallback === undefined) {
    judgeBare(context);
  }
  direction.started = true;
}

function checkThirdAck(context: Context): void {
  for (const option of context.segment.options) {
    if (option.kind !== "join" || option.form !== "ack") continue;
    addCheck(context, "join-ack-hmac", checkJoinAck(secretsOf(context), option.hmac));
  }
}

/** A segment without MPTCP where there should be some. */
function judgeBare(context: Context): void {
  const { connection, subflow, direction, reverse: other, segment, side } = context;
  if (direction.spoke || !connection.complete) return;
  if (side === subflow.opener && !direction.started) {
    const text = other.sawSyn
      ? "Third ACK without MP_CAPABLE: the path strips the option"
      : "Third ACK without MP_CAPABLE: the SYN/ACK, which is not in the capture, had none or lost it";
    fallBack(context, "ack-bare", text);
    return;
  }
  const acksData = other.sawSyn && other.place(segment.acknowledgment) > 1;
  if (segment.length > 0 || acksData) {
    fallBack(context, "data-bare", "First data or acknowledgment without DSS: the path strips the option");
  }
}
