/** The state of a conversation while its steps are carried out: two hosts, their subflows, the clock, the frames so far. */
import { idsnOf } from "../../../dissectors/mptcp-crypto.ts";
import { parseIpv4, parseIpv6 } from "../../bytes/address.ts";
import { createEngine } from "../../default-engine.ts";
import type { Engine } from "../../engine/api.ts";
import { CraftError } from "../../errors.ts";
import type { Frame } from "../../ir/frame.ts";
import { createRandom, type Random } from "../random.ts";
import { ReceivedRanges } from "./ranges.ts";
import type { AddressInput, AddressRef, ConversationOptions, HostInput, Side, Stripped } from "./types.ts";

export interface Address {
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly mss: number;
  readonly mac: string;
}

/** Sequence numbers of the data level are relative to the sender's IDSN: the first byte is 1. */
export interface Host {
  readonly side: Side;
  readonly input: HostInput;
  readonly addresses: readonly Address[];
  readonly key: bigint;
  readonly idsn: bigint;
  /** Index of the address that the first subflow uses: it has Address ID 0 (RFC 8684 section 3.2). */
  initial: number;
  /** Still sends MPTCP options. */
  mptcp: boolean;
  /** Knows that the peer has the keys (RFC 8684 section 3.1): client by a DSS, server by MP_CAPABLE on an ACK. */
  confirmed: boolean;
  /** Has got MPTCP options behind the handshake: until then it may fall back to TCP (RFC 8684 section 3.7). */
  heardDss: boolean;
  /** Has sent its first data. */
  dataSent: boolean;
  nextData: number;
  readonly received: ReceivedRanges;
  dataFin: boolean;
  ipId: number;
}

/** One side of a subflow. Sequence numbers are relative to the sender's ISN: the SYN is 0. */
export interface End {
  readonly side: Side;
  readonly address: Address;
  readonly addressId: number;
  readonly port: number;
  readonly isn: number;
  readonly clockBase: number;
  next: number;
  readonly received: ReceivedRanges;
  window: number;
  /** Timestamp to echo: it moves on with the segment that the last acknowledgement waited for (RFC 7323 section 4.3). */
  recentTimestamp: number;
  lastAck: number;
  /** Timestamp of the segment that was sent last. */
  sentTimestamp: number;
  /** Arrived, but behind a hole of the subflow: not yet at the data level. */
  pending: Segment[];
  /** Arrived in order since the last acknowledgement. */
  unacknowledged: number;
  closed: boolean;
}

export interface Subflow {
  readonly index: number;
  readonly opener: Side;
  readonly ends: Readonly<Record<Side, End>>;
  readonly roundTrip: bigint;
  readonly sack: boolean;
  readonly timestamps: boolean;
  readonly scale: Readonly<Record<Side, number | undefined>>;
  alive: boolean;
}

/** What a data segment says about the data level. */
export interface MappingInfo {
  readonly form: "dss" | "capable";
  readonly dataSeq: number;
  readonly subflowSeq: number;
  readonly length: number;
  readonly fin: boolean;
  /** The payload that the mapping covers. */
  readonly bytes: Uint8Array;
}

export interface Segment {
  readonly subflow: number;
  readonly side: Side;
  readonly seq: number;
  readonly payload: Uint8Array;
  /** Where the payload belongs, also if another segment carries its mapping; undefined after a fallback. */
  readonly dataSeq: number | undefined;
  readonly mapping: MappingInfo | undefined;
  readonly dataFin: boolean;
  timestamp: number;
  arrived: boolean;
  /** Its data were sent on another subflow. */
  reinjected: boolean;
}

export interface World {
  readonly engine: Engine;
  readonly random: Random;
  readonly version: 0 | 1;
  readonly tap: Side;
  readonly link: "ethernet" | "raw";
  readonly roundTrip: bigint;
  readonly start: bigint;
  readonly hosts: Readonly<Record<Side, Host>>;
  readonly subflows: Subflow[];
  readonly segments: Segment[];
  readonly frames: Frame[];
  readonly stripped: Set<Stripped>;
  /** DSS checksums are in use: one side asked for them (RFC 8684 section 3.3.1). */
  checksum: boolean;
  /** Start of the mapping whose checksum was wrong, and who sent it. */
  failed: { readonly side: Side; readonly dataSeq: number } | undefined;
  now: bigint;
  /** The next frame comes exactly now. */
  exact: boolean;
  lastSide: Side;
}

const SECOND = 1_000_000_000;
/** 2023-11-14 22:13:20 UTC. */
const START = 1_700_000_000n * BigInt(SECOND);

