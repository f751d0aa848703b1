/** `subflow -r FILE …`: read, filter, print or write. */

import type { CaptureFormat, FrameSource } from "../capture/types.ts";
import { type CaptureWriter, createCaptureWriter } from "../capture/writer.ts";
import type { Filter, Pass } from "../engine/api.ts";
import { verifiedProtocols } from "../engine/pass.ts";
import { CaptureError } from "../errors.ts";
import { CliError, EXIT, FileError } from "./errors.ts";
import { readFirst } from "./first-reading.ts";
import { findSelected, type Input, openInput, timePrecision } from "./input.ts";
import { readMacros } from "./macros.ts";
import { type FrameObserver, observed, watchOnly } from "./observe.ts";
import { wantsColor } from "./output/color.ts";
import type { Output, OutputContext } from "./output/shown.ts";
import { Clock } from "./output/time-column.ts";
import { refuseOverwrite } from "./overwrite.ts";
import { filterLimits, readPreferences } from "./preferences.ts";
import { Progress } from "./progress.ts";
import {
  matchingReader,
  type Pipeline,
  type Preferences,
  pumpMatches,
  pumpRows,
  rowReader,
} from "./read-batches.ts";
import type { ReadOptions } from "./read-options.ts";
import { createSetup, type Setup } from "./setup.ts";
import { Sink } from "./sink.ts";
import { standardOutput } from "./standard-output.ts";

/** What prints is loaded when there is something to print. */
async function makeOutput(options: ReadOptions, context: OutputContext): Promise<Output | undefined> {
  switch (options.output) {
    case "fields": {
      const { fieldsOutput } = await import("./output/fields.ts");
      return fieldsOutput(options.fields, options.style, context);
    }
    case "json":
    case "jsonraw": {
      const { jsonOutput } = await import("./output/json.ts");
      const text = options.output === "json";
      return jsonOutput({ ...options, text, raw: !text || options.hex }, context);
    }
    case "ek": {
      const { ekOutput } = await import("./output/ek.ts");
      return ekOutput({ fields: options.fields, raw: options.hex }, context);
    }
    case "pdml": {
      const { pdmlOutput } = await import("./output/pdml.ts");
      return pdmlOutput({ fields: options.fields, file: options.files[0] ?? "" }, context);
    }
    case "text": {
      if (options.quiet || options.count) return undefined;
      const { textOutput } = await import("./output/text.ts");
      return textOutput(options, context);
    }
  }
}

/** The packet list shows a few fields of each tracker alone. */
function isList({ output, tree }: ReadOptions): boolean {
  return output === "text" && !tree;
}

/** Fields of the trackers that the output rests on, of each tracker one at least: a column of a pass makes the tracker run. */
async function trackerFields(options: ReadOptions, { engine, plugins }: Setup): Promise<readonly string[]> {
  const needsAll = options.output === "text" ? options.tree : options.fields.length === 0;
  const needsSummary =
    options.output === "text" || options.fields.some((name) => name.startsWith("_ws.col."));
  const wanted = new Set(options.fields);
  if (needsSummary) {
    const { SUMMARY_FIELDS } = await import("./summary/summary.ts");
    for (const name of SUMMARY_FIELDS) wanted.add(name);
    // A plugin may sum up what its own trackers found.
    for (const { provides } of plugins.flatMap(({ trackers }) => trackers ?? []))
      for (const { info } of provides) wanted.add(info.name);
  }
  const found = engine.fields().filter(({ name, tracker, own }) => {
    if (tracker === undefined) return false;
    return (needsAll && own !== true) || wanted.has(name);
  });
  // Expert items rest on the trackers of all findings.
  const expert = options.fields.filter((name) => name.startsWith("_ws.expert"));
  return [...found.map(({ name }) => name), ...expert];
}

async function makeDissect(
  setup: Setup,
  options: ReadOptions,
  preferences: Preferences,
  isShown: boolean,
): Promise<Pick<Pipeline, "dissect" | "skip" | "rewind" | "alone" | "forgotten">> {
  // Without output nothing is dissected.
  const columns = isShown ? await trackerFields(options, setup) : [];
  const verifyChecksums = verifiedProtocols(preferences);
  if (columns.length === 0)
    return {
      dissect: (frame) => setup.engine.dissect(frame, { verifyChecksums }),
      skip: () => {},
      rewind: () => {},
      alone: true,
      forgotten: () => 0,
    };
  const pass: Pass = setup.engine.createPass({
    columns,
    preferences,
    transient: true,
    exact: isList(options),
  });
  return {
    dissect: (frame) => pass.next(frame).dissection,
    alone: false,
    forgotten: () => pass.forgotten,
    skip: (frame) => pass.skip(frame),
    rewind: () => pass.rewind(),
  };
}

/** Runs every tracker: which ones a reference needs is known only once the filter is compiled. */
function trackingPass(setup: Setup, preferences: Preferences): Pass {
  const columns = setup.engine.fields().flatMap((field) => (field.tracker === undefined ? [] : [field.name]));
  return setup.engine.createPass({ columns, preferences });
}

async function compileFilter(
  setup: Setup,
  options: ReadOptions,
  preferences: Preferences,
): Promise<Filter | undefined> {
  if (options.filter === undefined) return undefined;
  const macros = options.macros === undefined ? undefined : await readMacros(options.macros);
  const { selectedFrame: number } = options;
  const selectedFrame =
    number === undefined
      ? undefined
      : await findSelected(options.files, number, trackingPass(setup, preferences));
  return setup.engine.compileFilter(options.filter, {
    macros,
    selectedFrame,
    preferences,
    limits: filterLimits(preferences),
  });
}

