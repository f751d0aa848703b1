/** What is kept of one connection. */
import { dsnAdd } from "../../dissectors/trackers/mptcp-dsn.ts";
import type { Connection } from "../../dissectors/trackers/mptcp-model.ts";
import type { Slab } from "../../dissectors/trackers/slab.ts";
import { AddressBook } from "./addresses.ts";
import { CheckList } from "./checks.ts";
import type { Clock } from "./clock.ts";
import { findHandovers } from "./handover.ts";
import { observe } from "./observations.ts";
import { type Dss, type Segment, WIDTH, type Words } from "./segment.ts";
import { SideState } from "./side-state.ts";
import type { AnalysisSink } from "./sink.ts";
import type { SubflowState } from "./subflow-state.ts";
import type {
  ConnectionAnalysis,
  ConnectionEvent,
  EventKind,
  Fallback,
  HostAnalysis,
  Side,
  View,
} from "./types.ts";

/** Events that are kept of one connection; repetitions in a row are one. */
const MAX_EVENTS = 2000;
const REPEATING: ReadonlySet<EventKind> = new Set<EventKind>(["reinjection", "zero-window"]);

export class ConnectionState {
  model: Connection | undefined;
  /** Some of its data have been placed. */
  hasPlaces = false;
  /** Of both sides' data. */
  hasAllPlaces = false;
  /** Of the DSS that were seen. */
  #widths = 0;
  firstMapping: number | undefined;
  firstDataAck: number | undefined;
  readonly sides: readonly [SideState, SideState];
  /** Order in which they began, from 0. */
  readonly number: number;
  readonly firstFrame: number;
  readonly firstTime: number;
  /** Frames that show again what another place of the path showed. */
  duplicates = 0;
  readonly views: View[] = [];
  /** It turned out to be another one, seen at another place. */
  dropped = false;
  version: number | undefined;
  complete = false;
  readonly subflows: SubflowState[] = [];
  readonly addresses: AddressBook = new AddressBook();
  readonly checks: CheckList;
  readonly subtypes: Set<number> = new Set();
  fallback: Fallback | undefined;
  #events: ConnectionEvent[] = [];
  #dropped = 0;
  readonly #clock: Clock;
  readonly #sink: AnalysisSink;

  constructor(number: number, { frame, time }: Segment, clock: Clock, sink: AnalysisSink, slab: Slab) {
    this.sides = [new SideState(slab), new SideState(slab)];
    this.number = number;
    this.firstFrame = frame;
    this.firstTime = time;
    this.#clock = clock;
    this.#sink = sink;
    const { check } = sink;
    this.checks = new CheckList(check === undefined ? undefined : (one) => check(number, one));
  }

  get frames(): number {
    return this.subflows.reduce((sum, { sides }) => sum + sides[0].segments + sides[1].segments, 0);
  }

