/** Constants of times, in nanoseconds. */
import type { Datum } from "./datum.ts";
import { Refusal } from "./source-error.ts";

/** Where date texts without a zone are. */
export type TimeZone = "local" | "utc";

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function nanoseconds(fraction: string): bigint {
  return BigInt(fraction.padEnd(9, "0").slice(0, 9));
}

/** Seconds with up to 9 decimals; zeros may follow. */
export function parseRelativeTime(text: string): Datum | Refusal {
  const match = /^([0-9]+)(?:\.([0-9]+))?$/.exec(text);
  const fraction = (match?.[2] ?? "").replace(/0+$/, "");
  if (match === null || fraction.length > 9)
    return new Refusal("bad-constant", `"${text}" is not a valid time`);
  const seconds = match[1] ?? "0";
  if (seconds.length > 18) return new Refusal("out-of-range", `"${text}" is too big for a time`);
  return BigInt(seconds) * 1_000_000_000n + nanoseconds(fraction);
}

interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly fraction: string;
  /** Minutes east of UTC. */
  readonly zone: number | undefined;
}

function epoch(moment: Moment, timeZone: TimeZone): bigint {
  const { year, month, day, hour, minute, second } = moment;
  const utc = new Date(0);
  utc.setUTCFullYear(year, month - 1, day);
  utc.setUTCHours(hour, minute, second);
  let milliseconds = utc.getTime();
  if (moment.zone !== undefined) milliseconds -= moment.zone * 60_000;
  else if (timeZone === "local") {
    const local = new Date(0);
    local.setFullYear(year, month - 1, day);
    local.setHours(hour, minute, second, 0);
    milliseconds = local.getTime();
  }
  return BigInt(milliseconds) * 1_000_000n + nanoseconds(moment.fraction);
}

const isoPattern =
  /^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d*))?)?(?:(Z)|([+-])(\d{1,2}):?(\d{2})?)?$/;
const datePattern =
  /^(\d{2,4})-(\d{1,2})-(\d{1,2})(?:\s+(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?)?(?:\s*(UTC))?$/;
const monthPattern =
  /^([A-Za-z]{3})\s+(\d{1,2}),\s*(\d{1,4})\s+(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?(?:\s*(UTC))?$/;

/** Fields of a clock in range; `days` is how many the month has. */
function isInRange({ month, day, hour, minute, second }: Moment, days: number, seconds: number): boolean {
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= days;
  return isDay && hour <= 23 && minute <= 59 && second <= seconds;
}

function daysOf(year: number, month: number): number {
  const last = new Date(0);
  last.setUTCFullYear(year, month, 0);
  return last.getUTCDate();
}

function readIso(text: string): Moment | undefined {
  const iso = isoPattern.exec(text);
  if (iso === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zulu, sign, zoneHour, zoneMinute] = iso;
  const east = Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0);
  const zone = zulu !== undefined ? 0 : sign === undefined ? undefined : sign === "-" ? -east : east;
  const moment: Moment = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second ?? 0),
    fraction: fraction ?? "",
    zone,
  };
  return isInRange(moment, daysOf(moment.year, moment.month), 60) ? moment : undefined;
}

/** Older forms. As with C's mktime(), a day behind the month's last one is one of the next month. */
function readLegacy(text: string): Moment | undefined {
  const date = datePattern.exec(text);
  const named = monthPattern.exec(text);
  const month = named === null ? Number(date?.[2]) : months.indexOf((named[1] ?? "").toLowerCase()) + 1;
  const [, year, , day, hour, minute, second, fraction, utc] =
    named === null ? (date ?? []) : [named[0], named[3], "", named[2], ...named.slice(4)];
  if (year === undefined) return undefined;
  const moment: Moment = {
    year: Number(year),
    month,
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    fraction: fraction ?? "",
    zone: utc === undefined ? undefined : 0,
  };
  return isInRange(moment, 31, 61) ? moment : undefined;
}

/** ISO 8601, or `Nov 12, 1999 08:55:44.123`. Text without a zone is in `timeZone`. */
export function parseAbsoluteTime(text: string, timeZone: TimeZone): Datum | Refusal {
  const told = text.trimStart();
  const moment = readIso(told) ?? readLegacy(told);
  if (moment !== undefined) return epoch(moment, timeZone);
  const examples = `"2011-07-04 12:34:56" or "Nov 12, 1999 08:55:44.123"`;
  return new Refusal("bad-constant", `"${text}" is not a valid absolute time, such as ${examples}`);
}
