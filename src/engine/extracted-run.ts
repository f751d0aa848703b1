/**
 * Trackers on extracted values. The rows that they ask for are taken from the bytes, and the fields that they provide are
 * given to the filter without a tree to stand in. What cannot be told without the tree is looked up in one.
 */
import { Collector } from "../backends/extract/collect.ts";
import { canGenerate } from "../codegen/function.ts";
import type { FieldSource, Occurrence } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { Tracker } from "../ir/tracker.ts";
import type { Dissection } from "../ir/tree.ts";
import { dissectFrame } from "./dissect.ts";
import { type Found, placeGenerated } from "./generated.ts";
import type { TrackerRun } from "./pass.ts";
import type { Registry } from "./registry.ts";

const NONE: readonly Occurrence[] = [];

export class ExtractedRun {
  readonly #registry: Registry;
  readonly #run: TrackerRun;
  readonly #trackers: readonly Tracker[];
  readonly #fields: readonly string[];
  #collector: Collector | undefined;
  #revision = -1;
  #found: readonly Found[] = [];
  #dissection: Dissection | undefined;

  constructor(registry: Registry, run: TrackerRun, trackers: readonly Tracker[], fields: readonly string[]) {
    this.#registry = registry;
    this.#run = run;
    this.#trackers = trackers;
    this.#fields = fields;
  }

  #refresh(): Collector | undefined {
    if (this.#revision === this.#registry.revision) return this.#collector;
    this.#revision = this.#registry.revision;
    const provides = this.#trackers.flatMap((tracker) => tracker.provides);
    const provided = new Set(provides.map(({ info }) => info.name));
    const wanted = [
      ...this.#fields,
      ...this.#trackers.flatMap((tracker) => tracker.requires),
      ...provides.map(({ info, placement }) => placement.after ?? placement.layer ?? info.protocol),
    ];
    const names = [...new Set(wanted)].filter((name) => !provided.has(name));
    const possible =
      canGenerate() && names.every((name) => Collector.reason(this.#registry, name) === undefined);
    this.#collector = possible ? new Collector(this.#registry, names) : undefined;
    return this.#collector;
  }

  /** The frame's fields, once the trackers have seen it. Holds until the next frame. */
  next(frame: Frame): FieldSource {
    const collector = this.#refresh();
    this.#dissection = undefined;
    if (collector === undefined || !collector.collect(frame)) {
      const dissection = this.#run.next(frame);
      this.#dissection = dissection;
      return (name) => dissection.occurrences(name);
    }
    const stateless: FieldSource = (name) => collector.occurrences(name);
    const found = this.#run.update(frame, stateless);
    this.#found = found;
    const generated = placed(found, stateless);
    if (generated === undefined) {
      const dissection = this.dissect(frame);
      return (name) => dissection.occurrences(name);
    }
    return (name) => generated.get(name) ?? collector.occurrences(name) ?? NONE;
  }

  /** The tree of the frame that `next` took last, with what the trackers found in it. */
  dissect(frame: Frame): Dissection {
    if (this.#dissection !== undefined) return this.#dissection;
    const dissection = dissectFrame(this.#registry, frame);
    for (const one of this.#found) placeGenerated(dissection.layers, one);
    dissection.forgetIndex();
    this.#dissection = dissection;
    return dissection;
  }
}

/** What was found, by name in the order of the headers; undefined where the order hangs on more than that. */
function placed(found: readonly Found[], source: FieldSource): Map<string, Occurrence[]> | undefined {
  const byName = new Map<string, Occurrence[]>();
  for (const { field, value, occurrence } of found) {
    const { name, protocol } = field.info;
    const anchor = field.placement.after ?? field.placement.layer ?? protocol;
    const list = byName.get(name);
    // One value a header, in order: then the place of each follows from its number.
    if ((list?.length ?? 0) !== occurrence) return undefined;
    const headers = byName.get(anchor) ?? source(anchor);
    if (headers.length <= occurrence) return undefined;
    if (list === undefined) byName.set(name, [{ value, layer: 1 }]);
    else list.push({ value, layer: 1 });
  }
  return byName;
}
