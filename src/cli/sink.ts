/** Standard output with back-pressure, that ends quietly when its reader has gone. */
import type { Writable } from "node:stream";
import { PipeClosed } from "./errors.ts";
import { checkOutput, standardOutput } from "./standard-output.ts";

const CHUNK = 1 << 16;
/** Room behind a full chunk for its last piece. */
const SLACK = 1 << 14;

export class Sink {
  /** Opened by the first write. */
  #opened: Writable | undefined;
  readonly #eachFrame: boolean;
  readonly #encoding: BufferEncoding;
  /** Text that is not yet encoded. */
  #pending = "";
  /** Bytes before it, as far as `#used` goes. */
  #chunk: Buffer | undefined;
  #used = 0;
  #closed = false;

  /** `eachFrame`: hand over every piece at once (`-l`). */
  constructor(eachFrame: boolean = false, encoding: BufferEncoding = "utf8") {
    this.#eachFrame = eachFrame;
    this.#encoding = encoding;
  }

  get #stream(): Writable {
    this.#opened ??= standardOutput().on("error", this.#onError);
    return this.#opened;
  }

  readonly #onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === "EPIPE") this.#closed = true;
  };

  /** Leaves the stream to others. */
  release(): void {
    this.#opened?.off("error", this.#onError);
  }

  #check(): void {
    checkOutput();
    if (this.#closed) throw new PipeClosed();
  }

  /** A promise only when the stream is full. Bytes are copied. */
  write(piece: string | Uint8Array): Promise<void> | undefined {
    this.#check();
    if (typeof piece === "string") this.#pending += piece;
    else {
      if (this.#pending !== "") this.#add(Buffer.from(this.#take(), this.#encoding));
      this.#add(piece);
    }
    if (this.#used + this.#pending.length < CHUNK && !this.#eachFrame) return undefined;
    return this.flush();
  }

  #take(): string {
    const text = this.#pending;
    this.#pending = "";
    return text;
  }

  #add(bytes: Uint8Array): void {
    const end = this.#used + bytes.length;
    if (this.#chunk === undefined || end > this.#chunk.length) {
      const larger = Buffer.allocUnsafe(Math.max(CHUNK + SLACK, end));
      if (this.#chunk !== undefined) larger.set(this.#chunk.subarray(0, this.#used));
      this.#chunk = larger;
    }
    this.#chunk.set(bytes, this.#used);
    this.#used = end;
  }

  async flush(): Promise<void> {
    const chunk = this.#chunk;
    const used = this.#used;
    this.#chunk = undefined;
    this.#used = 0;
    const text = this.#take();
    if (chunk !== undefined && used > 0) {
      await this.#send(chunk.subarray(0, used));
      // Files and pipes take all at once: then the room serves again.
      if (this.#stream.writableLength === 0) this.#chunk ??= chunk;
    }
    if (text !== "") await this.#send(Buffer.from(text, this.#encoding));
  }

  /** Behind what was written before, as they are. */
  async writeBytes(bytes: Uint8Array): Promise<void> {
    this.#check();
    await this.flush();
    await this.#send(bytes);
  }

  async #send(piece: Uint8Array): Promise<void> {
    if (this.#closed || this.#stream.write(piece)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        for (const event of ["drain", "close", "error"]) this.#stream.off(event, done);
        resolve();
      };
      for (const event of ["drain", "close", "error"]) this.#stream.once(event, done);
    });
  }
}
