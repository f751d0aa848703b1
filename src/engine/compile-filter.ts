/** Filter text → a predicate over frames. */
import type { BatchFilter, ColumnSource, RecordScan, ScanFormat } from "../capture/scan.ts";
import { canGenerate } from "../codegen/function.ts";
import { compileFilterText } from "../filter/compile.ts";
import { toEvaluator } from "../filter/evaluate.ts";
import type { Occurrence } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { Row } from "../ir/tracker.ts";
import type { Dissection } from "../ir/tree.ts";
import type { CompileFilterOptions, Filter } from "./api.ts";
import { createColumnSource } from "./columns.ts";
import { dissectFrame } from "./dissect.ts";
import { ExtractedRun } from "./extracted-run.ts";
import { neededTrackers, TrackerRun } from "./pass.ts";
import { plannedTests, planText } from "./plan-text.ts";
import type { Registry } from "./registry.ts";
import { createRowFilter } from "./row-filter.ts";

/** What `${field}` stands for: the field's values in the selected frame. */
function referencesIn(
  registry: Registry,
  selected: Frame | Dissection | undefined,
): ((name: string) => readonly Occurrence[] | undefined) | undefined {
  if (selected === undefined) return undefined;
  const dissection = "occurrences" in selected ? selected : dissectFrame(registry, selected);
  return (name) => dissection.occurrences(name);
}

const TOO_LARGE = "code for all headers that may occur would be too large";

function slowReason({ watchesDisplay, verified }: TrackerRun, stateful: boolean): string {
  if (watchesDisplay) return "which frames are displayed hangs on the filter";
  if (verified.size > 0) return "states of checksums are those of the tree";
  return canGenerate() && stateful
    ? "layer numbers of what trackers provide are those of the tree"
    : "generated code is forbidden here";
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
  const run = new TrackerRun(registry, trackers, options.preferences, new Set(checked.fields));
  const slow = (frame: Frame): boolean => {
    const dissection = run.next(frame);
    const matches = evaluate((name) => dissection.occurrences(name));
    if (!matches) run.hide(frame.number);
    return matches;
  };
  // Layer numbers of what trackers provide are those of the tree.
  const numbered = trackers.length > 0 && checked.source.includes("#");
  const rows =
    numbered || run.verified.size > 0 || run.watchesDisplay || !canGenerate()
      ? undefined
      : new ExtractedRun(registry, run, { filter: checked });
  const filter = rows === undefined ? slow : (frame: Frame): boolean => rows.matches(frame);
  const plan = (): string => {
    const tests = rows?.tests;
    if (tests === undefined) {
      const why = rows?.isTooLarge === true ? TOO_LARGE : slowReason(run, trackers.length > 0);
      return `evaluated: ${why}\n`;
    }
    return planText(plannedTests(checked.source, tests));
  };
  return Object.defineProperties(
    Object.assign(filter, {
      fields: checked.fields,
      source: checked.source,
      plan: "",
      forgotten: 0,
      reset: () => {
        run.reset();
        rows?.reset();
      },
      rewind: () => {
        run.rewind();
        rows?.reset();
      },
      columns: (names: readonly string[]): ColumnSource =>
        createColumnSource(registry, names, options.preferences),
      rows: (names: readonly string[], take: (row: Row) => void): BatchFilter | undefined =>
        createRowFilter(registry, checked, names, take, options.preferences),
      scan: rows && ((format: ScanFormat): RecordScan | undefined => rows.scan(format)),
    }),
    {
      source: { enumerable: true, get: () => rows?.source || checked.source },
      plan: { enumerable: true, get: plan },
      forgotten: { enumerable: true, get: () => run.forgotten },
    },
  );
}
