/**
 * Copies a capture byte for byte, but for the records that change: blocks, options and times that the editor knows nothing of stay
 * as they are.
 */
import { decompress, detect, MAGIC_LENGTH } from "../../capture/detect.ts";
import { openCapture } from "../../capture/open.ts";
import { type ByteSink, type CaptureTarget, openSink, outputError } from "../../capture/sink.ts";
import { type ByteSource, type CaptureInput, openSource } from "../../capture/source.ts";
import type { CapturedFrame, CaptureReader } from "../../capture/types.ts";
import { CaptureError } from "../../errors.ts";
import type { Frame } from "../../ir/frame.ts";

export interface Splice {
  /** Frames of the input; read them in order. */
  readonly reader: CaptureReader;
  /** Everything before this frame is copied, and its record with other bytes is written. @throws CaptureError `unwritable` */
  replace(frame: CapturedFrame, edited: Frame): Promise<void>;
  /** Everything before this frame is copied, so that memory stays bounded. */
  keep(frame: CapturedFrame): Promise<void>;
  /** Copies the rest. */
  finish(): Promise<void>;
  /** Ends without the rest. */
  abort(): Promise<void>;
}

/** pcap: times, captured and original length. */
const PCAP_RECORD = 16;
/** Enhanced and obsolete packet blocks: type, length, interface, time, captured and original length; simple ones lack most. */
const BLOCK_HEAD = 28;
const SIMPLE_HEAD = 12;
/** Copied when so many bytes wait. */
const CHUNK = 1 << 20;

/** Bytes that the reader has taken and nobody has written yet. */
class Waiting {
  #chunks: Uint8Array[] = [];
  /** Offset of the first of them in the (uncompressed) file. */
  start = 0;
  size = 0;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.size += chunk.length;
  }

  /** Takes the bytes up to an offset in the file. */
  take(end: number): Uint8Array {
    const wanted = end - this.start;
    const out = new Uint8Array(wanted);
    let at = 0;
    while (at < wanted) {
      const [first] = this.#chunks;
      if (first === undefined)
        throw new CaptureError("damaged", "a frame lies beyond the bytes that were read");
      const piece = first.subarray(0, wanted - at);
      out.set(piece, at);
      at += piece.length;
      if (piece.length === first.length) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(piece.length);
    }
    this.start = end;
    this.size -= wanted;
    return out;
  }
}

async function plainSource(input: CaptureInput): Promise<ByteSource> {
  const source = await openSource(input, false);
  const seen: Uint8Array[] = [];
  let size = 0;
  while (size < MAGIC_LENGTH) {
    const chunk = await source.read();
    if (chunk === undefined) break;
    seen.push(chunk);
    size += chunk.length;
  }
  const first = Uint8Array.from(seen.flatMap((chunk) => [...chunk.subarray(0, MAGIC_LENGTH)])).subarray(
    0,
    MAGIC_LENGTH,
  );
  const whole: ByteSource = { read: async () => seen.shift() ?? source.read(), close: () => source.close() };
  const found = detect(first);
  return found?.kind === "compressed" ? decompress(whole, found.compression) : whole;
}

const padded = (size: number): number => (size + 3) & ~3;

/** The record of a pcap file with other data. */
function pcapRecord(record: Uint8Array, little: boolean, edited: Frame): Uint8Array {
  const out = new Uint8Array(PCAP_RECORD + edited.data.length);
  out.set(record.subarray(0, PCAP_RECORD));
  out.set(edited.data, PCAP_RECORD);
  const view = new DataView(out.buffer);
  view.setUint32(8, edited.data.length, little);
  view.setUint32(12, edited.originalLength, little);
  return out;
}

/** Bytes before the data. Only a simple block carries no time. */
function headOf(frame: CapturedFrame): number {
  return frame.timestamp === undefined && frame.ticks === undefined ? SIMPLE_HEAD : BLOCK_HEAD;
}

/** A packet block with other data: interface, time and options are as before. */
function packetBlock(block: Uint8Array, little: boolean, frame: CapturedFrame, edited: Frame): Uint8Array {
  const head = headOf(frame);
  const size = frame.data.length;
  const options = block.subarray(head + padded(size), block.length - 4);
  const out = new Uint8Array(head + padded(edited.data.length) + options.length + 4);
  out.set(block.subarray(0, head));
  out.set(edited.data, head);
  out.set(options, head + padded(edited.data.length));
  const view = new DataView(out.buffer);
  view.setUint32(4, out.length, little);
  view.setUint32(out.length - 4, out.length, little);
  if (head === BLOCK_HEAD) view.setUint32(20, edited.data.length, little);
  view.setUint32(head - 4, edited.originalLength, little);
  return out;
}

/** Opens a capture (a compressed one is read, but not compressed again) and the target of its copy. */
export async function openSplice(input: CaptureInput, target: CaptureTarget): Promise<Splice> {
  const source = await plainSource(input);
  const waiting = new Waiting();
  async function* tee(): AsyncGenerator<Uint8Array> {
    try {
      for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
        waiting.push(chunk);
        yield chunk;
      }
    } finally {
      await source.close();
    }
  }
  const reader = await openCapture(tee());
  let opened: Promise<ByteSink> | undefined;
  const write = async (bytes: Uint8Array): Promise<void> => {
    // The target is not touched before there is something to write.
    opened ??= openSink(target);
    try {
      await (await opened).write(bytes);
    } catch (thrown) {
      throw outputError(thrown);
    }
  };
  const copyTo = async (end: number): Promise<void> => {
    if (end > waiting.start) await write(waiting.take(end));
  };
  const close = async (): Promise<void> => {
    const sink = await opened;
    await sink?.close().catch((thrown) => {
      throw outputError(thrown);
    });
  };
  /** First byte of the frame's record. */
  const placeOf = (frame: CapturedFrame): number =>
    (frame.fileOffset ?? 0) - (reader.format === "pcapng" ? headOf(frame) : PCAP_RECORD);
  return {
    reader,
    async keep(frame) {
      if (placeOf(frame) - waiting.start > CHUNK) await copyTo(placeOf(frame));
    },
    async replace(frame, edited) {
      await copyTo(placeOf(frame));
      const little = isLittle(reader, frame);
      if (reader.format !== "pcapng") {
        const record = waiting.take(waiting.start + PCAP_RECORD + frame.data.length);
        return write(pcapRecord(record, little, edited));
      }
      const head = waiting.take(waiting.start + 8);
      const length = padded(new DataView(head.buffer).getUint32(4, little));
      const rest = waiting.take(waiting.start + length - 8);
      const block = new Uint8Array(length);
      block.set(head);
      block.set(rest, 8);
      return write(packetBlock(block, little, frame, edited));
    },
    async finish() {
      await copyTo(waiting.start + waiting.size);
      await close();
    },
    async abort() {
      await reader.close();
      await close();
    },
  };
}

function isLittle(reader: CaptureReader, frame: CapturedFrame): boolean {
  const section = reader.sections[(frame.sectionNumber ?? 1) - 1];
  return (section?.byteOrder ?? reader.byteOrder) !== "big";
}
