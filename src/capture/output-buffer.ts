/** Bytes to be written, gathered in large chunks. */
const CHUNK = 1_048_576;

export class OutputBuffer {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  #used = 0;
  #full: Uint8Array[] = [];
  #started = false;

  /** Makes room for `count` bytes, all zero where nothing is set, and returns their index in `bytes`. */
  reserve(count: number): number {
    if (this.#used + count > this.bytes.length) {
      this.#cut();
      // The first buffer is small: most captures that tests write are.
      this.bytes = new Uint8Array(Math.max(count, this.#started ? CHUNK : CHUNK >> 4));
      this.view = new DataView(this.bytes.buffer);
      this.#started = true;
    }
    const at = this.#used;
    this.#used += count;
    return at;
  }

  /** Whether a chunk is full. */
  get due(): boolean {
    return this.#full.length > 0;
  }

  /** Full chunks; with `all` the last one too. */
  take(all: boolean): readonly Uint8Array[] {
    if (all) this.#cut();
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** Ends the current chunk: what is behind it in the buffer is used next. */
  #cut(): void {
    if (this.#used > 0) this.#full.push(this.bytes.subarray(0, this.#used));
    this.bytes = this.bytes.subarray(this.#used);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    this.#used = 0;
  }
}