/** Nanoseconds, in whole microseconds. */
export function seconds(value: number): bigint {
  return BigInt(Math.round(value * 1e6)) * 1000n;
}

export function peerOf(side: Side): Side {
  return side === "client" ? "server" : "client";
}

function makeAddress(input: string | AddressInput, path: string, mac: string): Address {
  const given: AddressInput = typeof input === "string" ? { address: input } : input;
  const bytes = parseIpv4(given.address) ?? parseIpv6(given.address);
  if (bytes === undefined) throw new CraftError("bad-input", path, `"${given.address}" is no address`);
  // RFC 6691 section 2: the MSS leaves out the fixed headers only.
  const mss = given.mss ?? (bytes.length === 4 ? 1460 : 1440);
  if (mss < 64 || mss > 65_495)
    throw new CraftError("out-of-range", `${path}.mss`, `${mss} is not 64 to 65495`);
  return { text: given.address, bytes, mss, mac: given.mac ?? mac };
}

function makeHost(side: Side, input: HostInput, random: Random, version: 0 | 1): Host {
  if (input.addresses.length === 0)
    throw new CraftError("missing-field", `${side}.addresses`, "needs an address");
  const number = side === "client" ? 1 : 2;
  const addresses = input.addresses.map((address, index) =>
    makeAddress(
      address,
      `${side}.addresses[${index}]`,
      `02:00:00:00:0${number}:${index.toString(16).padStart(2, "0")}`,
    ),
  );
  const key = input.key ?? random.u64();
  if (input.isn !== undefined && input.isn >>> 0 !== input.isn)
    throw new CraftError("out-of-range", `${side}.isn`, `${input.isn} is no number of 32 bits`);
  return {
    side,
    input,
    addresses,
    key,
    idsn: idsnOf(key, version),
    initial: 0,
    mptcp: true,
    confirmed: false,
    heardDss: false,
    dataSent: false,
    nextData: 1,
    received: new ReceivedRanges(1),
    dataFin: false,
    ipId: random.between(0, 0xffff),
  };
}

export function createWorld(options: ConversationOptions): World {
  const random = createRandom(options.seed ?? 1);
  const version = options.version ?? 1;
  const start = options.start ?? START;
  return {
    engine: options.engine ?? createEngine(),
    random,
    version,
    tap: options.tap ?? "client",
    link: options.link ?? "ethernet",
    roundTrip: seconds(options.roundTrip ?? 0.02),
    start,
    hosts: {
      client: makeHost("client", { checksum: options.checksum, ...options.client }, random, version),
      server: makeHost("server", { checksum: options.checksum, ...options.server }, random, version),
    },
    subflows: [],
    segments: [],
    frames: [],
    stripped: new Set(),
    checksum: false,
    failed: undefined,
    now: start,
    exact: true,
    lastSide: "client",
  };
}

/** Index of an address of a host. */
export function findAddress(host: Host, ref: AddressRef, path: string): number {
  const index = typeof ref === "number" ? ref : host.addresses.findIndex((address) => address.text === ref);
  if (host.addresses[index] === undefined)
    throw new CraftError("bad-input", path, `the ${host.side} has no address ${JSON.stringify(ref)}`);
  return index;
}

/** The first subflow's address has ID 0, whichever it is; the others have their places in the list. */
export function addressId(host: Host, index: number): number {
  if (index === host.initial) return 0;
  return index === 0 ? host.initial : index;
}

export function findSubflow(world: World, index: number | undefined, path: string): Subflow {
  const subflow = world.subflows[index ?? 0];
  if (subflow === undefined)
    throw new CraftError("bad-input", `${path}.subflow`, `there is no subflow ${index ?? 0} yet`);
  return subflow;
}

/** Whether a host puts DSS options on its segments: in version 1 not before the peer has proved the keys (RFC 8684 section 3.1). */
export function usesDss(world: World, host: Host): boolean {
  return host.mptcp && (host.confirmed || world.version === 0);
}

/** Time passes until the other side's answer, or the next segment of the same side, comes by the tap. */
export function passTime(world: World, side: Side, subflow: Subflow, gap?: bigint): void {
  if (world.exact) world.exact = false;
  else if (gap !== undefined) world.now += gap;
  else if (side !== world.lastSide && side !== world.tap) world.now += subflow.roundTrip;
  // Whole microseconds, which every capture format can hold.
  else world.now += BigInt(world.random.between(20, 80) * 1000);
  world.lastSide = side;
}
