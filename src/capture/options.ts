/** pcapng options: code, length, value padded to 32 bits (draft-ietf-opsawg-pcapng, section 3.5). */
import type { RawOption } from "./types.ts";

export const OPT_END = 0;
export const OPT_COMMENT = 1;
export const IF_NAME = 2;
export const IF_DESCRIPTION = 3;
export const IF_TSRESOL = 9;
export const IF_FCSLEN = 13;
export const IF_TSOFFSET = 14;
export const EPB_FLAGS = 2;

/** Widths in bytes of the integers among a block's options: what the byte order of a section applies to. */
type Widths = ReadonlyMap<number, 4 | 8>;
export const SECTION_WIDTHS: Widths = new Map();
/** if_speed, if_tzone, if_tsoffset, if_txspeed, if_rxspeed. */
export const INTERFACE_WIDTHS: Widths = new Map([
  [8, 8],
  [10, 4],
  [14, 8],
  [16, 8],
  [17, 8],
]);
/** epb_flags, epb_dropcount, epb_packetid, epb_queue. */
export const PACKET_WIDTHS: Widths = new Map([
  [2, 4],
  [4, 8],
  [5, 8],
  [6, 4],
]);

export function padded(length: number): number {
  return (length + 3) & ~3;
}

/** Whether all options from `start` to `end` lie within that range. */
export function optionsFit(view: DataView, start: number, end: number, littleEndian: boolean): boolean {
  for (let offset = start; end - offset >= 4; ) {
    if (view.getUint16(offset, littleEndian) === OPT_END) return true;
    offset += 4 + padded(view.getUint16(offset + 2, littleEndian));
    if (offset > end) return false;
  }
  return true;
}

/** Copies the options from `start` to `end`, which must fit ({@link optionsFit}). */
export function readOptions(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
  widths: Widths,
): readonly RawOption[] {
  const options: RawOption[] = [];
  for (let offset = start; end - offset >= 4; ) {
    const code = view.getUint16(offset, littleEndian);
    if (code === OPT_END) break;
    const length = view.getUint16(offset + 2, littleEndian);
    const value = new Uint8Array(view.buffer, view.byteOffset + offset + 4, length).slice();
    if (!littleEndian && widths.get(code) === length) value.reverse();
    options.push({ code, value });
    offset += 4 + padded(length);
  }
  return options;
}

/** Bytes that {@link writeOptions} takes, the end mark included; 0 for an empty list. */
export function optionsSize(options: readonly RawOption[]): number {
  let size = 0;
  for (const option of options) size += 4 + padded(option.value.length);
  return size === 0 ? 0 : size + 4;
}

/** Writes options and their end mark in little-endian order; returns the offset behind them. */
export function writeOptions(view: DataView, offset: number, options: readonly RawOption[]): number {
  if (options.length === 0) return offset;
  let at = offset;
  for (const { code, value } of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at + 4, padded(value.length));
    bytes.set(value);
    bytes.fill(0, value.length);
    at += 4 + bytes.length;
  }
  view.setUint32(at, OPT_END, true);
  return at + 4;
}

/** Whether the padding behind `length` bytes is zero; `end`: behind it. */
export function isZeroPadded(view: DataView, length: number, end: number): boolean {
  const rest = length & 3;
  return rest === 0 || view.getUint32(end - 4, true) >>> (8 * rest) === 0;
}

/**
 * Whether the bytes from `start` to `end`, of options that fit, are what {@link writeOptions} makes of them, and their integers are
 * as wide as `widths` says.
 */
export function areWrittenOptions(view: DataView, start: number, end: number, widths: Widths): boolean {
  for (let offset = start; end - offset >= 4; ) {
    const code = view.getUint16(offset, true);
    const length = view.getUint16(offset + 2, true);
    offset += 4 + padded(length);
    if (code === OPT_END) return length === 0 && offset === end && start + 4 < end;
    if ((widths.get(code) ?? length) !== length || !isZeroPadded(view, length, offset)) return false;
  }
  return start === end;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** Text of an option: UTF-8, some writers end it with a zero byte. */
export function optionText(option: RawOption): string {
  const end = option.value.indexOf(0);
  return decoder.decode(end < 0 ? option.value : option.value.subarray(0, end));
}

export function textOption(code: number, text: string): RawOption {
  return { code, value: encoder.encode(text) };
}

/** An integer as the little-endian value of an option. */
export function integerOption(code: number, width: 1 | 4 | 8, value: bigint): RawOption {
  const bytes = new Uint8Array(width);
  for (let index = 0, rest = value; index < width; index++, rest >>= 8n) bytes[index] = Number(rest & 0xffn);
  return { code, value: bytes };
}

/** Inverse of {@link integerOption}. */
export function optionInteger(option: RawOption): bigint {
  return option.value.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}
