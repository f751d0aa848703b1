/**
 * Worker threads that scan later stretches of a file ahead of its reader, which takes its turn as one of the threads. Where records
 * begin is only guessed there: the reader takes over what begins exactly where the stretch before ended, and goes over everything
 * else itself.
 */
import { takeShared } from "../bytes/room.ts";
import type { AheadTask, ScanOrder } from "./ahead-worker.ts";
import type { Sought } from "./boundary.ts";
import { holdsFor, type PortableScan } from "./scan.ts";
import {
  FILLED,
  FIRST,
  FREE,
  MATCHES,
  ORDER,
  PACKETS,
  POSITION,
  SLOT_BYTES,
  type Slot,
  STATE,
  STOPPED,
  STRETCH,
  slotOver,
} from "./slot.ts";
import type { OpenFile } from "./source.ts";

/** Stretches that a thread may be ahead. */
const SLOTS = 2;
/** The reader goes over this much itself: by then the scan knows the schemas that the capture holds. */
const WARM_UP = 524_288;
/** Of this many stretches at least a half must have been of use. */
const TRIAL = 32;
/** A scan makes next to no objects: room for them would only be touched in turn. */
const LIMITS = { maxYoungGenerationSizeMb: 2 };
/** A thread that gives nothing for so long has died. */
const PATIENCE_MILLISECONDS = 10_000;

/** A stretch that was gone over: places are indices in the slot's bytes. */
export interface Scanned {
  readonly slot: Slot;
  /** Offset in the file of the slot's first byte. */
  readonly base: number;
  readonly position: number;
  readonly packets: number;
  readonly matches: number;
}

interface Thread {
  readonly slots: readonly Slot[];
  send(order: ScanOrder): void;
  terminate(): Promise<unknown>;
}

export class ScanAhead {
  readonly #file: OpenFile;
  readonly #threads: number;
  /** Offset in the file of the first stretch. */
  readonly #origin: number;
  readonly #stretches: number;
  #running: readonly Thread[] = [];
  /** Number of the first stretch that was not looked at. */
  #next = 0;
  /** Stretches of others that were looked at, and those of them that were of use. */
  #looked = 0;
  #useful = 0;
  #sent: PortableScan | undefined;
  /** What was sought by each order. */
  readonly #orders: Sought[] = [];
  #ended = false;
  #taken: Slot | undefined;
  /** Offset in the file up to which the reader should read by itself. */
  limit: number;

  /** `threads`: the reader's is one of them. `position`: offset in the file of a record. */
  constructor(file: OpenFile, threads: number, position: number) {
    this.#file = file;
    this.#threads = threads;
    this.#origin = position + WARM_UP;
    this.#stretches = Math.ceil((file.size - this.#origin) / STRETCH);
    this.limit = this.#origin;
    if (this.#stretches < 2 * threads) this.#end();
  }

  #end(): void {
    this.#ended = true;
    this.limit = Number.POSITIVE_INFINITY;
    for (const { slots } of this.#running)
      for (const { control } of slots) {
        Atomics.store(control, STATE, STOPPED);
        Atomics.notify(control, STATE);
      }
  }

  #order(portable: PortableScan, sought: Sought): ScanOrder {
    this.#sent = portable;
    return { number: this.#orders.push(sought) - 1, sought, program: portable.program };
  }

  async #start(portable: PortableScan, sought: Sought): Promise<void> {
    const order = this.#order(portable, sought);
    const { Worker } = await import("node:worker_threads");
    const start = async (index: number): Promise<Thread> => {
      const slots = Array.from({ length: SLOTS }, () => takeShared(SLOT_BYTES));
      const task: AheadTask = {
        file: this.#file.descriptor,
        origin: this.#origin,
        stretches: this.#stretches,
        index,
        threads: this.#threads,
        slots,
        order,
      };
      const worker = new Worker(portable.worker, { workerData: task, execArgv: [], resourceLimits: LIMITS });
      worker.unref();
      await new Promise((resolve, reject) => {
        worker.once("message", resolve).once("error", reject).once("exit", reject);
      });
      worker.on("error", () => {}); // what it did not give, the reader does itself
      return {
        slots: slots.map(slotOver),
        send: (later) => worker.postMessage(later),
        terminate: () => worker.terminate(),
      };
    };
    const started = await Promise.allSettled(
      Array.from({ length: this.#threads - 1 }, (_, i) => start(i + 1)),
    );
    this.#running = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    if (this.#running.length < this.#threads - 1) this.#end();
  }

  /**
   * What was found in the stretch that begins at `position`; undefined where the reader has to read up to
   * {@link ScanAhead.limit} itself. Holds until the next call.
   */
  async take(
    position: number,
    portable: PortableScan | undefined,
    sought: Sought | undefined,
  ): Promise<Scanned | undefined> {
    this.#release();
    if (this.#ended || position < this.#origin) return undefined;
    if (portable === undefined || sought === undefined || !this.#pays()) {
      this.#end();
      return undefined;
    }
    if (this.#sent === undefined) await this.#start(portable, sought);
    else if (this.#sent !== portable) {
      const order = this.#order(portable, sought);
      for (const thread of this.#running) thread.send(order);
    }
    const stretch = Math.floor((position - this.#origin) / STRETCH);
    if (this.#ended || stretch >= this.#stretches) {
      this.#end();
      return undefined;
    }
    this.limit = this.#origin + (stretch + 1) * STRETCH;
    // The reader goes through the rest of a stretch that was taken already.
    if (stretch < this.#next) return undefined;
    for (; this.#next < stretch; this.#next++) {
      this.#await(this.#next);
      this.#release();
    }
    this.#next++;
    if (this.#isOwn(stretch)) return undefined;
    this.#looked++;
    const slot = this.#await(stretch);
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

  #pays(): boolean {
    return this.#looked < TRIAL || 2 * this.#useful >= this.#looked;
  }

  /** Was the slot filled for records like these? Those of a section before may have been stored otherwise. */
  #isOf(slot: Slot, sought: Sought): boolean {
    const filled = this.#orders[slot.control[ORDER] ?? -1];
    return filled !== undefined && holdsFor(filled, sought);
  }

  /** Is it the reader's turn? */
  #isOwn(stretch: number): boolean {
    return stretch % this.#threads === 0;
  }

  /** The stretch's slot, once it is filled; undefined for the reader's own. */
  #await(stretch: number): Slot | undefined {
    const thread = this.#running[(stretch % this.#threads) - 1];
    const slot = thread?.slots[Math.floor(stretch / this.#threads) % SLOTS];
    if (slot === undefined) return undefined;
    if (Atomics.wait(slot.control, STATE, FREE, PATIENCE_MILLISECONDS) === "timed-out") {
      this.#end();
      return undefined;
    }
    this.#taken = slot;
    return slot;
  }

  /** Lets the thread use the slot again. */
  #release(): void {
    const control = this.#taken?.control;
    this.#taken = undefined;
    if (control === undefined) return;
    if (Atomics.compareExchange(control, STATE, FILLED, FREE) === FILLED) Atomics.notify(control, STATE);
  }

  async close(): Promise<void> {
    this.#end();
    await Promise.all(this.#running.map((thread) => thread.terminate()));
  }
}
