/** Those who watch a capture while it is read: statistics. */
import type { BatchFilter } from "../capture/scan.ts";
import type { CapturedFrame, CaptureReader, FrameSource } from "../capture/types.ts";
import type { Frame } from "../ir/frame.ts";
import type { Preferences } from "./read-batches.ts";
import type { ReadOptions } from "./read-options.ts";
import type { Setup } from "./setup.ts";

/** Watches every frame that is read, whatever the display filter says of it. */
export interface FrameObserver {
  start(setup: Setup, preferences: Preferences): void;
  next(frame: CapturedFrame): void;
  /** Goes over frames in place of `next`, where it can. */
  readonly scan?: BatchFilter["scan"];
}

/** Shows a capture to an observer that needs no object for each frame; false where something else wants the frames. */
export async function watchOnly(
  source: FrameSource | undefined,
  observer: FrameObserver | undefined,
  options: ReadOptions,
): Promise<boolean> {
  const { filter, write, limit, count, output } = options;
  const alone = [filter, write, limit].every((one) => one === undefined) && !count && output === "text";
  if (
    !(alone && options.quiet) ||
    observer?.scan === undefined ||
    source === undefined ||
    !("matches" in source)
  )
    return false;
  // What has `matches` is a reader of one file.
  const reader = source as CaptureReader;
  const next = (frame: Frame): boolean => {
    // A reader's frames are of a capture.
    observer.next(frame as CapturedFrame);
    return false;
  };
  for await (const _ of reader.matches(Object.assign(next, { scan: observer.scan })));
  return true;
}

/** A source whose frames are shown to an observer, up to the limit of frames that are read. */
export function observed(source: FrameSource, observer: FrameObserver, limit: number): FrameSource {
  let left = limit;
  async function* batches(): AsyncGenerator<readonly CapturedFrame[]> {
    for await (const batch of source.batches()) {
      for (const frame of batch) if (left-- > 0) observer.next(frame);
      yield batch;
    }
  }
  return {
    byteOrder: source.byteOrder,
    format: source.format,
    // Known once the first interface was read.
    get linkType() {
      return source.linkType;
    },
    get snapLength() {
      return source.snapLength;
    },
    interfaces: source.interfaces,
    sections: source.sections,
    batches,
    async *[Symbol.asyncIterator]() {
      for await (const batch of batches()) yield* batch;
    },
    close: () => source.close(),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}
