/** Reading in batches, over the records in place: what only looks at matching frames, and columns of them. */
import type { BatchFilter } from "../capture/scan.ts";
import type { CapturedFrame, CaptureReader, FrameSource } from "../capture/types.ts";
import type { CaptureWriter } from "../capture/writer.ts";
import type { Filter } from "../engine/api.ts";
import type { Dissection } from "../ir/tree.ts";
import { type Input, timePrecision } from "./input.ts";
import { LineBuffer } from "./line-buffer.ts";
import type { Output, OutputContext } from "./output/shown.ts";
import { Clock } from "./output/time-column.ts";
import { Progress } from "./progress.ts";
import type { ReadOptions } from "./read-options.ts";
import type { Setup } from "./setup.ts";
import type { Sink } from "./sink.ts";

export type Preferences = Readonly<Record<string, string | number | boolean>>;

/** What a frame goes through. */
export interface Pipeline {
  readonly filter: Filter | undefined;
  /** Dissects a frame that is shown. */
  readonly dissect: (frame: CapturedFrame) => Dissection;
  /** Entries that trackers dropped. */
  readonly forgotten: () => number;
  /** No frame's output rests on other frames. */
  readonly alone: boolean;
  /** Takes frames that are not shown, where later ones depend on them. */
  readonly skip: (frame: CapturedFrame) => void;
  /** The frames are read again. */
  readonly rewind: () => void;
  readonly output: Output | undefined;
}

/** What only looks at matching frames reads them in batches, over the records in place. */
export function matchingReader(
  source: FrameSource | undefined,
  pipeline: Pipeline,
  options: ReadOptions,
): { reader: CaptureReader; filter: Filter } | undefined {
  const { filter, output } = pipeline;
  if (filter?.scan === undefined || source === undefined || !("matches" in source)) return undefined;
  // -c counts frames that are read, and the summary's times count from the first frame, shown or not.
  if (options.limit !== undefined) return undefined;
  if (output !== undefined && (!pipeline.alone || options.output === "text")) return undefined;
  // What has `matches` is a reader of one file.
  return { reader: source as CaptureReader, filter };
}

/** Smaller files are done before further threads would pay. */
const LARGE = 2 ** 31;
const MOST_JOBS = 4;

/** Threads that scan. */
async function jobsFor({ jobs }: ReadOptions, { size = 0 }: Input): Promise<number> {
  if (jobs !== undefined || size < LARGE) return jobs ?? 1;
  const { availableParallelism } = await import("node:os");
  return Math.min(MOST_JOBS, availableParallelism());
}

export async function pumpMatches(
  reader: CaptureReader,
  filter: Filter,
  input: Input,
  pipeline: Pipeline,
  options: ReadOptions,
  sink: Sink,
  writer: CaptureWriter | undefined,
): Promise<void> {
  const { output } = pipeline;
  const clock = new Clock();
  const progress = new Progress(() => process.stderr, input.size);
  let matched = 0;
  try {
    for await (const batch of reader.matches(filter, { jobs: await jobsFor(options, input) })) {
      matched += batch.count;
      const full = writer?.writeBatch(batch);
      if (full !== undefined) await full;
      for (let index = 0; output !== undefined && index < batch.count; index++) {
        const frame = batch.frame(index);
        const timing = clock.next(frame.timestamp, timePrecision(frame, reader.format));
        await sink.write(output.frame({ frame, timing, dissection: pipeline.dissect(frame) }));
      }
      progress.update(batch.scanned, matched, batch.base + (batch.starts[batch.count - 1] ?? 0));
    }
  } finally {
    progress.end();
    if (options.count) await sink.write(`${matched}\n`);
  }
}

interface RowReader {
  readonly reader: CaptureReader;
  readonly filter: BatchFilter;
  /** What the rows were printed to. */
  readonly lines: LineBuffer;
}

/** `-T fields` of one file, where each field can be read without a tree. */
export async function rowReader(
  source: FrameSource | undefined,
  setup: Setup,
  options: ReadOptions,
  context: OutputContext,
  preferences: Preferences,
  filter: Filter | undefined,
): Promise<RowReader | undefined> {
  // Rows are of one reading.
  if (options.twice) return undefined;
  if (options.output !== "fields" || options.limit !== undefined || options.write !== undefined)
    return undefined;
  if (source === undefined || !("matches" in source)) return undefined;
  const { rowPrinter } = await import("./output/row-fields.ts");
  const lines = new LineBuffer();
  const print = rowPrinter(options.fields, options.style, context, lines);
  if (print === undefined) return undefined;
  const all = filter ?? setup.engine.compileFilter("", { preferences });
  const rows = all.rows(options.fields, print);
  // What has `matches` is a reader of one file.
  return rows && { reader: source as CaptureReader, filter: rows, lines };
}

export async function pumpRows(
  { reader, filter, lines }: RowReader,
  input: Input,
  options: ReadOptions,
  sink: Sink,
): Promise<void> {
  const progress = new Progress(() => process.stderr, input.size);
  let matched = 0;
  const show = async (): Promise<void> => {
    for (const bytes of lines.take()) await sink.writeBytes(bytes);
  };
  try {
    for await (const batch of reader.matches(filter)) {
      matched += batch.count;
      await show();
      progress.update(batch.scanned, matched, batch.base + (batch.starts[batch.count - 1] ?? 0));
    }
  } finally {
    progress.end();
    await show();
    if (options.count) await sink.write(`${matched}\n`);
  }
}
