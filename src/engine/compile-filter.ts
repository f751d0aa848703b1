/** Filter text → a predicate over frames. */
import { compileFilterText } from "../filter/compile.ts";
import { toEvaluator } from "../filter/evaluate.ts";
import type { Occurrence } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { CompileFilterOptions, Filter } from "./api.ts";
import { neededTrackers, TrackerRun } from "./pass.ts";
import type { Registry } from "./registry.ts";

/** What `${field}` stands for: the field's values in the selected frame. */
function referencesIn(
  registry: Registry,
  frame: Frame | undefined,
): ((name: string) => readonly Occurrence[] | undefined) | undefined {
  if (frame === undefined) return undefined;
  const run = new TrackerRun(registry, []);
  const dissection = run.next(frame);
  return (name) => dissection.occurrences(name);
}

export function compileFilter(registry: Registry, text: string, options: CompileFilterOptions = {}): Filter {
  const references = referencesIn(registry, options.selectedFrame);
  const checked = compileFilterText(text, registry.fieldTable(), {
    ...(options.macros === undefined ? {} : { macros: options.macros }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(references === undefined ? {} : { references }),
  });
  const evaluate = toEvaluator(checked);
  const run = new TrackerRun(registry, neededTrackers(registry, checked.fields), options.preferences);
  const filter = (frame: Frame): boolean => {
    const dissection = run.next(frame);
    return evaluate((name) => dissection.occurrences(name));
  };
  return Object.assign(filter, {
    fields: checked.fields,
    source: checked.source,
    reset: () => run.reset(),
  });
}
