/** Follows connections through a capture. */
import { BoundedMap, type Touchable } from "../../dissectors/trackers/bounded-map.ts";
import { type Connection, MptcpModel, type Subflow } from "../../dissectors/trackers/mptcp-model.ts";
import type { Provide, Row, Tracker, TrackerState } from "../plugin.ts";
import { Clock } from "./clock.ts";
import { ConnectionState } from "./connection-state.ts";
import type { Context, OptionParser } from "./context.ts";
import { takeData } from "./data.ts";
import { takeFollowing, takeSyn } from "./handshake.ts";
import { SEGMENT_FIELDS, Segment } from "./segment.ts";
import { takeSignals } from "./signals.ts";
import type { AnalysisSink } from "./sink.ts";
import { opposite, SubflowState } from "./subflow-state.ts";
import type { CaptureAnalysis, Side } from "./types.ts";

export interface AnalyzerOptions {
  /** Keys by token, for captures that begin after the handshake. */
  readonly keys?: ReadonlyMap<number, bigint> | undefined;
  /** Connections that are followed; more are counted as forgotten. Default 100,000. */
  readonly maxConnections?: number | undefined;
  readonly sink?: AnalysisSink | undefined;
  /** An engine's `parseOptions`: tells what a SYN offers besides MPTCP, which is left out without it. */
  readonly parse?: OptionParser | undefined;
}

/** What is known of a stream: with who sent it, what its segments belong to. */
interface StreamEntry extends Touchable, Context {
  connection: ConnectionState;
  side: Side;
  /** It shows the packets of another stream again. */
  view: boolean;
}

const DEFAULT_MAX = 100_000;
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
  readonly #parse: OptionParser;
  readonly #sink: AnalysisSink;
  readonly #max: number;
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
    this.#parse = options.parse ?? (() => []);
    this.#max = options.maxConnections ?? DEFAULT_MAX;
    this.#sink = options.sink ?? {};
    this.#keyed = (options.keys?.size ?? 0) > 0;
    this.#model = new MptcpModel(this.#max * 4, { keys: options.keys, matchLate: true });
    this.#streams = new BoundedMap(this.#max * 4);
    const state: TrackerState = {
      update: (row: Row, _provide: Provide) => this.#row(row),
      forgotten: 0,
    };
    this.tracker = { id: "subflow.analysis", requires: SEGMENT_FIELDS, provides: [], create: () => state };
  }

  #row(row: Row): void {
    this.#frames++;
    this.#clock.tick(row.timestamp);
    const segment = this.#segment;
    if (!segment.read(row, this.#clock.now)) return;
    this.#segments++;
    if (segment.stream >= this.#streamCount) this.#streamCount = segment.stream + 1;
    const known = this.#streams.get(segment.stream);
    // Data of a connection that is known tell the model nothing.
    const settled =
      known !== undefined && (segment.plain || !segment.mptcp) && !this.#keyed && known.connection.hasPlaces;
    const modelled = settled ? undefined : this.#model.accept(segment);
    const entry = known ?? this.#begin(segment, modelled);
    if (entry === undefined) return;
    if (modelled !== undefined && !entry.view && entry.connection.model !== modelled.connection)
      this.#link(entry, modelled, segment);
    if (entry.view || entry.subflow.duplicates.accept(segment)) entry.connection.duplicates++;
    else this.#take(entry);
  }

  /** The connection that a stream belongs to is known. */
  #link(entry: StreamEntry, modelled: Subflow, segment: Segment): void {
    const { connection, subflow } = entry;
    const other = this.#byModel.get(modelled.connection);
    // A model that had to forget the stream knows less than before.
    if (connection.hasPlaces || other === connection) return;
    if (other === undefined) {
      connection.model = modelled.connection;
      this.#byModel.set(modelled.connection, connection);
      return;
    }
    // A SYN of version 1 has no key, and a late stream none at all: only now it is seen that this is a connection that is known.
    entry.connection = other;
    connection.dropped = true;
    const twin = findTwin(other, subflow);
    if (connection.model !== undefined || twin === undefined) {
      const turned = modelled.sideOfLow !== subflow.sideOfLow;
      if (turned) subflow.turn();
      other.takeOver(connection, turned);
      return;
    }
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
    const subflow = new SubflowState(segment, sideOfLow, modelled?.origin ?? "capable");
    const twin = known === undefined ? undefined : findTwin(connection, subflow);
    const entry: StreamEntry = {
      connection,
      subflow,
      segment,
      side: 0,
      parse: this.#parse,
      sink: this.#sink,
      view: twin !== undefined,
      touched: false,
    };
    if (twin === undefined) connection.subflows.push(subflow);
    else connection.views.push({ stream: segment.stream, of: twin.stream, frame: segment.frame });
    this.#streams.set(segment.stream, entry);
    this.#mptcpStreams++;
    return entry;
  }

  #open(segment: Segment): ConnectionState | undefined {
    if (this.#connections.length >= this.#max) {
      this.#refused++;
      return undefined;
    }
    const connection = new ConnectionState(this.#connections.length, segment, this.#clock, this.#sink);
    this.#connections.push(connection);
    return connection;
  }

  #take(entry: StreamEntry): void {
    const { connection, subflow, segment } = entry;
    const side = subflow.side(segment.direction);
    entry.side = side;
    connection.frames++;
    connection.lastTime = segment.time;
    subflow.lastTime = segment.time;
    const direction = subflow.sides[side];
    direction.wireBytes += segment.wireLength;
    if (++direction.segments === 1) {
      direction.end = segment.source;
      subflow.sides[opposite(side)].end = segment.destination;
    }
    this.#note(connection, segment);
    if (segment.syn) takeSyn(entry);
    else takeFollowing(entry);
    takeSignals(entry);
    takeData(entry);
  }

  /** Which options were seen, and how wide their numbers. */
  #note(connection: ConnectionState, segment: Segment): void {
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

  finish(): CaptureAnalysis {
    const kept = this.#connections.filter(({ dropped }) => !dropped);
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
