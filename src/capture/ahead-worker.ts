/** The other side of {@link ScanAhead}: a thread that scans stretches that nobody has yet, as far ahead as it has slots. */
import type { SharedRoom } from "../bytes/room.ts";
import { Board, STOPPED } from "./board.ts";
import { createScanState, NO_CLOCK, type RecordScan } from "./scan.ts";
import { NOTHING, STRETCH, slotOver } from "./slot.ts";
import { fillSlot, type ReadAt, type ScanOrder } from "./stretch.ts";

/** What a thread is given. */
export interface AheadTask {
  /** Descriptor of the file: threads of a process share them. */
  readonly file: number;
  /** Offset in the file of the first stretch. */
  readonly origin: number;
  readonly stretches: number;
  readonly board: SharedArrayBuffer;
  readonly slots: readonly SharedRoom[];
}

/** What it is sent before the reader is at the first stretch, and whenever that has changed. */
export interface AheadOrder extends ScanOrder {
  readonly program: unknown;
}

/**
 * Scans, step by step; gives where the reader is when it has to wait until it is elsewhere, and `undefined` between a claim and
 * the work. `news`: the latest {@link AheadOrder}, if there is one since the last call.
 */
export function* scans(
  task: AheadTask,
  make: (program: unknown) => RecordScan,
  news: () => unknown,
  read: ReadAt,
): Generator<number | undefined, void> {
  const board = new Board(task.board);
  const slots = task.slots.map((room) => {
    const slot = slotOver(room);
    return { slot, state: createScanState(NO_CLOCK, slot), holds: NOTHING };
  });
  let order: AheadOrder | undefined;
  let scan: RecordScan | undefined;
  for (let turn = 0; ; turn++) {
    const chosen = slots[turn % slots.length];
    if (chosen === undefined) return;
    let { at } = board;
    for (; at <= chosen.holds; at = board.at) yield at;
    const stretch = at === STOPPED ? at : board.claim();
    if (stretch >= task.stretches) return;
    yield undefined;
    const latest = news();
    if (latest !== undefined) {
      order = latest as AheadOrder; // ScanAhead sends nothing else
      scan = make(order.program);
    }
    if (order === undefined || scan === undefined) return;
    chosen.holds = stretch;
    const { slot, state } = chosen;
    fillSlot(slot, state, stretch, task.origin + stretch * STRETCH, order, scan, read);
    board.tell();
  }
}

/** The thread's work, from beginning to end. */
export function serveScans(...given: Parameters<typeof scans>): void {
  const [{ board }] = given;
  const shared = new Board(board);
  for (const at of scans(...given)) if (at !== undefined) shared.waitForMove(at);
}
