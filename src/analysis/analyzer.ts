/** Follows connections through a capture. */
import { BoundedMap, type Touchable } from "../../dissectors/trackers/bounded-map.ts";
import { type Connection, MptcpModel, type Subflow } from "../../dissectors/trackers/mptcp-model.ts";
import type { Provide, Row, Tracker, TrackerState } from "../plugin.ts";
import { Clock } from "./clock.ts";
import { ConnectionState } from "./connection-state.ts";
import { takeData } from "./data.ts";
import { takeFollowing, takeSyn } from "./handshake.ts";
import { SEGMENT_FIELDS, Segment } from "./segment.ts";
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
}

interface StreamEntry extends Touchable {
  readonly connection: ConnectionState;
  readonly subflow: SubflowState;
}

const DEFAULT_MAX = 100_000;
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
  readonly #sink: AnalysisSink;
  readonly #max: number;
  #frames = 0;
  #segments = 0;
  #streamCount = 0;
  #mptcpStreams = 0;
  #refused = 0;
  readonly #clock = new Clock();
  readonly #segment = new Segment();

  constructor(options: AnalyzerOptions = {}) {
    this.#max = options.maxConnections ?? DEFAULT_MAX;
    this.#sink = options.sink ?? {};
    this.#model = new MptcpModel(this.#max * 4, options.keys);
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
    this.#streamCount = Math.max(this.#streamCount, segment.stream + 1);
    const modelled = this.#model.accept({
      stream: segment.stream,
      direction: segment.direction,
      syn: segment.syn,
      ack: segment.ack,
      options: segment.options,
    });
    const entry = this.#streams.get(segment.stream) ?? this.#begin(segment, modelled);
    if (entry === undefined) return;
    const { connection, subflow } = entry;
    if (modelled !== undefined && connection.model === undefined) this.#link(connection, modelled.connection);
    this.#take(connection, subflow, segment);
  }

  #link(connection: ConnectionState, model: Connection): void {
    connection.model = model;
    this.#byModel.set(model, connection);
  }

  /** The first segment of a stream that has to do with MPTCP. */
  #begin(segment: Segment, modelled: Subflow | undefined): StreamEntry | undefined {
    const asks = segment.options.some((option) => option.kind === "capable");
    if (modelled === undefined && !asks) return undefined;
    let connection = modelled === undefined ? undefined : this.#byModel.get(modelled.connection);
    if (connection === undefined) {
      if (this.#connections.length >= this.#max) {
        this.#refused++;
        return undefined;
      }
      connection = new ConnectionState(this.#connections.length, segment, this.#clock, this.#sink);
      this.#connections.push(connection);
      if (modelled !== undefined) this.#link(connection, modelled.connection);
    }
    const answers = segment.syn && segment.ack;
    const opener = segment.direction === 0 ? 0 : 1;
    const sideOfLow = modelled?.sideOfLow ?? (answers ? opposite(opener) : opener);
    const subflow = new SubflowState(segment, sideOfLow, modelled?.origin ?? "capable");
    connection.subflows.push(subflow);
    const entry: StreamEntry = { connection, subflow, touched: false };
    this.#streams.set(segment.stream, entry);
    this.#mptcpStreams++;
    return entry;
  }

  #take(connection: ConnectionState, subflow: SubflowState, segment: Segment): void {
    const side = subflow.side(segment.direction);
    const direction = subflow.sides[side];
    connection.frames++;
    connection.lastTime = segment.time;
    subflow.lastTime = segment.time;
    direction.segments++;
    direction.wireBytes += segment.wireLength;
    if (direction.segments === 1) {
      direction.end = segment.source;
      subflow.sides[opposite(side)].end = segment.destination;
    }
    for (const option of segment.options) {
      connection.subtypes.add(option.kind === "other" ? option.subtype : (SUBTYPES[option.kind] ?? 15));
      if (option.kind === "dss") {
        if (option.mapping !== undefined) connection.dsnWidths.add(option.mapping.dsn.wide ? 8 : 4);
        if (option.ack !== undefined) connection.ackWidths.add(option.ack.wide ? 8 : 4);
      }
      if (option.kind === "capable") connection.version = option.version;
    }
    const context = { connection, subflow, segment, side };
    if (segment.syn) takeSyn(context);
    else takeFollowing(context);
    takeSignals(context);
    takeData(context, this.#sink);
  }

  finish(): CaptureAnalysis {
    return {
      frames: this.#frames,
      segments: this.#segments,
      firstTime: this.#clock.first,
      lastTime: this.#clock.first === undefined ? undefined : this.#clock.absolute(this.#clock.now),
      connections: this.#connections.map((connection) => connection.finish()),
      plainStreams: this.#streamCount - this.#mptcpStreams,
      forgotten: this.#model.forgotten + this.#streams.forgotten + this.#refused,
    };
  }
}
