/** Standard output with back-pressure, that ends quietly when its reader has gone. */
import type { Writable } from "node:stream";
import { PipeClosed } from "./errors.ts";

const CHUNK = 1 << 16;

export class Sink {
  readonly #stream: Writable;
  readonly #eachFrame: boolean;
  readonly #encoding: BufferEncoding;
  #pending = "";
  #closed = false;
  #failure: Error | undefined;

  /** `eachFrame`: hand over every piece at once (`-l`). */
  constructor(stream: Writable, eachFrame: boolean, encoding: BufferEncoding = "utf8") {
    this.#stream = stream;
    this.#eachFrame = eachFrame;
    this.#encoding = encoding;
    stream.on("error", this.#onError);
  }

  readonly #onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === "EPIPE") this.#closed = true;
    else this.#failure = error;
  };

  /** Leaves the stream to others. */
  release(): void {
    this.#stream.off("error", this.#onError);
  }

  /** A promise only when the stream is full. */
  write(text: string): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closed) throw new PipeClosed();
    this.#pending += text;
    if (this.#pending.length < CHUNK && !this.#eachFrame) return undefined;
    return this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = "";
    if (text !== "") await this.#send(Buffer.from(text, this.#encoding));
  }

  /** Behind what was written before. */
  async writeBytes(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closed) throw new PipeClosed();
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
