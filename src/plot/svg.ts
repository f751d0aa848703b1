/** Draws a chart as SVG: one file, light and dark, in colours that the colour-blind tell apart. */
import { type Chart, type Extent, extentOf, type Series, ticksOf, tickText } from "./chart.ts";

export interface SvgOptions {
  /** Pixels; default 1100 by 620. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Seconds of the x axis to show. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** The palette of Okabe and Ito, without the yellow that vanishes on white, and the blue that acknowledgments have. */
const PALETTE = ["#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#8c564b", "#117733"];
const ACK_COLOR = "#0072b2";
const REINJECTION_COLORS = ["#aa0044", "#6a3d9a", "#8b6d00"];
const MARGIN = { left: 78, right: 24, top: 62, bottom: 96 };

const STYLE = `text { font: 13px system-ui, sans-serif; fill: #222; }
.title { font-size: 17px; font-weight: 600; }
.soft { fill: #666; font-size: 12px; }
.back { fill: #fff; }
.grid { stroke: #8884; stroke-width: 1; }
.axis { stroke: #666; stroke-width: 1; fill: none; }
.moment { stroke: #888; stroke-width: 1; stroke-dasharray: 4 3; }
@media (prefers-color-scheme: dark) {
text { fill: #ddd; } .soft { fill: #aaa; } .back { fill: #14161a; }
}`;

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

interface Plane {
  readonly width: number;
  readonly height: number;
  readonly xs: Extent;
  readonly ys: Extent;
  x(value: number): number;
  y(value: number): number;
}

function makePlane(chart: Chart, options: SvgOptions): Plane {
  const { width = 1100, height = 620 } = options;
  const all = extentOf(chart.series.map((one) => one.x));
  const xs = { low: options.from ?? all.low, high: options.to ?? all.high };
  const shown = chart.series.flatMap((one) => visible(one, xs));
  const found = extentOf(shown);
  // From zero, unless a part of the time is shown.
  const ys = { low: options.from === undefined ? Math.min(0, found.low) : found.low, high: found.high };
  const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  return {
    width,
    height,
    xs,
    ys,
    x: (value) => MARGIN.left + ((value - xs.low) / (xs.high - xs.low || 1)) * inner.width,
    y: (value) => MARGIN.top + inner.height - ((value - ys.low) / (ys.high - ys.low || 1)) * inner.height,
  };
}

function visible(series: Series, { low, high }: Extent): readonly number[][] {
  const keep = (values: readonly number[]): number[] =>
    values.filter((_, index) => {
      const x = series.x[index] ?? Number.NaN;
      return x >= low && x <= high;
    });
  return series.y2 === undefined ? [keep(series.y)] : [keep(series.y), keep(series.y2)];
}

function colorOf({ color, shade = 0 }: Series): string {
  if (color === "ack") return ACK_COLOR;
  const list = color === "reinjection" ? REINJECTION_COLORS : PALETTE;
  return list[(color === "reinjection" ? shade : color) % list.length] ?? ACK_COLOR;
}

function strokeOf({ shape, color }: Series): number {
  if (color === "reinjection") return 4;
  return { segments: 2.4, crosses: 0.8, steps: 1.4, dots: 2.5 }[shape];
}

const text = (value: number): string => String(Math.round(value * 10) / 10);

/**
 * A path of all points of a series. Of points that fall on one column of pixels (tenths of a pixel while there are few)
 * what is lowest and highest stays, and what overlaps is drawn once.
 */
export function pathOf(series: Series, plane: Pick<Plane, "x" | "y" | "xs">): string {
  if (series.shape === "steps") return stepPath(series, plane);
  const dense = series.x.length > 20_000;
  const columns = new Map<number, [number, number][]>();
  for (const [index, x] of series.x.entries()) {
    if (x < plane.xs.low || x > plane.xs.high) continue;
    const column = dense ? Math.round(plane.x(x)) : Math.round(plane.x(x) * 10) / 10;
    const y = plane.y(series.y[index] ?? 0);
    const top = series.y2 === undefined ? y : plane.y(series.y2[index] ?? 0);
    const spans = columns.get(column);
    const last = spans?.at(-1);
    if (spans === undefined) columns.set(column, [[Math.min(y, top), Math.max(y, top)]]);
    else if (last !== undefined && touches(last, y, top, dense ? 1 : 0)) {
      last[0] = Math.min(last[0], y, top);
      last[1] = Math.max(last[1], y, top);
    } else spans.push([Math.min(y, top), Math.max(y, top)]);
  }
  const draw = { segments: drawSegment, crosses: drawCross, dots: drawDot }[series.shape];
  return [...columns].flatMap(([x, spans]) => spans.map(([top, bottom]) => draw(x, top, bottom))).join("");
}

function touches([top, bottom]: readonly [number, number], a: number, b: number, slack: number): boolean {
  if (slack === 0) return false;
  return Math.min(a, b) <= bottom + slack && Math.max(a, b) >= top - slack;
}

function drawSegment(x: number, top: number, bottom: number): string {
  // What is less than a pixel high is drawn one pixel high.
  return `M${text(x)} ${text(bottom)}V${text(Math.min(top, bottom - 1))}`;
}

function drawCross(x: number, top: number, bottom: number): string {
  const y = text((top + bottom) / 2);
  return `M${text(x - 2.5)} ${y}h5M${text(x)} ${text(top - 2.5)}V${text(bottom + 2.5)}`;
}

function drawDot(x: number, top: number, bottom: number): string {
  return `M${text(x - 1)} ${text((top + bottom) / 2)}h2`;
}

function stepPath(series: Series, plane: Pick<Plane, "x" | "y" | "xs">): string {
  const parts: string[] = [];
  let column = Number.NaN;
  let low = 0;
  let high = 0;
  let last = 0;
  const close = (): void => {
    if (Number.isNaN(column)) return;
    if (low !== high) parts.push(`V${text(low)}V${text(high)}`);
    parts.push(`V${text(last)}`);
  };
  for (const [index, x] of series.x.entries()) {
    if (x < plane.xs.low || x > plane.xs.high) continue;
    const at = Math.round(plane.x(x) * 2) / 2;
    const y = plane.y(series.y[index] ?? 0);
    if (at !== column) {
      close();
      parts.push(Number.isNaN(column) ? `M${text(at)} ${text(y)}` : `H${text(at)}`);
      column = at;
      low = y;
      high = y;
    }
    low = Math.min(low, y);
    high = Math.max(high, y);
    last = y;
  }
  close();
  return parts.join("");
}

function axes(chart: Chart, plane: Plane): string {
  const { width, height } = plane;
  const bottom = height - MARGIN.bottom;
  const right = width - MARGIN.right;
  const horizontal = ticksOf(plane.ys, 6).map((value) => {
    const y = text(plane.y(value));
    return `<path class="grid" d="M${MARGIN.left} ${y}H${right}"/><text x="${MARGIN.left - 8}" y="${y}" dy="0.35em" text-anchor="end">${tickText(value)}</text>`;
  });
  const vertical = ticksOf(plane.xs, 8).map((value) => {
    const x = text(plane.x(value));
    return `<path class="grid" d="M${x} ${MARGIN.top}V${bottom}"/><text x="${x}" y="${bottom + 18}" text-anchor="middle">${tickText(value)}</text>`;
  });
  const middle = (MARGIN.top + bottom) / 2;
  return [
    ...horizontal,
    ...vertical,
    `<path class="axis" d="M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}"/>`,
    `<text x="${(MARGIN.left + right) / 2}" y="${bottom + 38}" text-anchor="middle">${escapeXml(chart.xLabel)}</text>`,
    `<text transform="translate(18 ${middle}) rotate(-90)" text-anchor="middle">${escapeXml(chart.yLabel)}</text>`,
  ].join("\n");
}

function moments(chart: Chart, plane: Plane): string {
  const bottom = plane.height - MARGIN.bottom;
  let previous = Number.NEGATIVE_INFINITY;
  return chart.moments
    .filter(({ x }) => x >= plane.xs.low && x <= plane.xs.high)
    .map(({ x, label }) => {
      const at = plane.x(x);
      // Labels that would lie over each other are left out; their lines stay.
      const shown = at - previous > 14 ? label : "";
      if (shown !== "") previous = at;
      return `<path class="moment" d="M${text(at)} ${MARGIN.top}V${bottom}"><title>${escapeXml(label)}</title></path><text class="soft" transform="translate(${text(at + 4)} ${MARGIN.top + 4}) rotate(90)">${escapeXml(shown)}</text>`;
    })
    .join("\n");
}

function legend(chart: Chart, { height, width }: Plane): string {
  let x = MARGIN.left;
  let y = height - 34;
  return chart.series
    .map((series) => {
      const room = 40 + series.name.length * 7.6;
      if (x + room > width - MARGIN.right && x > MARGIN.left) {
        x = MARGIN.left;
        y += 20;
      }
      const entry = `<path d="M${text(x)} ${y}h20" stroke="${colorOf(series)}" stroke-width="4"/><text x="${text(x + 26)}" y="${y}" dy="0.35em">${escapeXml(series.name)}</text>`;
      x += room;
      return entry;
    })
    .join("\n");
}

/** An SVG document. Each series is one path with a class of its own: `series-0` and so on. */
export function renderSvg(chart: Chart, options: SvgOptions = {}): string {
  const plane = makePlane(chart, options);
  const series = chart.series.map((one, index) => {
    return `<path class="series-${index}" fill="none" stroke="${colorOf(one)}" stroke-width="${strokeOf(one)}" d="${pathOf(one, plane)}"><title>${escapeXml(one.name)}</title></path>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${plane.width} ${plane.height}" width="${plane.width}" height="${plane.height}" role="img" aria-label="${escapeXml(chart.title)}">
<style>${STYLE}</style>
<rect class="back" width="100%" height="100%"/>
<text class="title" x="${MARGIN.left}" y="26">${escapeXml(chart.title)}</text>
<text class="soft" x="${MARGIN.left}" y="46">${escapeXml(chart.subtitle)}</text>
${axes(chart, plane)}
${moments(chart, plane)}
${series.join("\n")}
${legend(chart, plane)}
</svg>`;
}
