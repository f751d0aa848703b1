/** A filter that shows some fields of the frames that match, without a tree and without objects for them. */
import { notCovered } from "../backends/extract/coverage.ts";
import type { BatchFilter, RecordScan, ScanFormat } from "../capture/scan.ts";
import { canGenerate } from "../codegen/function.ts";
import type { CheckedFilter } from "../filter/compile.ts";
import { asksGivenLayers } from "../filter/test-fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { Row } from "../ir/tracker.ts";
import { ExtractedRun } from "./extracted-run.ts";
import { neededTrackers, TrackerRun, verifiedProtocols } from "./pass.ts";
import type { Registry } from "./registry.ts";
import { timeNames } from "./row-view.ts";

/** Undefined where a field has to be looked up in a tree. */
export function createRowFilter(
  registry: Registry,
  checked: CheckedFilter,
  names: readonly string[],
  take: (row: Row) => void,
  preferences?: Readonly<Record<string, string | number | boolean>>,
): BatchFilter | undefined {
  const inBytes = (name: string): boolean => notCovered(registry, name) === undefined;
  const provided = (name: string): boolean => registry.fields.get(name)?.tracker !== undefined;
  // Layer numbers of what trackers provide are those of the tree.
  if (!canGenerate() || asksGivenLayers(checked.ast)) return undefined;
  if (verifiedProtocols(preferences).size > 0) return undefined;
  const times = timeNames(registry);
  if (!names.every((name) => provided(name) || times.has(name) || inBytes(name))) return undefined;
  const wanted = [...checked.fields, ...names];
  const run = new TrackerRun(
    registry,
    neededTrackers(registry, wanted),
    preferences,
    new Set(wanted),
    names.filter(inBytes),
  );
  if (run.watchesDisplay) return undefined;
  const rows = new ExtractedRun(registry, run, { filter: checked, matching: true });
  const row = run.rows.view(names, times);
  run.rows.store.onMatch = () => take(row);
  return Object.assign((frame: Frame): boolean => rows.matches(frame), {
    scan: (format: ScanFormat): RecordScan | undefined => rows.scan(format),
  });
}
