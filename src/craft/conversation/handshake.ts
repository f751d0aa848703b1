/** Opening subflows: MP_CAPABLE (RFC 8684 section 3.1) and MP_JOIN (section 3.2), with all that can go wrong. */
import { CraftError } from "../../errors.ts";
import {
  capableOption,
  dssOption,
  type JoinValues,
  joinAck,
  joinSyn,
  joinSynAck,
  resetOption,
} from "./mptcp-options.ts";
import { ReceivedRanges } from "./ranges.ts";
import { heard, noteTimestamp } from "./receive.ts";
import type { AddressRef, ConnectStep, JoinStep, Side } from "./types.ts";
import { emit } from "./wire.ts";
import {
  addressId,
  type End,
  findAddress,
  type Host,
  peerOf,
  type Subflow,
  seconds,
  type World,
} from "./world.ts";

/** RFC 8684 section 3.6: MPTCP-specific error. */
const MPTCP_ERROR = 1;

function makeEnd(world: World, host: Host, ref: AddressRef, port: number, path: string): End {
  const index = findAddress(host, ref, path);
  const address = host.addresses[index];
  if (address === undefined) throw new CraftError("bad-input", path, "there is no such address");
  return {
    side: host.side,
    address,
    addressId: addressId(host, index),
    port,
    isn: host.input.isn ?? world.random.u32(),
    clockBase: world.random.between(1_000_000, 0x7fff_ffff),
    next: 0,
    received: new ReceivedRanges(0),
    window: host.input.window ?? (host.input.windowScale === null ? 65_535 : 262_144),
    recentTimestamp: 0,
    lastAck: 0,
    sentTimestamp: 0,
    pending: [],
    unacknowledged: 0,
    closed: false,
  };
}

interface Opening {
  readonly opener: Side;
  readonly client: AddressRef;
  readonly server: AddressRef;
  readonly port: number | undefined;
  readonly roundTrip: number | undefined;
}

function openSubflow(world: World, opening: Opening, path: string): Subflow {
  const { client, server } = world.hosts;
  const random = world.random.between(49_152, 65_535);
  const listen = server.input.port ?? 9000;
  const own = opening.port ?? random;
  const ports =
    opening.opener === "client"
      ? { client: own, server: listen }
      : { client: client.input.port ?? listen, server: own };
  const ends = {
    client: makeEnd(world, client, opening.client, ports.client, `${path}.client`),
    server: makeEnd(world, server, opening.server, ports.server, `${path}.server`),
  };
  if (ends.client.address.bytes.length !== ends.server.address.bytes.length)
    throw new CraftError("bad-input", path, "one address is IPv4, the other IPv6");
  const both = (key: "sack" | "timestamps"): boolean =>
    (client.input[key] ?? true) && (server.input[key] ?? true);
  const scaleOf = (host: Host): number | undefined =>
    host.input.windowScale === null ? undefined : (host.input.windowScale ?? 7);
  const subflow: Subflow = {
    index: world.subflows.length,
    opener: opening.opener,
    ends,
    roundTrip: opening.roundTrip === undefined ? world.roundTrip : seconds(opening.roundTrip),
    sack: both("sack"),
    timestamps: both("timestamps"),
    scale: { client: scaleOf(client), server: scaleOf(server) },
    alive: true,
  };
  world.subflows.push(subflow);
  return subflow;
}

/** The SYN or SYN/ACK counts as one byte. */
function synArrives(subflow: Subflow, end: End): void {
  noteTimestamp(subflow, end, 0, end.sentTimestamp);
  end.next = 1;
  subflow.ends[peerOf(end.side)].received.add(0, 1);
}

/** A reset that ends the subflow; in version 1 with a reason (RFC 8684 section 3.6). */
export function sendReset(world: World, subflow: Subflow, side: Side, reason: number | undefined): void {
  const option = reason !== undefined && world.version > 0 ? [resetOption(reason, false)] : [];
  const end = subflow.ends[side];
  // In answer to a SYN the sequence number itself is 0 (RFC 9293 section 3.10.7.1).
  const seq = end.next === 0 ? -end.isn : end.next;
  emit(world, subflow, end, { flags: { rst: true, ack: true }, seq, mptcp: option });
  subflow.alive = false;
}

