/** Walking over the records at hand, and making frames of them. */
import { CaptureError } from "../errors.ts";
import type { InputWindow } from "./input-window.ts";
import type { MatchCursor } from "./match-batch.ts";
import { EPB_FLAGS, OPT_COMMENT, optionInteger, optionText, PACKET_WIDTHS, readOptions } from "./options.ts";
import { NEED_MORE, PacketRecord, type Walker } from "./record.ts";
import { Elapsed, fitsNanoseconds, recordTicks, recordTimestamp } from "./time.ts";
import type { CapturedFrame, CaptureInterface, RawOption, RecordChunk } from "./types.ts";

/** The cursor that walks over the bytes at hand. */
export class Cursor implements RecordChunk, MatchCursor {
  readonly #window: InputWindow;
  readonly walker: Walker;
  readonly record: PacketRecord = new PacketRecord();
  readonly #elapsed = new Elapsed();
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

  since(base: bigint): number {
    return this.#elapsed.since(base, this.record, this.interface);
  }

  frame(): CapturedFrame {
    return this.#frame(this.bytes, this.view, this.#window.base, this.number);
  }

  frameIn(bytes: Uint8Array, fileOffset: number, number: number): CapturedFrame {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.walker.step(view, 0, bytes.length, this.record);
    return this.#frame(bytes, view, fileOffset, number);
  }

  /** The record that was stepped over last. `base`: offset in the file of the first byte. */
  #frame(bytes: Uint8Array, view: DataView, base: number, number: number): CapturedFrame {
    const record = this.record;
    const source = this.interface;
    const start = record.dataStart;
    const pcapng = source.sectionNumber !== undefined;
    let options: readonly RawOption[] | undefined;
    let comments: readonly string[] | undefined;
    let flags: number | undefined;
    if (record.optionsStart < record.optionsEnd) {
      const { optionsStart, optionsEnd, littleEndian } = record;
      const read = readOptions(view, optionsStart, optionsEnd, littleEndian, PACKET_WIDTHS);
      if (read.length > 0) options = read;
      const texts = read.filter(({ code }) => code === OPT_COMMENT).map(optionText);
      if (texts.length > 0) comments = texts;
      const word = read.find(({ code, value }) => code === EPB_FLAGS && value.length === 4);
      if (word !== undefined) flags = Number(optionInteger(word));
    }
    return {
      data: bytes.subarray(start, start + record.capturedLength),
      number,
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
      fileOffset: base + start,
      interface: source,
      ticks: fitsNanoseconds(source.tsresol) ? undefined : recordTicks(record),
      options,
    };
  }
}
