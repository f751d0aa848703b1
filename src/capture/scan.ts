/** Running a filter over a capture's records in place: no object is made for a frame that does not match. */
import { takeFloats, takeWords } from "../bytes/room.ts";
import type { RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { Row } from "../ir/tracker.ts";

/** How records are stored, for code that walks over them itself. */
export interface ScanFormat {
  readonly format: "pcap" | "pcapng";
  readonly littleEndian: boolean;
  readonly linkType: number;
  /** Longer packets are left to the reader, which calls them damage. */
  readonly maxPacketLength: number;
  /** pcapng: how many interfaces the section has described, all of one link type. */
  readonly interfaces: number;
}

/**
 * Whether what a scan for `scanned` found holds where records are stored as `now` says: one that knows fewer interfaces stops
 * at packets of the others.
 */
export function holdsFor(scanned: ScanFormat, now: ScanFormat): boolean {
  return (
    scanned.format === now.format &&
    scanned.littleEndian === now.littleEndian &&
    scanned.linkType === now.linkType &&
    scanned.maxPacketLength === now.maxPacketLength &&
    scanned.interfaces <= now.interfaces
  );
}

/** Times of the records in the bytes at hand, by the index that a record begins at. */
export interface RecordClock {
  /** Nanoseconds since the epoch; undefined where the record has no time. */
  at(record: number): bigint | undefined;
  /** Nanoseconds from `base` on, for which no bigint is made; NaN where the record has no time. Exact for 104 days. */
  since(record: number, base: bigint): number;
}

/** A clock of records without times. */
export const NO_CLOCK: RecordClock = { at: () => undefined, since: () => Number.NaN };

/** Of each match: index of its record, the record's size in bytes, the frame's number. */
export interface MatchLists {
  readonly starts: Int32Array;
  readonly sizes: Int32Array;
  readonly numbers: Float64Array;
}

/** Bytes to scan, and lists for what is found. */
export interface ScanRoom extends MatchLists {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Where a scan stands and what it found. */
export interface ScanState extends MatchLists {
  /** Index of the first byte that it did not go over. */
  position: number;
  /** Number of the last frame that it went over. */
  number: number;
  /** Matches so far. */
  count: number;
  /** Why it stopped, where a frame was the reason; else 0. */
  verdict: number;
  readonly clock: RecordClock;
}

/**
 * Goes over whole records in `bytes[from, to)`. It stops where the lists are full, where the bytes end, and before a record
 * that it cannot judge (damage, another kind of block, a frame that needs more than a scan).
 */
export interface RecordScan {
  (bytes: Uint8Array, view: DataView, from: number, to: number, out: ScanState): void;
  /**
   * The scan as another thread can make it again; undefined where its verdicts rest on earlier frames. Another object once
   * the scan has grown.
   */
  readonly portable?: (() => PortableScan | undefined) | undefined;
}

export interface PortableScan {
  /** A module that serves scans made of such programs (`serveScans`). */
  readonly worker: URL;
  /** Can be sent to another thread. It is for memories that bytes and lists stand in as they do in this one. */
  program(like: ScanRoom): unknown;
  /** The scan, for records out of turn. */
  readonly run: RecordScan;
}

/** A filter that may bring a scan of its own; a `Filter` of an engine does. */
export interface BatchFilter {
  (frame: Frame): boolean;
  /** Undefined where each frame has to be given to the filter. */
  readonly scan?: ((format: ScanFormat) => RecordScan | undefined) | undefined;
  /** A source of columns, for one reading. */
  readonly columns?: ((names: readonly string[]) => ColumnSource) | undefined;
  /** The filter with a state of its own, which shows the rows of matching frames; undefined where {@link columns} has to do. */
  readonly rows?:
    | ((names: readonly string[], take: (row: Row) => void) => BatchFilter | undefined)
    | undefined;
}

/** Gives the values of some fields. */
export interface ColumnSource {
  /** It must see every frame in order, as fields depend on earlier ones. */
  readonly stateful: boolean;
  /** All values of each field in the frame, in the order of the names. */
  read(frame: Frame): readonly (readonly RawValue[])[];
}

/** Matches that one batch holds at most. */
export const BATCH_ROOM = 65_536;

/** `lists`: room for matches; taken unless given. */
export function createScanState(clock: ScanState["clock"], lists?: MatchLists): ScanState {
  return {
    clock,
    position: 0,
    number: 0,
    count: 0,
    verdict: 0,
    starts: lists?.starts ?? takeWords(BATCH_ROOM),
    sizes: lists?.sizes ?? takeWords(BATCH_ROOM),
    numbers: lists?.numbers ?? takeFloats(BATCH_ROOM),
  };
}
