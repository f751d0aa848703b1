/** What one stretch of a file and the matches in it take, in memory that two threads share. */
import { bufferOf, type SharedRoom } from "../bytes/room.ts";
import { BATCH_ROOM } from "./scan.ts";

/** Bytes in a stretch: what begins in it belongs to it. Shorter ones have the threads wait for each other more often. */
export const STRETCH: number = 3_145_728;
/** Room behind a stretch for its last record. */
const BEHIND = 524_288;

/** States of a slot, for `Atomics`. */
export const FREE = 0;
export const FILLED = 1;
export const STOPPED = 2;

/** Indices in {@link Slot.control}; places are indices in {@link Slot.bytes}. */
export const STATE = 0;
/** First record that was found; -1 if there is none. */
export const FIRST = 1;
/** Behind the last record that was gone over. */
export const POSITION = 2;
export const PACKETS = 3;
export const MATCHES = 4;
/** Number of the {@link ScanOrder} that it was filled by. */
export const ORDER = 5;
const CONTROLS = 8;

export interface Slot {
  readonly control: Int32Array;
  readonly starts: Int32Array;
  readonly sizes: Int32Array;
  /** From 1 at the stretch's first record. */
  readonly numbers: Float64Array;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

const NUMBERS = 4 * CONTROLS;
const STARTS = NUMBERS + 8 * BATCH_ROOM;
const SIZES = STARTS + 4 * BATCH_ROOM;
const BYTES = SIZES + 4 * BATCH_ROOM;

export const SLOT_BYTES: number = BYTES + STRETCH + BEHIND;

/** The parts of a slot; pages that are never written take no memory. */
export function slotOver(room: SharedRoom): Slot {
  const buffer = bufferOf(room);
  return {
    control: new Int32Array(buffer, 0, CONTROLS),
    numbers: new Float64Array(buffer, NUMBERS, BATCH_ROOM),
    starts: new Int32Array(buffer, STARTS, BATCH_ROOM),
    sizes: new Int32Array(buffer, SIZES, BATCH_ROOM),
    bytes: new Uint8Array(buffer, BYTES),
    view: new DataView(buffer, BYTES),
  };
}
