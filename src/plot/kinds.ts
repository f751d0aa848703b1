/** The charts: what each kind shows. */
import type { ConnectionAnalysis, EventKind, Side } from "../analysis/types.ts";
import { duration, size } from "../analysis/units.ts";
import type { Chart, Moment, Series } from "./chart.ts";
import { ACK, DATA, KINDS, type Points } from "./collect.ts";

const MOMENTS: ReadonlySet<EventKind> = new Set<EventKind>([
  "join",
  "join-refused",
  "priority",
  "reset",
  "fail",
  "infinite-mapping",
  "fast-close",
  "zero-window",
  "fallback",
  "announce",
  "remove",
]);
const LABELS: Partial<Record<EventKind, string>> = {
  join: "join",
  "join-refused": "join refused",
  priority: "priority",
  reset: "reset",
  fail: "MP_FAIL",
  "infinite-mapping": "infinite mapping",
  "fast-close": "fast close",
  "zero-window": "zero window",
  fallback: "fallback",
  announce: "ADD_ADDR",
  remove: "REMOVE_ADDR",
};

/** The side that sent more. */
function mainSide({ hosts }: ConnectionAnalysis): Side {
  return hosts[0].bytes > hosts[1].bytes ? 0 : 1;
}

function streamsOf(connection: ConnectionAnalysis): readonly number[] {
  return connection.subflows.map((subflow) => subflow.stream);
}

function subflowName(connection: ConnectionAnalysis, stream: number): string {
  const subflow = connection.subflows.find((one) => one.stream === stream);
  return `stream ${stream}${subflow === undefined ? "" : ` (${subflow.sides[0].end})`}`;
}

/** Same kind, same stream, nearly the same time: one line. */
const NEAR = 0.02;

function momentsOf(points: Points, connection: ConnectionAnalysis): readonly Moment[] {
  const streams = streamsOf(connection);
  const found = points.events.filter(({ event }) => MOMENTS.has(event.kind));
  const span = (found.at(-1)?.time ?? 0) - (found[0]?.time ?? 0);
  const last = new Map<string, number>();
  return found
    .flatMap(({ time, event }): Moment[] => {
      const name = LABELS[event.kind] ?? event.kind;
      const label = streams.length > 1 ? `${name} (stream ${event.stream})` : name;
      const before = last.get(label);
      last.set(label, time);
      if (before !== undefined && time - before < span * NEAR) return [];
      return [{ x: time, label, frame: event.frame, color: Math.max(0, streams.indexOf(event.stream)) }];
    })
    .slice(0, 40);
}

function frame(connection: ConnectionAnalysis, points: Points, title: string, yLabel: string) {
  const side = mainSide(connection);
  const name = connection.index === undefined ? "connection" : `connection ${connection.index}`;
  const sender = side === 0 ? "client" : "server";
  const count = connection.subflows.length;
  // What plain TCP carries has no place among the connection's data.
  const fallback = connection.fallback === undefined ? "" : "; it fell back to plain TCP";
  return {
    title: `${title}, MPTCP ${name}`,
    subtitle: `${size(connection.hosts[side].bytes)} that the ${sender} sent, over ${count === 1 ? "one subflow" : `${count} subflows`}${fallback}`,
    xLabel: "time (s)",
    yLabel,
    moments: momentsOf(points, connection),
  };
}

/** Rows of the side's data for which a test holds, as lists of columns. */
function dataRows(points: Points, side: Side, test: (row: number) => boolean): readonly number[] {
  const rows: number[] = [];
  const { data } = points;
  for (let row = 0; row < data.count; row++) {
    if (data.at(row, DATA.side) === side && test(row)) rows.push(row);
  }
  return rows;
}

function ackRows({ acks }: Points, side: Side): readonly number[] {
  const rows: number[] = [];
  for (let row = 0; row < acks.count; row++) if (acks.at(row, ACK.side) === side) rows.push(row);
  return rows;
}

/** Data sequence numbers count the data's first byte as 1: their full form, if the key is known. */
function dsnText(connection: ConnectionAnalysis, side: Side, place: number): string {
  const { idsn } = connection.hosts[side];
  if (idsn === undefined) return `DSN ${place} (relative)`;
  const full = BigInt.asUintN(64, idsn + BigInt(place));
  return `DSN 0x${full.toString(16).padStart(16, "0")}`;
}

