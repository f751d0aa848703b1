/** Zstandard (RFC 8878): frames are taken apart here, so that their sizes are checked before fzstd allocates. */
import { CaptureError } from "../errors.ts";
import { checkSum, type Hashes, loadHashes } from "./checksum.ts";
import { type FrameFormat, unframe, type Want } from "./compressed-frames.ts";
import type { InputWindow } from "./input-window.ts";
import { type ByteSource, reason } from "./source.ts";

const MAGIC = 0xfd2fb528;
/** Largest window in bytes: what the zstd command accepts unless told otherwise. */
const MAX_WINDOW = 134_217_728;

const cut = (): CaptureError => new CaptureError("cut-short", "the zstd data are cut short");

/** Bytes of the frame's header (section 3.1.1.1), of which the descriptor must be at hand. */
function headerLength(descriptor: number): number {
  const single = (descriptor >> 5) & 1;
  const contentSize = [single, 2, 4, 8][descriptor >> 6] ?? 0;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  return 5 + (1 - single) + dictionary + contentSize;
}

function checkHeader(window: InputWindow, length: number): void {
  const descriptor = window.view.getUint8(window.start + 4);
  if (descriptor & 3 && length > 0) {
    throw new CaptureError("unsupported", "zstd data that need a dictionary");
  }
  const at = window.start + 5;
  const read = (bytes: number): number => {
    if (bytes === 8) return Number(window.view.getBigUint64(at, true));
    if (bytes === 4) return window.view.getUint32(at, true);
    return bytes === 2 ? window.view.getUint16(at, true) + 256 : window.view.getUint8(at);
  };
  const byte = window.view.getUint8(at);
  const base = 2 ** (10 + (byte >> 3));
  const size = descriptor & 0x20 ? read(length - 5) : base + (base / 8) * (byte & 7);
  if (size > MAX_WINDOW) {
    throw new CaptureError(
      "unsupported",
      `a zstd window of ${size} bytes is over the limit of ${MAX_WINDOW}`,
    );
  }
}

type Package = typeof import("fzstd");

async function* readFrame(
  { Decompress }: Package,
  window: InputWindow,
  want: Want,
  hashes: Hashes,
): AsyncGenerator<Uint8Array> {
  if (!(await want(6))) throw cut();
  const descriptor = window.view.getUint8(window.start + 4);
  const header = headerLength(descriptor);
  if (!(await want(header))) throw cut();
  checkHeader(window, header);
  const checksum = descriptor & 4 ? 4 : 0;
  const sum = checksum > 0 ? hashes?.create64() : undefined;
  let ready: Uint8Array[] = [];
  const decoder = new Decompress((chunk) => {
    if (chunk.length === 0) return;
    sum?.update(chunk);
    ready.push(chunk);
  });
  decoder.push(window.take(header));
  for (let last = false; !last; ) {
    if (!(await want(3))) throw cut();
    const word = window.view.getUint16(window.start, true) | (window.view.getUint8(window.start + 2) << 16);
    last = (word & 1) === 1;
    const repeated = ((word >> 1) & 3) === 1; // one byte, that many times
    const size = 3 + (repeated ? 1 : word >> 3);
    if (word >> 3 > 131_072) throw new CaptureError("damaged", "a zstd block is longer than 128 KiB");
    if (!(await want(size))) throw cut();
    decoder.push(window.take(size));
    yield* ready;
    ready = [];
  }
  if (!(await want(checksum))) throw cut();
  const { position } = window;
  const stated = checksum > 0 ? window.view.getUint32(window.start, true) : 0;
  decoder.push(window.take(checksum), true);
  yield* ready;
  // Section 3.1.1: the low four bytes of XXH64.
  if (sum !== undefined) checkSum(stated, Number(sum.digest() & 0xffff_ffffn), "zstd", "a frame", position);
}

/** All frames of a zstd stream, skippable ones passed over. */
export async function* unzstd(source: ByteSource): AsyncGenerator<Uint8Array> {
  const fzstd = await import("fzstd");
  try {
    const hashes = await loadHashes();
    const read: FrameFormat["read"] = (window, want) => readFrame(fzstd, window, want, hashes);
    yield* unframe(source, { name: "zstd", magic: MAGIC, read });
  } catch (thrown) {
    if (thrown instanceof CaptureError) throw thrown;
    throw new CaptureError("damaged", `the zstd data are damaged: ${reason(thrown)}`, { cause: thrown });
  }
}
