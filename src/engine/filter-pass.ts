/** `createPass`: filters and columns over one reading, sharing one dissection and one set of trackers a frame. */
import { compileFilterText } from "../filter/compile.ts";
import { toEvaluator } from "../filter/evaluate.ts";
import type { RawValue } from "../ir/fields.ts";
import type { Pass, PassOptions, PassResult } from "./api.ts";
import { neededTrackers, TrackerRun } from "./pass.ts";
import type { Registry } from "./registry.ts";

export function createPass(registry: Registry, options: PassOptions): Pass {
  const columns = options.columns ?? [];
  const checked = (options.filters ?? []).map((text) => compileFilterText(text, registry.fieldTable(), {}));
  const evaluators = checked.map((filter) => toEvaluator(filter));
  const wanted = [...columns, ...checked.flatMap((filter) => filter.fields)];
  const run = new TrackerRun(
    registry,
    neededTrackers(registry, wanted, options.trackers),
    options.preferences,
  );
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
