/** Values of a few fields, frame by frame, without a tree where generated code can find them. */
import { Collector } from "../backends/extract/collect.ts";
import type { ColumnSource } from "../capture/scan.ts";
import { canGenerate } from "../codegen/function.ts";
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
  const possible = canGenerate() && names.every((name) => Collector.reason(registry, name) === undefined);
  const collector = possible ? new Collector(registry, names) : undefined;
  return {
    stateful: false,
    read(frame: Frame): readonly (readonly RawValue[])[] {
      if (collector?.collect(frame) === true)
        return names.map((name) => collector.occurrences(name).map((one) => one.value));
      const dissection = dissectFrame(registry, frame);
      return names.map((name) => dissection.occurrences(name).map((one) => one.value));
    },
  };
}
