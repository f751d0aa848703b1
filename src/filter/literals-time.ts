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

function epoch(moment: Moment, timeZone: TimeZone): bigint | undefined {
  const { year, month, day, hour, minute, second } = moment;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const utc = new Date(0);
  utc.setUTCFullYear(year, month - 1, day);
  if (utc.getUTCMonth() !== month - 1 || utc.getUTCDate() !== day) return undefined;
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
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:(Z)|([+-])(\d{2}):?(\d{2})?)?$/;
const datePattern =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:\s+(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?)?(?:\s*(UTC))?$/;
const monthPattern =
  /^([A-Za-z]{3})\s+(\d{1,2}),\s*(\d{4})\s+(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?(?:\s*(UTC))?$/;

function readMoment(text: string): Moment | undefined {
  const iso = isoPattern.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second, fraction, zulu, sign, zoneHour, zoneMinute] = iso;
    const east = Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0);
    const zone = zulu !== undefined ? 0 : sign === undefined ? undefined : sign === "-" ? -east : east;
    return {
      year: Number(year),
      month: Number(month),
      day: Number(day),
      hour: Number(hour),
      minute: Number(minute),
      second: Number(second ?? 0),
      fraction: fraction ?? "",
      zone,
    };
  }
  const date = datePattern.exec(text);
  const named = monthPattern.exec(text);
  const month = named === null ? Number(date?.[2]) : months.indexOf((named[1] ?? "").toLowerCase()) + 1;
  const [, year, , day, hour, minute, second, fraction, utc] =
    named === null ? (date ?? []) : [named[0], named[3], "", named[2], ...named.slice(4)];
  if (year === undefined || month === 0) return undefined;
  return {
    year: Number(year),
    month,
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    fraction: fraction ?? "",
    zone: utc === undefined ? undefined : 0,
  };
}

/** ISO 8601, or `Nov 12, 1999 08:55:44.123`. Text without a zone is in `timeZone`. */
export function parseAbsoluteTime(text: string, timeZone: TimeZone): Datum | Refusal {
  const moment = readMoment(text.trim());
  const value = moment === undefined ? undefined : epoch(moment, timeZone);
  const examples = `"2011-07-04 12:34:56" or "Nov 12, 1999 08:55:44.123"`;
  return value ?? new Refusal("bad-constant", `"${text}" is not a valid absolute time, such as ${examples}`);
}
