/** The state of one reading of frames in order: the trackers that the wanted fields need, and nothing else. */
import type { Frame } from "../ir/frame.ts";
import type { Preferences, Provide, Row, Tracker, TrackerState } from "../ir/tracker.ts";
import type { GeneratedNode } from "../ir/tree.ts";
import { dissectFrame } from "./dissect.ts";
import type { FrameDissection } from "./dissection.ts";
import { isExpertField } from "./expert.ts";
import { Placing } from "./generated.ts";
import type { Registry } from "./registry.ts";
import { Rows } from "./rows.ts";
import { SharedTrees } from "./shared-trees.ts";
import { TreeColumns } from "./tree-columns.ts";

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
  /** From this index on they are late. */
  readonly #early: number;
  readonly #inBytes: TreeColumns;
  readonly #inTree: TreeColumns;
  readonly #preferences: Preferences;
  readonly #views: readonly Row[];
  readonly #providers: readonly Provide[];
  #states: TrackerState[];
  /** What the states were at the end of the reading before. */
  #hindsight: readonly TrackerState[] = [];

  /** Of the buffer that frames stand in. */
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = EMPTY;

  /**
   * `wanted`: names of generated fields that are asked for, all where it is undefined. `columns`: see {@link Rows}. `late`: trackers
   * behind the others, which run on frames that somebody looks at.
   */
  constructor(
    registry: Registry,
    trackers: readonly Tracker[],
    preferences: Settings = {},
    wanted?: ReadonlySet<string>,
    columns?: readonly string[],
    late: readonly Tracker[] = [],
  ) {
    this.#registry = registry;
    this.verified = verifiedProtocols(preferences);
    const known: Preferences = {
      get: (name) => (Object.hasOwn(preferences, name) ? preferences[name] : undefined),
    };
    this.#preferences = known;
    const isActive = (tracker: Tracker): boolean => tracker.isActive?.(known) !== false;
    const early = trackers.filter(isActive);
    const behind = late.filter(isActive);
    const all = [...early, ...behind];
    this.#trackers = all;
    this.#early = early.length;
    this.rows = new Rows(registry, {
      early,
      late: behind,
      idle: [...trackers, ...late].filter((tracker) => !isActive(tracker)),
      wanted: wanted && withFindings(registry, wanted),
      columns,
    });
    this.#inBytes = new TreeColumns(registry, this.rows.inBytes);
    this.#inTree = new TreeColumns(registry, this.rows.inTree);
    this.#views = all.map((tracker) => this.rows.view(tracker.requires));
    this.#providers = all.map((tracker) => this.rows.provider(tracker));
    this.#states = this.#create();
    this.rows.store.onRow = () => {
      this.rows.begin();
      this.#update(0, this.#early);
    };
  }

  #create(): TrackerState[] {
    const wants = (name: string): boolean => this.rows.wants(name);
    const { cache } = this.rows;
    return this.#trackers.map((tracker, index) =>
      tracker.create(this.#preferences, wants, this.#hindsight[index], cache),
    );
  }

  reset(): void {
    this.rows.cache?.forgetAll();
    this.#states = this.#create();
  }

  /** The same frames are read again, knowing what is known now. */
  rewind(): void {
    this.#hindsight = this.#states;
    this.reset();
  }

  get forgotten(): number {
    return this.#states.reduce((sum, state) => sum + state.forgotten, 0);
  }

  /** Does any of them look at which frames are displayed? */
  get watchesDisplay(): boolean {
    return this.#states.some(({ hidden }) => hidden !== undefined);
  }

  /** The frame that was run last was left out by a display filter. */
  hide(frameNumber: number): void {
    for (const state of this.#states) state.hidden?.(frameNumber);
  }

  #update(from: number, to: number): void {
    const states = this.#states;
    for (let index = from; index < to; index++)
      states[index]?.update(this.#views[index] as Row, this.#providers[index] as Provide); // made for each tracker
  }

  /** The frame's tree without what the trackers find. */
  dissect(frame: Frame): FrameDissection {
    return dissectFrame(this.#registry, frame, { verifyChecksums: this.verified });
  }

  /** Dissects the frame and adds what the trackers find. */
  next(frame: Frame): FrameDissection {
    const dissection = this.dissect(frame);
    this.fill(frame, dissection);
    if (this.#trackers.length > 0) {
      this.rows.store.run(frame.data, EMPTY, frame.number, -1);
      this.place(dissection);
    }
    return dissection;
  }

  /** Takes the columns that stand in the bytes from the tree. */
  fill(frame: Frame, dissection: FrameDissection): void {
    const { store } = this.rows;
    store.clear();
    this.#begin(frame);
    this.#inBytes.fillAll(store, dissection);
  }

  #begin(frame: Frame): void {
    const { store } = this.rows;
    store.time = frame.timestamp;
    store.frameNumber = frame.number;
    store.record = -1;
  }

  get hasTrackers(): boolean {
    return this.#trackers.length > 0;
  }

  /** Adds to the tree of the frame that was run last what the trackers found in it; the late ones look at it now. */
  place(dissection: FrameDissection): void {
    this.#inTree.fillAll(this.rows.store, dissection);
    this.#runLate();
    this.#putInto(dissection);
  }

  #runLate(): void {
    this.#update(this.#early, this.#trackers.length);
  }

  #putInto(dissection: FrameDissection): readonly (GeneratedNode | undefined)[] {
    const nodes = this.rows.place(new Placing(dissection.layers));
    // The rows were read through the index: it is made anew with what was added.
    dissection.forgetIndex();
    return nodes;
  }

  /** Trees for whoever looks at one frame at a time; undefined where what trackers read or trees say hangs on more than values. */
  shareTrees(): SharedTrees | undefined {
    const columns = new TreeColumns(this.#registry, new Map([...this.rows.inBytes, ...this.rows.inTree]));
    // What a tree says of verified checksums hangs on all bytes.
    if (!columns.isWhole || this.verified.size > 0) return undefined;
    return new SharedTrees(this.#registry, {
      rows: this.rows,
      columns,
      dissect: (frame) => this.dissect(frame),
      run: (frame, row) => {
        const { data } = frame;
        this.#begin(frame);
        if (this.#view.buffer !== data.buffer) {
          this.#bytes = new Uint8Array(data.buffer);
          this.#view = new DataView(data.buffer);
        }
        row.fill(frame, data.byteOffset);
        this.rows.store.run(this.#bytes, this.#view, frame.number, -1);
        this.#runLate();
      },
      put: (dissection) => this.#putInto(dissection),
      place: (dissection) => this.place(dissection),
    });
  }
}
