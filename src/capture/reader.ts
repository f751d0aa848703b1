/** Reading a capture: fills the window from the source, walks over its records, and makes frames of them. */
import { CaptureError } from "../errors.ts";
import { readColumns } from "./columns.ts";
import type { InputWindow } from "./input-window.ts";
import { FULL, MatchBatch, type MatchCursor } from "./match-batch.ts";
import { EPB_FLAGS, OPT_COMMENT, optionInteger, optionText, PACKET_WIDTHS, readOptions } from "./options.ts";
import type { PcapngWalker } from "./pcapng.ts";
import { NEED_MORE, PacketRecord, type Walker } from "./record.ts";
import type { BatchFilter } from "./scan.ts";
import type { ByteSource } from "./source.ts";
import { fitsNanoseconds, recordTicks, recordTimestamp } from "./time.ts";
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
  RawOption,
  RecordChunk,
} from "./types.ts";

/** Frames in a batch at most, so that what follows a batch (a screen, a pipe) gets its turn. */
const BATCH = 4096;
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

/** The cursor that walks over the bytes at hand. */
class Cursor implements RecordChunk, MatchCursor {
  readonly #window: InputWindow;
  readonly walker: Walker;
  readonly record: PacketRecord = new PacketRecord();
  number = 0;
  bytes: Uint8Array;
  view: DataView;
  /** Why the last `next` gave false: NEED_MORE or DAMAGED. */
  stopped: number = NEED_MORE;

  constructor(window: InputWindow, walker: Walker) {
    this.#window = window;
    this.walker = walker;
    this.bytes = window.bytes;
    this.view = window.view;
  }

  get dataStart(): number {
    return this.record.dataStart;
  }
  get capturedLength(): number {
    return this.record.capturedLength;
  }
  get originalLength(): number {
    return this.record.originalLength;
  }
  get interface(): CaptureInterface {
    if (this.record.interface) return this.record.interface;
    throw new CaptureError("unreadable", "no record was read yet");
  }

  next(): boolean {
    const window = this.#window;
    for (;;) {
      const behind = this.walker.step(window.view, window.start, window.end, this.record);
      if (behind < 0) {
        this.stopped = behind;
        return false;
      }
      window.start = behind;
      if (this.record.packet) {
        this.number++;
        return true;
      }
    }
  }

  /** Passes over what stands before the next packet. */
  skipToPacket(): void {
    const window = this.#window;
    while (!this.walker.atPacket(window.view, window.start, window.end)) {
      const behind = this.walker.step(window.view, window.start, window.end, this.record);
      if (behind < 0) return; // the iteration meets it again, and reports it
      window.start = behind;
    }
  }

  /** The window has other bytes now. */
  refresh(): void {
    this.bytes = this.#window.bytes;
    this.view = this.#window.view;
  }

  timestamp(): bigint | undefined {
    return recordTimestamp(this.record, this.interface);
  }

  frame(): CapturedFrame {
    const record = this.record;
    const source = this.interface;
    const start = record.dataStart;
    const pcapng = source.sectionNumber !== undefined;
    let options: readonly RawOption[] | undefined;
    let comments: readonly string[] | undefined;
    let flags: number | undefined;
    if (record.optionsStart < record.optionsEnd) {
      const { optionsStart, optionsEnd, littleEndian } = record;
      const read = readOptions(this.view, optionsStart, optionsEnd, littleEndian, PACKET_WIDTHS);
      if (read.length > 0) options = read;
      const texts = read.filter(({ code }) => code === OPT_COMMENT).map(optionText);
      if (texts.length > 0) comments = texts;
      const word = read.find(({ code, value }) => code === EPB_FLAGS && value.length === 4);
      if (word !== undefined) flags = Number(optionInteger(word));
    }
    return {
      data: this.bytes.subarray(start, start + record.capturedLength),
      number: this.number,
      timestamp: recordTimestamp(record, source),
      capturedLength: record.capturedLength,
      originalLength: record.originalLength,
      linkType: source.linkType,
      interfaceId: pcapng ? source.id : undefined,
      sectionNumber: source.sectionNumber,
      interfaceName: source.name,
      interfaceDescription: source.description,
      comments,
      flags,
      fileOffset: this.#window.base + start,
      interface: source,
      ticks: fitsNanoseconds(source.tsresol) ? undefined : recordTicks(record),
      options,
    };
  }
}

export class StreamReader implements CaptureReader {
  readonly format: CaptureFormat;
  readonly compression: Compression | undefined;
  readonly #opened: Opened;
  readonly #cursor: Cursor;
  #closed = false;
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

  async *matches(filter: BatchFilter): AsyncIterableIterator<FrameBatch> {
    if (this.#ended) return;
    if (this.#closed) throw new CaptureError("unreadable", "the capture is closed");
    const { window, source } = this.#opened;
    const cursor = this.#cursor;
    const batch = new MatchBatch(this.#opened, cursor);
    const fill = source.readInto?.bind(source);
    try {
      for (let more = true; more; ) {
        if (this.#opened.signal?.aborted) throw this.#aborted();
        cursor.refresh();
        const stopped = batch.scan(filter);
        if (batch.count > 0) yield batch;
        if (stopped === FULL) continue;
        if (stopped !== NEED_MORE) throw this.#error(cursor.record.code, cursor.record.message);
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
      await this.close();
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
