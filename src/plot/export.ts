/** The points for other programs: CSV in mptcptrace's columns, xplot and gnuplot files. */
import type { ConnectionAnalysis, Side } from "../analysis/types.ts";
import type { Chart } from "./chart.ts";
import { ACK, DATA, type Points } from "./collect.ts";

/**
 * A line a mapping or DATA_ACK, in order of time: time, first number, subflow (from 0), 1 for a mapping and 0 for a
 * DATA_ACK, number behind the last byte, and the subflow that carried reinjected data first, else -1.
 */
export function sequenceCsv(points: Points, connection: ConnectionAnalysis, side: Side): string {
  const subflow = new Map(connection.subflows.map(({ stream }, index) => [stream, index]));
  const indexOf = (stream: number): number => subflow.get(stream) ?? -1;
  const { data, acks } = points;
  const lines: { readonly time: number; readonly text: string }[] = [];
  for (let row = 0; row < data.count; row++) {
    if (data.at(row, DATA.side) !== side) continue;
    const time = data.at(row, DATA.time);
    const cells = [
      time.toFixed(6),
      data.at(row, DATA.start),
      indexOf(data.at(row, DATA.stream)),
      1,
      data.at(row, DATA.end),
      indexOf(data.at(row, DATA.firstStream)),
    ];
    lines.push({ time, text: cells.join(",") });
  }
  for (let row = 0; row < acks.count; row++) {
    if (acks.at(row, ACK.side) !== side) continue;
    const time = acks.at(row, ACK.time);
    const upTo = acks.at(row, ACK.upTo);
    lines.push({
      time,
      text: [time.toFixed(6), upTo, indexOf(acks.at(row, ACK.stream)), 0, upTo, -1].join(","),
    });
  }
  lines.sort((a, b) => a.time - b.time);
  return lines.map(({ text }) => `${text}\n`).join("");
}

/** Any chart: series, x, y, upper y. */
export function chartCsv(chart: Chart): string {
  const rows = chart.series.flatMap((series) =>
    series.x.map((x, index) => {
      const name = `"${series.name.replaceAll('"', '""')}"`;
      return [name, x.toFixed(6), series.y[index], series.y2?.[index] ?? ""].join(",");
    }),
  );
  return `series,x,y,y2\n${rows.map((row) => `${row}\n`).join("")}`;
}

const XPLOT_COLORS = ["green", "red", "yellow", "magenta", "orange", "purple", "pink", "white"];

/** A file for xplot (the format of tcptrace and mptcptrace). */
export function xplot(chart: Chart): string {
  const lines = ["dtime signed", "title", chart.title, "xlabel", chart.xLabel, "ylabel", chart.yLabel];
  for (const series of chart.series) {
    const { color, shape, x, y, y2 } = series;
    const mark = shape === "halos" ? "white" : undefined;
    lines.push(mark ?? (color === "ack" ? "blue" : (XPLOT_COLORS[color % 8] ?? "green")));
    for (const [index, time] of x.entries()) {
      const at = time.toFixed(6);
      const low = y[index] ?? 0;
      if (y2 !== undefined) lines.push(`line ${at} ${low} ${at} ${y2[index] ?? low}`);
      else if (shape === "crosses") lines.push(`x ${at} ${low}`);
      else lines.push(`dot ${at} ${low}`);
    }
  }
  for (const { x, label } of chart.moments) lines.push("white", `atext ${x.toFixed(6)} 0`, label);
  return `${[...lines, "go"].join("\n")}\n`;
}

/** A gnuplot script with its data inside. */
export function gnuplot(chart: Chart): string {
  const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, "'")}"`;
  const blocks = chart.series.map((series, index) => {
    const rows = series.x.map((x, row) => {
      const low = series.y[row] ?? 0;
      return `${x.toFixed(6)} ${low} ${(series.y2?.[row] ?? low) - low}`;
    });
    return `$series${index} << EOD\n${rows.join("\n")}\nEOD`;
  });
  const plots = chart.series.map((series, index) => {
    const how =
      series.y2 !== undefined
        ? "using 1:2:(0):3 with vectors nohead"
        : series.shape === "steps"
          ? "using 1:2 with steps"
          : "using 1:2 with points pointtype 1";
    return `$series${index} ${how} title ${quoted(series.name)}`;
  });
  const head = [
    `set title ${quoted(chart.title)}`,
    `set xlabel ${quoted(chart.xLabel)}`,
    `set ylabel ${quoted(chart.yLabel)}`,
    "set key outside below",
  ];
  return `${[...head, ...blocks].join("\n")}\nplot ${plots.join(", \\\n  ")}\n`;
}
