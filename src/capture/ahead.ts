/**
 * Threads that scan later stretches of a file ahead of its reader, which is one of them. Whoever is free takes the next stretch
 * that nobody has; the reader waits for no thread to come up, and for none that does not answer. Where records begin is only
 * guessed there: the reader takes over what begins exactly where the stretch before ended, and goes over everything else again.
 */
import { type SharedRoom, takeShared } from "../bytes/room.ts";
import type { AheadOrder, AheadTask } from "./ahead-worker.ts";
import { Board, STOPPED } from "./board.ts";
import type { Sought } from "./boundary.ts";
import { createScanState, holdsFor, NO_CLOCK, type PortableScan, type ScanState } from "./scan.ts";
import {
  FIRST,
  HOLDS,
  MATCHES,
  NOTHING,
  ORDER,
  PACKETS,
  POSITION,
  SLOT_BYTES,
  type Slot,
  STRETCH,
  slotOver,
} from "./slot.ts";
import type { OpenFile } from "./source.ts";
import { fillSlot, type ReadAt } from "./stretch.ts";

/** Stretches that a thread may be ahead; the reader has a slot more, for the one that it is at. */
const SLOTS = 2;
/** The reader goes over this much itself: by then the scan knows the schemas that the capture holds. */
const WARM_UP = 524_288;
/** Of this many stretches at least a half must have been of use. */
const TRIAL = 32;
/** A thread that is this late is not waited for: a stretch takes less. */
const PATIENCE_MILLISECONDS = 20;
/** A scan makes next to no objects: room for them would only be touched in turn. */
const LIMITS = { maxYoungGenerationSizeMb: 2 };

/** A stretch that was gone over: places are indices in the slot's bytes. */
export interface Scanned {
  readonly slot: Slot;
  /** Offset in the file of the slot's first byte. */
  readonly base: number;
  readonly position: number;
  readonly packets: number;
  readonly matches: number;
}

export interface Thread {
  send(order: AheadOrder): void;
  terminate(): Promise<unknown>;
}

/** Where threads come from, and what the reader does while it has nothing to do. */
export interface Crew {
  hire(worker: URL, tasks: readonly AheadTask[]): Promise<readonly Thread[]>;
  /** False if it takes too long until more is done. */
  wait(board: Board, done: number): boolean;
}

const WORKERS: Crew = {
  async hire(worker, tasks) {
    const { Worker } = await import("node:worker_threads");
    const threads: Thread[] = [];
    try {
      for (const workerData of tasks) {
        const thread = new Worker(worker, { workerData, execArgv: [], resourceLimits: LIMITS });
        thread.unref();
        thread.on("error", () => {}); // what it does not give, the reader does itself
        threads.push({ send: (order) => thread.postMessage(order), terminate: () => thread.terminate() });
      }
    } catch {
      // The system gives no more: those that there are have to do.
    }
    return threads;
  },
  wait: (board, done) => board.waitForMore(done, PATIENCE_MILLISECONDS),
};

interface SharedSlot {
  readonly room: SharedRoom;
  readonly slot: Slot;
}

function newSlot(): SharedSlot {
  const room = takeShared(SLOT_BYTES);
  const slot = slotOver(room);
  slot.control[HOLDS] = NOTHING;
  return { room, slot };
}

export class ScanAhead {
  readonly #file: OpenFile;
  readonly #crew: Crew;
  /** Threads beside the reader's. */
  readonly #others: number;
  /** Offset in the file of the first stretch. */
  readonly #origin: number;
  readonly #stretches: number;
  readonly #board = new Board();
  #running: readonly Thread[] = [];
  /** Of the others. */
  #slots: readonly Slot[] = [];
  #own: { readonly slot: Slot; readonly state: ScanState } | undefined;
  /** Number of the first stretch that was not looked at. */
  #next = 0;
  /** Stretches that were looked at, and those of them that were of use. */
  #looked = 0;
  #useful = 0;
  #sent: PortableScan | undefined;
  /** What was sought by each order. */
  readonly #orders: Sought[] = [];
  #ended = false;
  /** Offset in the file up to which the reader should read by itself. */
  limit: number;

  /** `threads`: the reader's is one of them. `position`: offset in the file of a record. */
  constructor(file: OpenFile, threads: number, position: number, crew: Crew = WORKERS) {
    this.#file = file;
    this.#crew = crew;
    this.#origin = position + WARM_UP;
    this.#stretches = Math.ceil((file.size - this.#origin) / STRETCH);
    this.#others = Math.min(threads - 1, Math.floor(this.#stretches / 2));
    this.limit = this.#origin;
    if (this.#others < 1) this.#end();
  }

  #end(): void {
    this.#ended = true;
    this.limit = Number.POSITIVE_INFINITY;
    this.#board.moveTo(STOPPED);
  }

