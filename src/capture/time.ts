/** Timestamps: from stored ticks to nanoseconds and back. */
import { type PacketRecord, TIME_MICRO, TIME_NANO, TIME_NONE } from "./record.ts";
import type { CaptureInterface } from "./types.ts";

const NANOSECONDS = 1_000_000_000n;
/** Highest 32-bit half with which a 64-bit count of ticks is exact as a double. */
const SAFE_HIGH = 0x1f_ffff;

/** Ticks a second that an if_tsresol byte says: a power of 2 with bit 7 set, else of 10 (draft-ietf-opsawg-pcapng, 4.2). */
export function ticksPerSecond(tsresol: number): bigint {
  return tsresol & 0x80 ? 1n << BigInt(tsresol & 0x7f) : 10n ** BigInt(tsresol);
}

/** Whether nanoseconds hold every time that this resolution can say. */
export function fitsNanoseconds(tsresol: number): boolean {
  return tsresol <= 9 || (tsresol >= 0x80 && tsresol <= 0x89); // 10⁹ = 2⁹ × 5⁹
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}

/** Nanoseconds since the epoch of a stored count of ticks, rounded down. */
export function ticksToNanoseconds(
  ticks: bigint,
  source: Pick<CaptureInterface, "tsresol" | "ticksPerSecond" | "tsoffset">,
): bigint {
  const scaled =
    source.tsresol === 9
      ? ticks
      : source.tsresol === 6
        ? ticks * 1000n
        : (ticks * NANOSECONDS) / source.ticksPerSecond;
  return source.tsoffset === 0n ? scaled : scaled + source.tsoffset * NANOSECONDS;
}

/** The last tick not after a time, and whether it is that very time. */
export function nanosecondsToTicks(
  nanoseconds: bigint,
  source: Pick<CaptureInterface, "tsresol" | "ticksPerSecond" | "tsoffset">,
): { readonly ticks: bigint; readonly exact: boolean } {
  if (source.tsresol === 9 && source.tsoffset === 0n) return { ticks: nanoseconds, exact: true };
  const product = (nanoseconds - source.tsoffset * NANOSECONDS) * source.ticksPerSecond;
  const ticks = floorDivide(product, NANOSECONDS);
  return { ticks, exact: ticks * NANOSECONDS === product };
}

/** The 64-bit count of ticks that a record stores in two halves. */
export function recordTicks(record: PacketRecord): bigint {
  return record.timeHigh <= SAFE_HIGH
    ? BigInt(record.timeHigh * 4294967296 + record.timeLow)
    : (BigInt(record.timeHigh) << 32n) | BigInt(record.timeLow);
}

/** Nanoseconds since the epoch, or undefined for a record without time. */
export function recordTimestamp(record: PacketRecord, source: CaptureInterface): bigint | undefined {
  switch (record.timeKind) {
    case TIME_NONE:
      return undefined;
    case TIME_MICRO:
      return BigInt(record.timeHigh) * NANOSECONDS + BigInt(record.timeLow * 1000);
    case TIME_NANO:
      return BigInt(record.timeHigh) * NANOSECONDS + BigInt(record.timeLow);
    default:
      return ticksToNanoseconds(recordTicks(record), source);
  }
}

const HALF = 0x1_0000_0000;

/** Times as distances from a base, for which no bigint is made but where a double would not hold them. */
export class Elapsed {
  /** In units of all the ways in which times are stored; undefined until there is one. */
  #base: bigint | undefined;
  #seconds = 0;
  #nanoseconds = 0;
  #high = 0;
  #low = 0;
  #microseconds = 0;

  #from(base: bigint): void {
    this.#base = base;
    this.#seconds = Number(floorDivide(base, NANOSECONDS));
    this.#nanoseconds = Number(base - BigInt(this.#seconds) * NANOSECONDS);
    this.#high = Number(base >> 32n);
    this.#low = Number(base & 0xffff_ffffn);
    this.#microseconds = this.#seconds * 1e6;
  }

  /** Nanoseconds from `base` (nanoseconds since the epoch) to the record's time; NaN for a record without one. */
  since(base: bigint, record: PacketRecord, source: CaptureInterface): number {
    if (base !== this.#base) this.#from(base);
    const near = this.#near(record, source);
    if (Number.isSafeInteger(near)) return near;
    const time = recordTimestamp(record, source);
    return time === undefined ? Number.NaN : Number(time - base);
  }

  /** NaN where it has to be computed otherwise; beyond the safe integers it is not exact. */
  #near({ timeKind, timeHigh, timeLow }: PacketRecord, { tsresol, tsoffset }: CaptureInterface): number {
    if (timeKind === TIME_MICRO)
      return (timeHigh - this.#seconds) * 1e9 + (timeLow * 1000 - this.#nanoseconds);
    if (timeKind === TIME_NANO) return (timeHigh - this.#seconds) * 1e9 + (timeLow - this.#nanoseconds);
    if (timeKind === TIME_NONE || tsoffset !== 0n) return Number.NaN;
    if (tsresol === 9) return (timeHigh - this.#high) * HALF + (timeLow - this.#low);
    if (tsresol !== 6 || timeHigh > SAFE_HIGH) return Number.NaN;
    return (timeHigh * HALF + timeLow - this.#microseconds) * 1000 - this.#nanoseconds;
  }
}
