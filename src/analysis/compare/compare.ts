/** Two captures of the same traffic, taken at its two ends: what the path did to each packet. */
import type { Engine } from "../../engine/api.ts";
import type { Frame } from "../../ir/frame.ts";
import { RangeSet } from "../ranges.ts";
import { FLAG } from "../segment.ts";
import type { Side } from "../types.ts";
import { type Change, changesOf } from "./changes.ts";
import { type Packet, type PacketList, readPackets } from "./packets.ts";
import { pairPackets } from "./pair.ts";

export interface CompareOptions {
  /** TCP packets that are read of each capture; what lies behind is counted. Default 2,000,000. */
  readonly maxPackets?: number | undefined;
}

export interface ClockOffset {
  /** Nanoseconds that the server's clock is ahead of the client's. */
  readonly offset: number;
  /** Half the shortest round trip between the two places: the offset is right within it, up or down. Undefined: one direction only. */
  readonly uncertainty: number | undefined;
}

export type Fate =
  | "arrived"
  | "lost"
  /** At the far end only: made on the way, or missed by the near capture. */
  | "appeared"
  /** Its bytes arrived in segments of other sizes. */
  | "resegmented"
  /** While the other capture did not run. */
  | "outside";

/** One packet and what became of it. */
export interface PacketPath {
  /** 0: from the client. */
  readonly from: Side;
  readonly source: string;
  readonly destination: string;
  readonly sequence: number;
  readonly length: number;
  readonly flags: number;
  /** Frame numbers at the two ends. */
  readonly sent: number | undefined;
  readonly received: number | undefined;
  /** Nanoseconds since the epoch by the client's clock: when it was sent, or else when it appeared. */
  readonly time: bigint;
  readonly fate: Fate;
  /** Nanoseconds on the way. */
  readonly delay: number | undefined;
  /** Much longer on the way than most of its flow. */
  readonly delayed: boolean;
  /** Packets of its flow that were sent later and arrived before it (RFC 4737). */
  readonly overtakenBy: number;
  readonly changes: readonly Change[];
}

/** One direction of one TCP connection. */
export interface FlowPath {
  readonly source: string;
  readonly destination: string;
  readonly from: Side;
  readonly sent: number;
  readonly arrived: number;
  readonly lost: number;
  readonly appeared: number;
  readonly resegmented: number;
  readonly reordered: number;
  readonly changed: number;
  /** Nanoseconds; undefined where nothing arrived. */
  readonly delay:
    | { readonly min: number; readonly median: number; readonly p95: number; readonly max: number }
    | undefined;
}

export interface PathComparison {
  readonly frames: readonly [number, number];
  readonly packets: readonly [number, number];
  /** Packets that were beyond the limit. */
  readonly left: number;
  readonly paired: number;
  /** Undefined where nothing pairs. */
  readonly clock: ClockOffset | undefined;
  /** The captures were given the wrong way round: what follows speaks of the right one. */
  readonly swapped: boolean;
  readonly flows: readonly FlowPath[];
  /** By the client's clock. */
  readonly paths: readonly PacketPath[];
}

const DEFAULT_MAX = 2_000_000;

/**
 * Pairs the packets of two captures and says what the path did. Addresses and ports must be the same in both; where a
 * translator changed them nothing pairs, and `clock` is undefined.
 *
 * @example
 * const path = await compareCaptures(engine, await openCapture("client.pcap"), await openCapture("server.pcap"));
 */
export async function compareCaptures(
  engine: Engine,
  client: AsyncIterable<Frame>,
  server: AsyncIterable<Frame>,
  options: CompareOptions = {},
): Promise<PathComparison> {
  const limit = options.maxPackets ?? DEFAULT_MAX;
  const lists = [await readPackets(engine, client, limit), await readPackets(engine, server, limit)] as const;
  const found = comparePackets(engine, lists[0], lists[1]);
  const { clock } = found;
  // A packet that takes less than no time both ways was captured first at the end that it goes to.
  if (clock?.uncertainty === undefined || clock.uncertainty >= 0) return found;
  return { ...comparePackets(engine, lists[1], lists[0]), swapped: true };
}

