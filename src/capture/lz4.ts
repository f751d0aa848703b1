/** LZ4 frames (LZ4 Frame Format 1.6.4 and LZ4 Block Format). */
import { CaptureError } from "../errors.ts";
import { checkSum, type Hashes, loadHashes } from "./checksum.ts";
import { type FrameFormat, unframe, type Want } from "./compressed-frames.ts";
import type { InputWindow } from "./input-window.ts";
import type { ByteSource } from "./source.ts";

const MAGIC = 0x184d2204;
/** Matches reach back 64 KiB, over the borders of linked blocks. */
const HISTORY = 65_536;

const cut = (): CaptureError => new CaptureError("cut-short", "the lz4 data are cut short");
const damaged = (): CaptureError => new CaptureError("damaged", "the lz4 data are damaged");

/** Decodes one block into `output` from `start` on, where the history stands before; returns the end. */
function decodeBlock(block: Uint8Array, output: Uint8Array, start: number): number {
  let from = 0;
  let to = start;
  const extended = (length: number): number => {
    let total = length;
    for (let byte = 255; byte === 255; total += byte) {
      const next = block[from++];
      if (next === undefined) throw damaged();
      byte = next;
    }
    return total;
  };
  while (from < block.length) {
    const token = block[from++] ?? 0;
    const literals = token >> 4 === 15 ? extended(15) : token >> 4;
    if (from + literals > block.length || to + literals > output.length) throw damaged();
    output.set(block.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from === block.length) return to; // the last sequence has literals only
    const distance = (block[from] ?? 0) | ((block[from + 1] ?? 0) << 8);
    from += 2;
    const length = ((token & 15) === 15 ? extended(15) : token & 15) + 4;
    if (distance === 0 || distance > to || to + length > output.length) throw damaged();
    if (distance >= length) output.copyWithin(to, to - distance, to - distance + length);
    else for (let at = to; at < to + length; at++) output[at] = output[at - distance] ?? 0;
    to += length;
  }
  return to;
}

async function* readFrame(window: InputWindow, want: Want, hashes: Hashes): AsyncGenerator<Uint8Array> {
  if (!(await want(7))) throw cut();
  const flags = window.view.getUint8(window.start + 4);
  const sizeCode = (window.view.getUint8(window.start + 5) >> 4) & 7;
  if (flags >> 6 !== 1 || sizeCode < 4) throw damaged();
  if (flags & 1) throw new CaptureError("unsupported", "lz4 data that need a dictionary");
  const header = 7 + (flags & 8 ? 8 : 0);
  if (!(await want(header))) throw cut();
  // Its last byte is the second of the sum over what stands between it and the magic number.
  const place = window.position + header - 1;
  const descriptor = window.take(header).subarray(4);
  if (hashes !== undefined) {
    const found = (hashes.h32Raw(descriptor.subarray(0, -1)) >>> 8) & 255;
    checkSum(descriptor.at(-1) ?? 0, found, "lz4", "a frame's header", place);
  }
  const blockSize = 1 << (8 + 2 * sizeCode); // 64 KiB, 256 KiB, 1 MiB or 4 MiB
  const checksum = flags & 0x10 ? 4 : 0;
  const linked = (flags & 0x20) === 0;
  const output = new Uint8Array(HISTORY + blockSize);
  const sum = flags & 4 ? hashes?.create32() : undefined;
  let start = 0;
  for (;;) {
    if (!(await want(4))) throw cut();
    const word = window.view.getUint32(window.start, true);
    window.take(4);
    if (word === 0) break; // end mark
    const size = word & 0x7fff_ffff;
    if (size > blockSize) throw damaged();
    if (!(await want(size + checksum))) throw cut();
    const place = window.position + size;
    const stated = checksum > 0 ? window.view.getUint32(window.start + size, true) : 0;
    const block = window.take(size + checksum).subarray(0, size);
    if (checksum > 0 && hashes !== undefined) checkSum(stated, hashes.h32Raw(block), "lz4", "a block", place);
    if (!linked) start = 0;
    let end = start + size;
    if (word >>> 31) output.set(block, start);
    else end = decodeBlock(block, output.subarray(0, start + blockSize), start);
    const content = output.slice(start, end);
    sum?.update(content);
    yield content;
    start = Math.min(end, HISTORY);
    output.copyWithin(0, end - start, end);
  }
  if (flags & 4) {
    if (!(await want(4))) throw cut();
    const stated = window.view.getUint32(window.start, true);
    if (sum !== undefined) checkSum(stated, sum.digest(), "lz4", "a frame", window.position);
    window.take(4);
  }
}

/** All frames of an lz4 stream, skippable ones passed over. */
export async function* unlz4(source: ByteSource): AsyncGenerator<Uint8Array> {
  const hashes = await loadHashes();
  const read: FrameFormat["read"] = (window, want) => readFrame(window, want, hashes);
  yield* unframe(source, { name: "lz4", magic: MAGIC, read });
}
