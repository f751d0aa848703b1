/** `createPass`: filters and columns over one reading, sharing one dissection and one set of trackers a frame. */
import { compileFilterText } from "../filter/compile.ts";
import { toEvaluator } from "../filter/evaluate.ts";
import type { RawValue } from "../ir/fields.ts";
import type { Tracker } from "../ir/tracker.ts";
import type { Dissection } from "../ir/tree.ts";
import type { Pass, PassOptions, PassResult } from "./api.ts";
import { requireFields } from "./columns.ts";
import { ExtractedRun } from "./extracted-run.ts";
import { neededTrackers, TrackerRun } from "./pass.ts";
import type { Registry } from "./registry.ts";

const NOTHING: readonly never[] = [];

/** Trackers of which no other but their like needs anything: they can wait until somebody looks at the frame. */
function isLate(tracker: Tracker, all: readonly Tracker[]): boolean {
  const provided = new Set(tracker.provides.map(({ info }) => info.name));
  const dependent = all.filter(({ requires }) => requires.some((name) => provided.has(name)));
  return tracker.local === true && dependent.every((one) => isLate(one, all));
}

export function createPass(registry: Registry, options: PassOptions): Pass {
  const columns = options.columns ?? [];
  requireFields(registry, columns);
  const checked = (options.filters ?? []).map((text) => compileFilterText(text, registry.fieldTable(), {}));
  const evaluators = checked.map((filter) => toEvaluator(filter));
  const wanted = [...columns, ...checked.flatMap((filter) => filter.fields)];
  const trackers = neededTrackers(registry, wanted, options.trackers);
  const watching = wanted.length === 0 && trackers.length > 0;
  const late = watching ? [] : trackers.filter((tracker) => isLate(tracker, trackers));
  const early = trackers.filter((tracker) => !late.includes(tracker));
  const asked = watching || options.exact === true ? new Set(wanted) : undefined;
  const run = new TrackerRun(registry, early, options.preferences, asked, [], late);
  // Trackers are fed from the bytes; a tree is made of what is looked at.
  const extracted = new ExtractedRun(registry, run, { transient: options.transient === true });
  return {
    next(frame): PassResult {
      if (watching) {
        return {
          isPlain: extracted.watch(frame),
          matched: NOTHING,
          column: () => NOTHING,
          get dissection(): Dissection {
            return extracted.dissect(frame);
          },
        };
      }
      const dissection = extracted.look(frame);
      const matched: readonly boolean[] =
        evaluators.length === 0
          ? NOTHING
          : evaluators.map((evaluate) => evaluate((name) => dissection.occurrences(name)));
      if (matched.includes(false)) run.hide(frame.number);
      return {
        matched,
        column: (index): readonly RawValue[] =>
          dissection.occurrences(columns[index] ?? "").map((occurrence) => occurrence.value),
        dissection,
      };
    },
    skip(frame): void {
      extracted.decide(frame);
    },
    rewind(): void {
      run.rewind();
      extracted.reset();
    },
    ...(watching ? { scan: (format) => extracted.scan(format) } : {}),
    get forgotten(): number {
      return run.forgotten;
    },
  };
}
