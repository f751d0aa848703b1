/** Rows made by hand. */
import type { RawValue, Row } from "../../../src/plugin.ts";

const MASK = 0xffff_ffffn;

/** More columns than any tracker has. */
const COLUMNS = 100;

function wordOf(value: RawValue | undefined, word: number): number {
  if (value instanceof Uint8Array) {
    const four = value.subarray(word * 4, word * 4 + 4);
    return four.length < 4 ? 0 : new DataView(four.buffer, four.byteOffset, 4).getInt32(0);
  }
  if (typeof value === "bigint") return Number(word === 0 ? value >> 32n : value & MASK) | 0;
  return Number(value ?? 0) | 0;
}

/** See `firsts` of a row. */
function firstOf(value: RawValue | undefined): number {
  if (value instanceof Uint8Array) return value.length === 4 ? wordOf(value, 0) >>> 0 : 0;
  if (typeof value === "bigint") return Number(value & MASK);
  return numberOf(value);
}

function numberOf(value: RawValue | undefined): number {
  return value === undefined || value instanceof Uint8Array ? Number.NaN : Number(value);
}

/** `values`: the occurrences of each column. */
export function rowOf(
  frameNumber: number,
  timestamp: bigint | undefined,
  values: (column: number) => readonly RawValue[],
): Row {
  const at = (column: number, index = 0): RawValue | undefined => values(column)[index];
  return {
    frameNumber,
    timestamp,
    plain: Array.from({ length: COLUMNS }, (_, column) => values(column).length).every((count) => count < 2),
    since: (base) => (timestamp === undefined ? Number.NaN : Number(timestamp - base)),
    firsts: Float64Array.from({ length: COLUMNS }, (_, column) => firstOf(at(column))),
    highs: Int32Array.from({ length: COLUMNS }, (_, column) => {
      const value = at(column);
      return typeof value === "bigint" ? wordOf(value, 0) : 0;
    }),
    count: (column) => values(column).length,
    at,
    size: (column, index) => {
      const value = at(column, index);
      return value instanceof Uint8Array ? value.length : 0;
    },
    number: (column, index) => numberOf(at(column, index)),
    word: (column, index, word) => wordOf(at(column, index), word),
  };
}
