/** Reading a capture: fills the window from the source, and has its records walked over. */
import { CaptureError } from "../errors.ts";
import { ScanAhead } from "./ahead.ts";
import { readColumns } from "./columns.ts";
import { Cursor } from "./cursor.ts";
import type { InputWindow } from "./input-window.ts";
import { FULL, MatchBatch } from "./match-batch.ts";
import type { PcapngWalker } from "./pcapng.ts";
import { NEED_MORE, type Walker } from "./record.ts";
import type { BatchFilter } from "./scan.ts";
import type { ByteSource } from "./source.ts";
import type {
  ByteOrder,
  CaptureCounts,
  CapturedFrame,
  CaptureFormat,
  CaptureInterface,
  CaptureReader,
  CaptureSection,
  ColumnBatch,
  Compression,
  FrameBatch,
  RecordChunk,
} from "./types.ts";

/** More would hold memory and find nothing to do. */
const MOST_THREADS = 64;
/** Frames in a batch at most, so that what follows a batch (a screen, a pipe) gets its turn. */
const BATCH = 4096;
/** Chunks of a file that are gone over at a stretch, before others get their turn: some milliseconds. */
const TURN = 16;
/** Before the first interface is known there is no record whose interface could be asked for. */
const NO_INTERFACE: readonly CaptureInterface[] = [];

/** What `openCapture` found out before the first record. */
export interface Opened {
  readonly source: ByteSource;
  readonly window: InputWindow;
  readonly format: CaptureFormat;
  readonly compression: Compression | undefined;
  readonly signal: AbortSignal | undefined;
  /** Exactly one of these two. */
  readonly pcap?: {
    readonly walker: Walker;
    readonly interface: CaptureInterface;
    readonly byteOrder: ByteOrder;
  };
  readonly pcapng?: PcapngWalker;
}

