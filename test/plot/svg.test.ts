import { describe, expect, it } from "vitest";
import { analyzeCapture } from "../../src/analysis/analyze.ts";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import { extentOf, type Series, ticksOf, tickText } from "../../src/plot/chart.ts";
import { collectPoints } from "../../src/plot/collect.ts";
import { gnuplot, sequenceCsv, xplot } from "../../src/plot/export.ts";
import { CHARTS, dsnChart } from "../../src/plot/kinds.ts";
import { pathOf } from "../../src/plot/paths.ts";
import { renderSvg } from "../../src/plot/svg.ts";
import { hasTshark, tsharkTable } from "../dissectors/trackers/tshark.ts";
import { captureFiles } from "../shared.ts";

const handover = captureFiles().find((path) => path.endsWith("handover/client.pcap"));

async function plotted(path: string) {
  const points = collectPoints();
  const analysis = await analyzeCapture(createEngine(), await openCapture(path), { sink: points.sink });
  const [connection] = analysis.connections;
  if (connection === undefined) expect.fail("no connection");
  return { connection, points: points.of(0) };
}

describe("axes", () => {
  it("have round numbers", () => {
    expect(ticksOf({ low: 0, high: 9.9 }, 8)).toEqual([0, 2, 4, 6, 8]);
    expect(ticksOf({ low: 0.31, high: 0.72 }, 4)).toEqual([0.4, 0.6]);
    expect(tickText(1_200_000)).toBe("1.2M");
    expect(extentOf([[], [3, -1], [2]])).toEqual({ low: -1, high: 3 });
  });
});

describe("decimation", () => {
  it("keeps what is lowest and highest of a million mappings, and stays small", () => {
    const count = 1_000_000;
    const x = Array.from({ length: count }, (_, index) => index / 1000);
    const y = x.map((_, index) => index * 1000 + (index === 500_000 ? 4e8 : 0));
    const series: Series = { name: "s", color: 0, shape: "segments", x, y, y2: y.map((low) => low + 1000) };
    const chart = { title: "t", subtitle: "", xLabel: "x", yLabel: "y", series: [series], moments: [] };
    const started = performance.now();
    const svg = renderSvg(chart);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(svg.length).toBeLessThan(2_000_000);
    const plane = {
      xs: { low: 0, high: 1000 },
      x: (value: number) => value,
      y: (value: number) => value / 1e6,
    };
    expect(pathOf(series, plane)).toContain("V900");
  });
});

describe.skipIf(handover === undefined)("the plot of a handover", () => {
  it.skipIf(!hasTshark)("has the marks that tshark's fields make", async () => {
    const path = handover ?? "";
    const { connection, points } = await plotted(path);
    const fields = ["frame.time_relative", "tcp.srcport", "tcp.len", "mptcp.dsn", "mptcp.ack"];
    const table = tsharkTable(path, fields, ["-o", "mptcp.analyze_mappings:TRUE"]);
    const start = Number(table[4]?.[0]?.[0] ?? 0);
    const chart = dsnChart(points, connection);
    const marks = new Set(
      chart.series
        .filter(({ shape }) => shape === "segments")
        .flatMap(({ x, y, y2 }) => x.map((time, index) => `${time.toFixed(4)} ${y[index]} ${y2?.[index]}`)),
    );
    expect(start).toBeGreaterThan(0);
    let compared = 0;
    for (const row of table) {
      const [time, port, length, dsn] = row.map((cell) => cell[0]);
      if (port !== "9001" || length === "0" || dsn === undefined) continue;
      compared++;
      const low = Number(dsn);
      expect(marks).toContain(`${Number(time).toFixed(4)} ${low} ${low + Number(length)}`);
    }
    expect(compared).toBeGreaterThan(1000);
  });

  it("draws every kind, as text without numbers that are none", async () => {
    const { connection, points } = await plotted(handover ?? "");
    for (const [kind, make] of Object.entries(CHARTS)) {
      const svg = renderSvg(make(points, connection));
      expect(svg, kind).toMatch(/^<svg[\s\S]*class="series-0"[\s\S]*<\/svg>$/);
      expect(svg, kind).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it("writes mptcptrace's columns, xplot and gnuplot", async () => {
    const { connection, points } = await plotted(handover ?? "");
    const lines = sequenceCsv(points, connection, 1).trim().split("\n");
    expect(lines.every((line) => /^\d+\.\d{6},\d+,[01],[01],\d+,(-1|0|1)$/.test(line))).toBe(true);
    const reinjected = lines.filter((line) => !line.endsWith(",-1"));
    // As many as the scenario's own count says.
    expect(reinjected.length).toBe(58);
    expect(xplot(dsnChart(points, connection))).toMatch(/^dtime signed\ntitle\n[\s\S]*\nline [\s\S]*\ngo\n$/);
    expect(gnuplot(dsnChart(points, connection))).toMatch(/\$series0 << EOD\n[\s\S]*\nplot \$series0 /);
  });
});

it("an empty plot says that it is empty", () => {
  const chart = { title: "t", subtitle: "", xLabel: "x", yLabel: "y", series: [], moments: [] };
  expect(renderSvg(chart)).toContain("nothing of this was captured");
});
