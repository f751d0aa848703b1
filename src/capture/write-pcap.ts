/** Writing pcap (draft-ietf-opsawg-pcap), little-endian, with microseconds or nanoseconds. */
import type { OutputBuffer } from "./output-buffer.ts";
import { MAGIC_MICRO, MAGIC_NANO, PCAP_HEADER_LENGTH, PCAP_RECORD_LENGTH } from "./pcap.ts";
import { type FrameBatch, MAX_PACKET_LENGTH } from "./types.ts";
import {
  badFrame,
  checkFrame,
  type Encoder,
  type EncoderOptions,
  type IsWritten,
  type WritableFrame,
} from "./write-common.ts";

const NANOSECONDS = 1_000_000_000n;

/** Little-endian. Batches are too many to make a view of each. */
function unsignedAt(bytes: Uint8Array, at: number): number {
  const upper = ((bytes[at + 3] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  return upper * 0x1_0000 + (((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0));
}

export class PcapEncoder implements Encoder {
  readonly #nano: boolean;
  /** Fractions in a second. */
  readonly #second: number;
  readonly #options: EncoderOptions;
  /** Known from the header on. */
  #linkType: number | undefined;

  constructor(nano: boolean, options: EncoderOptions) {
    this.#nano = nano;
    this.#second = nano ? 1_000_000_000 : 1_000_000;
    this.#options = options;
  }

  frame(out: OutputBuffer, frame: WritableFrame): void {
    checkFrame(frame, 0x03ff_ffff);
    const linkType = this.#linkType ?? this.#options.linkType ?? frame.linkType;
    if (frame.linkType !== linkType) {
      throw badFrame(
        frame,
        `a pcap file has one link type (here ${linkType}), and this frame's is ${frame.linkType}: write pcapng`,
      );
    }
    const [seconds, fraction] = this.#time(frame);
    if (this.#linkType === undefined) this.#header(out, linkType, frame.interface?.fcsLength);
    const at = out.reserve(PCAP_RECORD_LENGTH + frame.capturedLength);
    out.view.setUint32(at, seconds, true);
    out.view.setUint32(at + 4, fraction, true);
    out.view.setUint32(at + 8, frame.capturedLength, true);
    out.view.setUint32(at + 12, frame.originalLength, true);
    out.bytes.set(frame.data, at + PCAP_RECORD_LENGTH);
  }

  written(
    out: OutputBuffer,
    { format, byteOrder, bytes, interfaces: [source] }: FrameBatch,
  ): IsWritten | undefined {
    if (format !== (this.#nano ? "nsecpcap" : "pcap") || byteOrder !== "little") return undefined;
    if (
      source === undefined ||
      (this.#linkType ?? this.#options.linkType ?? source.linkType) !== source.linkType
    )
      return undefined;
    if (this.#linkType === undefined) this.#header(out, source.linkType, source.fcsLength);
    const most = PCAP_RECORD_LENGTH + MAX_PACKET_LENGTH;
    // Readers take longer packets when told to, and fractions of more than a second.
    return (start, size) => size <= most && unsignedAt(bytes, start + 4) < this.#second;
  }

  finish(out: OutputBuffer): void {
    if (this.#linkType !== undefined) return;
    const { linkType, copyFrom } = this.#options;
    this.#header(out, linkType ?? copyFrom?.linkType ?? 1, copyFrom?.interfaces[0]?.fcsLength);
  }

  #header(out: OutputBuffer, linkType: number, fcsLength: number | undefined): void {
    const { snapLength, copyFrom } = this.#options;
    const at = out.reserve(PCAP_HEADER_LENGTH);
    out.view.setUint32(at, this.#nano ? MAGIC_NANO : MAGIC_MICRO, true);
    out.view.setUint16(at + 4, 2, true);
    out.view.setUint16(at + 6, 4, true);
    out.view.setUint32(at + 16, (snapLength ?? copyFrom?.snapLength) || MAX_PACKET_LENGTH, true);
    const fcs = fcsLength === undefined ? 0 : 0x0400_0000 | ((fcsLength >> 1) << 28);
    out.view.setUint32(at + 20, (linkType | fcs) >>> 0, true);
    this.#linkType = linkType;
  }

  #time(frame: WritableFrame): readonly [seconds: number, fraction: number] {
    const accept = this.#options.loss === "accept";
    if (frame.timestamp === undefined) {
      if (accept) return [0, 0];
      throw badFrame(frame, "it has no timestamp, and a pcap record needs one");
    }
    const seconds = frame.timestamp / NANOSECONDS;
    const nanoseconds = Number(frame.timestamp - seconds * NANOSECONDS);
    if (frame.timestamp < 0n || seconds > 0xffff_ffffn) {
      throw badFrame(frame, `its timestamp of ${frame.timestamp} ns does not fit in a pcap record`);
    }
    if (!accept && frame.ticks !== undefined) {
      throw badFrame(frame, "its timestamp is finer than nanoseconds: write pcapng");
    }
    if (this.#nano) return [Number(seconds), nanoseconds];
    if (!accept && nanoseconds % 1000 !== 0) {
      throw badFrame(
        frame,
        `its timestamp of ${frame.timestamp} ns does not fit in microseconds: write nsecpcap`,
      );
    }
    return [Number(seconds), Math.floor(nanoseconds / 1000)];
  }
}
