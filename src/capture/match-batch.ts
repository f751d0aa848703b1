/** One stretch of a capture under a filter: the filter's own scan where it has one, else frame by frame. */
import { giveBack } from "../bytes/room.ts";
import type { ScanAhead } from "./ahead.ts";
import type { Sought } from "./boundary.ts";
import type { InputWindow } from "./input-window.ts";
import type { PcapngWalker } from "./pcapng.ts";
import type { PacketRecord, Walker } from "./record.ts";
import {
  BATCH_ROOM,
  type BatchFilter,
  createScanState,
  holdsFor,
  type RecordScan,
  type ScanFormat,
} from "./scan.ts";
import type { ByteOrder, CapturedFrame, CaptureFormat, CaptureInterface, FrameBatch } from "./types.ts";

/** The batch holds as many matches as it can, or all before a section header: frames are made by what their section says. */
export const FULL = 1;

/** Scans that are kept: the sections of a file are seldom of more kinds, and to make one takes longer than most sections do. */
const MOST_SCANS = 8;

/** What a reader's cursor offers. */
export interface MatchCursor {
  readonly record: PacketRecord;
  readonly walker: Walker;
  number: number;
  /** The window has other bytes now. */
  refresh(): void;
  timestamp(): bigint | undefined;
  /** Nanoseconds from `base` to the record's time; NaN for a record without one. */
  since(base: bigint): number;
  frame(): CapturedFrame;
  /** The record in bytes of its own, as a frame. */
  frameIn(record: Uint8Array, fileOffset: number, number: number): CapturedFrame;
}

export interface MatchSource {
  readonly window: InputWindow;
  readonly format: CaptureFormat;
  readonly pcap?: { readonly interface: CaptureInterface; readonly byteOrder: "little" | "big" };
  readonly pcapng?: PcapngWalker;
}

interface MadeScan {
  readonly format: ScanFormat;
  /** Undefined where the filter has none. */
  readonly scan: RecordScan | undefined;
}

