/** Scanning one stretch of a file, from where its first record is likely to begin. */
import { findRecord, recordSize, type Sought } from "./boundary.ts";
import type { RecordScan, ScanState } from "./scan.ts";
import { FIRST, HOLDS, MATCHES, ORDER, PACKETS, POSITION, type Slot, STRETCH } from "./slot.ts";

/** What is scanned for, until something else is told. */
export interface ScanOrder {
  /** Slots are marked with it, so that the reader knows what they were filled for. */
  readonly number: number;
  readonly sought: Sought;
}

/** Reads `length` bytes at `position` of the file to `offset` of `buffer`; fewer at the end. */
export type ReadAt = (buffer: Uint8Array, offset: number, length: number, position: number) => number;

/** `state`: has the slot's lists. `base`: offset of the stretch in the file. */
export function fillSlot(
  slot: Slot,
  state: ScanState,
  stretch: number,
  base: number,
  { number, sought }: ScanOrder,
  scan: RecordScan,
  read: ReadAt,
): void {
  const { bytes, view, control } = slot;
  const fill = (have: number, wanted: number): number => {
    let end = have;
    while (end < wanted) {
      const count = read(bytes, end, wanted - end, base + end);
      if (count === 0) break;
      end += count;
    }
    return end;
  };
  let have = fill(0, STRETCH);
  const first = findRecord(view, 0, have, have, sought);
  state.number = 0;
  state.count = 0;
  state.position = first;
  if (first >= 0) {
    scan(bytes, view, first, have, state);
    // What begins here and ends behind the stretch belongs here.
    const last = state.position;
    if (state.verdict === 0 && last < STRETCH) {
      if (recordSize(view, last, have, sought) < 0) have = fill(have, Math.min(last + 16, bytes.length));
      const size = recordSize(view, last, have, sought);
      if (size > 0 && last + size <= bytes.length) {
        have = fill(have, last + size);
        if (last + size <= have) scan(bytes, view, last, last + size, state);
      }
    }
  }
  control[ORDER] = number;
  control[FIRST] = first;
  control[POSITION] = state.position;
  control[PACKETS] = state.number;
  control[MATCHES] = state.count;
  Atomics.store(control, HOLDS, stretch);
}