function comparePackets(engine: Engine, client: PacketList, server: PacketList): PathComparison {
  const ends = findEnds(client.packets.length > 0 ? client.packets : server.packets);
  const pairs = pairPackets(client.packets, server.packets);
  const fromOf = (packet: Packet): Side => (ends.has(packet.source) ? 0 : 1);
  const clock = estimateClock(client.packets, server.packets, pairs.second, fromOf);
  const drafts = makeDrafts(client.packets, server.packets, pairs, fromOf, clock?.offset ?? 0);
  const paths = judge(engine, drafts);
  const paired = pairs.second.reduce((sum, other) => sum + (other < 0 ? 0 : 1), 0);
  return {
    frames: [client.frames, server.frames],
    packets: [client.packets.length, server.packets.length],
    left: client.left + server.left,
    paired,
    clock,
    swapped: false,
    flows: summarize(paths),
    paths,
  };
}

/** Ends of the client, as `address:port`: who sent the first SYN, and whoever has its addresses or talks with the peer's. */
function findEnds(packets: readonly Packet[]): ReadonlySet<string> {
  const addressOf = (end: string): string => end.slice(0, end.lastIndexOf(":"));
  const own = new Set<string>();
  const peers = new Set<string>();
  const ends = new Set<string>();
  for (const { source, destination, flags } of packets) {
    if (ends.has(source) || ends.has(destination)) continue;
    const answers = (flags & (FLAG.syn | FLAG.ack)) === (FLAG.syn | FLAG.ack);
    const [opener, other] = answers ? [destination, source] : [source, destination];
    const turned = own.has(addressOf(other)) || (peers.has(addressOf(opener)) && !own.has(addressOf(opener)));
    const [mine, theirs] = turned ? [other, opener] : [opener, other];
    ends.add(mine);
    own.add(addressOf(mine));
    peers.add(addressOf(theirs));
  }
  return ends;
}

/** The shortest ways there and back bound the difference of the clocks. */
function estimateClock(
  client: readonly Packet[],
  server: readonly Packet[],
  second: Int32Array,
  fromOf: (packet: Packet) => Side,
): ClockOffset | undefined {
  const shortest: [number | undefined, number | undefined] = [undefined, undefined];
  for (const [index, packet] of client.entries()) {
    const other = server[second[index] ?? -1];
    if (other === undefined) continue;
    const from = fromOf(packet);
    const difference = Number(other.time - packet.time) * (from === 0 ? 1 : -1);
    shortest[from] = Math.min(shortest[from] ?? difference, difference);
  }
  const [there, back] = shortest;
  if (there === undefined) return back === undefined ? undefined : { offset: -back, uncertainty: undefined };
  if (back === undefined) return { offset: there, uncertainty: undefined };
  return { offset: (there - back) / 2, uncertainty: (there + back) / 2 };
}

interface Draft {
  readonly from: Side;
  readonly sent: Packet | undefined;
  readonly received: Packet | undefined;
  /** By the client's clock. */
  readonly time: bigint;
  readonly delay: number | undefined;
  fate: Fate;
}

/** Slack at the beginning and end of a capture, nanoseconds. */
const EDGE = 1_000_000;

