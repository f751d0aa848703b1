/** Series as SVG paths: of points that share a column of pixels what is lowest and highest stays, and what overlaps is drawn once. */
import type { Extent, Series, Shape } from "./chart.ts";

/** From values to pixels. */
export interface Scale {
  readonly xs: Extent;
  x(value: number): number;
  y(value: number): number;
}

/** More points than this are drawn by whole pixels. */
const DENSE = 20_000;
/** Separate stretches in one column of pixels, beyond which the smallest gaps are closed. */
const MOST_SPANS = 100;

export const text = (value: number): string => String(Math.round(value * 10) / 10);

/** What is less than a few pixels high is drawn so high. */
const LOWEST = 2;

const DRAW: Readonly<Record<Exclude<Shape, "steps">, (x: number, top: number, bottom: number) => string>> = {
  segments: (x, top, bottom) => `M${text(x)} ${text(bottom)}V${text(Math.min(top, bottom - LOWEST))}`,
  halos: (x, top, bottom) => `M${text(x)} ${text(bottom + 1)}V${text(Math.min(top - 1, bottom - LOWEST))}`,
  crosses(x, top, bottom) {
    const y = text((top + bottom) / 2);
    return `M${text(x - 2.5)} ${y}h5M${text(x)} ${text(top - 2.5)}V${text(bottom + 2.5)}`;
  },
  dots: (x, top, bottom) => `M${text(x - 1)} ${text((top + bottom) / 2)}h2`,
};

export function pathOf(series: Series, scale: Scale): string {
  const { shape } = series;
  if (shape === "steps") return stepPath(series, scale);
  const dense = series.x.length > DENSE;
  const draw = DRAW[shape];
  const parts: string[] = [];
  for (const [x, ends] of columnsOf(series, scale, dense)) {
    const spans = dense ? merge(ends) : ends;
    for (let at = 0; at < spans.length; at += 2) parts.push(draw(x, spans[at] ?? 0, spans[at + 1] ?? 0));
  }
  return parts.join("");
}

/** Top and bottom of each point, in turn, by column: whole pixels where there are many, else tenths. */
function columnsOf(series: Series, scale: Scale, dense: boolean): ReadonlyMap<number, number[]> {
  const columns = new Map<number, number[]>();
  const { x: xs, y: ys, y2 } = series;
  const unit = dense ? 1 : 10;
  for (let index = 0; index < xs.length; index++) {
    const value = xs[index] ?? 0;
    if (value < scale.xs.low || value > scale.xs.high) continue;
    const column = Math.round(scale.x(value) * unit) / unit;
    const a = scale.y(ys[index] ?? 0);
    const b = y2 === undefined ? a : scale.y(y2[index] ?? 0);
    const ends = columns.get(column);
    if (ends === undefined) columns.set(column, [Math.min(a, b), Math.max(a, b)]);
    else ends.push(Math.min(a, b), Math.max(a, b));
  }
  return columns;
}

/** Spans that touch become one, by whole pixels. */
function merge(ends: readonly number[]): readonly number[] {
  const spans = Array.from({ length: ends.length / 2 }, (_, at): [number, number] => [
    Math.floor(ends[at * 2] ?? 0),
    Math.ceil(ends[at * 2 + 1] ?? 0),
  ]).sort((a, b) => a[0] - b[0]);
  const close = (gap: number): number[] => {
    const merged: number[] = [];
    for (const [top, bottom] of spans) {
      const last = merged.length - 1;
      if (last > 0 && top <= (merged[last] ?? 0) + gap) merged[last] = Math.max(merged[last] ?? 0, bottom);
      else merged.push(top, bottom);
    }
    return merged;
  };
  for (let gap = 1; ; gap *= 2) {
    const merged = close(gap);
    if (merged.length <= MOST_SPANS * 2) return merged;
  }
}

function stepPath(series: Series, scale: Scale): string {
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
  for (let index = 0; index < series.x.length; index++) {
    const x = series.x[index] ?? 0;
    if (x < scale.xs.low || x > scale.xs.high) continue;
    const at = Math.round(scale.x(x) * 2) / 2;
    const y = scale.y(series.y[index] ?? 0);
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
