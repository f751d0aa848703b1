/** Frames that show what neither captures nor vectors do. */
import type { MadeFrame } from "./packets.ts";

export function extraFrames(): readonly MadeFrame[] {
  return [];
}
