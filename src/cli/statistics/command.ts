/** `-z`: statistics over a whole capture, behind the packets unless `-q` is given. */

import type { BatchFilter } from "../../capture/scan.ts";
import type { CapturedFrame } from "../../capture/types.ts";
import { FilterError } from "../../errors.ts";
import type { Preferences, Row, Tracker } from "../../plugin.ts";
import { CliError, FileError } from "../errors.ts";
import type { FrameObserver } from "../observe.ts";
import { runRead } from "../read.ts";
import type { ReadOptions } from "../read-options.ts";
import type { Setup } from "../setup.ts";
import { Sink } from "../sink.ts";
import type { CaptureSpan, Tap, TapContext } from "./tap.ts";
import { createTap } from "./taps.ts";

/** Several statistics over one reading: their trackers share one pass. */
class Statistics implements FrameObserver {
  readonly #wanted: readonly string[];
  readonly #inputs: readonly string[];
  readonly #keys: ReadonlyMap<number, bigint>;
  readonly #format: "text" | "json";
  #taps: readonly Tap[] = [];
  #open: boolean[] = [];
  #take: (frame: CapturedFrame) => void = () => {};
  /** Where nothing is needed but rows: they are read without an object for each frame. */
  scan: BatchFilter["scan"];
  #first: bigint | undefined;
  #last = 0n;

  constructor(options: ReadOptions) {
    this.#wanted = options.statistics;
    this.#inputs = options.files;
    this.#keys = options.keys;
    this.#format = options.statisticsFormat;
  }

  /** True once the capture is being read: then there is something to print, whatever becomes of the rest. */
  get started(): boolean {
    return this.#taps.length > 0;
  }

  start({ engine }: Setup, settings: Readonly<Record<string, string | number | boolean>>): void {
    const fields = engine.fields();
    const catalog = new Map(fields.map((field) => [field.name, field]));
    const preferences: Preferences = {
      get: (name) => (Object.hasOwn(settings, name) ? settings[name] : undefined),
    };
    const contextOf = (argument: string): TapContext => ({
      field: (name) => catalog.get(name),
      fields,
      preferences,
      format: this.#format,
      keys: this.#keys,
      inputs: this.#inputs,
      filter: (text) => {
        if (text === "") return undefined;
        try {
          return engine.compileFilter(text, { preferences: settings });
        } catch (thrown) {
          if (!(thrown instanceof FilterError)) throw thrown;
          throw new CliError(`-z ${argument}: Filter "${text}" is invalid - ${thrown.message}`);
        }
      },
    });
    const taps = this.#wanted.map((argument) => createTap(argument, contextOf(argument)));
    this.#open = taps.map(() => false);
    let current: CapturedFrame | undefined;
    const trackers = taps.map((tap, index): Tracker => {
      const update = (row: Row): void => {
        if (index === 0) this.#tick(row.timestamp);
        if (tap.filter === undefined || this.#open[index] === true) tap.watch(row, current);
      };
      const state = { forgotten: 0, update };
      return { id: `subflow.statistics.${index}`, requires: tap.requires, provides: [], create: () => state };
    });
    const pass = engine.createPass({
      trackers,
      preferences: settings,
      transient: taps.some(({ dissected }) => dissected !== undefined),
    });
    this.#take = (frame) => {
      current = frame;
      for (const [index, { filter }] of taps.entries()) {
        this.#open[index] = filter === undefined || filter(frame);
      }
      const result = pass.next(frame);
      for (const [index, tap] of taps.entries()) {
        if (tap.dissected !== undefined && this.#open[index] === true && result.isPlain !== true)
          tap.dissected(result.dissection);
      }
    };
    this.#taps = taps;
    const onlyRows = taps.every(
      ({ filter, dissected, readsFrames }) =>
        filter === undefined && dissected === undefined && readsFrames !== true,
    );
    this.scan = onlyRows ? pass.scan : undefined;
  }

  next(frame: CapturedFrame): void {
    this.#take(frame);
  }

  #tick(timestamp: bigint | undefined): void {
    if (timestamp === undefined) return;
    this.#first ??= timestamp;
    if (timestamp > this.#last) this.#last = timestamp;
  }

  get #span(): CaptureSpan {
    return { first: this.#first ?? 0n, last: this.#first === undefined ? 0n : this.#last };
  }

  async print(sink: Sink): Promise<void> {
    const span = this.#span;
    if (this.#format === "json") {
      const found = this.#taps.map((tap, index) => ({
        statistic: this.#wanted[index],
        ...(tap.filter === undefined ? {} : { filter: tap.filter.source }),
        result: tap.json(span),
      }));
      await sink.write(`${JSON.stringify(found, undefined, 2)}\n`);
      return;
    }
    // tshark prints what was asked for last first.
    for (const tap of [...this.#taps].reverse()) {
      for (const piece of tap.text(span)) {
        const full = sink.write(piece);
        if (full !== undefined) await full;
      }
    }
  }

  /** Entries that taps dropped. */
  get forgotten(): number {
    return this.#taps.reduce((sum, tap) => sum + tap.forgotten, 0);
  }
}

/** Reads, prints and writes as without `-z`, and prints the statistics at the end. */
export async function runStatistics(options: ReadOptions): Promise<number> {
  const statistics = new Statistics(options);
  let failure: FileError | undefined;
  let status = 0;
  try {
    status = await runRead(options, statistics);
  } catch (thrown) {
    // What was read before a damaged place is told of all the same.
    if (!(thrown instanceof FileError) || !statistics.started) throw thrown;
    failure = thrown;
  }
  const sink = new Sink();
  try {
    await statistics.print(sink);
    await sink.flush();
  } finally {
    sink.release();
  }
  if (statistics.forgotten > 0) {
    process.stderr.write(
      `subflow: ${statistics.forgotten} entries of -z were left out to keep memory bounded\n`,
    );
  }
  if (failure !== undefined) throw failure;
  return status;
}