/** Rejects when the signal fires; what was waited for may still settle, unseen. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void =>
      reject(new CaptureError("aborted", "reading was aborted", { cause: signal.reason }));
    if (signal.aborted) {
      promise.catch(() => {});
      stop();
      return;
    }
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

export class StreamReader implements CaptureReader {
  readonly format: CaptureFormat;
  readonly compression: Compression | undefined;
  readonly #opened: Opened;
  readonly #cursor: Cursor;
  #closed = false;
  /** Chunks since others had theirs. */
  #turn = 0;
  #ended = false;

  constructor(opened: Opened, walker: Walker) {
    this.format = opened.format;
    this.compression = opened.compression;
    this.#opened = opened;
    this.#cursor = new Cursor(opened.window, walker);
    this.#cursor.skipToPacket();
  }

  get byteOrder(): ByteOrder {
    return this.#opened.pcap?.byteOrder ?? this.sections.at(-1)?.byteOrder ?? "little";
  }
  get interfaces(): readonly CaptureInterface[] {
    const { pcap, pcapng } = this.#opened;
    return pcap ? [pcap.interface] : (pcapng?.interfaces ?? NO_INTERFACE);
  }
  get sections(): readonly CaptureSection[] {
    return this.#opened.pcapng?.sections ?? [];
  }
  get linkType(): number | undefined {
    return this.interfaces[0]?.linkType;
  }
  get snapLength(): number | undefined {
    return this.interfaces[0]?.snapLength;
  }
  get counts(): CaptureCounts {
    const none = { nameResolution: 0, interfaceStatistics: 0, decryptionSecrets: 0, custom: 0, unknown: 0 };
    return { packets: this.#cursor.number, ...(this.#opened.pcapng?.skipped ?? none) };
  }

  async *chunks(): AsyncIterableIterator<RecordChunk> {
    if (this.#ended) return;
    if (this.#closed) throw new CaptureError("unreadable", "the capture is closed");
    const { window } = this.#opened;
    const cursor = this.#cursor;
    try {
      for (;;) {
        cursor.stopped = 0;
        cursor.refresh();
        if (window.length > 0) yield cursor;
        else cursor.stopped = cursor.record.needs(1);
        if (this.#opened.signal?.aborted) throw this.#aborted();
        if (cursor.stopped === 0) continue; // the caller left records unread
        if (cursor.stopped !== NEED_MORE) throw this.#error(cursor.record.code, cursor.record.message);
        const chunk = await this.#read();
        if (chunk === undefined) break;
        window.push(chunk, cursor.record.needed);
      }
      if (window.length > 0) throw this.#error("cut-short", "the capture ends in the middle of a packet");
      this.#ended = true;
    } finally {
      await this.close();
    }
  }

  async *matches(
    filter: BatchFilter,
    { jobs = 1 }: { readonly jobs?: number } = {},
  ): AsyncIterableIterator<FrameBatch> {
    if (this.#ended) return;
    if (this.#closed) throw new CaptureError("unreadable", "the capture is closed");
    const { window, source } = this.#opened;
    const cursor = this.#cursor;
    const batch = new MatchBatch(this.#opened, cursor);
    const { file } = source;
    const threads = Math.min(Math.floor(jobs), MOST_THREADS);
    const ahead =
      file !== undefined && threads > 1 ? new ScanAhead(file, threads, window.position) : undefined;
    const fill =
      file &&
      ((buffer: Uint8Array, offset: number): number => {
        const position = window.base + offset;
        const limit = Math.max(ahead?.limit ?? Infinity, window.base + cursor.record.needed);
        return file.readAt(buffer, offset, Math.min(buffer.length - offset, limit - position), position);
      });
    try {
      if (ahead !== undefined) await batch.share(ahead, filter);
      for (let more = true; more; ) {
        if (this.#isDue()) await file?.pause();
        const stopped = batch.scan(filter);
        if (batch.count > 0) yield batch;
        if (stopped === FULL) continue;
        if (stopped !== NEED_MORE) throw this.#error(cursor.record.code, cursor.record.message);
        if (ahead !== undefined && batch.take(ahead, filter)) {
          if (batch.count > 0) yield batch;
          continue;
        }
        if (fill !== undefined) more = !this.#closed && window.refill(fill, cursor.record.needed);
        else {
          const chunk = await this.#read();
          if (chunk === undefined) more = false;
          else window.push(chunk, cursor.record.needed);
        }
      }
      if (window.length > 0) throw this.#error("cut-short", "the capture ends in the middle of a packet");
      this.#ended = true;
    } finally {
      await ahead?.close();
      await this.close();
      batch.drop();
    }
  }

  columns(
    names: readonly string[],
    { filter }: { readonly filter: BatchFilter },
  ): AsyncIterableIterator<ColumnBatch> {
    return readColumns(this, names, filter);
  }

  async *batches(): AsyncIterableIterator<readonly CapturedFrame[]> {
    for await (const chunk of this.chunks()) {
      let batch: CapturedFrame[] = [];
      while (chunk.next()) {
        batch.push(chunk.frame());
        if (batch.length < BATCH) continue;
        yield batch;
        batch = [];
      }
      if (batch.length > 0) yield batch;
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<CapturedFrame> {
    for await (const batch of this.batches()) yield* batch;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#opened.source.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Is it time for others to have their turn? */
  #isDue(): boolean {
    if (this.#opened.signal?.aborted) throw this.#aborted();
    this.#turn = (this.#turn + 1) % TURN;
    return this.#turn === 0;
  }

  async #read(): Promise<Uint8Array | undefined> {
    if (this.#closed) return undefined;
    try {
      return await abortable(this.#opened.source.read(), this.#opened.signal);
    } catch (thrown) {
      if (thrown instanceof CaptureError) throw this.#error(thrown.code, thrown.message, thrown.cause);
      throw thrown;
    }
  }

  #aborted(): CaptureError {
    return this.#error("aborted", "reading was aborted", this.#opened.signal?.reason);
  }

  #error(code: CaptureError["code"], message: string, cause?: unknown): CaptureError {
    const byteOffset = this.#opened.window.position;
    const frameNumber = this.#cursor.number + 1;
    return new CaptureError(code, `${message} (frame ${frameNumber}, byte ${byteOffset})`, {
      byteOffset,
      frameNumber,
      cause,
    });
  }
}
