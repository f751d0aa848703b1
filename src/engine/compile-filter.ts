/** Filter text → a predicate over frames. */
import type { ColumnSource, RecordScan, ScanFormat } from "../capture/scan.ts";
import { compileFilterText } from "../filter/compile.ts";
import { toEvaluator } from "../filter/evaluate.ts";
import type { Occurrence } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { Dissection } from "../ir/tree.ts";
import type { CompileFilterOptions, Filter } from "./api.ts";
import { createColumnSource } from "./columns.ts";
import { dissectFrame } from "./dissect.ts";
import { ExtractedRun } from "./extracted-run.ts";
import { neededTrackers, TrackerRun } from "./pass.ts";
import { FastPath, OPEN } from "./plan.ts";
import { plannedTests, planText } from "./plan-text.ts";
import type { Registry } from "./registry.ts";

/** What `${field}` stands for: the field's values in the selected frame. */
function referencesIn(
  registry: Registry,
  selected: Frame | Dissection | undefined,
): ((name: string) => readonly Occurrence[] | undefined) | undefined {
  if (selected === undefined) return undefined;
  const dissection = "occurrences" in selected ? selected : dissectFrame(registry, selected);
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
  const trackers = neededTrackers(registry, checked.fields);
  const run = new TrackerRun(registry, trackers, options.preferences);
  const slow = (frame: Frame): boolean => {
    const dissection = run.next(frame);
    return evaluate((name) => dissection.occurrences(name));
  };
  // Layer numbers of what trackers provide are those of the tree.
  const rows =
    trackers.length === 0 || checked.source.includes("#")
      ? undefined
      : new ExtractedRun(registry, run, trackers, checked.fields);
  const stateful = rows && ((frame: Frame): boolean => evaluate(rows.next(frame)));
  const fast = trackers.length === 0 ? FastPath.create(registry, checked) : undefined;
  const filter =
    fast === undefined
      ? (stateful ?? slow)
      : (frame: Frame): boolean => {
          const verdict = fast.decide(frame);
          return verdict < OPEN ? verdict === 1 : slow(frame);
        };
  const plan = (): string => {
    // For fields of trackers there is no fast path, but the tests over other fields can be told apart all the same.
    const tests = (fast ?? FastPath.create(registry, checked))?.tests;
    if (tests === undefined) return "evaluated: generated code is forbidden here\n";
    return planText(plannedTests(registry, checked.source, tests, trackers.length > 0));
  };
  return Object.defineProperties(
    Object.assign(filter, {
      fields: checked.fields,
      source: checked.source,
      plan: "",
      forgotten: 0,
      reset: () => run.reset(),
      columns: (names: readonly string[]): ColumnSource =>
        createColumnSource(registry, names, options.preferences),
      scan: fast && ((format: ScanFormat): RecordScan | undefined => fast.scan(format)),
    }),
    {
      source: { enumerable: true, get: () => fast?.source || checked.source },
      plan: { enumerable: true, get: plan },
      forgotten: { enumerable: true, get: () => run.forgotten },
    },
  );
}
