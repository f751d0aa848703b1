/** Follows connections through a capture. */
import { BoundedMap, type Touchable } from "../../dissectors/trackers/bounded-map.ts";
import { type Connection, MptcpModel, type Subflow } from "../../dissectors/trackers/mptcp-model.ts";
import { Slab } from "../../dissectors/trackers/slab.ts";
import type { Provide, Row, Tracker, TrackerState } from "../plugin.ts";
import { Clock } from "./clock.ts";
import { ConnectionState } from "./connection-state.ts";
import { Context } from "./context.ts";
import { takeData } from "./data.ts";
import { takeFollowing, takeSyn } from "./handshake.ts";
import { SCALED_FIELDS, SEGMENT_FIELDS, SELDOM_FIELDS, Segment } from "./segment.ts";
import { takeSignals } from "./signals.ts";
import type { AnalysisSink } from "./sink.ts";
import { opposite, SubflowState } from "./subflow-state.ts";
import type { CaptureAnalysis } from "./types.ts";

export interface AnalyzerOptions {
  /** Keys by token, for captures that begin after the handshake. */
  readonly keys?: ReadonlyMap<number, bigint> | undefined;
  /** Connections that are followed; more are counted as forgotten. Default 100,000. */
  readonly maxConnections?: number | undefined;
  readonly sink?: AnalysisSink | undefined;
  /** The only connection that is of interest, by its `mptcp.stream`: others are followed until they can be told apart. */
  readonly only?: number | undefined;
}

/** What is known of a stream: what its segments belong to, by direction. */
class StreamEntry implements Touchable {
  low: Context;
  high: Context;

  constructor(low: Context, high: Context) {
    this.low = low;
    this.high = high;
  }

  get touched(): boolean {
    return this.low.touched || this.high.touched;
  }

  set touched(touched: boolean) {
    this.low.touched = touched;
    this.high.touched = touched;
  }

  get view(): boolean {
    return this.low.view;
  }

  set view(view: boolean) {
    this.low.view = view;
    this.high.view = view;
  }
}

const DEFAULT_MAX = 100_000;
/** Mask of the places for recent streams. */
const RECENT = 0xfff;
/** Subflows of one connection that are followed; RFC 8684 section 2.2 leaves 256 address identifiers to each side. */
const MAX_SUBFLOWS = 1024;
const SUBTYPES: Readonly<Record<string, number>> = {
  capable: 0,
  join: 1,
  dss: 2,
  addAddr: 3,
  removeAddr: 4,
  prio: 5,
  fail: 6,
  fastClose: 7,
  reset: 8,
};

/** Takes rows in order, as a tracker without fields: give `tracker` to a pass. */
export class Analyzer {
  readonly tracker: Tracker;
  readonly #model: MptcpModel;
  readonly #streams: BoundedMap<number, StreamEntry>;
  readonly #byModel = new WeakMap<Connection, ConnectionState>();
  readonly #connections: ConnectionState[] = [];
  /** By the lower bits of a stream's number and the direction: that is asked for with each segment, and leads to all the rest. */
  readonly #recent: (Context | undefined)[] = [];
  readonly #slab = new Slab();
  readonly #sink: AnalysisSink;
  readonly #max: number;
  readonly #only: number | undefined;
  readonly #clock = new Clock();
  readonly #segment = new Segment();
  #frames = 0;
  #segments = 0;
  #streamCount = 0;
  #mptcpStreams = 0;
  #refused = 0;
  /** Keys were given, which any numbers may turn out to belong to. */
  readonly #keyed: boolean;

  constructor(options: AnalyzerOptions = {}) {
    for (let place = 0; place <= 2 * RECENT + 1; place++) this.#recent.push(undefined);
    this.#max = options.maxConnections ?? DEFAULT_MAX;
    this.#sink = options.sink ?? {};
    this.#only = options.only;
    this.#keyed = (options.keys?.size ?? 0) > 0;
    this.#model = new MptcpModel(this.#max * 4, { keys: options.keys, matchLate: true });
    this.#streams = new BoundedMap(this.#max * 4);
    const state: TrackerState = {
      update: (row: Row, _provide: Provide) => this.#row(row),
      forgotten: 0,
    };
    const requires = this.#sink.ack === undefined ? SEGMENT_FIELDS : SCALED_FIELDS;
    this.tracker = {
      id: "subflow.analysis",
      requires,
      seldom: SELDOM_FIELDS,
      provides: [],
      create: () => state,
    };
  }

