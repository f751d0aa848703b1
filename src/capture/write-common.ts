/** What both formats' writers share. */
import { CaptureError } from "../errors.ts";
import type { Frame } from "../ir/frame.ts";
import type { OutputBuffer } from "./output-buffer.ts";
import { type CapturedFrame, type CaptureSource, MAX_PACKET_LENGTH } from "./types.ts";

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

/** Records in place, as a batch of matching frames gives them. */
export interface RecordBatch {
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly sizes: Int32Array;
}

/** One format. A frame that `frame` throws for leaves no trace, but for the description of its interface. */
export interface Encoder {
  frame(out: OutputBuffer, frame: WritableFrame): void;
  /** Copies records as they are, where the format can; false where the input's records are not what this format would write. */
  records?(out: OutputBuffer, batch: RecordBatch): boolean;
  /** What is still missing when no more frames come: the file's header, if there was no frame. */
  finish(out: OutputBuffer): void;
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
