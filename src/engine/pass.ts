/** The state of one reading of frames in order: the trackers that the wanted fields need, and nothing else. */
import type { Frame } from "../ir/frame.ts";
import type { Preferences, Provide, Row, Tracker, TrackerState } from "../ir/tracker.ts";
import { dissectFrame } from "./dissect.ts";
import type { FrameDissection } from "./dissection.ts";
import { isExpertField } from "./expert.ts";
import { placeGenerated } from "./generated.ts";
import type { Registry } from "./registry.ts";
import { Rows } from "./rows.ts";

/** The names, and where expert items are among them those of all findings, which they rest on. */
function withFindings(registry: Registry, names: Iterable<string>): Set<string> {
  const all = new Set(names);
  if (![...all].some(isExpertField)) return all;
  for (const { field, about } of registry.findings.values()) {
    all.add(field);
    if (about !== undefined) all.add(about);
  }
  return all;
}

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
  for (const name of withFindings(registry, fields)) addField(name);
  for (const tracker of extra) add(tracker);
  return order;
}

type Settings = Readonly<Record<string, string | number | boolean>>;

const CHECK = ".check_checksum";

/** Protocols whose checksums the preferences want verified (`tcp.check_checksum`): their states stand in the tree alone. */
export function verifiedProtocols(preferences: Settings = {}): ReadonlySet<string> {
  const asked = Object.keys(preferences).filter((name) => name.endsWith(CHECK) && preferences[name] === true);
  return new Set(asked.map((name) => name.slice(0, -CHECK.length)));
}

/** Values that come from a tree are objects: nothing is read from the frame's bytes. */
const EMPTY: DataView = new DataView(new ArrayBuffer(0));

/** Runs trackers over frames. Frames that are not of interest must be given all the same: state depends on each. */
export class TrackerRun {
  readonly rows: Rows;
  /** See {@link verifiedProtocols}. */
  readonly verified: ReadonlySet<string>;
  readonly #registry: Registry;
  readonly #trackers: readonly Tracker[];
  readonly #preferences: Preferences;
  readonly #views: readonly Row[];
  readonly #providers: readonly Provide[];
  #states: TrackerState[];

  /** `wanted`: names of generated fields that are asked for, all where it is undefined. `columns`: see {@link Rows}. */
  constructor(
    registry: Registry,
    trackers: readonly Tracker[],
    preferences: Settings = {},
    wanted?: ReadonlySet<string>,
    columns?: readonly string[],
  ) {
    this.#registry = registry;
    this.#trackers = trackers;
    this.verified = verifiedProtocols(preferences);
    this.#preferences = { get: (name) => (Object.hasOwn(preferences, name) ? preferences[name] : undefined) };
    this.rows = new Rows(registry, trackers, wanted && withFindings(registry, wanted), columns);
    this.#views = trackers.map((tracker) => this.rows.view(tracker.requires));
    this.#providers = trackers.map((tracker) => this.rows.provider(tracker));
    this.#states = this.#create();
    this.rows.store.onRow = () => this.#update();
  }

  #create(): TrackerState[] {
    const wants = (name: string): boolean => this.rows.wants(name);
    return this.#trackers.map((tracker) => tracker.create(this.#preferences, wants));
  }

  reset(): void {
    this.#states = this.#create();
  }

  get forgotten(): number {
    return this.#states.reduce((sum, state) => sum + state.forgotten, 0);
  }

  /** The frame that was run last was left out by a display filter. */
  hide(frameNumber: number): void {
    for (const state of this.#states) state.hidden?.(frameNumber);
  }

  #update(): void {
    const states = this.#states;
    this.rows.begin();
    for (let index = 0; index < states.length; index++)
      states[index]?.update(this.#views[index] as Row, this.#providers[index] as Provide); // made for each tracker
  }

  /** The frame's tree without what the trackers find. */
  dissect(frame: Frame): FrameDissection {
    return dissectFrame(this.#registry, frame, { verifyChecksums: this.verified });
  }

  /** Dissects the frame and adds what the trackers find. */
  next(frame: Frame): FrameDissection {
    const dissection = this.dissect(frame);
    this.add(frame, dissection);
    return dissection;
  }

  /** Lets the trackers see a frame's tree, and adds what they find. */
  add(frame: Frame, dissection: FrameDissection): void {
    this.fill(frame, dissection);
    if (this.#trackers.length === 0) return;
    this.rows.store.run(frame.data, EMPTY, frame.number, -1);
    this.place(dissection);
  }

  /** Takes the columns that stand in the bytes from the tree. */
  fill(frame: Frame, dissection: FrameDissection): void {
    const { store, inBytes } = this.rows;
    if (inBytes.size === 0) return;
    store.clear();
    store.time = frame.timestamp;
    store.frameNumber = frame.number;
    store.record = -1;
    for (const [name, column] of inBytes)
      for (const { value } of dissection.occurrences(name)) store.push(column, value);
  }

  get hasTrackers(): boolean {
    return this.#trackers.length > 0;
  }

  /** Adds what the trackers found in the frame that was run last. */
  place(dissection: FrameDissection): void {
    placeGenerated(dissection.layers, this.rows.found(), this.rows.anchors);
    // The rows were read through the index: it is made anew with what was added.
    dissection.forgetIndex();
  }
}
