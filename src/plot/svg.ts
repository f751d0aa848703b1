/**
 * Draws a chart as SVG: one file, light and dark, in colours that the colour-blind tell apart. A charting library makes an
 * element of each mark, which for a million mappings are hundreds of megabytes; here each series is one path of what is
 * seen.
 */
import { type Chart, type Extent, extentOf, type Series, ticksOf, tickText } from "./chart.ts";
import { pathOf, type Scale, text } from "./paths.ts";
import { colorOf, FONT, paletteColor, THEMES } from "./theme.ts";

export interface SvgOptions {
  /** Pixels; default 1100 by 620. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Seconds of the x axis to show. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** As the reader's system has it, unless given. */
  readonly theme?: "light" | "dark" | undefined;
}

const MARGIN = { left: 78, right: 28, top: 62, bottom: 58 };
/** Width of a letter of 12 pixels, about. */
const LETTER = 6.4;
const ROW = 16;
/** Of the height, what stays free above the highest mark. */
const HEADROOM = 0.04;
const MOST_ROWS = 4;
const LEGEND_ORDER = { segments: 0, steps: 0, dots: 0, halos: 1, crosses: 2 } as const;

function styleOf(theme: "light" | "dark" | undefined): string {
  const rules = ({ back, text: ink, soft, axis, grid }: (typeof THEMES)["light"]): string =>
    `text { fill: ${ink}; } .soft { fill: ${soft}; } .back { fill: ${back}; } .grid { stroke: ${grid}; } .axis { stroke: ${axis}; }`;
  const fixed = `text { font-size: 13px; }
.title { font-size: 18px; font-weight: 600; }
.soft { font-size: 12px; }
.grid { stroke-width: 1; }
.axis { stroke-width: 1; fill: none; }
.moment { stroke-width: 1.2; stroke-dasharray: 5 3; opacity: 0.75; }`;
  const dark = theme === undefined ? `\n@media (prefers-color-scheme: dark) {\n${rules(THEMES.dark)}\n}` : "";
  return `${fixed}\n${rules(THEMES[theme ?? "light"])}${dark}`;
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeXml(value: string): string {
  return value.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

interface Plane extends Scale {
  readonly width: number;
  readonly height: number;
  readonly ys: Extent;
  readonly top: number;
  readonly bottom: number;
  readonly right: number;
  readonly labels: readonly Label[];
  readonly legend: readonly (readonly LegendEntry[])[];
}

/** A moment's label above the plot. */
interface Label {
  readonly at: number;
  /** Undefined where there is no room: the line stays. */
  readonly row: number | undefined;
  readonly label: string;
  readonly color: string;
}

interface LegendEntry {
  readonly series: Series;
  readonly x: number;
}

function makePlane(chart: Chart, options: SvgOptions): Plane {
  const { width = 1100, height = 620 } = options;
  const all = extentOf(chart.series.map((one) => one.x));
  const xs = { low: options.from ?? all.low, high: options.to ?? all.high };
  const found = visibleExtent(chart.series, xs);
  // From zero, unless a part of the time is shown.
  const low = options.from === undefined ? Math.min(0, found.low) : found.low;
  const ys = { low, high: found.high + (found.high - low) * HEADROOM };
  const right = width - MARGIN.right;
  const x = (value: number): number =>
    MARGIN.left + ((value - xs.low) / (xs.high - xs.low || 1)) * (right - MARGIN.left);
  const labels = placeLabels(chart, xs, x, right);
  const legend = placeLegend(chart.series, right);
  const rows = labels.reduce((most, { row = -1 }) => Math.max(most, row + 1), 0);
  const top = MARGIN.top + rows * ROW;
  const bottom = height - MARGIN.bottom - legend.length * 20;
  const y = (value: number): number => bottom - ((value - ys.low) / (ys.high - ys.low || 1)) * (bottom - top);
  return { width, height, xs, ys, top, bottom, right, x, y, labels, legend };
}

function visibleExtent(series: readonly Series[], { low, high }: Extent): Extent {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const { x, y, y2 } of series) {
    for (let index = 0; index < x.length; index++) {
      const at = x[index] ?? 0;
      if (at < low || at > high) continue;
      const [a, b] = [y[index] ?? 0, (y2 ?? y)[index] ?? 0];
      if (Math.min(a, b) < least) least = Math.min(a, b);
      if (Math.max(a, b) > most) most = Math.max(a, b);
    }
  }
  return extentOf(least > most ? [] : [[least, most]]);
}

function placeLabels(
  chart: Chart,
  xs: Extent,
  x: (value: number) => number,
  right: number,
): readonly Label[] {
  const ends: number[] = [];
  return chart.moments
    .filter((moment) => moment.x >= xs.low && moment.x <= xs.high)
    .map(({ x: time, label, color }) => {
      const at = x(time);
      const size = label.length * LETTER + 10;
      const start = Math.min(at, right - size);
      const free = ends.findIndex((end) => end <= start);
      const row = free >= 0 ? free : ends.length < MOST_ROWS ? ends.length : undefined;
      if (row !== undefined) ends[row] = start + size;
      return { at, row, label, color: paletteColor(color) };
    });
}

function placeLegend(series: readonly Series[], right: number): readonly (readonly LegendEntry[])[] {
  const rows: LegendEntry[][] = [[]];
  let x = MARGIN.left;
  // Subflows first; what is drawn behind them and what answers them later.
  const order = series.toSorted((a, b) => LEGEND_ORDER[a.shape] - LEGEND_ORDER[b.shape]);
  for (const one of order) {
    const room = 48 + one.name.length * 7.2;
    if (x + room > right && x > MARGIN.left) {
      rows.push([]);
      x = MARGIN.left;
    }
    rows.at(-1)?.push({ series: one, x });
    x += room;
  }
  return rows;
}

/** Stroke, opacity and ends of a series' path. */
function strokeOf(series: Series): string {
  const width = { segments: 2.6, halos: 9, crosses: 1, steps: 1.6, dots: 2.6 }[series.shape];
  const pale = series.shape === "halos" ? ' stroke-opacity="0.45"' : "";
  return `stroke="${colorOf(series)}" stroke-width="${width}"${pale}`;
}

function axes(chart: Chart, plane: Plane): string {
  const { bottom, right, top } = plane;
  const horizontal = ticksOf(plane.ys, 6).map((value) => {
    const y = text(plane.y(value));
    return `<path class="grid" d="M${MARGIN.left} ${y}H${right}"/><text x="${MARGIN.left - 8}" y="${y}" dy="0.35em" text-anchor="end">${tickText(value)}</text>`;
  });
  const vertical = ticksOf(plane.xs, 8).map((value) => {
    const x = text(plane.x(value));
    return `<path class="grid" d="M${x} ${top}V${bottom}"/><text x="${x}" y="${bottom + 18}" text-anchor="middle">${tickText(value)}</text>`;
  });
  return [
    ...horizontal,
    ...vertical,
    `<path class="axis" d="M${MARGIN.left} ${top}V${bottom}H${right}"/>`,
    `<text x="${(MARGIN.left + right) / 2}" y="${bottom + 38}" text-anchor="middle">${escapeXml(chart.xLabel)}</text>`,
    `<text transform="translate(18 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeXml(chart.yLabel)}</text>`,
  ].join("\n");
}

function moments({ labels, bottom, top, right }: Plane): string {
  return labels
    .map(({ at, row, label, color }) => {
      const safe = escapeXml(label);
      const y = row === undefined ? top : MARGIN.top + row * ROW + 4;
      const line = `<path class="moment" stroke="${color}" d="M${text(at)} ${y}V${bottom}"><title>${safe}</title></path>`;
      if (row === undefined) return line;
      const size = label.length * LETTER + 10;
      const start = Math.min(at, right - size);
      return `${line}<text class="soft" x="${text(start + 5)}" y="${y + 4}" dy="0.35em">${safe}</text>`;
    })
    .join("\n");
}

function legend({ legend: rows, height }: Plane): string {
  return rows
    .flatMap((row, index) =>
      row.map(({ series, x }) => {
        const y = height - (rows.length - index) * 20 + 6;
        const sample = series.shape === "crosses" ? `M${x + 6} ${y}h8M${x + 10} ${y - 4}v8` : `M${x} ${y}h20`;
        const width = series.shape === "crosses" ? 1.4 : series.shape === "halos" ? 9 : 4;
        const pale = series.shape === "halos" ? ' stroke-opacity="0.45"' : "";
        return `<path d="${sample}" stroke="${colorOf(series)}" stroke-width="${width}"${pale}/><text x="${x + 26}" y="${y}" dy="0.35em">${escapeXml(series.name)}</text>`;
      }),
    )
    .join("\n");
}

/** In the middle, where a plot is empty. */
function emptiness({ series }: Chart, { top, bottom, right }: Plane): string {
  if (series.some(({ x }) => x.length > 0)) return "";
  return `<text class="soft" x="${(MARGIN.left + right) / 2}" y="${(top + bottom) / 2}" text-anchor="middle">nothing of this was captured</text>\n`;
}

/** An SVG document. Each series is one path with a class of its own: `series-0` and so on. */
export function renderSvg(chart: Chart, options: SvgOptions = {}): string {
  const plane = makePlane(chart, options);
  const series = chart.series.map(
    (one, index) =>
      `<path class="series-${index}" fill="none" ${strokeOf(one)} d="${pathOf(one, plane)}"><title>${escapeXml(one.name)}</title></path>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${plane.width} ${plane.height}" width="${plane.width}" height="${plane.height}" font-family="${FONT}" role="img" aria-label="${escapeXml(chart.title)}">
<style>${styleOf(options.theme)}</style>
<rect class="back" width="100%" height="100%"/>
<text class="title" x="${MARGIN.left}" y="28">${escapeXml(chart.title)}</text>
<text class="soft" x="${MARGIN.left}" y="48">${escapeXml(chart.subtitle)}</text>
${axes(chart, plane)}
${moments(plane)}
${emptiness(chart, plane)}${series.join("\n")}
${legend(plane)}
</svg>`;
}
