/** Bytes of one side put in order. */
import type { Side } from "../types.ts";
import type { StreamPiece, TakePiece } from "./types.ts";

/** Bytes at a place; `data` is shorter than the range where the capture cut the segment. */
export interface Arrived {
  readonly start: number;
  readonly end: number;
  readonly data: Uint8Array;
  readonly frame: number;
  readonly time: bigint;
  readonly stream: number;
}

export class Reorder {
  /** Place of the next byte to give out. */
  next: number;
  readonly #side: Side;
  readonly #take: TakePiece;
  readonly #maxHeld: number;
  /** Ordered by start; each begins behind `next`. */
  readonly #waiting: Arrived[] = [];
  #held = 0;

  constructor(side: Side, next: number, maxHeld: number, take: TakePiece) {
    this.#side = side;
    this.next = next;
    this.#maxHeld = maxHeld;
    this.#take = take;
  }

  /** Place of the first byte that waits behind a hole. */
  get lowestWaiting(): number | undefined {
    return this.#waiting[0]?.start;
  }

  /** Of bytes that came before, the first ones count. `data` may be a view: what has to wait is copied. */
  add(arrived: Arrived): void {
    if (arrived.end <= this.next) return;
    if (arrived.start <= this.next) {
      this.#give(arrived, false);
      this.#drain();
      return;
    }
    let place = this.#waiting.length;
    while (place > 0 && (this.#waiting[place - 1]?.start ?? 0) > arrived.start) place--;
    const before = this.#waiting[place - 1];
    if (before !== undefined && before.start === arrived.start && before.end >= arrived.end) return;
    this.#waiting.splice(place, 0, { ...arrived, data: arrived.data.slice() });
    this.#held += arrived.data.length;
    while (this.#held > this.#maxHeld) this.skip();
  }

  #drain(): void {
    let first = this.#waiting[0];
    while (first !== undefined && first.start <= this.next) {
      this.#waiting.shift();
      this.#held -= first.data.length;
      if (first.end > this.next) this.#give(first, true);
      first = this.#waiting[0];
    }
  }

  #give({ start, end, data, frame, time, stream }: Arrived, waited: boolean): void {
    const from = this.next;
    const captured = data.slice(from - start);
    if (captured.length > 0) {
      this.#piece({
        start: from,
        length: captured.length,
        data: captured,
        missing: undefined,
        waited,
        frame,
        time,
        stream,
      });
    }
    const cut = end - from - captured.length;
    if (cut > 0) {
      this.#piece({
        start: from + captured.length,
        length: cut,
        data: undefined,
        missing: "cut",
        waited,
        frame,
        time,
        stream,
      });
    }
    this.next = end;
  }

  #piece(piece: Omit<StreamPiece, "side">): void {
    this.#take({ side: this.#side, ...piece });
  }

  /** Gives the first hole up. */
  skip(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    const { start, frame, time, stream } = first;
    this.#piece({
      start: this.next,
      length: start - this.next,
      data: undefined,
      missing: "lost",
      waited: false,
      frame,
      time,
      stream,
    });
    this.next = start;
    this.#drain();
  }

  /** Bytes below `place` were received by the other side: holes there are never filled. */
  received(place: number): void {
    for (let low = this.lowestWaiting; low !== undefined && low < place; low = this.lowestWaiting)
      this.skip();
  }

  end(): void {
    while (this.#waiting.length > 0) this.skip();
  }
}
