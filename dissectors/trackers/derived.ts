/** Short form of trackers without state: values that compare several fields of one frame, which no schema can say. */
import type { Provide, ProvidedField, Row, Tracker, TrackerState } from "../../src/plugin.ts";

class Stateless implements TrackerState {
  readonly forgotten: number = 0;
  readonly update: (row: Row, provide: Provide) => void;
  constructor(update: (row: Row, provide: Provide) => void) {
    this.update = update;
  }
}

/** `update` is given columns in the order of `requires`, and names what it found by the order of `provides`. */
export function derived(
  id: string,
  requires: readonly string[],
  provides: readonly ProvidedField[],
  update: (row: Row, provide: Provide) => void,
): Tracker {
  return { id, requires, provides, local: true, create: () => new Stateless(update) };
}

/** The bytes of one occurrence of an address or byte string. */
export function bytesAt(row: Row, column: number, index: number): Uint8Array | undefined {
  const value = row.at(column, index);
  return value instanceof Uint8Array ? value : undefined;
}

/** No byte is anything but zero. */
export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** The same bytes. */
export function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
