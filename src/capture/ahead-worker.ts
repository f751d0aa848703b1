/** The other side of {@link ScanAhead}: a thread that scans every n-th stretch of a file, as far ahead as it has slots. */
import type { SharedRoom } from "../bytes/room.ts";
import { findRecord, recordSize, type Sought } from "./boundary.ts";
import { createScanState, NO_CLOCK, type RecordScan, type ScanState } from "./scan.ts";
import {
  FILLED,
  FIRST,
  FREE,
  MATCHES,
  ORDER,
  PACKETS,
  POSITION,
  type Slot,
  STATE,
  STOPPED,
  STRETCH,
  slotOver,
} from "./slot.ts";

/** What a thread scans for, until it is told otherwise. */
export interface ScanOrder {
  /** Slots are marked with it, so that the reader knows what they were filled for. */
  readonly number: number;
  readonly sought: Sought;
  readonly program: unknown;
}

/** What the thread is given. */
export interface AheadTask {
  /** Descriptor of the file: threads of a process share them. */
  readonly file: number;
  /** Offset in the file of the first stretch. */
  readonly origin: number;
  readonly stretches: number;
  /** The thread takes stretch `index`, `index + threads`, … */
  readonly index: number;
  readonly threads: number;
  readonly slots: readonly SharedRoom[];
  readonly order: ScanOrder;
}

type Read = (file: number, bytes: Uint8Array, offset: number, length: number, position: number) => number;

/** Scans one stretch, of which `base` is the offset in the file. */
function scanStretch(
  file: number,
  { number, sought }: ScanOrder,
  slot: Slot,
  state: ScanState,
  base: number,
  scan: RecordScan,
  read: Read,
): void {
  const { bytes, view, control } = slot;
  const fill = (have: number, wanted: number): number => {
    let end = have;
    while (end < wanted) {
      const count = read(file, bytes, end, wanted - end, base + end);
      if (count === 0) break;
      end += count;
    }
    return end;
  };
  let have = fill(0, STRETCH);
  const first = findRecord(view, 0, have, have, sought);
  control[ORDER] = number;
  control[FIRST] = first;
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
  control[POSITION] = state.position;
  control[PACKETS] = state.number;
  control[MATCHES] = state.count;
}

/** `news`: the latest {@link ScanOrder}, if there is one since the last call. */
export function serveScans(
  task: AheadTask,
  make: (program: unknown) => RecordScan,
  news: () => unknown,
  read: Read,
): void {
  const slots = task.slots.map((buffer) => {
    const slot = slotOver(buffer);
    return { slot, state: createScanState(NO_CLOCK, slot) };
  });
  let { order } = task;
  let scan = make(order.program);
  for (let turn = 0, stretch = task.index; stretch < task.stretches; turn++, stretch += task.threads) {
    const chosen = slots[turn % slots.length];
    if (chosen === undefined) return;
    const { slot, state } = chosen;
    Atomics.wait(slot.control, STATE, FILLED);
    if (Atomics.load(slot.control, STATE) === STOPPED) return;
    const latest = news();
    if (latest !== undefined) {
      order = latest as ScanOrder; // ScanAhead sends nothing else
      scan = make(order.program);
    }
    scanStretch(task.file, order, slot, state, task.origin + stretch * STRETCH, scan, read);
    // The reader may have stopped it meanwhile.
    if (Atomics.compareExchange(slot.control, STATE, FREE, FILLED) === STOPPED) return;
    Atomics.notify(slot.control, STATE);
  }
}
