/** A page that zooms into a chart and shows each mark: one file that needs nothing else. Drawn by echarts in the reader's browser. */
import type { Chart, Series } from "./chart.ts";
import { colorOf, FONT, paletteColor, THEMES } from "./theme.ts";

/** Marks of a page; of more, neighbours become one, so that the file stays small and what is lowest and highest stays. */
const MOST_MARKS = 12_000;

export interface PageOptions {
  /** Seconds of the x axis to show. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly theme?: "light" | "dark" | undefined;
}

/** One mark as the page has it: time, lower and upper end, frames from and to, index of its note. */
type Mark = readonly [number, number, number, number, number, string];

interface PageSeries {
  readonly name: string;
  readonly shape: Series["shape"];
  readonly color: string;
  readonly marks: readonly Mark[];
}

/** Columns of `width` seconds: in each, what lies on one another or touches becomes one mark. */
function marksOf(series: Series, room: number, { from, to }: PageOptions): readonly Mark[] {
  const { x, y, y2 = y, frames, note } = series;
  const shown = Array.from(x, (_, index) => index).filter((index) => {
    const at = x[index] ?? 0;
    return at >= (from ?? Number.NEGATIVE_INFINITY) && at <= (to ?? Number.POSITIVE_INFINITY);
  });
  const markOf = (index: number): Mark => {
    const frame = frames?.[index] ?? 0;
    const low = Math.min(y[index] ?? 0, y2[index] ?? 0);
    const high = Math.max(y[index] ?? 0, y2[index] ?? 0);
    return [x[index] ?? 0, low, high, frame, frame, note?.(index) ?? ""];
  };
  if (shown.length <= room) return shown.map(markOf);
  const groups = Math.max(1, Math.floor(room / 2));
  const size = Math.ceil(shown.length / groups);
  const marks: Mark[] = [];
  for (let at = 0; at < shown.length; at += size) {
    const group = shown.slice(at, at + size);
    let [low, high] = [group[0] ?? 0, group[0] ?? 0];
    for (const index of group) {
      if ((y[index] ?? 0) < (y[low] ?? 0)) low = index;
      if ((y2[index] ?? 0) > (y2[high] ?? 0)) high = index;
    }
    const span = [frames?.[group[0] ?? 0] ?? 0, frames?.[group.at(-1) ?? 0] ?? 0] as const;
    const text = `${group.length} marks that are too near to each other (--from and --to show a part)`;
    if (series.shape === "segments" || series.shape === "halos") {
      marks.push([x[group[0] ?? 0] ?? 0, y[low] ?? 0, y2[high] ?? 0, ...span, text]);
    } else {
      for (const index of [...new Set([low, high])].sort((a, b) => a - b)) {
        marks.push([x[index] ?? 0, y[index] ?? 0, y2[index] ?? 0, ...span, text]);
      }
    }
  }
  return marks;
}

function pageSeries(chart: Chart, options: PageOptions): readonly PageSeries[] {
  const total = chart.series.reduce((sum, { x }) => sum + x.length, 0);
  return chart.series.map((series) => ({
    name: series.name,
    shape: series.shape,
    color: colorOf(series),
    marks: marksOf(
      series,
      Math.max(200, Math.floor((MOST_MARKS * series.x.length) / Math.max(1, total))),
      options,
    ),
  }));
}

/** Runs in the page, with `echarts` and `plot` (what {@link chartPage} gives). */
const SCRIPT = `"use strict";
const dark = plot.theme ? plot.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
const theme = plot.themes[dark ? "dark" : "light"];
document.body.style.background = theme.back;
document.body.style.color = theme.text;
const number = new Intl.NumberFormat("en");
const line = (p, q, style) => ({ type: "line", shape: { x1: p[0], y1: p[1], x2: q[0], y2: q[1] }, style });
function drawer({ shape, color }) {
  return (params, api) => {
    const low = api.coord([api.value(0), api.value(1)]), high = api.coord([api.value(0), api.value(2)]);
    if (shape === "crosses") {
      const style = { stroke: color, lineWidth: 1 }, [x, y] = low;
      return { type: "group", children: [line([x - 3, y], [x + 3, y], style), line([x, y - 3], [x, y + 3], style)] };
    }
    if (high[1] > low[1] - 2) high[1] = low[1] - 2;
    const broad = shape === "halos";
    return line(low, high, { stroke: color, lineWidth: broad ? 10 : 2.6, opacity: broad ? 0.45 : 1 });
  };
}
const series = plot.series.map((one, index) => {
  const common = { name: one.name, itemStyle: { color: one.color, opacity: one.shape === "halos" ? 0.45 : 1 }, data: one.marks, encode: { x: 0, y: [1, 2] }, animation: false };
  const kind = one.shape === "steps" ? { type: "line", step: "end", showSymbol: false, lineStyle: { width: 1.6, color: one.color }, encode: { x: 0, y: 1 } }
    : one.shape === "dots" ? { type: "scatter", symbolSize: 4, encode: { x: 0, y: 1 } }
    : { type: "custom", renderItem: drawer(one), clip: true };
  const moments = index > 0 ? {} : { markLine: { symbol: "none", silent: false, animation: false, data: plot.moments.map((moment) => ({
    xAxis: moment.x, name: moment.label, lineStyle: { color: moment.color, type: "dashed" },
    label: { formatter: moment.label, color: theme.soft, position: "insideEndTop" } })) } };
  return { ...common, ...kind, ...moments };
});
const chart = echarts.init(document.getElementById("chart"), null, { renderer: "canvas" });
const axis = { axisLabel: { color: theme.text }, axisLine: { lineStyle: { color: theme.axis } }, splitLine: { lineStyle: { color: theme.grid } },
  nameLocation: "middle", nameTextStyle: { color: theme.text } };
chart.setOption({
  backgroundColor: theme.back, textStyle: { fontFamily: plot.font },
  title: { text: plot.title, subtext: plot.subtitle, left: 70, textStyle: { color: theme.text }, subtextStyle: { color: theme.soft } },
  legend: { bottom: 4, type: "scroll", textStyle: { color: theme.text } },
  grid: { left: 86, right: 60, top: 84, bottom: 104 },
  toolbox: { right: 50, iconStyle: { borderColor: theme.axis }, feature: { dataZoom: {}, restore: {}, saveAsImage: {} } },
  dataZoom: [{ type: "inside", filterMode: "weakFilter" }, { type: "slider", bottom: 34, height: 24, filterMode: "weakFilter" },
    { type: "inside", yAxisIndex: 0, filterMode: "none", zoomOnMouseWheel: "shift" }, { type: "slider", yAxisIndex: 0, right: 14, width: 20, filterMode: "none" }],
  xAxis: { type: "value", name: plot.xLabel, nameGap: 26, scale: true, min: "dataMin", max: "dataMax", ...axis },
  yAxis: { type: "value", name: plot.yLabel, nameGap: 62, scale: true, ...axis },
  tooltip: { trigger: "item", confine: true, formatter: ({ seriesName, data }) => {
    if (!Array.isArray(data)) return undefined;
    const [time, low, high, from, to, note] = data;
    const frames = from === to ? "frame " + from : "frames " + from + " to " + to;
    const place = high === low ? number.format(low) : number.format(low) + " to " + number.format(high);
    const safe = echarts.format.encodeHTML;
    return [(from > 0 ? "<b>" + frames + "</b>, " : "") + time.toFixed(6) + " s", safe(seriesName) + ": " + place, safe(note)].join("<br>");
  } },
  series,
});
const said = document.getElementById("selected");
chart.on("datazoom", () => {
  const [{ startValue: left, endValue: right }, , { startValue: low, endValue: high }] = chart.getOption().dataZoom;
  const parts = plot.series.map(({ name, marks }) => [name, marks.filter((mark) => mark[0] >= left && mark[0] <= right && mark[2] >= low && mark[1] <= high)]);
  said.textContent = left.toFixed(6) + " to " + right.toFixed(6) + " s: " + parts.filter(([, list]) => list.length > 0)
    .map(([name, list]) => number.format(list.length) + " of " + name + " (frames " + Math.min(...list.map((m) => m[3])) + " to " + Math.max(...list.map((m) => m[4])) + ")").join("; ");
});
chart.on("restore", () => { said.textContent = said.dataset.hint; });
addEventListener("resize", () => chart.resize());`;

/** JSON that may stand in a script element. */
function inScript(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** `library` is the text of echarts (`echarts/dist/echarts.min.js`), which the page holds. */
export function chartPage(chart: Chart, library: string, options: PageOptions = {}): string {
  const { title, subtitle, xLabel, yLabel } = chart;
  const moments = chart.moments.map(({ x, label, color }) => ({ x, label, color: paletteColor(color) }));
  const texts = { title, subtitle, xLabel, yLabel, font: FONT };
  const plot = {
    ...texts,
    theme: options.theme,
    themes: THEMES,
    moments,
    series: pageSeries(chart, options),
  };
  const hint =
    "Wheel: zoom in time (with shift: in numbers). Drag: move. The tools at the top right select a rectangle, go back, show all, and save a picture.";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0; font: 13px ${FONT}; }
#chart { width: 100vw; height: 94vh; }
#selected { margin: 0.2rem 1rem; }
</style>
</head>
<body>
<div id="chart"></div>
<p id="selected" data-hint="${hint}">${hint}</p>
<script>${library.replaceAll("</script", "<\\/script")}</script>
<script>
const plot = ${inScript(plot)};
${SCRIPT}
</script>
</body>
</html>
`;
}
