/** Several captures as one, in order of time. */
import type { CapturedFrame, CaptureInterface, CaptureSection, FrameSource } from "./types.ts";

/** One of the captures, and where it stands. */
class Lane {
  readonly #batches: AsyncIterator<readonly CapturedFrame[]>;
  #batch: readonly CapturedFrame[] = [];
  #next = 0;
  #time = 0n;

  constructor(reader: FrameSource) {
    this.#batches = reader.batches()[Symbol.asyncIterator]();
  }

  /** The next frame, if its batch is at hand. */
  get head(): CapturedFrame | undefined {
    return this.#batch[this.#next];
  }

  /** Time of the head; a frame without one keeps its place behind the frame before it. */
  get time(): bigint {
    return this.head?.timestamp ?? this.#time;
  }

  advance(): void {
    this.#time = this.time;
    this.#next++;
  }

  /** Gets the next batch; false at the end. */
  async refill(): Promise<boolean> {
    const { done, value } = await this.#batches.next();
    this.#batch = done ? [] : value;
    this.#next = 0;
    return !done;
  }
}

class MergedReader implements FrameSource {
  readonly format = "pcapng";
  readonly sections: readonly CaptureSection[] = [];
  readonly interfaces: CaptureInterface[] = [];
  readonly #readers: readonly FrameSource[];
  readonly #renamed: Map<CaptureInterface, CaptureInterface> = new Map();
  readonly #lanes: Lane[];
  #waiting: Lane[];
  #running: Lane[] = [];
  #number = 0;

  constructor(readers: readonly FrameSource[]) {
    this.#readers = readers;
    this.#lanes = readers.map((reader) => new Lane(reader));
    this.#waiting = this.#lanes;
    for (const reader of readers) for (const described of reader.interfaces) this.#rename(described);
  }

  get linkType(): number | undefined {
    return this.#readers.find((reader) => reader.linkType !== undefined)?.linkType;
  }
  get snapLength(): number | undefined {
    return this.#readers.find((reader) => reader.snapLength !== undefined)?.snapLength;
  }

  async *batches(): AsyncIterableIterator<readonly CapturedFrame[]> {
    try {
      for (;;) {
        // A lane without a head could hold the earliest frame: nothing moves until it is known.
        const waiting = this.#waiting;
        this.#waiting = [];
        const filled = await Promise.all(waiting.map((lane) => lane.refill()));
        const ended = new Set(waiting.filter((_, index) => !filled[index]));
        this.#running = this.#lanes.filter(
          (lane) => !ended.has(lane) && (waiting.includes(lane) || this.#running.includes(lane)),
        );
        if (this.#running.length === 0) return;
        const batch: CapturedFrame[] = [];
        while (this.#waiting.length === 0) batch.push(this.#take());
        yield batch;
      }
    } finally {
      await this.close();
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<CapturedFrame> {
    for await (const batch of this.batches()) yield* batch;
  }

  async close(): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The earliest head; of equal ones that of the capture named first. */
  #take(): CapturedFrame {
    let earliest = this.#running[0] as Lane; // only called while a lane is running
    let time = earliest.time;
    for (let index = 1; index < this.#running.length; index++) {
      const lane = this.#running[index] as Lane; // index < length
      const laneTime = lane.time;
      if (laneTime < time) {
        earliest = lane;
        time = laneTime;
      }
    }
    const frame = earliest.head as CapturedFrame; // a running lane has a head
    earliest.advance();
    if (earliest.head === undefined) this.#waiting.push(earliest);
    const described = this.#rename(frame.interface);
    return {
      ...frame,
      number: ++this.#number,
      interface: described,
      interfaceId: frame.interfaceId === undefined ? undefined : described.id,
      sectionNumber: frame.sectionNumber === undefined ? undefined : 1,
    };
  }

  /** Interfaces of all captures share one list. */
  #rename(described: CaptureInterface): CaptureInterface {
    let renamed = this.#renamed.get(described);
    if (renamed === undefined) {
      renamed = Object.freeze({ ...described, id: this.interfaces.length, sectionNumber: 1 });
      this.interfaces.push(renamed);
      this.#renamed.set(described, renamed);
    }
    return renamed;
  }
}

/**
 * Frames of all readers in order of time, numbered from 1; frames of the same time keep the order of the readers, and
 * each capture's own order is kept. Interfaces get new numbers. Closing it, or leaving a loop over it, closes the readers.
 */
export function mergeCaptures(readers: readonly FrameSource[]): FrameSource {
  return new MergedReader(readers);
}
