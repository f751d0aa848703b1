/** The shapes that readers and writers of captures share. */
import type { RawValue } from "../ir/fields.ts";
import type { Frame } from "../ir/frame.ts";
import type { BatchFilter } from "./scan.ts";

/** `pcap` keeps microseconds, `nsecpcap` nanoseconds; the names are those of `tshark -F`. */
export type CaptureFormat = "pcap" | "nsecpcap" | "pcapng";
export type ByteOrder = "little" | "big";
export type Compression = "gzip" | "zstd" | "lz4";

/** Longest packet that is read or written, in bytes, unless said otherwise: libpcap's MAXIMUM_SNAPLEN. */
export const MAX_PACKET_LENGTH = 262_144;
/** Longest pcapng block that is read, in bytes. */
export const MAX_BLOCK_LENGTH = 16_777_216;

/**
 * One pcapng option. Integers of the options that the format defines are little-endian here, whatever the file's order,
 * so that they can be copied into any section; all other values are the file's bytes.
 */
export interface RawOption {
  readonly code: number;
  readonly value: Uint8Array;
}

/** One pcapng section. */
export interface CaptureSection {
  /** 1-based. */
  readonly number: number;
  readonly byteOrder: ByteOrder;
  readonly version: readonly [major: number, minor: number];
  /** Comment (1), hardware (2), operating system (3), application (4) and what else the header carries. */
  readonly options: readonly RawOption[];
}

/** Where frames came from. A pcap file has exactly one. */
export interface CaptureInterface {
  /** Index within its section; 0 for pcap. */
  readonly id: number;
  /** 1-based pcapng section; undefined for pcap. */
  readonly sectionNumber: number | undefined;
  readonly linkType: number;
  /** Limit of captured bytes; 0 means none. */
  readonly snapLength: number;
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** if_tsresol as stored: a power of 10, or of 2 if bit 7 is set; 6 (microseconds) when absent. */
  readonly tsresol: number;
  /** What `tsresol` says. */
  readonly ticksPerSecond: bigint;
  /** if_tsoffset: seconds added to each timestamp. */
  readonly tsoffset: bigint;
  /** Bytes of frame check sequence at each frame's end, when the capture says so. */
  readonly fcsLength: number | undefined;
  /** All pcapng options, those above among them, in file order. */
  readonly options: readonly RawOption[];
}

/** A frame with what a writer needs to copy it without loss. */
export interface CapturedFrame extends Frame {
  readonly interface: CaptureInterface;
  /** The stored timestamp, in units of the interface; only where nanoseconds cannot hold it. */
  readonly ticks: bigint | undefined;
  /** All pcapng options of the packet, comments and flags among them, in file order; undefined if it has none. */
  readonly options: readonly RawOption[] | undefined;
}

/** What was read so far. All but `packets` are pcapng blocks that were passed over. */
export interface CaptureCounts {
  readonly packets: number;
  readonly nameResolution: number;
  readonly interfaceStatistics: number;
  readonly decryptionSecrets: number;
  readonly custom: number;
  readonly unknown: number;
}

/** The part of a reader that a writer looks at when it copies. The lists grow while the capture is read. */
export interface CaptureSource {
  /** Of one file; undefined for several that are merged. */
  readonly byteOrder?: ByteOrder | undefined;
  readonly format: CaptureFormat;
  /** Link type of the pcap file, or of the first interface; undefined while no interface was read. */
  readonly linkType: number | undefined;
  readonly snapLength: number | undefined;
  readonly interfaces: readonly CaptureInterface[];
  readonly sections: readonly CaptureSection[];
}

/** Frames in batches or one by one; both go on where the other stopped, for a capture is read once. */
export interface FrameSource extends CaptureSource, AsyncIterable<CapturedFrame>, AsyncDisposable {
  /** Frames as they become available, none of them empty: a step a batch costs far less than a step a frame. */
  batches(): AsyncIterableIterator<readonly CapturedFrame[]>;
  /** Closes the file or stream. Leaving a loop over the frames does so too. */
  close(): Promise<void>;
}

/** Matching frames of one stretch of a capture. One object serves a whole reading: it holds until the next is asked for. */
export interface FrameBatch {
  /** Matches in this batch. */
  readonly count: number;
  /** Frames that were gone over since the capture's start, matching or not. */
  readonly scanned: number;
  readonly format: CaptureFormat;
  /** Of these records: the sections of a pcapng file may differ. */
  readonly byteOrder: ByteOrder;
  /** Interfaces that these records may name by their index: those that the section has described; a pcap file's only one. */
  readonly interfaces: readonly CaptureInterface[];
  /** The file's bytes that the records stand in, until the next batch; with `jobs`, in memory shared between threads. */
  readonly bytes: Uint8Array;
  /** Offset of `bytes[0]` in the (uncompressed) file. */
  readonly base: number;
  /** Of each match: index of its record in `bytes`, the record's size, the frame's number (from 1). */
  readonly starts: Int32Array;
  readonly sizes: Int32Array;
  readonly numbers: Float64Array;
  /** The n-th match (from 0) as a frame with bytes of its own. */
  frame(index: number): CapturedFrame;
}

/** Columns of one stretch of a capture. Values that are bytes hold until the next batch is asked for. */
export interface ColumnBatch {
  readonly count: number;
  /** Numbers of the frames (from 1). */
  readonly numbers: readonly number[];
  /** Of a column (from 0): all values in each frame. Bytes are copies; several may share one buffer. */
  column(index: number): readonly (readonly RawValue[])[];
}

/**
 * A capture that is being read. Frames before a damaged place are delivered before the loop throws a CaptureError.
 * Frames stay valid; each keeps alive the chunk of input (up to 1 MiB) that its bytes are a view of.
 */
export interface CaptureReader extends FrameSource {
  readonly byteOrder: ByteOrder;
  readonly compression: Compression | undefined;
  readonly counts: CaptureCounts;
  /** Packet records in place, without an object for each. */
  chunks(): AsyncIterableIterator<RecordChunk>;
  /**
   * The frames that match, in batches: with a filter of an engine, generated code goes over the records in place. Empty
   * batches are not delivered. With `jobs` above 1, an uncompressed file is gone over by so many worker threads, where the
   * filter's verdicts rest on no earlier frame; the batches are the same, in the same order.
   */
  matches(filter: BatchFilter, options?: { readonly jobs?: number }): AsyncIterableIterator<FrameBatch>;
  /**
   * Values of fields of the frames that match, in batches. The filter comes from an engine, which knows the fields; the
   * empty filter takes every frame. Throws CaptureError `unsupported` for a bare function.
   */
  columns(
    names: readonly string[],
    options: { readonly filter: BatchFilter },
  ): AsyncIterableIterator<ColumnBatch>;
}

/**
 * A cursor over the packet records of the bytes at hand. One object serves a whole reading: its properties are those of
 * the record that `next` moved to last, and the bytes stay as they are after the chunk is done.
 */
export interface RecordChunk {
  /** Moves to the next packet; false when the bytes at hand hold no further whole record. */
  next(): boolean;
  readonly bytes: Uint8Array;
  /** Over `bytes`. */
  readonly view: DataView;
  /** Index in `bytes` of the packet's first byte. */
  readonly dataStart: number;
  readonly capturedLength: number;
  readonly originalLength: number;
  /** 1-based number of the frame. */
  readonly number: number;
  readonly interface: CaptureInterface;
  /** Nanoseconds since the epoch; undefined for a Simple Packet Block. */
  timestamp(): bigint | undefined;
  /** The record as a frame of its own. */
  frame(): CapturedFrame;
}
