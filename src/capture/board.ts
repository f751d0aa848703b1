/** What the threads that go over a file share beside their slots: which stretch is whose. */

// Indices of the words, for `Atomics`.
/** The first stretch that nobody has. */
const NEXT = 0;
/** The stretch that the reader is at. */
const AT = 1;
/** How many stretches were gone over. */
const DONE = 2;
const WORDS = 3;

/** Of {@link Board.at}: the reader has not told yet what is sought. */
export const NOT_BEGUN = -1;
/** Of {@link Board.at}: nobody wants anything any more. It lies behind all stretches. */
export const STOPPED: number = 2 ** 31 - 1;

export class Board {
  readonly room: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** `room`: of the board that others have; a new one unless given. */
  constructor(room?: SharedArrayBuffer) {
    this.room = room ?? new SharedArrayBuffer(4 * WORDS);
    this.#words = new Int32Array(this.room);
    if (room === undefined) this.#words[AT] = NOT_BEGUN;
  }

  /** A stretch that nobody has, and that the reader is not past, for whoever calls. There may be no such stretch in the file. */
  claim(): number {
    for (;;) {
      const stretch = Atomics.add(this.#words, NEXT, 1);
      const { at } = this;
      if (stretch >= at || at === STOPPED) return stretch;
    }
  }

  /** Slots that hold stretches before it are free. */
  get at(): number {
    return Atomics.load(this.#words, AT);
  }

  moveTo(stretch: number): void {
    Atomics.store(this.#words, AT, stretch);
    Atomics.notify(this.#words, AT);
  }

  /** Until the reader is elsewhere. */
  waitForMove(at: number): void {
    Atomics.wait(this.#words, AT, at);
  }

  get done(): number {
    return Atomics.load(this.#words, DONE);
  }

  /** A slot is filled. */
  tell(): void {
    Atomics.add(this.#words, DONE, 1);
    Atomics.notify(this.#words, DONE);
  }

  /** Until more stretches were gone over; false if that takes too long. */
  waitForMore(done: number, milliseconds: number): boolean {
    return Atomics.wait(this.#words, DONE, done, milliseconds) !== "timed-out";
  }
}
