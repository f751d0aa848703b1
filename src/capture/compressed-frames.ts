/** What zstd and lz4 streams have in common: frames that are read as their bytes come, and frames to pass over. */
import type { InputWindow } from "./input-window.ts";
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
export async function skipFrame(window: InputWindow, want: Want): Promise<boolean> {
  if (!(await want(8))) return false;
  let rest = window.view.getUint32(window.start + 4, true);
  window.take(8);
  while (rest > 0) {
    if (!(await want(1))) return false;
    rest -= window.take(Math.min(rest, window.length)).length;
  }
  return true;
}