/** Each mapping a vertical line, a colour a subflow; DATA_ACKs as crosses; reinjections in the colour of who carried them first. */
export function dsnChart(points: Points, connection: ConnectionAnalysis): Chart {
  const side = mainSide(connection);
  const { data, acks } = points;
  const note = (rows: readonly number[]) => (index: number) => {
    const row = rows[index] ?? 0;
    const [start, end] = [data.at(row, DATA.start), data.at(row, DATA.end)];
    const kind = KINDS[data.at(row, DATA.kind)] ?? "new";
    const first = data.at(row, DATA.firstStream);
    const again = kind === "new" ? "" : `, ${kind}${first < 0 ? "" : ` of data first on stream ${first}`}`;
    return `stream ${data.at(row, DATA.stream)}, ${end - start} bytes from ${start}${again}; DSS maps ${dsnText(connection, side, start)}`;
  };
  const segments = (
    rows: readonly number[],
    name: string,
    color: number,
    shape: "segments" | "halos",
  ): Series => ({
    name,
    color,
    shape,
    x: rows.map((row) => data.at(row, DATA.time)),
    y: rows.map((row) => data.at(row, DATA.start)),
    y2: rows.map((row) => data.at(row, DATA.end)),
    frames: rows.map((row) => data.at(row, DATA.frame)),
    note: note(rows),
  });
  const streams = streamsOf(connection);
  const again = streams.map((stream, index) =>
    segments(
      dataRows(points, side, (row) => data.at(row, DATA.firstStream) === stream),
      `reinjected, first on stream ${stream}`,
      index,
      "halos",
    ),
  );
  const carried = streams.map((stream, index) =>
    segments(
      dataRows(points, side, (row) => data.at(row, DATA.stream) === stream),
      subflowName(connection, stream),
      index,
      "segments",
    ),
  );
  const acked = ackRows(points, side);
  const ackSeries: Series = {
    name: "DATA_ACK",
    color: "ack",
    shape: "crosses",
    x: acked.map((row) => acks.at(row, ACK.time)),
    y: acked.map((row) => acks.at(row, ACK.upTo)),
    frames: acked.map((row) => acks.at(row, ACK.frame)),
    note: (index) => {
      const row = acked[index] ?? 0;
      const rtt = acks.at(row, ACK.rtt);
      const shown = Number.isNaN(rtt) ? "" : `, round trip ${duration(rtt)}`;
      return `stream ${acks.at(row, ACK.stream)}, DATA_ACK ${dsnText(connection, side, acks.at(row, ACK.upTo))}, window ${acks.at(row, ACK.window)}${shown}`;
    },
  };
  const series = [...again, ackSeries, ...carried].filter((one) => one.x.length > 0);
  const shown = frame(
    connection,
    points,
    "Data sequence numbers",
    "data sequence number (bytes from the first)",
  );
  return { ...shown, series };
}

function ackChart(points: Points, connection: ConnectionAnalysis): Chart {
  const rows = ackRows(points, mainSide(connection));
  const { acks } = points;
  const x = rows.map((row) => acks.at(row, ACK.time));
  const y = rows.map((row) => acks.at(row, ACK.upTo));
  const series: Series[] = [{ name: "DATA_ACK", color: "ack", shape: "steps", x, y }];
  return { ...frame(connection, points, "Data acknowledged", "DATA_ACK (relative)"), series };
}

function rttChart(points: Points, connection: ConnectionAnalysis): Chart {
  const { acks } = points;
  const rows = ackRows(points, mainSide(connection)).filter((row) => !Number.isNaN(acks.at(row, ACK.rtt)));
  const series = streamsOf(connection).map((stream, index): Series => {
    const own = rows.filter((row) => acks.at(row, ACK.stream) === stream);
    return {
      name: `acknowledged on stream ${stream}`,
      color: index,
      shape: "dots",
      x: own.map((row) => acks.at(row, ACK.time)),
      y: own.map((row) => acks.at(row, ACK.rtt) / 1e6),
    };
  });
  return {
    ...frame(connection, points, "Data-level round-trip time", "milliseconds"),
    series: series.filter((one) => one.x.length > 0),
  };
}

/** Intervals into which rates and shares are summed. */
const BUCKETS = 100;

interface Buckets {
  readonly times: readonly number[];
  readonly width: number;
  readonly sums: ReadonlyMap<number, readonly number[]>;
}

