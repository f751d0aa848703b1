/** A chart apart from how it is drawn. */

/** What is drawn at each point. */
export type Shape = "segments" | "halos" | "crosses" | "steps" | "dots";

export interface Series {
  readonly name: string;
  /** Index into the palette: that of the subflow; or acknowledgments, which belong to none. */
  readonly color: number | "ack";
  /** `halos` are drawn broad and pale, behind what they mark. */
  readonly shape: Shape;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Upper ends of segments and halos. */
  readonly y2?: readonly number[];
  /** Frame of each point. */
  readonly frames?: readonly number[];
  /** What is worth knowing of a point besides its place. */
  readonly note?: (index: number) => string;
}

/** A moment worth a line across the chart. */
export interface Moment {
  readonly x: number;
  readonly label: string;
  readonly frame: number;
  /** Palette index of the subflow. */
  readonly color: number;
}

export interface Chart {
  readonly title: string;
  readonly subtitle: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  readonly moments: readonly Moment[];
}

export interface Extent {
  readonly low: number;
  readonly high: number;
}

/** Lowest and highest of all values; [0, 1] where there are none. */
export function extentOf(lists: Iterable<readonly number[]>): Extent {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const list of lists) {
    for (const value of list) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return { low: 0, high: 1 };
  return low === high ? { low: Math.min(0, low), high: high + (high === 0 ? 1 : 0) } : { low, high };
}

/** Round numbers inside an extent, about `wanted` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticksOf({ low, high }: Extent, wanted: number): readonly number[] {
  const raw = (high - low) / Math.max(1, wanted);
  if (!(raw > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** A number for an axis: thousands as k, M, G. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  for (const [factor, letter] of [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    if (size >= factor) return `${Number((value / factor).toPrecision(4))}${letter}`;
  }
  return String(Number(value.toPrecision(4)));
}
