/** gzip (RFC 1952) by what the platform has: node:zlib, else the Compression Streams of the web. */
import { CaptureError } from "../errors.ts";
import { type Want, wantFrom } from "./compressed-frames.ts";
import { InputWindow } from "./input-window.ts";
import { type ByteSource, reason } from "./source.ts";

/** Compressed bytes given at once: deflate grows at most 1032 times, so the output held stays under 33 MiB. */
const SLICE = 32_768;
/** Longest name or comment in a member's header. */
const MAX_TEXT = 65_536;
const cut = (): CaptureError => new CaptureError("cut-short", "the gzip data are cut short");

function gzipError(thrown: unknown): CaptureError {
  if (thrown instanceof CaptureError) return thrown;
  const short = thrown instanceof Error && "code" in thrown && thrown.code === "Z_BUF_ERROR";
  if (short) return cut();
  return new CaptureError("damaged", `the gzip data are damaged: ${reason(thrown)}`, { cause: thrown });
}

/** Passes over a member's header (section 2.3). */
async function skipHeader(window: InputWindow, want: Want): Promise<void> {
  if (!(await want(10))) throw cut();
  const [, , method, flags = 0] = window.take(10);
  if (method !== 8) throw new CaptureError("unsupported", `gzip compression method ${method}`);
  if (flags & 4) {
    if (!(await want(2))) throw cut();
    const extra = window.view.getUint16(window.start, true);
    if (!(await want(2 + extra))) throw cut();
    window.take(2 + extra);
  }
  for (const text of [8, 16]) {
    if ((flags & text) === 0) continue;
    let length = 1;
    do {
      if (length > MAX_TEXT || !(await want(length))) throw cut();
    } while (window.view.getUint8(window.start + length++ - 1) !== 0);
    window.take(length - 1);
  }
  if (flags & 2) {
    if (!(await want(2))) throw cut();
    window.take(2);
  }
}

type Zlib = typeof import("node:zlib");

/** The content of one member, without its header. An iterator over the stream would lose what comes before an error. */
async function* inflateMember(zlib: Zlib, window: InputWindow, want: Want): AsyncGenerator<Uint8Array> {
  const inflate = zlib.createInflateRaw({ chunkSize: 262_144 });
  let ready: Uint8Array[] = [];
  let ended = false;
  let failure: CaptureError | undefined;
  let wake = (): void => {};
  inflate.on("data", (chunk: Uint8Array) => ready.push(chunk));
  inflate.on("end", () => {
    ended = true;
    wake();
  });
  inflate.on("error", (thrown) => {
    failure = gzipError(thrown);
    wake();
  });
  let crc = 0;
  let size = 0;
  try {
    while (!ended) {
      if (!(await want(1))) throw cut();
      const from = window.start;
      const slice = window.take(Math.min(SLICE, window.length));
      const before = inflate.bytesWritten;
      await new Promise<void>((resolve) => {
        wake = resolve;
        inflate.write(slice, () => resolve());
      });
      window.start = from + inflate.bytesWritten - before;
      for (const chunk of ready) {
        crc = zlib.crc32(chunk, crc);
        size += chunk.length;
        yield chunk;
      }
      ready = [];
      if (failure !== undefined) throw failure;
    }
  } finally {
    inflate.destroy();
  }
  if (!(await want(8))) throw cut();
  const trailer = new DataView(window.take(8).slice().buffer);
  if (trailer.getUint32(0, true) !== crc || trailer.getUint32(4, true) !== size % 2 ** 32) {
    throw new CaptureError("damaged", "the gzip data do not agree with their checksum");
  }
}

/** All members of a gzip file, one after the other; bytes behind them that are not gzip are ignored, as gzip does. */
export async function* gunzip(source: ByteSource): AsyncGenerator<Uint8Array> {
  const zlib = await import("node:zlib").catch(() => undefined);
  if (zlib === undefined || typeof zlib.createInflateRaw !== "function") {
    yield* gunzipWeb(source);
    return;
  }
  const window = new InputWindow();
  const want = wantFrom(source, window);
  while ((await want(2)) && window.view.getUint16(window.start) === 0x1f8b) {
    await skipHeader(window, want);
    yield* inflateMember(zlib, window, want);
  }
}

/** The web's decompressor reads one member: where more follow, their bytes count as damage. */
async function* gunzipWeb(source: ByteSource): AsyncGenerator<Uint8Array> {
  const web = new DecompressionStream("gzip");
  const writer = web.writable.getWriter();
  const reader = web.readable.getReader();
  const feed = async (): Promise<void> => {
    for (let chunk = await source.read(); chunk !== undefined; chunk = await source.read()) {
      await writer.write(new Uint8Array(chunk));
    }
    await writer.close();
  };
  let failure: unknown;
  const feeding = feed().catch((thrown) => {
    failure = thrown;
    return writer.abort(thrown).catch(() => {});
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    await feeding;
  } catch (thrown) {
    throw gzipError(failure ?? thrown);
  } finally {
    await reader.cancel().catch(() => {});
  }
}
