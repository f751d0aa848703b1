/** `-2`: a first reading of the captures, in which everything that remembers frames sees all of them. */
import type { Filter } from "../engine/api.ts";
import { CaptureError } from "../errors.ts";
import { openInput } from "./input.ts";
import { matchingReader, type Pipeline } from "./read-batches.ts";
import type { ReadOptions } from "./read-options.ts";

export async function readFirst(
  options: ReadOptions,
  filter: Filter | undefined,
  pipeline: Pipeline,
): Promise<void> {
  const { limit = Number.POSITIVE_INFINITY } = options;
  const { source } = await openInput(options.files);
  const fast = matchingReader(source, pipeline, options);
  let read = 0;
  try {
    if (fast !== undefined) {
      for await (const _ of fast.reader.matches(fast.filter));
      return;
    }
    for await (const batch of source?.batches() ?? []) {
      for (const frame of batch) {
        filter?.(frame);
        pipeline.skip(frame);
        if (++read >= limit) return;
      }
    }
  } catch (thrown) {
    // The reading that follows meets the same place and says so.
    if (!(thrown instanceof CaptureError)) throw thrown;
  } finally {
    await source?.close();
    filter?.rewind();
    pipeline.rewind();
  }
}
