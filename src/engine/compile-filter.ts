/** Filter text → a predicate over frames. */

import { notCovered } from "../backends/extract/coverage.ts";
import type { TestPlan } from "../backends/extract/test-tree.ts";
import type { BatchFilter, ColumnSource, RecordScan, ScanFormat } from "../capture/scan.ts";
import { canGenerate } from "../codegen/function.ts";
import type { Test } from "../filter/ast.ts";
import { compileFilterText } from "../filter/compile.ts";
import { toEvaluator } from "../filter/evaluate.ts";
import { asksGivenLayers, singleTests } from "../filter/test-fields.ts";
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

/** Why no test of a filter is decided on the bytes, whatever is registered; undefined where some may be. */
function slowReason({ verified, watchesDisplay }: TrackerRun, test: Test): string | undefined {
  if (!canGenerate()) return "generated code is forbidden here";
  if (watchesDisplay) return "which frames are displayed hangs on the filter";
  if (verified.size > 0) return "states of checksums are those of the tree";
  return asksGivenLayers(test) ? "layer numbers of what trackers provide are those of the tree" : undefined;
}

/** Why the rows of trackers are not taken from the bytes. */
function rowsReason(registry: Registry, { rows }: TrackerRun): string {
  const [first] = [...rows.inBytes.keys()].flatMap((name) => notCovered(registry, name) ?? []);
  return `the trackers read more than the bytes tell: ${first ?? ""}`;
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
  const reason = slowReason(run, checked.ast);
  const rows = reason === undefined ? new ExtractedRun(registry, run, { filter: checked }) : undefined;
  const filter = rows === undefined ? slow : (frame: Frame): boolean => rows.matches(frame);
  const plan = (): string => {
    const evaluated = (why: string): TestPlan[] =>
      singleTests(checked.ast).map((test) => ({ test, reason: why }));
    const tests =
      rows?.tests ?? evaluated(reason ?? (rows?.isTooLarge === true ? TOO_LARGE : rowsReason(registry, run)));
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
