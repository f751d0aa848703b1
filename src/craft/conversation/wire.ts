/** One segment of a conversation as a frame: TCP options in their usual order, padding, headers, time. */
import { concatBytes } from "../../bytes/hex.ts";
import type { LayerInput, ParsedOption } from "../../engine/api.ts";
import { CraftError } from "../../errors.ts";
import type { Stripped } from "./types.ts";
import { type End, type Host, passTime, peerOf, type Subflow, type World } from "./world.ts";

export interface TcpFlags {
  readonly syn?: boolean;
  readonly ack?: boolean;
  readonly fin?: boolean;
  readonly rst?: boolean;
  readonly psh?: boolean;
}

export interface Outgoing {
  readonly flags: TcpFlags;
  /** Relative to the ISN; the end's next one unless given. */
  readonly seq?: number;
  readonly payload?: Uint8Array;
  readonly mptcp?: readonly ParsedOption[];
  /** Put in only if there is room beside the others. */
  readonly ifRoom?: ParsedOption | undefined;
  /** Which of the middlebox's kinds it is; `data` unless given. */
  readonly phase?: Stripped;
  /** No options at all, as from a host that has forgotten the connection. */
  readonly bare?: boolean;
  /** Not seen by the tap: lost before. */
  readonly unseen?: boolean;
  readonly gap?: bigint | undefined;
}

/** RFC 9293 section 3.1: the data offset leaves 40 bytes. */
const ROOM = 40;
const NOTHING = new Uint8Array(0);
const NOP = Uint8Array.of(1);

function u32(value: number): number {
  return value % 0x1_0000_0000;
}

/** Milliseconds of the sender's timestamp clock. */
export function timestampOf(world: World, end: End): number {
  return u32(end.clockBase + Number((world.now - world.start) / 1_000_000n));
}

function synOptions(world: World, subflow: Subflow, end: End): ParsedOption[] {
  const scale = subflow.scale[end.side];
  const sack: ParsedOption[] = subflow.sack ? [{ id: "tcp.sackPermitted", value: {} }] : [];
  const stamp = stampOption(world, subflow, end);
  return [
    { id: "tcp.mss", value: { mss: end.address.mss } },
    ...nops(stamp.length === 0 && sack.length === 0 ? 0 : sack.length === 0 || stamp.length === 0 ? 2 : 0),
    ...sack,
    ...stamp,
    ...(scale === undefined ? [] : [...nops(1), { id: "tcp.windowScale", value: { shift: scale } }]),
  ];
}

function nops(count: number): ParsedOption[] {
  return Array.from({ length: count }, () => ({ id: "tcp.nop", value: {} }));
}

function stampOption(world: World, subflow: Subflow, end: End): ParsedOption[] {
  if (!subflow.timestamps) return [];
  return [
    { id: "tcp.timestamps", value: { value: timestampOf(world, end), echoReply: end.recentTimestamp } },
  ];
}

/** SACK blocks, as many as fit in `room` bytes (RFC 2018 section 3). */
function sackOption(subflow: Subflow, end: End, room: number): ParsedOption[] {
  const most = Math.min(4, Math.floor((room - 4) / 8));
  if (!subflow.sack || !end.received.hasHoles || most < 1) return [];
  const { isn } = subflow.ends[peerOf(end.side)];
  const blocks = end.received
    .blocks()
    .slice(0, most)
    .map(({ left, right }) => ({ left: u32(isn + left), right: u32(isn + right) }));
  return [...nops(2), { id: "tcp.sack", value: { blocks } }];
}

function pad(area: Uint8Array): Uint8Array {
  return concatBytes([area, ...Array.from({ length: -area.length & 3 }, () => NOP)]);
}

