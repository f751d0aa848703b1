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