  /** Has the threads come up, for the scans that a module serves: it takes them as long as to read some 100 MB. */
  async start(worker: URL): Promise<void> {
    if (this.#ended || this.#slots.length > 0) return;
    const made = Array.from({ length: this.#others }, () => Array.from({ length: SLOTS }, newSlot));
    this.#slots = made.flat().map(({ slot }) => slot);
    const tasks = made.map((slots) => ({
      file: this.#file.descriptor,
      origin: this.#origin,
      stretches: this.#stretches,
      board: this.#board.room,
      slots: slots.map(({ room }) => room),
    }));
    // Where there are no threads to be had, the reader does without.
    this.#running = await this.#crew.hire(worker, tasks).catch(() => []);
  }

  /**
   * What was found in the stretch that begins at `position`; undefined where the reader has to read up to
   * {@link ScanAhead.limit} itself. Holds until the next call.
   */
  take(
    position: number,
    portable: PortableScan | undefined,
    sought: Sought | undefined,
  ): Scanned | undefined {
    if (this.#ended || position < this.#origin) return undefined;
    const stretch = Math.floor((position - this.#origin) / STRETCH);
    if (portable === undefined || sought === undefined || stretch >= this.#stretches || !this.#pays()) {
      this.#end();
      return undefined;
    }
    this.limit = this.#origin + (stretch + 1) * STRETCH;
    // The reader goes through the rest of a stretch that was looked at already.
    if (stretch < this.#next) return undefined;
    this.#next = stretch + 1;
    this.#looked++;
    if (this.#sent !== portable) this.#send(portable, sought);
    this.#board.moveTo(stretch);
    const slot = this.#filled(stretch, portable, sought);
    if (slot === undefined || !this.#isOf(slot, sought)) return undefined;
    const base = this.#origin + stretch * STRETCH;
    const [first = -1, behind = -1] = [slot.control[FIRST], slot.control[POSITION]];
    if (first < 0 || base + first !== position || behind <= first) return undefined;
    if (behind >= STRETCH) this.#useful++;
    return {
      slot,
      base,
      position: behind,
      packets: slot.control[PACKETS] ?? 0,
      matches: slot.control[MATCHES] ?? 0,
    };
  }

  #send(portable: PortableScan, sought: Sought): void {
    this.#own ??= this.#ownSlot();
    const program = portable.program(this.#own.slot);
    this.#sent = portable;
    const number = this.#orders.push(sought) - 1;
    for (const thread of this.#running) thread.send({ number, sought, program });
  }

  #pays(): boolean {
    return this.#looked < TRIAL || 2 * this.#useful >= this.#looked;
  }

  /** Was the slot filled for records like these? Those of a section before may have been stored otherwise. */
  #isOf(slot: Slot, sought: Sought): boolean {
    const filled = this.#orders[slot.control[ORDER] ?? -1];
    return filled !== undefined && holdsFor(filled, sought);
  }

  /** The stretch's slot. Until it is filled, the reader takes another stretch, as the others do; undefined for one that takes too long. */
  #filled(stretch: number, portable: PortableScan, sought: Sought): Slot | undefined {
    this.#own ??= this.#ownSlot();
    const { slot: own, state } = this.#own;
    const order = { number: this.#orders.length - 1, sought };
    const holds = (slot: Slot): number => Atomics.load(slot.control, HOLDS);
    for (;;) {
      const { done } = this.#board;
      if (holds(own) === stretch) return own;
      const slot = this.#slots.find((one) => holds(one) === stretch);
      if (slot !== undefined) return slot;
      const claimed = holds(own) < stretch ? this.#board.claim() : this.#stretches;
      if (claimed < this.#stretches) {
        const base = this.#origin + claimed * STRETCH;
        fillSlot(own, state, claimed, base, order, portable.run, this.#readAt);
      } else if (!this.#crew.wait(this.#board, done)) return undefined;
    }
  }

  /** What cannot be read there is met again when it is its turn. */
  readonly #readAt: ReadAt = (...given) => {
    try {
      return this.#file.readAt(...given);
    } catch {
      return 0;
    }
  };

  #ownSlot(): { readonly slot: Slot; readonly state: ScanState } {
    const { slot } = newSlot();
    return { slot, state: createScanState(NO_CLOCK, slot) };
  }

  async close(): Promise<void> {
    this.#end();
    await Promise.all(this.#running.map((thread) => thread.terminate()));
  }
}