function optionArea(world: World, subflow: Subflow, end: End, out: Outgoing): Uint8Array {
  const write = (options: readonly ParsedOption[]): Uint8Array => world.engine.serializeOptions(options);
  const { flags } = out;
  const stamp = stampOption(world, subflow, end);
  const fixed = flags.syn
    ? synOptions(world, subflow, end)
    : stamp.length === 0
      ? []
      : [...nops(2), ...stamp];
  const head = write(fixed);
  const given = pad(write(out.mptcp ?? []));
  const extra = out.ifRoom === undefined ? NOTHING : pad(write([out.ifRoom]));
  const used = head.length + given.length;
  if (used > ROOM) {
    throw new CraftError(
      "too-long",
      `segment ${world.frames.length + 1}`,
      `its options take ${used} bytes, a TCP header has room for ${ROOM}`,
    );
  }
  const more = used + extra.length <= ROOM ? extra : NOTHING;
  const blocks = flags.syn || flags.rst ? [] : sackOption(subflow, end, ROOM - used - more.length);
  return pad(concatBytes([head, write(blocks), more, given]));
}

/** The window field: the SYN's is never scaled (RFC 7323 section 2.2). */
function windowField(subflow: Subflow, end: End, flags: TcpFlags): number {
  const scaled =
    flags.syn || subflow.scale.client === undefined || subflow.scale.server === undefined
      ? 0
      : (subflow.scale[end.side] ?? 0);
  return Math.min(0xffff, Math.floor(end.window / 2 ** scaled));
}

function layersOf(
  world: World,
  host: Host,
  subflow: Subflow,
  end: End,
  out: Outgoing,
  area: Uint8Array,
): LayerInput[] {
  const peer = subflow.ends[peerOf(end.side)];
  const { flags } = out;
  const tcp: LayerInput = {
    id: "tcp",
    value: {
      sourcePort: end.port,
      destinationPort: peer.port,
      sequenceNumber: u32(end.isn + (out.seq ?? end.next)),
      acknowledgmentNumber: flags.ack ? u32(peer.isn + end.received.next) : 0,
      window: windowField(subflow, end, flags),
      ...flags,
      ...(area.length === 0 ? {} : { options: [{ id: "tcp.option", raw: area }] }),
    },
    payload: out.payload ?? NOTHING,
  };
  const ends = { source: end.address.text, destination: peer.address.text };
  host.ipId = (host.ipId + 1) & 0xffff;
  const ip: LayerInput =
    end.address.bytes.length === 4
      ? { id: "ipv4", value: { ...ends, identification: host.ipId, dontFragment: true } }
      : { id: "ipv6", value: ends };
  if (world.link === "raw") return [ip, tcp];
  return [{ id: "ethernet", value: { source: end.address.mac, destination: peer.address.mac } }, ip, tcp];
}

/** Whether MPTCP options get through: a middlebox may take them out. */
export function passesMiddlebox(world: World, phase: Stripped): boolean {
  return !world.stripped.has(phase);
}

/**
 * Sends a segment: time passes, a frame is added. What the other end makes of it is the caller's to say.
 *
 * @returns whether its MPTCP options reach the other end.
 */
export function emit(world: World, subflow: Subflow, end: End, out: Outgoing): boolean {
  passTime(world, end.side, subflow, out.gap);
  const passes = passesMiddlebox(world, out.phase ?? "data");
  end.sentTimestamp = timestampOf(world, end);
  if (out.flags.ack) {
    end.unacknowledged = 0;
    end.lastAck = end.received.next;
  }
  if (out.unseen) return passes;
  // The middlebox stands between the hosts: the sender's own card still sees the options.
  const { mptcp: _, ifRoom: __, ...bare } = out;
  const shown = passes || end.side === world.tap ? out : bare;
  const area = out.bare ? NOTHING : optionArea(world, subflow, end, shown);
  const host = world.hosts[end.side];
  const data = world.engine.craft(layersOf(world, host, subflow, end, shown, area));
  world.frames.push({
    data,
    number: world.frames.length + 1,
    timestamp: world.now,
    capturedLength: data.length,
    originalLength: data.length,
    linkType: world.link === "raw" ? 101 : 1,
  });
  return passes;
}
