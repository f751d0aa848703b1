/** What zstd and lz4 streams have in common: frames that are read as their bytes come, and frames to pass over. */
import { CaptureError } from "../errors.ts";
import { InputWindow } from "./input-window.ts";
import type { ByteSource } from "./source.ts";

/** Skippable frames have sixteen magic numbers (RFC 8878, section 3.1.2). */
export function isSkippable(magic: number): boolean {
  return (magic & 0xffff_fff0) >>> 0 === 0x184d2a50;
}

/** Grants `count` bytes of a stream at the start of a window; false at the end of the stream. */
export type Want = (count: number) => Promise<boolean>;

export function wantFrom(source: ByteSource, window: InputWindow): Want {
  return async (count) => {
    while (window.length < count) {
      const chunk = await source.read();
      if (chunk === undefined) return false;
      window.push(chunk, count);
    }
    return true;
  };
}

/** Passes over a skippable frame without holding it; false if the stream ends inside. */
async function skipFrame(window: InputWindow, want: Want): Promise<boolean> {
  if (!(await want(8))) return false;
  let rest = window.view.getUint32(window.start + 4, true);
  window.take(8);
  while (rest > 0) {
    if (!(await want(1))) return false;
    rest -= window.take(Math.min(rest, window.length)).length;
  }
  return true;
}

/** How frames of one format begin, and the content of one of them, from its magic number on. */
export interface FrameFormat {
  readonly name: string;
  readonly magic: number;
  readonly read: (window: InputWindow, want: Want) => AsyncGenerator<Uint8Array>;
}

/** The content of all frames of a stream, skippable ones passed over. */
export async function* unframe(source: ByteSource, format: FrameFormat): AsyncGenerator<Uint8Array> {
  const { name, magic, read } = format;
  const window = new InputWindow();
  const want = wantFrom(source, window);
  const cut = (): CaptureError => new CaptureError("cut-short", `the ${name} data are cut short`);
  while (await want(1)) {
    if (!(await want(4))) throw cut();
    const found = window.view.getUint32(window.start, true);
    if (isSkippable(found)) {
      if (!(await skipFrame(window, want))) throw cut();
    } else if (found === magic) {
      yield* read(window, want);
    } else {
      throw new CaptureError("damaged", `${name} data are followed by something else`);
    }
  }
}
