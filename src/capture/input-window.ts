import { giveBack, takeBytes } from "../bytes/room.ts";

/** Bytes of a buffer that is used again and again. */
const REFILL = 1_048_576;

/** The bytes of a stream that are at hand and not yet consumed, in one piece. */
export class InputWindow {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  start = 0;
  end = 0;
  /** Offset in the stream of `bytes[0]`. */
  base = 0;
  #owned = false;
  /** The buffer that is used again and again, and its view, also while somebody else's bytes are shown. */
  #buffer: { readonly bytes: Uint8Array; readonly view: DataView } | undefined;

  get length(): number {
    return this.end - this.start;
  }

  /** Offset in the stream of the next byte to be consumed. */
  get position(): number {
    return this.base + this.start;
  }

  /**
   * Adds a chunk. Bytes that were handed out are never overwritten: a chunk is taken as it is where nothing was left over,
   * else both are joined, in room that doubles while `wanted` bytes are waited for, so that small chunks cost no more.
   */
  push(chunk: Uint8Array, wanted: number): void {
    const have = this.length;
    if (have === 0) {
      this.base = this.position;
      this.#use(chunk, false);
      this.end = chunk.length;
      return;
    }
    if (!this.#owned || this.end + chunk.length > this.bytes.length) {
      const joined = new Uint8Array(Math.max(have + chunk.length, Math.min(wanted, 2 * have)));
      joined.set(this.bytes.subarray(this.start, this.end));
      this.base = this.position;
      this.#use(joined, true);
      this.end = have;
    }
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /**
   * Moves what is left to the front of a buffer that is used again and again, and lets `fill` add to it: bytes that were
   * handed out since the last time are overwritten. False where nothing was added.
   */
  refill(fill: (buffer: Uint8Array, offset: number) => number, wanted: number): boolean {
    const have = this.length;
    const base = this.position;
    const before = this.#buffer;
    if (this.#buffer === undefined || this.#buffer.bytes.length < wanted) {
      const bytes = takeBytes(Math.max(REFILL, 2 * wanted));
      this.#buffer = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
    }
    const { bytes, view } = this.#buffer;
    if (this.bytes === bytes) bytes.copyWithin(0, this.start, this.end);
    else bytes.set(this.bytes.subarray(this.start, this.end));
    if (before !== undefined && before !== this.#buffer) giveBack(before.bytes);
    this.bytes = bytes;
    this.view = view;
    this.#owned = true;
    this.base = base;
    this.start = 0;
    const added = fill(this.bytes, have);
    this.end = have + added;
    return added > 0;
  }

  /** Shows bytes of somebody else's of which none is left, where nothing is left of its own. `base`: as of the window. */
  show(bytes: Uint8Array, view: DataView, base: number, position: number): void {
    this.bytes = bytes;
    this.view = view;
    this.base = base;
    this.start = this.end = position;
    this.#owned = false;
  }

  /** Nobody looks any more at bytes that {@link refill} handed out. */
  drop(): void {
    if (this.#buffer === undefined) return;
    if (this.bytes === this.#buffer.bytes) {
      this.base = this.position;
      this.#use(new Uint8Array(0), false);
      this.end = 0;
    }
    giveBack(this.#buffer.bytes);
    this.#buffer = undefined;
  }

  /** Takes `count` bytes, which must be at hand. */
  take(count: number): Uint8Array {
    const taken = this.bytes.subarray(this.start, this.start + count);
    this.start += count;
    return taken;
  }

  #use(bytes: Uint8Array, owned: boolean): void {
    // Not a Buffer: its `slice` makes a view where a Uint8Array's makes a copy.
    const isPlain = Object.getPrototypeOf(bytes) === Uint8Array.prototype;
    this.bytes = isPlain ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.start = 0;
    this.#owned = owned;
  }
}