export class MatchBatch implements FrameBatch {
  readonly #source: MatchSource;
  readonly #cursor: MatchCursor;
  readonly #state = createScanState({
    at: (record) => this.#step(record).timestamp(),
    since: (record, base) => this.#step(record).since(base),
  });
  readonly starts: Int32Array = this.#state.starts;
  readonly sizes: Int32Array = this.#state.sizes;
  readonly numbers: Float64Array = this.#state.numbers;
  #scan: RecordScan | undefined;
  /** The scans that the filter was asked for, the latest last. */
  readonly #made: MadeScan[] = [];
  /** How many sections and interfaces were described when `#scan` was chosen. */
  #described = -1;
  /** pcap: time of the first record that was seen. */
  #seconds: number | undefined;

  constructor(source: MatchSource, cursor: MatchCursor) {
    this.#source = source;
    this.#cursor = cursor;
  }

  get count(): number {
    return this.#state.count;
  }
  get scanned(): number {
    return this.#cursor.number;
  }
  get format(): CaptureFormat {
    return this.#source.format;
  }
  get byteOrder(): ByteOrder {
    const { pcap, pcapng } = this.#source;
    return pcap?.byteOrder ?? (pcapng?.littleEndian === false ? "big" : "little");
  }
  get interfaces(): readonly CaptureInterface[] {
    const { pcap, pcapng } = this.#source;
    return pcap === undefined ? (pcapng?.current ?? []) : [pcap.interface];
  }
  get bytes(): Uint8Array {
    return this.#source.window.bytes;
  }
  get base(): number {
    return this.#source.window.base;
  }

  /** Nobody looks at it any more. */
  drop(): void {
    for (const list of [this.starts, this.sizes, this.numbers]) giveBack(list);
    this.#source.window.drop();
  }

  #step(record: number): MatchCursor {
    const { window } = this.#source;
    this.#cursor.walker.step(window.view, record, window.end, this.#cursor.record);
    return this.#cursor;
  }

  frame(index: number): CapturedFrame {
    const start = this.starts[index] ?? 0;
    // The buffer that the bytes stand in is used again, and may be shared between threads.
    const record = this.bytes.slice(start, start + (this.sizes[index] ?? 0));
    return this.#cursor.frameIn(record, this.base + start, this.numbers[index] ?? 0);
  }

  /** Has others come up that can go over the records too, where the filter lets them. */
  async share(ahead: ScanAhead, filter: BatchFilter): Promise<void> {
    this.#prepare(filter);
    const portable = this.#scan?.portable?.();
    if (portable !== undefined) await ahead.start(portable.worker);
  }

  /** Takes over what others found from here on; false where nobody did. */
  take(ahead: ScanAhead, filter: BatchFilter): boolean {
    const { window } = this.#source;
    if (window.length > 0) return false;
    this.#prepare(filter);
    const found = ahead.take(window.position, this.#scan?.portable?.(), this.#sought());
    if (found === undefined) return false;
    const { slot, base, position, packets, matches } = found;
    const { number } = this.#cursor;
    window.show(slot.bytes, slot.view, base, position);
    this.starts.set(slot.starts.subarray(0, matches));
    this.sizes.set(slot.sizes.subarray(0, matches));
    for (let index = 0; index < matches; index++) this.numbers[index] = number + (slot.numbers[index] ?? 0);
    this.#state.count = matches;
    this.#cursor.number = number + packets;
    return true;
  }

  #sought(): Sought | undefined {
    const format = this.#format();
    return format && { ...format, seconds: this.#seconds ?? 0 };
  }

  /** Goes over the bytes at hand; why it stopped: {@link FULL}, or what the walker said. */
  scan(filter: BatchFilter): number {
    const { window } = this.#source;
    const cursor = this.#cursor;
    const state = this.#state;
    cursor.refresh();
    state.count = 0;
    this.#prepare(filter);
    if (this.#source.pcap !== undefined && window.length >= 4)
      this.#seconds ??= window.view.getUint32(window.start, this.#source.pcap.byteOrder === "little");
    for (;;) {
      if (this.#scan !== undefined) {
        state.number = cursor.number;
        this.#scan(window.bytes, window.view, window.start, window.end, state);
        window.start = state.position;
        cursor.number = state.number;
      }
      if (state.count >= BATCH_ROOM) return FULL;
      const start = window.start;
      if (state.count > 0 && cursor.walker.atSection(window.view, start, window.end)) return FULL;
      const behind = cursor.walker.step(window.view, start, window.end, cursor.record);
      if (behind < 0) return behind;
      window.start = behind;
      if (!cursor.record.packet) {
        this.#prepare(filter);
        continue;
      }
      cursor.number++;
      if (filter(cursor.frame())) {
        this.starts[state.count] = start;
        this.sizes[state.count] = behind - start;
        this.numbers[state.count] = cursor.number;
        state.count++;
      }
    }
  }

  /** Chooses the scan for what is now known of the records. */
  #prepare(filter: BatchFilter): void {
    const { pcapng } = this.#source;
    const described = pcapng === undefined ? 0 : pcapng.sections.length + pcapng.interfaces.length;
    if (described === this.#described) return;
    this.#described = described;
    const format = this.#format();
    this.#scan = format && this.#scanFor(filter, format);
  }

  #scanFor(filter: BatchFilter, format: ScanFormat): RecordScan | undefined {
    const known = this.#made.find((one) => holdsFor(one.format, format) && holdsFor(format, one.format));
    if (known !== undefined) return known.scan;
    const scan = filter.scan?.(format);
    if (this.#made.push({ format, scan }) > MOST_SCANS) this.#made.shift();
    return scan;
  }

  #format(): ScanFormat | undefined {
    const { pcap, pcapng } = this.#source;
    if (pcap !== undefined) {
      return {
        format: "pcap",
        littleEndian: pcap.byteOrder === "little",
        linkType: pcap.interface.linkType,
        maxPacketLength: this.#cursor.walker.limit,
        interfaces: 1,
      };
    }
    const current = pcapng?.current ?? [];
    const linkType = current[0]?.linkType;
    if (pcapng === undefined || linkType === undefined || current.some((one) => one.linkType !== linkType))
      return undefined;
    return {
      format: "pcapng",
      littleEndian: pcapng.littleEndian,
      linkType,
      maxPacketLength: this.#cursor.walker.limit,
      interfaces: current.length,
    };
  }
}