  #row(row: Row): void {
    this.#frames++;
    this.#clock.tick(row);
    const segment = this.#segment;
    if (!segment.read(row, this.#clock)) return;
    this.#segments++;
    if (segment.stream >= this.#streamCount) this.#streamCount = segment.stream + 1;
    const recent = this.#recent[((segment.stream & RECENT) << 1) | segment.direction];
    const context = recent?.stream === segment.stream ? recent : this.#find(segment);
    // Data of a connection that is known tell the model nothing.
    const settled =
      context?.connection.hasPlaces === true && (segment.plain || !segment.mptcp) && !this.#keyed;
    if (context !== undefined && settled) {
      // What is written to costs more than what is read.
      if (!context.touched) context.touched = true;
      this.#take(context);
      return;
    }
    const modelled = this.#model.accept(segment);
    const entry = this.#streams.get(segment.stream) ?? this.#begin(segment, modelled);
    if (entry === undefined) return;
    if (modelled !== undefined && !entry.view && entry.low.connection.model !== modelled.connection)
      this.#link(entry, modelled, segment);
    this.#take(segment.direction === 0 ? entry.low : entry.high);
  }

  #take(context: Context): void {
    const { connection, subflow, view } = context;
    if (this.#only !== undefined && this.#isLeftOut(connection)) return;
    if (view || subflow.showsAgain(this.#segment)) connection.duplicates++;
    else if (this.#isOther(context)) place(context);
    else take(context);
  }

  /** Of interest is only what others are told apart by: where its data stand. */
  #isOther({ connection: { model }, subflow: { origin } }: Context): boolean {
    if (this.#only === undefined || model === undefined || model.index === this.#only) return false;
    // A late subflow may turn out to be of another connection, and so may any where keys were given.
    return origin !== "late" && !this.#keyed;
  }

  /** Nothing that its segments tell is of interest, or could change what others are taken for. */
  #isLeftOut({ model, hasAllPlaces }: ConnectionState): boolean {
    return hasAllPlaces && model !== undefined && model.index !== this.#only;
  }

  #find({ stream, direction }: Segment): Context | undefined {
    const entry = this.#streams.get(stream);
    if (entry === undefined) return undefined;
    this.#remember(stream, entry);
    return direction === 0 ? entry.low : entry.high;
  }

  #remember(stream: number, { low, high }: StreamEntry): void {
    const place = (stream & RECENT) << 1;
    this.#recent[place] = low;
    this.#recent[place | 1] = high;
  }

  /** What belongs to the segments of the stream is another one. */
  #attach(entry: StreamEntry, connection: ConnectionState): void {
    const { subflow, stream, view } = entry.low;
    for (const direction of subflow.sides) direction.usual = -1;
    entry.low = this.#context(stream, connection, subflow, 0);
    entry.high = this.#context(stream, connection, subflow, 1);
    entry.view = view;
    this.#remember(stream, entry);
  }

  #context(stream: number, connection: ConnectionState, subflow: SubflowState, direction: 0 | 1): Context {
    return new Context(stream, connection, subflow, subflow.side(direction), this.#segment, this.#sink);
  }

  /** The connection that a stream belongs to is known. */
  #link(entry: StreamEntry, modelled: Subflow, segment: Segment): void {
    const { connection, subflow } = entry.low;
    const other = this.#byModel.get(modelled.connection);
    // A model that had to forget the stream knows less than before.
    if (connection.hasPlaces || other === connection) return;
    if (other === undefined) {
      connection.model = modelled.connection;
      this.#byModel.set(modelled.connection, connection);
      return;
    }
    // A SYN of version 1 has no key, and a late stream none at all: only now it is seen that this is a connection that is known.
    connection.dropped = true;
    const twin = findTwin(other, subflow);
    if (connection.model !== undefined || twin === undefined) {
      const turned = modelled.sideOfLow !== subflow.sideOfLow;
      if (turned) subflow.turn();
      other.takeOver(connection, turned);
      this.#attach(entry, other);
      return;
    }
    this.#attach(entry, other);
    entry.view = true;
    other.duplicates += connection.frames;
    other.views.push({ stream: subflow.stream, of: twin.stream, frame: segment.frame });
  }

