/** Writing captures. */
import { CaptureError } from "../errors.ts";
import { OutputBuffer } from "./output-buffer.ts";
import { type ByteSink, type CaptureTarget, openSink, outputError } from "./sink.ts";
import type { CaptureFormat, CaptureSource, FrameBatch } from "./types.ts";
import { type Encoder, type InterfaceInput, type WritableFrame, writeRecords } from "./write-common.ts";
import { PcapEncoder } from "./write-pcap.ts";
import { PcapngEncoder } from "./write-pcapng.ts";

export interface CaptureWriterOptions {
  /** Unless given: the format of `copyFrom`, else pcapng. */
  readonly format?: CaptureFormat | undefined;
  /** pcap: the file's link type; unless given, that of the first frame. */
  readonly linkType?: number | undefined;
  /** Snap length to state, in bytes. */
  readonly snapLength?: number | undefined;
  /** pcapng: interfaces of frames that were not read from a capture, by `interfaceId`. */
  readonly interfaces?: readonly InterfaceInput[] | undefined;
  /** The capture whose frames are copied: sections, interfaces and their options are kept, also unused ones. */
  readonly copyFrom?: CaptureSource | undefined;
  /** `"refuse"` (the default) throws for a time that the format cannot hold; `"accept"` rounds it down, none becomes 0. */
  readonly loss?: "refuse" | "accept" | undefined;
}

export interface CaptureWriter extends AsyncDisposable {
  readonly format: CaptureFormat;
  /** Frames written so far. */
  readonly count: number;
  /**
   * Adds a frame. Throws CaptureError `bad-frame` for what the format cannot hold. Returns a promise only when a chunk
   * is full (each MiB): awaiting it keeps memory bounded.
   */
  write(frame: WritableFrame): Promise<void> | undefined;
  /** Adds the frames of a batch. Records that stand in their file as the writer would write them are copied as they are. */
  writeBatch(batch: FrameBatch): Promise<void> | undefined;
  /** Hands over what is buffered. */
  flush(): Promise<void>;
  /** Flushes, and closes the target. A capture without frames gets its header. */
  close(): Promise<void>;
}

class BufferedWriter implements CaptureWriter {
  readonly format: CaptureFormat;
  count = 0;
  readonly #encoder: Encoder;
  readonly #out: OutputBuffer = new OutputBuffer();
  readonly #sink: Promise<ByteSink>;
  #tail: Promise<void> = Promise.resolve();
  #failure: CaptureError | undefined;
  #closing: Promise<void> | undefined;

  constructor(target: CaptureTarget, options: CaptureWriterOptions) {
    this.format = options.format ?? options.copyFrom?.format ?? "pcapng";
    const encoding = { ...options, loss: options.loss ?? "refuse" };
    this.#encoder =
      this.format === "pcapng"
        ? new PcapngEncoder(encoding)
        : new PcapEncoder(this.format === "nsecpcap", encoding);
    this.#sink = openSink(target);
    this.#sink.catch((thrown) => {
      this.#failure = outputError(thrown);
    });
  }

  write(frame: WritableFrame): Promise<void> | undefined {
    this.#check();
    this.#encoder.frame(this.#out, frame);
    this.count++;
    return this.#out.due ? this.#drain(false) : undefined;
  }

  writeBatch(batch: FrameBatch): Promise<void> | undefined {
    this.#check();
    writeRecords(this.#encoder, this.#out, batch);
    this.count += batch.count;
    return this.#out.due ? this.#drain(false) : undefined;
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing !== undefined) throw new CaptureError("unwritable", "the capture is closed");
  }

  flush(): Promise<void> {
    return this.#drain(true);
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #finish(): Promise<void> {
    try {
      if (this.#failure === undefined) this.#encoder.finish(this.#out);
      await this.#drain(true);
    } finally {
      const sink = await this.#sink.catch(() => undefined);
      await sink?.close().catch((thrown) => {
        throw outputError(thrown);
      });
    }
  }

  /** Chunks go out one after the other, also when the caller does not wait. */
  #drain(all: boolean): Promise<void> {
    const chunks = this.#out.take(all);
    this.#tail = this.#tail.then(async () => {
      try {
        const sink = await this.#sink;
        for (const chunk of chunks) await sink.write(chunk);
      } catch (thrown) {
        this.#failure = outputError(thrown);
        throw this.#failure;
      }
    });
    this.#tail.catch(() => {}); // the next call reports it
    return this.#tail;
  }
}

/**
 * Writes a capture to a path (`"-"` is standard output), a stream or a function. Frames of several link types need
 * pcapng. Errors of the target (`unwritable`) come from `write`, `flush` or `close`.
 */
export function createCaptureWriter(
  target: CaptureTarget,
  options: CaptureWriterOptions = {},
): CaptureWriter {
  return new BufferedWriter(target, options);
}