const ENDINGS: Readonly<Record<string, CaptureFormat>> = {
  pcap: "pcap",
  cap: "pcap",
  pcapng: "pcapng",
  ntar: "pcapng",
};

/** `-F`, else what the name ends in, else the input's format. */
function outputFormat(options: ReadOptions, path: string, source: FrameSource | undefined): CaptureFormat {
  const ending = /\.([a-z]+)$/.exec(path)?.[1] ?? "";
  const named = Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : undefined;
  // A capture with nanoseconds keeps them under a name that only says pcap.
  if (options.writeFormat === undefined && named === "pcap" && source?.format === "nsecpcap")
    return "nsecpcap";
  return options.writeFormat ?? named ?? source?.format ?? "pcapng";
}

async function openWriter(
  options: ReadOptions,
  source: FrameSource | undefined,
): Promise<CaptureWriter | undefined> {
  const path = options.write;
  if (path === undefined) return undefined;
  const writer = createCaptureWriter(path, {
    format: outputFormat(options, path, source),
    copyFrom: source,
    linkType: source?.linkType,
    // As tshark does, a finer time is cut to what the format holds.
    loss: "accept",
  });
  await writer.flush().catch((thrown: unknown) => {
    throw thrown instanceof CaptureError ? new FileError(thrown, path) : thrown;
  });
  return writer;
}

interface Tally {
  readonly read: number;
  readonly matched: number;
}

/** Sends every frame through the pipeline; a damaged capture ends the loop behind what was delivered. */
async function pump(
  input: Input,
  pipeline: Pipeline,
  options: ReadOptions,
  sink: Sink,
  writer: CaptureWriter | undefined,
): Promise<Tally> {
  const { source } = input;
  const { filter, output } = pipeline;
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const clock = new Clock();
  const progress = new Progress(() => process.stderr, input.size);
  let read = 0;
  let matched = 0;
  try {
    if (source === undefined) return { read, matched };
    for await (const batch of source.batches()) {
      for (const frame of batch) {
        read++;
        const timing = clock.next(frame.timestamp, timePrecision(frame, source.format));
        if (filter === undefined || filter(frame)) {
          matched++;
          if (writer !== undefined) await writer.write(frame);
          if (output !== undefined) {
            const text = output.frame({ frame, timing, dissection: pipeline.dissect(frame) });
            clock.shown(timing);
            const full = sink.write(text);
            if (full !== undefined) await full;
          }
        } else if (output !== undefined) pipeline.skip(frame);
        if (read >= limit) return { read, matched };
      }
      progress.update(read, matched, batch.at(-1)?.fileOffset);
    }
    return { read, matched };
  } finally {
    progress.end();
    if (options.count) await sink.write(`${matched}\n`);
  }
}

/** Returns the exit status; throws what main() reports. */
export async function runRead(options: ReadOptions, observer?: FrameObserver): Promise<number> {
  if (options.write !== undefined) refuseOverwrite(options.files, options.write);
  const setup = await createSetup(options);
  const preferences = readPreferences(
    options.preferences,
    setup.plugins.map((plugin) => plugin.name),
  );
  const filter = await compileFilter(setup, options, preferences);
  let catalog: OutputContext["catalog"] | undefined;
  const context: OutputContext = {
    get catalog() {
      catalog ??= new Map(setup.engine.fields().map((field) => [field.name, field]));
      return catalog;
    },
    plugins: setup.plugins,
    time: options.time,
    get color() {
      return wantsColor(standardOutput(), process.env);
    },
  };
  const output = await makeOutput(options, context);
  const pipeline: Pipeline = {
    filter,
    output,
    ...(await makeDissect(setup, options, preferences, output !== undefined)),
  };
  if (options.twice) await readFirst(options, filter, pipeline);
  observer?.start(setup, preferences);
  const opened = await openInput(options.files);
  const input: Input =
    observer === undefined || opened.source === undefined
      ? opened
      : { ...opened, source: observed(opened.source, observer, options.limit ?? Number.POSITIVE_INFINITY) };
  const writer = await openWriter(options, input.source);
  const sink = new Sink(options.lineBuffered, output?.encoding);
  try {
    if (output !== undefined) await sink.write(output.begin());
    const rows = await rowReader(input.source, setup, options, context, preferences, filter);
    const fast = matchingReader(input.source, pipeline, options);
    if (rows !== undefined) await pumpRows(rows, input, options, sink);
    else if (await watchOnly(opened.source, observer, options)) await sink.flush();
    else if (fast === undefined) await pump(input, pipeline, options, sink, writer);
    else await pumpMatches(fast.reader, fast.filter, input, pipeline, options, sink, writer);
    const forgotten = Math.max(pipeline.forgotten(), filter?.forgotten ?? 0);
    if (forgotten > 0)
      process.stderr.write(
        `subflow: ${forgotten} streams were forgotten to keep memory bounded; -o subflow.max_streams:N keeps more\n`,
      );
  } catch (thrown) {
    if (!(thrown instanceof CaptureError)) throw thrown;
    const file = thrown.code === "unwritable" ? (options.write ?? "") : input.name;
    throw thrown.code === "bad-frame"
      ? new CliError(thrown.message, EXIT.badInput)
      : new FileError(thrown, file);
  } finally {
    if (output !== undefined) await sink.write(output.end());
    await sink.flush();
    sink.release();
    await writer?.close();
    await input.source?.close();
  }
  return EXIT.done;
}
