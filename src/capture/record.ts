/** What walking over a capture's bytes yields: one record, reused for all. */
import type { CaptureErrorCode } from "../errors.ts";
import type { CaptureInterface } from "./types.ts";

/** The bytes at hand end inside the record: `record.needed` bytes from its start on are wanted. */
export const NEED_MORE = -1;
/** The record makes no sense: `record.code` and `record.message` say why. */
export const DAMAGED = -2;

/** How a packet's time is stored. */
export const TIME_NONE = 0;
/** `timeHigh` seconds and `timeLow` microseconds. */
export const TIME_MICRO = 1;
/** `timeHigh` seconds and `timeLow` nanoseconds. */
export const TIME_NANO = 2;
/** `timeHigh` × 2³² + `timeLow` ticks of the interface. */
export const TIME_TICKS = 3;

/** Mutable on purpose: one object for a whole file. Offsets are into the bytes that were walked. */
export class PacketRecord {
  /** False for blocks that carry no packet. */
  packet = false;
  dataStart = 0;
  capturedLength = 0;
  originalLength = 0;
  timeKind: number = TIME_NONE;
  timeHigh = 0;
  timeLow = 0;
  /** pcapng options of the packet; an empty range where there are none. */
  optionsStart = 0;
  optionsEnd = 0;
  littleEndian = true;
  interface: CaptureInterface | undefined = undefined;

  needed = 0;
  code: CaptureErrorCode = "damaged";
  message = "";

  needs(bytes: number): number {
    this.needed = bytes;
    return NEED_MORE;
  }

  fails(message: string, code: CaptureErrorCode = "damaged"): number {
    this.code = code;
    this.message = message;
    return DAMAGED;
  }
}

/**
 * Reads the record at `offset` of `view`, of which bytes up to `end` are valid. Returns the offset behind it, or
 * {@link NEED_MORE} or {@link DAMAGED}; then nothing has changed but the record, and the call may be repeated.
 */
export interface Walker {
  /** Longest packet in bytes; a longer one counts as damage. */
  readonly limit: number;
  step(view: DataView, offset: number, end: number, record: PacketRecord): number;
  /** Whether the bytes at `offset` are known to begin a packet (false where too few are at hand). */
  atPacket(view: DataView, offset: number, end: number): boolean;
  /** Whether the bytes at `offset` begin what changes the meaning of records before it (false where too few are at hand). */
  atSection(view: DataView, offset: number, end: number): boolean;
}