function makeDrafts(
  client: readonly Packet[],
  server: readonly Packet[],
  pairs: { readonly first: Int32Array; readonly second: Int32Array },
  fromOf: (packet: Packet) => Side,
  offset: number,
): Draft[] {
  const shift = BigInt(Math.round(offset));
  const onClient = (packet: Packet, side: Side): bigint => (side === 0 ? packet.time : packet.time - shift);
  const span = (list: readonly Packet[], side: Side): readonly [bigint, bigint] => {
    const [first, last] = [list[0], list.at(-1)];
    if (first === undefined || last === undefined) return [1n, 0n];
    return [onClient(first, side) - BigInt(EDGE), onClient(last, side) + BigInt(EDGE)];
  };
  const spans = [span(client, 0), span(server, 1)] as const;
  const drafts: Draft[] = [];
  const flows = new Set<string>();
  for (const [index, { source, destination }] of client.entries())
    if ((pairs.second[index] ?? -1) >= 0) flows.add(`${source} ${destination}`);
  // An opening packet without which the other end knows of the flow was sent in vain, however early.
  const opens = ({ flags, source, destination }: Packet): boolean =>
    (flags & FLAG.syn) !== 0 && flows.has(`${source} ${destination}`);
  const single = (packet: Packet, at: Side): void => {
    const from = fromOf(packet);
    const time = onClient(packet, at);
    const [start, end] = spans[at === 0 ? 1 : 0];
    const left = from === at;
    const outside = (time < start || time > end) && !opens(packet);
    const fate = outside ? "outside" : left ? "lost" : "appeared";
    const pair = left ? { sent: packet, received: undefined } : { sent: undefined, received: packet };
    drafts.push({ from, ...pair, time, delay: undefined, fate });
  };
  for (const [index, packet] of client.entries()) {
    const other = server[pairs.second[index] ?? -1];
    if (other === undefined) {
      single(packet, 0);
      continue;
    }
    const from = fromOf(packet);
    const [sent, received] = from === 0 ? [packet, other] : [other, packet];
    const time = onClient(sent, from);
    const delay = Number(onClient(received, from === 0 ? 1 : 0) - time);
    drafts.push({ from, sent, received, time, delay, fate: "arrived" });
  }
  for (const [index, packet] of server.entries()) if (pairs.first[index] === -1) single(packet, 1);
  return drafts.sort((a, b) => Number(a.time - b.time));
}

const flowKey = ({ sent, received }: Draft): string => {
  const packet = sent ?? received;
  return packet === undefined ? "" : `${packet.source} ${packet.destination}`;
};

function judge(engine: Engine, drafts: readonly Draft[]): readonly PacketPath[] {
  const flows = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const key = flowKey(draft);
    const list = flows.get(key);
    if (list === undefined) flows.set(key, [draft]);
    else list.push(draft);
  }
  const overtaken = new Map<Draft, number>();
  const slow = new Set<Draft>();
  for (const flow of flows.values()) {
    findResegmented(flow);
    for (const [draft, count] of findOvertaken(flow)) overtaken.set(draft, count);
    for (const draft of findSlow(flow)) slow.add(draft);
  }
  return drafts.flatMap((draft): PacketPath[] => {
    const { from, sent, received, time, delay, fate } = draft;
    const packet = sent ?? received;
    if (packet === undefined) return [];
    const { source, destination, sequence, length, flags } = packet;
    const changes = sent === undefined || received === undefined ? [] : changesOf(engine, sent, received);
    return [
      {
        from,
        source,
        destination,
        sequence,
        length,
        flags,
        sent: sent?.frame,
        received: received?.frame,
        time,
        fate,
        delay,
        delayed: slow.has(draft),
        overtakenBy: overtaken.get(draft) ?? 0,
        changes,
      },
    ];
  });
}

interface Stretch {
  readonly draft: Draft;
  readonly start: number;
  readonly end: number;
}

/** Payload of the packets with a fate, by places that do not wrap; ordered by where they begin. */
function stretches(flow: readonly Draft[], fate: Fate, base: number): readonly Stretch[] {
  const found = flow.flatMap((draft): Stretch[] => {
    const packet = draft.sent ?? draft.received;
    if (draft.fate !== fate || packet === undefined || packet.length === 0) return [];
    const start = (packet.sequence - base) | 0;
    return [{ draft, start, end: start + packet.length }];
  });
  return found.sort((a, b) => a.start - b.start);
}

