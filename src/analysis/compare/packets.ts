/** The TCP packets of one capture, as far as two captures of the same traffic are compared. */
import { numberAt } from "../../../dissectors/trackers/provided.ts";
import type { Engine } from "../../engine/api.ts";
import type { Frame } from "../../ir/frame.ts";
import type { Row, Tracker, TrackerState } from "../../plugin.ts";
import { Clock } from "../clock.ts";
import { SEGMENT_FIELDS, Segment } from "../segment.ts";

/** A packet. Times are nanoseconds since the epoch. */
export interface Packet {
  readonly frame: number;
  readonly time: bigint;
  readonly stream: number;
  readonly source: string;
  readonly destination: string;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  /** As it stands in the header. */
  readonly window: number;
  readonly urgent: number;
  readonly length: number;
  /** IPv4 identification; undefined in IPv6. */
  readonly identification: number | undefined;
  /** Time to live, or hop limit. */
  readonly hops: number;
  /** Differentiated services and ECN (RFC 2474, RFC 3168). */
  readonly service: number;
  readonly checksum: number;
  /** The area of TCP options. */
  readonly options: Uint8Array;
  /** What was captured of the payload. */
  readonly payload: Uint8Array;
}

/** The packets of a capture, in its order. */
export interface PacketList {
  readonly packets: readonly Packet[];
  readonly frames: number;
  /** Packets beyond the limit. */
  readonly left: number;
}

const FIELDS: readonly string[] = [
  ...SEGMENT_FIELDS,
  "tcp.options",
  "tcp.window_size_value",
  "tcp.urgent_pointer",
  "tcp.checksum",
  "ip.ttl",
  "ip.dsfield",
  "ipv6.hlim",
  "ipv6.tclass",
];
const column = (name: string): number => FIELDS.indexOf(name);
const OPTIONS: number = column("tcp.options");
const WINDOW: number = column("tcp.window_size_value");
const URGENT: number = column("tcp.urgent_pointer");
const CHECKSUM: number = column("tcp.checksum");
const ID: number = column("ip.id");
const TTL: number = column("ip.ttl");
const DSFIELD: number = column("ip.dsfield");
const HOP_LIMIT: number = column("ipv6.hlim");
const TRAFFIC_CLASS: number = column("ipv6.tclass");

/** Of several headers the one next to TCP. */
function last(row: Row, place: number): number | undefined {
  const count = row.count(place);
  return count === 0 ? undefined : numberAt(row, place, count - 1);
}

function readPacket(row: Row, segment: Segment, time: bigint): Packet {
  const { frame, stream, source, destination, sequence, acknowledgment, flags, length, payload } = segment;
  const options = row.at(OPTIONS, 0);
  return {
    frame,
    time,
    stream,
    source,
    destination,
    sequence,
    acknowledgment,
    flags,
    window: numberAt(row, WINDOW, 0),
    urgent: numberAt(row, URGENT, 0),
    length,
    identification: last(row, ID),
    hops: last(row, TTL) ?? last(row, HOP_LIMIT) ?? 0,
    service: last(row, DSFIELD) ?? last(row, TRAFFIC_CLASS) ?? 0,
    checksum: numberAt(row, CHECKSUM, 0),
    // Copies: a row's bytes are a view of the frame's.
    options: options instanceof Uint8Array ? options.slice() : new Uint8Array(0),
    payload: payload.slice(),
  };
}

/** Reads at most `limit` packets. */
export async function readPackets(
  engine: Engine,
  frames: AsyncIterable<Frame>,
  limit: number,
): Promise<PacketList> {
  const packets: Packet[] = [];
  const clock = new Clock();
  const segment = new Segment();
  let count = 0;
  let left = 0;
  const state: TrackerState = {
    update(row: Row): void {
      count++;
      clock.tick(row);
      if (!segment.read(row, clock)) return;
      if (packets.length >= limit) left++;
      else packets.push(readPacket(row, segment, clock.absolute(clock.now)));
    },
    forgotten: 0,
  };
  const tracker: Tracker = { id: "subflow.compare", requires: FIELDS, provides: [], create: () => state };
  const pass = engine.createPass({ trackers: [tracker] });
  for await (const frame of frames) pass.next(frame);
  return { packets, frames: count, left };
}
