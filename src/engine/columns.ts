/** Values of fields, frame by frame, where a {@link createRowFilter} cannot give them: from trees. */
import type { ColumnSource } from "../capture/scan.ts";
import type { RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import { dissectFrame } from "./dissect.ts";
import { ExtractedRun } from "./extracted-run.ts";
import { neededTrackers, TrackerRun, verifiedProtocols } from "./pass.ts";
import type { Registry } from "./registry.ts";

type Preferences = Readonly<Record<string, string | number | boolean>>;

/** A source of columns that owns the trackers that they need: one for each reading. */
export function createColumnSource(
  registry: Registry,
  names: readonly string[],
  preferences?: Preferences,
): ColumnSource {
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