/** Those of `list` that lie wholly in what the others cover together. */
function coveredBy(list: readonly Stretch[], others: readonly Stretch[]): readonly Stretch[] {
  const ranges = new RangeSet();
  for (const { start, end } of others) ranges.add(start, end);
  return list.filter(({ start, end }) => ranges.covered(start, end) === end - start);
}

/** Lost segments whose bytes appeared in others, and the other way round: split or joined on the way, or by a network card. */
function findResegmented(flow: readonly Draft[]): void {
  const base = (flow[0]?.sent ?? flow[0]?.received)?.sequence ?? 0;
  const lost = stretches(flow, "lost", base);
  const appeared = stretches(flow, "appeared", base);
  if (lost.length === 0 || appeared.length === 0) return;
  for (const { draft } of [...coveredBy(lost, appeared), ...coveredBy(appeared, lost)])
    draft.fate = "resegmented";
}

/** How many packets that left later came before each. */
function findOvertaken(flow: readonly Draft[]): ReadonlyMap<Draft, number> {
  const arrived = flow.filter((draft) => draft.fate === "arrived");
  const order = arrived
    .map((draft, place) => ({ draft, place }))
    .toSorted((a, b) => (a.draft.received?.frame ?? 0) - (b.draft.received?.frame ?? 0));
  const found = new Map<Draft, number>();
  // Places that came too early wait here until those before them are there.
  const early: number[] = [];
  let next = 0;
  const seen = new Set<number>();
  for (const { draft, place } of order) {
    const count = early.reduce((sum, one) => sum + (one > place ? 1 : 0), 0);
    if (count > 0) found.set(draft, count);
    seen.add(place);
    if (place !== next) early.push(place);
    while (seen.delete(next)) {
      const at = early.indexOf(next);
      if (at >= 0) early.splice(at, 1);
      next++;
    }
  }
  return found;
}

/** Nanoseconds below which no delay is worth a word. */
const SLOW = 5e6;

function findSlow(flow: readonly Draft[]): readonly Draft[] {
  const delays = flow.flatMap(({ delay }) => delay ?? []).sort((a, b) => a - b);
  const median = delays[delays.length >> 1] ?? 0;
  const p75 = delays[Math.floor(delays.length * 0.75)] ?? 0;
  // Far out of the spread that the flow has anyway (Tukey's outer fence).
  const bound = Math.max(median + SLOW, p75 + 3 * (p75 - (delays[Math.floor(delays.length * 0.25)] ?? 0)));
  return flow.filter(({ delay }) => delay !== undefined && delay > bound);
}

function summarize(paths: readonly PacketPath[]): readonly FlowPath[] {
  const flows = new Map<string, PacketPath[]>();
  for (const path of paths) {
    const key = `${path.source} ${path.destination}`;
    const list = flows.get(key);
    if (list === undefined) flows.set(key, [path]);
    else list.push(path);
  }
  return [...flows.values()].flatMap((list): FlowPath[] => {
    const [first] = list;
    if (first === undefined) return [];
    const count = (fate: Fate): number => list.filter((one) => one.fate === fate).length;
    const delays = list.flatMap(({ delay }) => delay ?? []).sort((a, b) => a - b);
    const at = (share: number): number =>
      delays[Math.min(delays.length - 1, Math.floor(delays.length * share))] ?? 0;
    return [
      {
        source: first.source,
        destination: first.destination,
        from: first.from,
        sent: list.filter(({ sent }) => sent !== undefined).length,
        arrived: count("arrived"),
        lost: count("lost"),
        appeared: count("appeared"),
        resegmented: count("resegmented"),
        reordered: list.filter(({ overtakenBy }) => overtakenBy > 0).length,
        changed: list.filter(({ changes }) => changes.length > 0).length,
        delay: delays.length === 0 ? undefined : { min: at(0), median: at(0.5), p95: at(0.95), max: at(1) },
      },
    ];
  });
}
