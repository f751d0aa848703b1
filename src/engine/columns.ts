/** Values of fields, frame by frame, where a {@link createRowFilter} cannot give them: from trees. */
import type { ColumnSource } from "../capture/scan.ts";
import { unknownField } from "../filter/context.ts";
import { Source } from "../filter/source-error.ts";
import type { RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import { dissectFrame } from "./dissect.ts";
import { ExtractedRun } from "./extracted-run.ts";
import { neededTrackers, TrackerRun, verifiedProtocols } from "./pass.ts";
import type { Registry } from "./registry.ts";

type Preferences = Readonly<Record<string, string | number | boolean>>;

/** Refuses names of columns that no field has, as a filter does. */
export function requireFields(registry: Registry, names: readonly string[]): void {
  const table = registry.fieldTable();
  for (const name of names)
    if (table.get(name) === undefined)
      unknownField({ source: new Source(name), table }, name, { start: 0, end: name.length });
}

/** A source of columns that owns the trackers that they need: one for each reading. */
export function createColumnSource(
  registry: Registry,
  names: readonly string[],
  preferences?: Preferences,
): ColumnSource {
  requireFields(registry, names);
  const trackers = neededTrackers(registry, names);
  if (trackers.length > 0 || verifiedProtocols(preferences).size > 0) {
    const run = new TrackerRun(registry, trackers, preferences, new Set(names));
    const rows = new ExtractedRun(registry, run);
    return {
      stateful: true,
      read(frame) {
        rows.decide(frame);
        const dissection = rows.dissect(frame);
        return names.map((name) => dissection.occurrences(name).map((one) => one.value));
      },
    };
  }
  return {
    stateful: false,
    read(frame: Frame): readonly (readonly RawValue[])[] {
      const dissection = dissectFrame(registry, frame);
      return names.map((name) => dissection.occurrences(name).map((one) => one.value));
    },
  };
}