/** @returns the number of the subflow. */
export function connect(world: World, step: ConnectStep): number {
  const { client, server } = world.hosts;
  if (world.subflows.length > 0)
    throw new CraftError("bad-input", "connect", "the conversation is open already");
  client.initial = findAddress(client, step.client ?? 0, "connect.client");
  server.initial = findAddress(server, step.server ?? 0, "connect.server");
  const subflow = openSubflow(
    world,
    {
      opener: "client",
      client: client.initial,
      server: server.initial,
      port: step.port ?? client.input.port,
      roundTrip: step.roundTrip,
    },
    "connect",
  );
  const { ends } = subflow;
  const lost = step.lostSyns ?? 0;
  for (let count = 0; count <= lost; count++) {
    client.mptcp = count < (step.plainFrom ?? Number.POSITIVE_INFINITY);
    const passes = emit(world, subflow, ends.client, {
      flags: { syn: true },
      mptcp: client.mptcp ? [capableOption(world, client, world.version === 0 ? 1 : 0)] : [],
      phase: "syn",
      unseen: count < lost && world.tap === "server",
    });
    server.mptcp = client.mptcp && passes && !step.plainServer;
    // RFC 6298 section 5.5: the timer doubles.
    if (count < lost) world.now += seconds(2 ** count);
  }
  synArrives(subflow, ends.client);
  world.checksum = (client.input.checksum ?? false) || (server.input.checksum ?? false);
  const answer = capableOption(world, server, 1, {
    checksum: world.checksum,
    ...(step.answerVersion === undefined ? {} : { version: step.answerVersion }),
  });
  const answered = emit(world, subflow, ends.server, {
    flags: { syn: true, ack: true },
    mptcp: server.mptcp ? [answer] : [],
    phase: "synAck",
  });
  synArrives(subflow, ends.server);
  client.mptcp = server.mptcp && answered && (step.answerVersion ?? world.version) === world.version;
  thirdPacket(world, subflow, step);
  return subflow.index;
}

function thirdPacket(world: World, subflow: Subflow, step: ConnectStep): void {
  const { client, server } = world.hosts;
  const passes = emit(world, subflow, subflow.ends.client, {
    flags: { ack: true },
    mptcp: client.mptcp ? [capableOption(world, client, 2, { checksum: world.checksum })] : [],
    phase: "ack",
    unseen: (step.loseAck ?? false) && world.tap === "server",
  });
  if (step.loseAck) return;
  noteTimestamp(subflow, subflow.ends.client, 1, subflow.ends.client.sentTimestamp);
  // RFC 8684 section 3.7: a third packet without MP_CAPABLE means plain TCP.
  server.mptcp &&= client.mptcp && passes;
  server.confirmed = server.mptcp;
}

function joinValues(end: End, nonces: readonly [number, number], backup: boolean): JoinValues {
  const [ownNonce, peerNonce] = nonces;
  for (const nonce of nonces)
    if (nonce > 0xffff_ffff) throw new CraftError("out-of-range", "join.nonce", "is a number of 32 bits");
  return { addressId: end.addressId, backup, ownNonce, peerNonce };
}

/** @returns the number of the subflow, also if it was refused. */
export function join(world: World, step: JoinStep): number {
  const side = step.from ?? "client";
  const opener = world.hosts[side];
  const answerer = world.hosts[peerOf(side)];
  const unused = (host: Host): number =>
    host.addresses.length > 1 ? (host.initial === 0 ? 1 : 0) : host.initial;
  const subflow = openSubflow(
    world,
    {
      opener: side,
      client: step.client ?? (side === "client" ? unused(opener) : answerer.initial),
      server: step.server ?? (side === "server" ? unused(opener) : answerer.initial),
      port: step.port,
      roundTrip: step.roundTrip,
    },
    "join",
  );
  const own = subflow.ends[side];
  const other = subflow.ends[peerOf(side)];
  const nonce = step.nonce ?? world.random.u32();
  const peerNonce = step.peerNonce ?? world.random.u32();
  const mine = joinValues(own, [nonce, peerNonce], step.backup ?? false);
  const theirs = joinValues(other, [peerNonce, nonce], step.peerBackup ?? false);
  const reset = (from: Side, reason = MPTCP_ERROR): number => {
    sendReset(world, subflow, from, reason);
    return subflow.index;
  };
  const asked = emit(world, subflow, own, {
    flags: { syn: true },
    mptcp: [joinSyn(world, opener, mine, step.wrong === "token")],
    phase: "syn",
  });
  synArrives(subflow, own);
  if (step.refuse !== undefined || (step.wrong === "token" && asked)) return reset(other.side, step.refuse);
  const answered = emit(world, subflow, other, {
    flags: { syn: true, ack: true },
    mptcp: asked ? [joinSynAck(world, answerer, theirs, step.wrong === "synAckHmac")] : [],
    phase: "synAck",
  });
  synArrives(subflow, other);
  if (!asked || !answered || step.wrong === "synAckHmac") return reset(side);
  const confirmed = emit(world, subflow, own, {
    flags: { ack: true },
    mptcp: [joinAck(world, opener, mine, step.wrong === "hmac")],
    phase: "ack",
  });
  noteTimestamp(subflow, own, 1, own.sentTimestamp);
  if (!confirmed || step.wrong === "hmac") return reset(other.side);
  // The fourth packet: the opener sends no data before it (RFC 8684 section 3.2).
  emit(world, subflow, other, { flags: { ack: true }, mptcp: [dssOption(world, answerer)] });
  heard(world, subflow, other, true);
  return subflow.index;
}
