/** The time column: `-t r|a|ad|adoy|e|d|dd|u|ud|udoy`. */
import { calendar, formatSeconds } from "../../ir/format-time.ts";
import { CliError } from "../errors.ts";

const FORMATS = ["a", "ad", "adoy", "d", "dd", "e", "r", "u", "ud", "udoy"] as const;
export type TimeFormat = (typeof FORMATS)[number];

/** Checks the argument of `-t`. */
export function parseTimeFormat(text: string): TimeFormat {
  const found = FORMATS.find((format) => format === text);
  if (found !== undefined) return found;
  throw new CliError(`Invalid time stamp type "${text}"; it must be one of: ${FORMATS.join(", ")}`);
}

/** Where a frame stands in time, in nanoseconds; undefined without a timestamp. */
export interface Timing {
  readonly absolute: bigint | undefined;
  readonly sinceFirst: bigint;
  readonly sinceCaptured: bigint;
  readonly sinceDisplayed: bigint;
  /** Digits behind the point that the capture stores. */
  readonly precision: number;
}

/** Follows the frames of one reading. `next` is called for each, `shown` for those that are displayed. */
export class Clock {
  #first: bigint | undefined;
  #captured: bigint | undefined;
  #displayed: bigint | undefined;
  next(absolute: bigint | undefined, precision: number): Timing {
    const since = (earlier: bigint | undefined): bigint =>
      absolute === undefined || earlier === undefined ? 0n : absolute - earlier;
    this.#first ??= absolute;
    const timing = {
      absolute,
      sinceFirst: since(this.#first),
      sinceCaptured: since(this.#captured),
      sinceDisplayed: since(this.#displayed),
      precision,
    };
    this.#captured = absolute ?? this.#captured;
    return timing;
  }
  shown(timing: Timing): void {
    this.#displayed = timing.absolute ?? this.#displayed;
  }
}

export function timeText(format: TimeFormat, timing: Timing): string {
  const { absolute, precision } = timing;
  if (absolute === undefined) return "";
  switch (format) {
    case "r":
      return formatSeconds(timing.sinceFirst, precision);
    case "d":
      return formatSeconds(timing.sinceCaptured, precision);
    case "dd":
      return formatSeconds(timing.sinceDisplayed, precision);
    case "e":
      return formatSeconds(absolute, precision);
    case "a":
    case "u":
      return calendar(absolute, precision, format === "u").time;
    case "ad":
    case "ud": {
      const { date, time } = calendar(absolute, precision, format === "ud");
      return `${date} ${time}`;
    }
    case "adoy":
    case "udoy": {
      const { year, dayOfYear, time } = calendar(absolute, precision, format === "udoy");
      return `${year}/${String(dayOfYear).padStart(3, "0")} ${time}`;
    }
  }
}
