/** The two byte streams of one TCP connection. */
import type { Row } from "../../plugin.ts";
import { Clock } from "../clock.ts";
import { SEGMENT_FIELDS, Segment } from "../segment.ts";
import type { Side } from "../types.ts";
import { Reorder } from "./reorder.ts";
import { DEFAULT_MAX_HELD, type Follower, type FollowOptions, type TakePiece } from "./types.ts";

const STREAM: number = SEGMENT_FIELDS.indexOf("tcp.stream");

interface Direction {
  readonly bytes: Reorder;
  /** Sequence number of the byte at place 0. */
  readonly base: number;
}

export class TcpFollower implements Follower {
  readonly requires: readonly string[] = SEGMENT_FIELDS;
  readonly ends: [string | undefined, string | undefined] = [undefined, undefined];
  readonly forgotten: number = 0;
  readonly #stream: number | undefined;
  readonly #take: TakePiece;
  readonly #maxHeld: number;
  readonly #directions: [Direction | undefined, Direction | undefined] = [undefined, undefined];
  readonly #clock = new Clock();
  readonly #segment = new Segment();

  /** `stream`: undefined where the caller chooses the frames. */
  constructor(stream: number | undefined, take: TakePiece, options: FollowOptions = {}) {
    this.#stream = stream;
    this.#take = take;
    this.#maxHeld = options.maxHeld ?? DEFAULT_MAX_HELD;
  }

  watch(row: Row): void {
    this.#clock.tick(row);
    if (this.#stream !== undefined && row.number(STREAM) !== this.#stream) return;
    const segment = this.#segment;
    if (!segment.read(row, this.#clock)) return;
    const { source, sequence, length, frame, stream } = segment;
    this.ends[0] ??= source;
    this.ends[1] ??= segment.destination;
    const side: Side = source === this.ends[0] ? 0 : 1;
    if (segment.ack) this.#acknowledged(side === 0 ? 1 : 0, segment.acknowledgment);
    const first = segment.syn ? sequence + 1 : sequence;
    let direction = this.#directions[side];
    if (direction === undefined) {
      direction = { base: first, bytes: new Reorder(side, 0, this.#maxHeld, this.#take) };
      this.#directions[side] = direction;
    }
    const { bytes } = direction;
    const start = place(direction, first);
    if (length === 0) return;
    const time = this.#clock.absolute(this.#clock.now);
    bytes.add({ start, end: start + length, data: segment.payload, frame, time, stream });
  }

  #acknowledged(side: Side, acknowledgment: number): void {
    const direction = this.#directions[side];
    if (direction !== undefined) direction.bytes.received(place(direction, acknowledgment));
  }

  end(): void {
    for (const direction of this.#directions) direction?.bytes.end();
  }
}

/** Numbers wrap at 2^32: the place nearest to what comes next is meant. */
function place({ base, bytes }: Direction, sequence: number): number {
  return bytes.next + ((sequence - base - bytes.next) | 0);
}
