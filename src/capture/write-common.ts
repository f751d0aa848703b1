/** What both formats' writers share. */
import { CaptureError } from "../errors.ts";
import type { Frame } from "../ir/frame.ts";
import type { OutputBuffer } from "./output-buffer.ts";
import { type CapturedFrame, type CaptureSource, type FrameBatch, MAX_PACKET_LENGTH } from "./types.ts";

/** Any frame; one that a reader delivered brings its interface, stored time and options along. */
export type WritableFrame = Frame & Partial<Pick<CapturedFrame, "interface" | "ticks" | "options">>;

/** An interface for frames that have none of their own. */
export interface InterfaceInput {
  readonly linkType: number;
  /** Limit of captured bytes; 0 (the default) means none. */
  readonly snapLength?: number | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** if_tsresol; 9 (nanoseconds) unless given. */
  readonly tsresol?: number | undefined;
}

export interface EncoderOptions {
  readonly linkType?: number | undefined;
  readonly snapLength?: number | undefined;
  readonly interfaces?: readonly InterfaceInput[] | undefined;
  readonly copyFrom?: CaptureSource | undefined;
  /** See CaptureWriterOptions. */
  readonly loss: "refuse" | "accept";
}

/** Whether the record at an index in a batch's bytes stands there as the encoder would write it. */
export type IsWritten = (start: number, size: number) => boolean;

/** One format. A frame that `frame` throws for leaves no trace, but for the description of its interface. */
export interface Encoder {
  frame(out: OutputBuffer, frame: WritableFrame): void;
  /** Which records of a batch may be copied; undefined where none may. What a file begins with is written before. */
  written(out: OutputBuffer, batch: FrameBatch): IsWritten | undefined;
  /** What is still missing when no more frames come: the file's header, if there was no frame. */
  finish(out: OutputBuffer): void;
}

/** Adds the frames of a batch: records that stand as the encoder would write them are copied, behind each other as one range. */
export function writeRecords(encoder: Encoder, out: OutputBuffer, batch: FrameBatch): void {
  const isWritten = encoder.written(out, batch) ?? ((): boolean => false);
  const { starts, sizes, count, bytes } = batch;
  for (let index = 0; index < count; ) {
    const start = starts[index] ?? 0;
    let end = start;
    while (index < count && starts[index] === end && isWritten(end, sizes[index] ?? 0))
      end += sizes[index++] ?? 0;
    if (end > start) {
      const at = out.reserve(end - start);
      out.bytes.set(bytes.subarray(start, end), at);
    } else encoder.frame(out, batch.frame(index++));
  }
}

export function badFrame(frame: Frame, message: string): CaptureError {
  return new CaptureError("bad-frame", `frame ${frame.number}: ${message}`, { frameNumber: frame.number });
}

const isCount = (value: number, most: number): boolean =>
  Number.isInteger(value) && value >= 0 && value <= most;

/** Refuses what no format can hold. */
export function checkFrame(frame: Frame, mostLinkType: number): void {
  if (frame.data.length !== frame.capturedLength) {
    throw badFrame(frame, `capturedLength is ${frame.capturedLength}, data have ${frame.data.length} bytes`);
  }
  if (frame.capturedLength > MAX_PACKET_LENGTH) {
    throw badFrame(frame, `${frame.capturedLength} bytes are over the limit of ${MAX_PACKET_LENGTH}`);
  }
  if (!isCount(frame.originalLength, 0xffff_ffff)) {
    throw badFrame(frame, `originalLength ${frame.originalLength} does not fit in 32 bits`);
  }
  if (!isCount(frame.linkType, mostLinkType)) {
    throw badFrame(frame, `linkType ${frame.linkType} is not between 0 and ${mostLinkType}`);
  }
}