  /** The first segment of a stream that has to do with MPTCP. */
  #begin(segment: Segment, modelled: Subflow | undefined): StreamEntry | undefined {
    const asks = segment.options.some((option) => option.kind === "capable");
    if (modelled === undefined && !asks) return undefined;
    const known = modelled === undefined ? undefined : this.#byModel.get(modelled.connection);
    const connection = known ?? this.#open(segment);
    if (connection === undefined) return undefined;
    if (connection.subflows.length >= MAX_SUBFLOWS) {
      this.#refused++;
      return undefined;
    }
    const opener = segment.direction === 0 ? 0 : 1;
    const answers = segment.syn && segment.ack;
    const sideOfLow = modelled?.sideOfLow ?? (answers ? opposite(opener) : opener);
    const subflow = new SubflowState(segment, sideOfLow, modelled?.origin ?? "capable", this.#slab);
    const twin = known === undefined ? undefined : findTwin(connection, subflow);
    const { stream } = segment;
    const entry = new StreamEntry(
      this.#context(stream, connection, subflow, 0),
      this.#context(stream, connection, subflow, 1),
    );
    entry.view = twin !== undefined;
    if (twin === undefined) connection.subflows.push(subflow);
    else connection.views.push({ stream, of: twin.stream, frame: segment.frame });
    this.#streams.set(stream, entry);
    // What was forgotten is not to be found there either.
    if (this.#streams.forgotten > 0) this.#recent.fill(undefined);
    this.#mptcpStreams++;
    return entry;
  }

  #open(segment: Segment): ConnectionState | undefined {
    if (this.#connections.length >= this.#max) {
      this.#refused++;
      return undefined;
    }
    const connection = new ConnectionState(
      this.#connections.length,
      segment,
      this.#clock,
      this.#sink,
      this.#slab,
    );
    this.#connections.push(connection);
    return connection;
  }

  finish(): CaptureAnalysis {
    const only = this.#only;
    const kept = this.#connections.filter(
      ({ dropped, model }) => !dropped && (only === undefined || model?.index === only),
    );
    return {
      frames: this.#frames,
      segments: this.#segments,
      firstTime: this.#clock.first,
      lastTime: this.#clock.first === undefined ? undefined : this.#clock.absolute(this.#clock.now),
      connections: kept.map((connection) => connection.finish()),
      plainStreams: this.#streamCount - this.#mptcpStreams,
      forgotten: this.#model.forgotten + this.#streams.forgotten + this.#refused,
    };
  }
}

/** The subflow of a known connection whose packets a new stream shows again: it begins with the same numbers. */
function findTwin(connection: ConnectionState, { origin, initial }: SubflowState): SubflowState | undefined {
  if (initial === undefined) return undefined;
  return connection.subflows.find((one) => one.origin === origin && one.initial === initial);
}

function place(context: Context): void {
  const { direction, segment } = context;
  if (segment.syn) direction.begin(segment.sequence);
  takeData(context);
}

function take(context: Context): void {
  const { connection, subflow, segment, direction, reverse } = context;
  if (direction.count(segment)) {
    direction.end = segment.source;
    reverse.end = segment.destination;
  }
  if (!isUsual(context)) {
    note(connection, segment);
    if (segment.syn) takeSyn(context);
    else takeFollowing(context);
    takeSignals(context);
    if (segment.plain && subflow.established)
      direction.usual = Math.max(0, direction.usual) | segment.dss.widths;
  }
  takeData(context);
}

/** Nothing but its numbers is new. */
function isUsual({ segment, direction: { usual } }: Context): boolean {
  return segment.plain && usual >= 0 && (segment.dss.widths & ~usual) === 0 && !segment.isSpecial;
}

/** Which options were seen, and how wide their numbers. */
function note(connection: ConnectionState, segment: Segment): void {
  if (segment.plain) {
    connection.noteDss(segment.dss);
    return;
  }
  for (const option of segment.options) {
    connection.subtypes.add(option.kind === "other" ? option.subtype : (SUBTYPES[option.kind] ?? 15));
    if (option.kind === "dss") {
      segment.dss.set(option);
      connection.noteDss(segment.dss);
    }
    if (option.kind === "capable") connection.version = option.version;
  }
}
