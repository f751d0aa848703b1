/** `createPass`: filters and columns over one reading, sharing one dissection and one set of trackers a frame. */
import { compileFilterText } from "../filter/compile.ts";
import { toEvaluator } from "../filter/evaluate.ts";
import type { RawValue } from "../ir/fields.ts";
import type { Dissection } from "../ir/tree.ts";
import type { Pass, PassOptions, PassResult } from "./api.ts";
import { ExtractedRun } from "./extracted-run.ts";
import { neededTrackers, TrackerRun } from "./pass.ts";
import type { Registry } from "./registry.ts";

const NOTHING: readonly never[] = [];

export function createPass(registry: Registry, options: PassOptions): Pass {
  const columns = options.columns ?? [];
  const checked = (options.filters ?? []).map((text) => compileFilterText(text, registry.fieldTable(), {}));
  const evaluators = checked.map((filter) => toEvaluator(filter));
  const wanted = [...columns, ...checked.flatMap((filter) => filter.fields)];
  const trackers = neededTrackers(registry, wanted, options.trackers);
  const watching = wanted.length === 0 && trackers.length > 0;
  const run = new TrackerRun(registry, trackers, options.preferences, watching ? new Set() : undefined);
  if (watching) {
    // Nobody reads fields: trackers that only watch are fed from the bytes, and a tree is made when it is asked for.
    const extracted = new ExtractedRun(registry, run, []);
    return {
      next(frame): PassResult {
        extracted.decide(frame);
        return {
          matched: NOTHING,
          column: () => NOTHING,
          get dissection(): Dissection {
            return extracted.dissect(frame);
          },
        };
      },
      scan: (format) => extracted.scan(format),
      get forgotten(): number {
        return run.forgotten;
      },
    };
  }
  return {
    next(frame): PassResult {
      const dissection = run.next(frame);
      const matched = evaluators.map((evaluate) => evaluate((name) => dissection.occurrences(name)));
      if (matched.includes(false)) run.hide(frame.number);
      return {
        matched,
        column: (index): readonly RawValue[] =>
          dissection.occurrences(columns[index] ?? "").map((occurrence) => occurrence.value),
        dissection,
      };
    },
    get forgotten(): number {
      return run.forgotten;
    },
  };
}
