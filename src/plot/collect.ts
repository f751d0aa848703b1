/** Keeps what plots draw while a capture is analysed, in columns of numbers. */
import type { AckMark, AnalysisSink, DataMark } from "../analysis/sink.ts";
import type { ConnectionEvent } from "../analysis/types.ts";

/** Points kept of one connection; beyond it neighbours are merged, so that what is lowest and highest stays. */
const MAX_POINTS = 1_000_000;

/** A growing list of rows of numbers. */
export class Columns {
  readonly width: number;
  #rows: Float64Array;
  #count = 0;
  constructor(width: number) {
    this.width = width;
    this.#rows = new Float64Array(width * 64);
  }

  get count(): number {
    return this.#count;
  }

  push(...row: number[]): void {
    const at = this.#count++ * this.width;
    if (at + this.width > this.#rows.length) {
      const larger = new Float64Array(this.#rows.length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows.set(row, at);
  }

  at(row: number, column: number): number {
    return this.#rows[row * this.width + column] ?? Number.NaN;
  }

  set(row: number, column: number, value: number): void {
    this.#rows[row * this.width + column] = value;
  }

  /** Keeps the first rows. */
  truncate(count: number): void {
    this.#count = Math.min(this.#count, count);
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

/** Merges each row with the next one of its stream, side and kind where their data touch. */
function compact(data: Columns): void {
  let kept = 0;
  for (let row = 0; row < data.count; row++) {
    const last = kept - 1;
    const joins =
      kept > 0 &&
      kept % 2 === 1 &&
      data.at(last, DATA.stream) === data.at(row, DATA.stream) &&
      data.at(last, DATA.side) === data.at(row, DATA.side) &&
      data.at(last, DATA.kind) === data.at(row, DATA.kind);
    if (joins) {
      data.set(last, DATA.start, Math.min(data.at(last, DATA.start), data.at(row, DATA.start)));
      data.set(last, DATA.end, Math.max(data.at(last, DATA.end), data.at(row, DATA.end)));
      for (const column of [DATA.waiting, DATA.inFlight, DATA.subflowInFlight]) {
        data.set(last, column, Math.max(data.at(last, column), data.at(row, column)));
      }
      continue;
    }
    for (let column = 0; column < data.width; column++) data.set(kept, column, data.at(row, column));
    kept++;
  }
  data.truncate(kept);
}

export interface Collector {
  readonly sink: AnalysisSink;
  has(connection: number): boolean;
  of(connection: number): Points;
}

/** `only`: numbers of the connections (in the order in which they began) to keep points of; all by default. */
export function collectPoints(only?: ReadonlySet<number>): Collector {
  const all = new Map<number, Points>();
  const of = (connection: number): Points => {
    let points = all.get(connection);
    if (points === undefined) {
      points = new Points();
      all.set(connection, points);
    }
    return points;
  };
  const wanted = (connection: number): boolean => only === undefined || only.has(connection);
  const data = (mark: DataMark): void => {
    const time = mark.time / 1e9;
    if (!wanted(mark.connection)) return;
    const { data: rows } = of(mark.connection);
    const { side, stream, start, end, frame, firstStream = -1, waiting, inFlight } = mark;
    const kind = KINDS.indexOf(mark.kind);
    rows.push(
      time,
      side,
      stream,
      start,
      end,
      kind,
      frame,
      firstStream,
      waiting,
      inFlight,
      mark.subflowInFlight,
    );
    if (rows.count > MAX_POINTS) compact(rows);
  };
  const ack = (mark: AckMark): void => {
    const time = mark.time / 1e9;
    if (!wanted(mark.connection)) return;
    const { acks } = of(mark.connection);
    const last = acks.count - 1;
    // A number that is acknowledged again says nothing new, unless its window does.
    const same =
      last >= 0 &&
      acks.at(last, ACK.upTo) === mark.upTo &&
      acks.at(last, ACK.side) === mark.side &&
      acks.at(last, ACK.window) === mark.window;
    if (same || acks.count >= MAX_POINTS) return;
    acks.push(time, mark.side, mark.stream, mark.upTo, mark.rtt ?? Number.NaN, mark.window, mark.frame);
  };
  const event = (connection: number, one: ConnectionEvent, time: number): void => {
    if (wanted(connection)) of(connection).events.push({ time: time / 1e9, event: one });
  };
  return { sink: { data, ack, event }, has: (connection) => all.has(connection), of };
}
