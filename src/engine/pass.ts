/** The state of one reading of frames in order: the trackers that the wanted fields need, and nothing else. */
import type { FieldSource, RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { Preferences, Row, Tracker, TrackerState } from "../ir/tracker.ts";
import type { Dissection } from "../ir/tree.ts";
import type { DissectOptions } from "./api.ts";
import { dissectFrame } from "./dissect.ts";
import { type Found, placeGenerated } from "./generated.ts";
import type { Registry } from "./registry.ts";

/** Trackers that provide any of the fields, with those that they rest on, in the order in which they must run. */
export function neededTrackers(
  registry: Registry,
  fields: Iterable<string>,
  extra: readonly Tracker[] = [],
): Tracker[] {
  const order: Tracker[] = [];
  const seen = new Set<Tracker>();
  const add = (tracker: Tracker | undefined): void => {
    if (tracker === undefined || seen.has(tracker)) return;
    seen.add(tracker);
    for (const name of tracker.requires) addField(name);
    order.push(tracker);
  };
  const addField = (name: string): void => {
    const id = registry.fields.get(name)?.tracker;
    if (id !== undefined) add(registry.trackers.get(id));
  };
  for (const name of fields) addField(name);
  for (const tracker of extra) add(tracker);
  return order;
}

/** One frame's wanted fields, from its occurrences and from the trackers that ran before. */
class SourceRow implements Row {
  readonly frameNumber: number;
  readonly timestamp: bigint | undefined;
  readonly #values: (readonly RawValue[])[];
  constructor(
    frame: Frame,
    source: FieldSource,
    columns: readonly string[],
    found: ReadonlyMap<string, readonly RawValue[]>,
  ) {
    this.frameNumber = frame.number;
    this.timestamp = frame.timestamp;
    this.#values = columns.map((name) => found.get(name) ?? source(name).map((one) => one.value));
  }
  count(column: number): number {
    return this.#values[column]?.length ?? 0;
  }
  at(column: number, index = 0): RawValue | undefined {
    return this.#values[column]?.[index];
  }
  number(column: number): number {
    const value = this.#values[column]?.[0];
    return value === undefined ? Number.NaN : Number(value);
  }
}

/** Runs trackers over frames. Frames that are not of interest must be given all the same: state depends on each. */
export class TrackerRun {
  readonly #registry: Registry;
  readonly #trackers: readonly Tracker[];
  readonly #preferences: Preferences;
  #states: TrackerState[];

  constructor(
    registry: Registry,
    trackers: readonly Tracker[],
    preferences: Readonly<Record<string, string | number | boolean>> = {},
  ) {
    this.#registry = registry;
    this.#trackers = trackers;
    this.#preferences = { get: (name) => (Object.hasOwn(preferences, name) ? preferences[name] : undefined) };
    this.#states = this.#create();
  }

  #create(): TrackerState[] {
    return this.#trackers.map((tracker) => tracker.create(this.#preferences));
  }

  reset(): void {
    this.#states = this.#create();
  }

  get forgotten(): number {
    return this.#states.reduce((sum, state) => sum + state.forgotten, 0);
  }

  /** The frame that `next` took last was left out by a display filter. */
  hide(frameNumber: number): void {
    for (const state of this.#states) state.hidden?.(frameNumber);
  }

  /** Runs the trackers on the frame's fields; what they found is not placed anywhere. */
  update(frame: Frame, source: FieldSource): readonly Found[] {
    const found: Found[] = [];
    const values = new Map<string, RawValue[]>();
    for (const [index, tracker] of this.#trackers.entries()) {
      const row = new SourceRow(frame, source, tracker.requires, values);
      for (const { info } of tracker.provides) values.set(info.name, []);
      this.#states[index]?.update(row, (number, value, occurrence = 0) => {
        const field = tracker.provides[number];
        if (field === undefined) return;
        values.get(field.info.name)?.push(value);
        found.push({ field, value, occurrence });
      });
    }
    return found;
  }

  /** Dissects the frame and adds what the trackers find. */
  next(frame: Frame, options?: DissectOptions): Dissection {
    const dissection = dissectFrame(this.#registry, frame, options);
    if (this.#trackers.length === 0) return dissection;
    const found = this.update(frame, (name) => dissection.occurrences(name));
    for (const one of found) placeGenerated(dissection.layers, one);
    // The rows were read through the index: it is made anew with what was added.
    dissection.forgetIndex();
    return dissection;
  }
}
