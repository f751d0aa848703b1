/** Keeps what plots draw while a capture is analysed, in columns of numbers. */
import type { AckMark, AnalysisSink, DataMark } from "../analysis/sink.ts";
import type { ConnectionEvent } from "../analysis/types.ts";

/** Points kept of all connections; beyond it neighbours are merged, so that what is lowest and highest stays. */
const MAX_POINTS = 1_000_000;
/** Of a connection with fewer points none are merged. */
const FEW = 32;
/** Events kept of one connection. */
const MAX_EVENTS = 2000;

const NO_ROWS = new Float64Array(0);

/** A growing list of rows of numbers. */
export class Columns {
  readonly width: number;
  #rows: Float64Array = NO_ROWS;
  #count = 0;
  constructor(width: number) {
    this.width = width;
  }

  get count(): number {
    return this.#count;
  }

  /** Makes a row behind the others; its index. */
  add(): number {
    const row = this.#count++;
    if (this.#count * this.width > this.#rows.length) {
      const larger = new Float64Array(Math.max(16 * this.width, this.#rows.length * 2));
      larger.set(this.#rows);
      this.#rows = larger;
    }
    return row;
  }

  at(row: number, column: number): number {
    return this.#rows[row * this.width + column] ?? Number.NaN;
  }

  set(row: number, column: number, value: number): void {
    this.#rows[row * this.width + column] = value;
  }

  copy(from: number, to: number): void {
    const { width } = this;
    this.#rows.copyWithin(to * width, from * width, (from + 1) * width);
  }

  /** Keeps the first rows, and no more room than they may soon need. */
  truncate(count: number): void {
    this.#count = Math.min(this.#count, count);
    const room = Math.max(16, this.#count * 2) * this.width;
    if (room * 2 <= this.#rows.length) this.#rows = this.#rows.slice(0, room);
  }
}

export const KINDS = ["new", "retransmission", "reinjection"] as const;

/** Columns of data rows. */
export const DATA = {
  time: 0,
  side: 1,
  stream: 2,
  start: 3,
  end: 4,
  kind: 5,
  frame: 6,
  firstStream: 7,
  waiting: 8,
  inFlight: 9,
  subflowInFlight: 10,
} as const;
/** Columns of acknowledgment rows; `rtt` in nanoseconds, NaN where there is none. */
export const ACK = { time: 0, side: 1, stream: 2, upTo: 3, rtt: 4, window: 5, frame: 6 } as const;

/** Points of one connection. Times are seconds from the capture's first frame. */
export class Points {
  readonly data: Columns = new Columns(11);
  readonly acks: Columns = new Columns(7);
  readonly events: { readonly time: number; readonly event: ConnectionEvent }[] = [];
}

/** Merges rows of one stream, side and kind in twos: their data become one stretch, and what is highest stays. */
function compactData(data: Columns): void {
  /** By stream, side and kind: the row that waits for its partner. */
  const single = new Map<number, number>();
  let kept = 0;
  for (let row = 0; row < data.count; row++) {
    const key = (data.at(row, DATA.stream) * 2 + data.at(row, DATA.side)) * 3 + data.at(row, DATA.kind);
    const first = single.get(key);
    if (first === undefined) {
      single.set(key, kept);
      data.copy(row, kept++);
      continue;
    }
    single.delete(key);
    data.set(first, DATA.start, Math.min(data.at(first, DATA.start), data.at(row, DATA.start)));
    data.set(first, DATA.end, Math.max(data.at(first, DATA.end), data.at(row, DATA.end)));
    for (const column of [DATA.waiting, DATA.inFlight, DATA.subflowInFlight])
      data.set(first, column, Math.max(data.at(first, column), data.at(row, column)));
  }
  data.truncate(kept);
}

/** Acknowledgments of one stream and side that are looked at together. */
const GROUP = 8;

/** Keeps of each group those with the lowest and highest round-trip time and window. */
function compactAcks(acks: Columns): void {
  const groups = new Map<number, number[]>();
  const stays = new Uint8Array(acks.count);
  const settle = (rows: readonly number[]): void => {
    for (const column of [ACK.rtt, ACK.window]) {
      const known = rows.filter((row) => !Number.isNaN(acks.at(row, column)));
      const value = (row: number): number => acks.at(row, column);
      const [first] = known;
      if (first === undefined) continue;
      stays[known.reduce((least, row) => (value(row) < value(least) ? row : least), first)] = 1;
      stays[known.reduce((most, row) => (value(row) > value(most) ? row : most), first)] = 1;
    }
  };
  for (let row = 0; row < acks.count; row++) {
    const key = acks.at(row, ACK.stream) * 2 + acks.at(row, ACK.side);
    const group = groups.get(key) ?? [];
    if (group.push(row) === 1) groups.set(key, group);
    if (group.length < GROUP) continue;
    settle(group);
    groups.delete(key);
  }
  for (const group of groups.values()) settle(group);
  let kept = 0;
  for (let row = 0; row < acks.count; row++) if (stays[row] === 1) acks.copy(row, kept++);
  acks.truncate(kept);
}

export interface Collector {
  readonly sink: AnalysisSink;
  has(connection: number): boolean;
  of(connection: number): Points;
}

export interface CollectOptions {
  /** Whose points to keep, by `mptcp.stream`; all by default. Events, which are few, are kept of all. */
  readonly only?: AnalysisSink["only"];
  /** Points that are kept of all connections together. */
  readonly most?: number | undefined;
}

export function collectPoints({ only, most = MAX_POINTS }: CollectOptions = {}): Collector {
  const all = new Map<number, Points>();
  let total = 0;
  let room = most;
  const of = (connection: number): Points => {
    let points = all.get(connection);
    if (points === undefined) {
      points = new Points();
      all.set(connection, points);
    }
    return points;
  };
  const added = (): void => {
    if (++total <= room) return;
    total = 0;
    for (const { data: rows, acks } of all.values()) {
      if (rows.count > FEW) compactData(rows);
      if (acks.count > FEW) compactAcks(acks);
      total += rows.count + acks.count;
    }
    // So many connections that each has few.
    room = Math.max(most, total * 2);
  };
  const data = (mark: DataMark): void => {
    const { data: rows } = of(mark.connection);
    const { side, stream, start, end, frame, firstStream = -1, waiting, inFlight, subflowInFlight } = mark;
    const kind = KINDS.indexOf(mark.kind);
    const row = rows.add();
    rows.set(row, DATA.time, mark.time / 1e9);
    rows.set(row, DATA.side, side);
    rows.set(row, DATA.stream, stream);
    rows.set(row, DATA.start, start);
    rows.set(row, DATA.end, end);
    rows.set(row, DATA.kind, kind);
    rows.set(row, DATA.frame, frame);
    rows.set(row, DATA.firstStream, firstStream);
    rows.set(row, DATA.waiting, waiting);
    rows.set(row, DATA.inFlight, inFlight);
    rows.set(row, DATA.subflowInFlight, subflowInFlight);
    added();
  };
  const ack = (mark: AckMark): void => {
    const { acks } = of(mark.connection);
    const last = acks.count - 1;
    // A number that is acknowledged again says nothing new, unless its window does.
    const same =
      last >= 0 &&
      acks.at(last, ACK.upTo) === mark.upTo &&
      acks.at(last, ACK.side) === mark.side &&
      acks.at(last, ACK.window) === mark.window;
    if (same) return;
    const row = acks.add();
    acks.set(row, ACK.time, mark.time / 1e9);
    acks.set(row, ACK.side, mark.side);
    acks.set(row, ACK.stream, mark.stream);
    acks.set(row, ACK.upTo, mark.upTo);
    acks.set(row, ACK.rtt, mark.rtt ?? Number.NaN);
    acks.set(row, ACK.window, mark.window);
    acks.set(row, ACK.frame, mark.frame);
    added();
  };
  const event = (connection: number, one: ConnectionEvent, time: number): void => {
    // What is sent again stands among the data.
    if (one.kind === "reinjection") return;
    const { events } = of(connection);
    if (events.length < MAX_EVENTS) events.push({ time: time / 1e9, event: one });
  };
  return { sink: { only, data, ack, event }, has: (connection) => all.has(connection), of };
}
