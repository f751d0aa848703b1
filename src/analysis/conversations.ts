/** Frames and bytes of each conversation, both ways. */
import type { Row, Tracker } from "../plugin.ts";
import { Clock } from "./clock.ts";
import { SEGMENT_FIELDS, Segment } from "./segment.ts";
import type { ConnectionAnalysis } from "./types.ts";

/** `left` and `right` are `address:port`, or addresses; forward is from left, who sent the first frame, to right. */
export interface Conversation {
  readonly stream: number;
  readonly left: string;
  readonly right: string;
  readonly forwardFrames: number;
  readonly forwardBytes: number;
  readonly backwardFrames: number;
  readonly backwardBytes: number;
  /** Nanoseconds since the epoch. */
  readonly first: bigint;
  readonly last: bigint;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Counts TCP conversations: give `tracker` to a pass. Streams beyond `limit` are counted as forgotten. */
export class TcpConversations {
  readonly tracker: Tracker;
  readonly #streams = new Map<number, Mutable<Conversation>>();
  readonly #limit: number;
  forgotten = 0;
  readonly #clock = new Clock();
  readonly #segment = new Segment();

  constructor(limit = 1_000_000) {
    this.#limit = limit;
    const state = { update: (row: Row) => this.#row(row), forgotten: 0 };
    this.tracker = {
      id: "subflow.conversations",
      requires: SEGMENT_FIELDS,
      provides: [],
      create: () => state,
    };
  }

  #row(row: Row): void {
    this.#clock.tick(row.timestamp);
    const segment = this.#segment;
    if (!segment.read(row, this.#clock.now)) return;
    const { source, destination, stream, wireLength } = segment;
    const time = this.#clock.absolute(this.#clock.now);
    let found = this.#streams.get(stream);
    if (found === undefined) {
      if (this.#streams.size >= this.#limit) {
        this.forgotten++;
        return;
      }
      const none = { forwardFrames: 0, forwardBytes: 0, backwardFrames: 0, backwardBytes: 0 };
      found = { stream, left: source, right: destination, ...none, first: time, last: time };
      this.#streams.set(stream, found);
    }
    found.last = time;
    if (source === found.left) {
      found.forwardFrames++;
      found.forwardBytes += wireLength;
    } else {
      found.backwardFrames++;
      found.backwardBytes += wireLength;
    }
  }

  get result(): readonly Conversation[] {
    return [...this.#streams.values()];
  }
}

function addressOf(end: string): string {
  return end.slice(0, end.lastIndexOf(":")).replace(/^\[(.*)\]$/, "$1");
}

/** One row a connection, all of its subflows together, the client left. */
export function mptcpConversations(connections: readonly ConnectionAnalysis[]): readonly Conversation[] {
  return connections.flatMap((connection): Conversation[] => {
    const [first] = connection.subflows;
    if (first === undefined || connection.index === undefined) return [];
    const sum = (side: 0 | 1, name: "segments" | "wireBytes"): number =>
      connection.subflows.reduce((total, one) => total + one.sides[side][name], 0);
    return [
      {
        stream: connection.index,
        left: addressOf(first.sides[0].end),
        right: addressOf(first.sides[1].end),
        forwardFrames: sum(0, "segments"),
        forwardBytes: sum(0, "wireBytes"),
        backwardFrames: sum(1, "segments"),
        backwardBytes: sum(1, "wireBytes"),
        first: connection.firstTime,
        last: connection.lastTime,
      },
    ];
  });
}