  get #lastTime(): number {
    const [first, ...others] = this.subflows.map(({ seen }) => seen);
    if (first === undefined) return this.firstTime;
    return others.reduce((newest, one) => (one.frame > newest.frame ? one : newest), first).time;
  }

  event(kind: EventKind, frame: number, time: number, stream: number, side: Side, text: string): void {
    const event: ConnectionEvent = {
      kind,
      frame,
      time: this.#clock.absolute(time),
      stream,
      side,
      text,
      count: 1,
    };
    this.#sink.event?.(this.number, event, time);
    const last = this.#events.at(-1);
    const repeats =
      REPEATING.has(kind) && last?.kind === kind && last.stream === stream && last.side === side;
    if (repeats) this.#events[this.#events.length - 1] = { ...last, count: last.count + 1 };
    else if (this.#events.length < MAX_EVENTS) this.#events.push(event);
    else this.#dropped++;
  }

  /** The first reason counts. */
  fallBack(fallback: Fallback, time: number, side: Side): void {
    if (this.fallback !== undefined) return;
    this.fallback = fallback;
    this.#sink.fallback?.(this.number, fallback);
    this.event("fallback", fallback.frame, time, fallback.stream, side, fallback.text);
  }

  /** One side at least asked for DSS checksums. */
  get checksums(): boolean {
    return this.sides.some((side) => side.checksumRequired === true);
  }

  /** Another state turned out to be of this connection; it has seen no data yet. `turned`: its sides are the other way round. */
  takeOver(other: ConnectionState, turned: boolean): void {
    this.subflows.push(...other.subflows);
    this.complete ||= other.complete;
    this.version ??= other.version;
    this.checks.takeOver(other.checks);
    this.addresses.takeOver(other.addresses, turned);
    for (const subtype of other.subtypes) this.subtypes.add(subtype);
    for (const event of other.#events) {
      this.#events.push(turned ? { ...event, side: event.side === 0 ? 1 : 0 } : event);
    }
    for (const side of [0, 1] as const)
      this.sides[side].checksumRequired ??= other.sides[side].checksumRequired;
  }

  findSubflow(stream: number): SubflowState | undefined {
    return this.subflows.find((one) => one.stream === stream);
  }

  noteDss({ widths }: Dss): void {
    this.subtypes.add(2);
    this.#widths |= widths;
  }

  /** Place of a data sequence number in a side's data. */
  place(side: Side, number: Words): number {
    const state = this.sides[side];
    if (!state.isNumbered) this.#beginPlaces(side, number);
    return state.placeOf(number);
  }

  #beginPlaces(side: Side, number: Words): void {
    const state = this.sides[side];
    const host = this.model?.hosts[side];
    this.hasPlaces = true;
    this.hasAllPlaces = this.sides[side === 0 ? 1 : 0].isNumbered;
    if (host?.idsn === undefined) state.numberFrom(number);
    else {
      state.number(dsnAdd(host.idsn, 1n));
      if (this.complete) state.beginOrder();
    }
    // The model compares numbers of streams that belong nowhere with these.
    if (host !== undefined && number.wide) host.last ??= (BigInt(number.high) << 32n) | BigInt(number.low);
  }

  #host(side: Side): HostAnalysis {
    const host = this.model?.hosts[side];
    const state = this.sides[side];
    return {
      key: host?.key,
      token: host?.token,
      idsn: host?.idsn,
      bytes: state.data.size + state.synBytes + state.unmappedBytes,
      synBytes: state.synBytes,
      dataFin: state.dataFin,
      acknowledgedBytes: state.acknowledgedBytes,
      checksumRequired: state.checksumRequired,
      goodput: state.goodput,
      dataRtt: state.rtt,
      mostInFlight: state.mostInFlight,
      reorderBytes: state.reorderBytes,
      reorderTime: state.reorderTime,
      longestStall:
        state.stall === 0
          ? undefined
          : { time: this.#clock.absolute(state.stallBegan), duration: state.stall },
      reinjections: state.reinjections,
      reinjectedBytes: state.reinjectedBytes,
      repeats: state.repeats,
      repeatedBytes: state.repeatedBytes,
      repeatFrames: state.repeatFrames,
      reinjectionFrames: state.reinjectionFrames,
      redundantBytes: state.redundantBytes,
    };
  }

  /** Known only at the end: that a subflow carries nothing more. */
  #addHandovers(): void {
    const side: Side = this.sides[0].data.size > this.sides[1].data.size ? 0 : 1;
    for (const { from, to, time } of findHandovers(this.subflows, side)) {
      const text = `Data move from stream ${from.stream} to stream ${to.stream}`;
      this.event("handover", from.sides[side].lastNewFrame, time, to.stream, side, text);
    }
    this.#events.sort((a, b) => Number(a.time - b.time));
  }

  finish(): ConnectionAnalysis {
    for (const subflow of this.subflows) {
      for (const { checksums } of subflow.sides) {
        for (const one of checksums?.end() ?? []) {
          this.checks.add("dss-checksum", one.frame, subflow.stream, one.verdict, one.detail);
        }
      }
    }
    this.#addHandovers();
    const found: ConnectionAnalysis = {
      number: this.number,
      index: this.model?.index,
      // A key that was given tells it by its token.
      version:
        this.version ??
        (this.model?.hosts.some(({ key }) => key !== undefined) ? this.model.version : undefined),
      firstFrame: this.firstFrame,
      firstTime: this.#clock.absolute(this.firstTime),
      lastTime: this.#clock.absolute(this.#lastTime),
      frames: this.frames,
      duplicates: this.duplicates,
      views: this.views,
      checksums: this.checksums,
      complete: this.complete,
      firstMapping: this.firstMapping,
      firstDataAck: this.firstDataAck,
      hosts: [this.#host(0), this.#host(1)],
      subflows: this.subflows.map((subflow) => subflow.result(this.#clock)),
      addresses: this.addresses.result,
      events: this.#events,
      droppedEvents: this.#dropped,
      checks: this.checks.counts,
      notableChecks: this.checks.notable,
      subtypes: [...this.subtypes].sort((a, b) => a - b),
      widths: {
        dsn: widthsOf(this.#widths, WIDTH.dsn4, WIDTH.dsn8),
        ack: widthsOf(this.#widths, WIDTH.ack4, WIDTH.ack8),
      },
      fallback: this.fallback,
      observations: [],
    };
    return { ...found, observations: observe(found) };
  }
}

function widthsOf(bits: number, narrow: number, wide: number): readonly number[] {
  return [...((bits & narrow) === 0 ? [] : [4]), ...((bits & wide) === 0 ? [] : [8])];
}
