/** Times as text. All take nanoseconds: since the Unix epoch, or a duration. */

const BILLION = 1_000_000_000n;

/** Whole seconds up to this number are split without dividing a bigint. */
const MANY = 2 ** 32;

/** Whole seconds, and the nanoseconds behind them: both are small enough for numbers. */
export function splitSeconds(nanoseconds: bigint): { readonly seconds: number; readonly rest: number } {
  const about = Math.floor(Number(nanoseconds) / 1e9);
  if (about < 0 || about >= MANY) return divide(nanoseconds);
  // What is left is below 2^32, so that the lower halves tell it; a quotient that was rounded up leaves more than a second.
  const rest = (Number(BigInt.asUintN(32, nanoseconds)) - Math.imul(about, 1e9)) >>> 0;
  return rest < 1e9 ? { seconds: about, rest } : divide(nanoseconds);
}

function divide(nanoseconds: bigint): { readonly seconds: number; readonly rest: number } {
  const seconds = Number(nanoseconds / BILLION);
  const rest = Number(nanoseconds % BILLION);
  return rest < 0 ? { seconds: seconds - 1, rest: rest + 1e9 } : { seconds, rest };
}

function digits(nanoseconds: number, precision: number): string {
  return precision === 0 ? "" : `.${String(nanoseconds + 1e9).slice(1, precision + 1)}`;
}

/** Seconds with `precision` digits (0 to 9; the rest is cut): `-0.000001000`. */
export function formatSeconds(nanoseconds: bigint, precision = 9): string {
  const { seconds, rest } = splitSeconds(nanoseconds < 0n ? -nanoseconds : nanoseconds);
  return `${nanoseconds < 0n ? "-" : ""}${seconds}${digits(rest, precision)}`;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (value: number): string => String(value).padStart(2, "0");

/** Abbreviation of the local time zone at a time, as far as the platform knows one. */
function zoneName(date: Date): string {
  if (date.getTimezoneOffset() === 0 && /^(?:Etc\/)?U(?:TC|CT|niversal)$/i.test(zoneId())) return "UTC";
  const parts = new Intl.DateTimeFormat("en-US", { timeZoneName: "short" }).formatToParts(date);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}

let zone: string | undefined;
function zoneId(): string {
  zone ??= new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone;
}

/** Parts of a calendar date in local time, or in UTC. */
export interface Calendar {
  /** `2026-11-22`. */
  readonly date: string;
  /** `06:30:58.433731`, with the wanted digits. */
  readonly time: string;
  /** Day of the year, from 1. */
  readonly year: number;
  readonly dayOfYear: number;
}

/** Splits a time into what the time column shows. */
export function calendar(nanoseconds: bigint, precision: number, utc: boolean): Calendar {
  const { seconds, rest } = splitSeconds(nanoseconds);
  const local = new Date(seconds * 1000);
  // Shifting by the zone's offset lets the same UTC getters serve both.
  const date = utc ? local : new Date(local.getTime() - local.getTimezoneOffset() * 60_000);
  const year = date.getUTCFullYear();
  const dayOfYear = Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(":");
  return {
    date: `${String(year).padStart(4, "0")}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`,
    time: `${clock}${digits(rest, precision)}`,
    year,
    dayOfYear,
  };
}

/** Keeps what the last second gave: times follow each other closely. */
function bySecond<T>(make: (seconds: number) => T): (seconds: number) => T {
  let last: { readonly seconds: number; readonly made: T } | undefined;
  return (seconds) => {
    if (last?.seconds !== seconds) last = { seconds, made: make(seconds) };
    return last.made;
  };
}

const dateOf = bySecond((seconds) => calendar(BigInt(seconds) * BILLION, 0, true).date);

/** `2026-11-22`. */
export function utcDate(nanoseconds: bigint): string {
  return dateOf(splitSeconds(nanoseconds).seconds);
}

/** What stands before the digits of the second's fraction, and behind them. */
export const absoluteParts: (seconds: number) => readonly [before: string, behind: string] = bySecond(
  (seconds) => {
    const { date, time } = calendar(BigInt(seconds) * BILLION, 0, false);
    const [year = "", month = "", day = ""] = date.split("-");
    const name = zoneName(new Date(seconds * 1000));
    return [
      `${MONTHS[Number(month) - 1]} ${String(Number(day)).padStart(2)}, ${Number(year)} ${time}`,
      ` ${name}`,
    ];
  },
);

/** `Nov 22, 2026 06:30:58.433731000 UTC`, in local time with the zone's name. */
export function formatAbsoluteTime(nanoseconds: bigint): string {
  const { seconds, rest } = splitSeconds(nanoseconds);
  const [before, behind] = absoluteParts(seconds);
  return before + digits(rest, 9) + behind;
}
