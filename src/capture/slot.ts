/** What one stretch of a file and the matches in it take, in memory that two threads share. */
import { bufferOf, type SharedRoom } from "../bytes/room.ts";
import { BATCH_ROOM, type ScanRoom } from "./scan.ts";

/** Bytes in a stretch: what begins in it belongs to it. Shorter ones cost more turns, longer ones more memory. */
export const STRETCH: number = 2_621_440;
/** Room behind a stretch for its last record. */
const BEHIND = 524_288;

// Indices in the control words of a slot; places are indices in its bytes.
/** The stretch that was gone over, for `Atomics`: the rest holds for it. {@link NOTHING} until there is one. */
export const HOLDS = 0;
/** First record that was found; -1 if there is none. */
export const FIRST = 1;
/** Behind the last record that was gone over. */
export const POSITION = 2;
export const PACKETS = 3;
export const MATCHES = 4;
/** Number of the {@link ScanOrder} that it was filled by. */
export const ORDER = 5;
const CONTROLS = 8;

export const NOTHING = -1;

/** Numbers of frames are from 1 at the stretch's first record. */
export interface Slot extends ScanRoom {
  readonly control: Int32Array;
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