function bucketsOf(points: Points, connection: ConnectionAnalysis): Buckets {
  const { data } = points;
  const rows = dataRows(points, mainSide(connection), (row) => data.at(row, DATA.kind) === 0);
  const times = rows.map((row) => data.at(row, DATA.time));
  const start = times[0] ?? 0;
  const width = Math.max(((times.at(-1) ?? 1) - start) / BUCKETS, 1e-6);
  const sums = new Map(streamsOf(connection).map((stream) => [stream, Array<number>(BUCKETS).fill(0)]));
  for (const row of rows) {
    const bucket = Math.min(BUCKETS - 1, Math.floor((data.at(row, DATA.time) - start) / width));
    const list = sums.get(data.at(row, DATA.stream));
    if (list !== undefined) {
      list[bucket] = (list[bucket] ?? 0) + data.at(row, DATA.end) - data.at(row, DATA.start);
    }
  }
  return { times: Array.from({ length: BUCKETS }, (_, index) => start + index * width), width, sums };
}

function goodputChart(points: Points, connection: ConnectionAnalysis): Chart {
  const { times, width, sums } = bucketsOf(points, connection);
  const series = [...sums].map(
    ([stream, list], index): Series => ({
      name: subflowName(connection, stream),
      color: index,
      shape: "steps",
      x: times,
      y: list.map((bytes) => (bytes * 8) / width / 1e6),
    }),
  );
  return { ...frame(connection, points, "Goodput", "Mb/s"), series };
}

function shareChart(points: Points, connection: ConnectionAnalysis): Chart {
  const { times, sums } = bucketsOf(points, connection);
  const lists = [...sums.values()];
  const total = times.map((_, bucket) => lists.reduce((sum, list) => sum + (list[bucket] ?? 0), 0));
  const series = [...sums].map(([stream, list], index): Series => {
    const used = times.map((_, bucket) => bucket).filter((bucket) => (total[bucket] ?? 0) > 0);
    return {
      name: subflowName(connection, stream),
      color: index,
      shape: "steps",
      x: used.map((bucket) => times[bucket] ?? 0),
      y: used.map((bucket) => ((list[bucket] ?? 0) / (total[bucket] ?? 1)) * 100),
    };
  });
  return { ...frame(connection, points, "Share of each subflow", "per cent of new data"), series };
}

function dataLine(column: number, title: string, yLabel: string) {
  return (points: Points, connection: ConnectionAnalysis): Chart => {
    const rows = dataRows(points, mainSide(connection), () => true);
    const x = rows.map((row) => points.data.at(row, DATA.time));
    const y = rows.map((row) => points.data.at(row, column));
    const series: Series[] = [{ name: title.toLowerCase(), color: 0, shape: "steps", x, y }];
    return { ...frame(connection, points, title, yLabel), series };
  };
}

/** What DATA_ACKs leave open of the connection, and what TCP leaves open of each subflow. */
function flightChart(points: Points, connection: ConnectionAnalysis): Chart {
  const whole = dataLine(DATA.inFlight, "Bytes in flight", "bytes not acknowledged")(points, connection);
  const { data } = points;
  const subflows = streamsOf(connection).map((stream, index): Series => {
    const rows = dataRows(points, mainSide(connection), (row) => data.at(row, DATA.stream) === stream);
    return {
      name: subflowName(connection, stream),
      color: index,
      shape: "steps",
      x: rows.map((row) => data.at(row, DATA.time)),
      y: rows.map((row) => data.at(row, DATA.subflowInFlight)),
    };
  });
  const series = whole.series.map(
    (one): Series => ({ ...one, name: "connection, by DATA_ACK", color: "ack" }),
  );
  return { ...whole, series: [...series, ...subflows].filter((one) => one.x.length > 0) };
}

function windowChart(points: Points, connection: ConnectionAnalysis): Chart {
  const { acks } = points;
  const rows = ackRows(points, mainSide(connection));
  const series = streamsOf(connection).map((stream, index): Series => {
    const own = rows.filter((row) => acks.at(row, ACK.stream) === stream);
    return {
      name: `window on stream ${stream}`,
      color: index,
      shape: "steps",
      x: own.map((row) => acks.at(row, ACK.time)),
      y: own.map((row) => acks.at(row, ACK.window)),
    };
  });
  return {
    ...frame(connection, points, "Receive window", "bytes"),
    series: series.filter((one) => one.x.length > 0),
  };
}

export type ChartKind = "dsn" | "ack" | "rtt" | "goodput" | "flight" | "window" | "reorder" | "share";

export const CHARTS: Readonly<Record<ChartKind, (points: Points, connection: ConnectionAnalysis) => Chart>> =
  {
    dsn: dsnChart,
    ack: ackChart,
    rtt: rttChart,
    goodput: goodputChart,
    flight: flightChart,
    window: windowChart,
    reorder: dataLine(DATA.waiting, "Reorder queue", "bytes behind a hole"),
    share: shareChart,
  };
