/** The pcap file format (draft-ietf-opsawg-pcap): a header of 24 bytes, then records of 16 bytes and the packet. */
import { type PacketRecord, TIME_MICRO, TIME_NANO, type Walker } from "./record.ts";
import { ticksPerSecond } from "./time.ts";
import type { CaptureInterface } from "./types.ts";

export const PCAP_HEADER_LENGTH = 24;
export const PCAP_RECORD_LENGTH = 16;
export const MAGIC_MICRO = 0xa1b2c3d4;
export const MAGIC_NANO = 0xa1b23c4d;
/** Kuznetzov's variant, whose records carry interface index, protocol and packet type. */
export const MAGIC_MODIFIED = 0xa1b2cd34;

/** Reads the 24 bytes at the start of a file into the one interface that a pcap file has. */
export function readPcapHeader(view: DataView, littleEndian: boolean): CaptureInterface {
  const network = view.getUint32(20, littleEndian);
  const tsresol = view.getUint32(0, littleEndian) === MAGIC_NANO ? 9 : 6;
  return Object.freeze({
    id: 0,
    sectionNumber: undefined,
    // The upper six bits say how long a frame check sequence is (section 4 of the draft), if bit 26 is set.
    linkType: network & 0x03ff_ffff,
    fcsLength: network & 0x0400_0000 ? (network >>> 28) * 2 : undefined,
    snapLength: view.getUint32(16, littleEndian),
    name: undefined,
    description: undefined,
    tsresol,
    ticksPerSecond: ticksPerSecond(tsresol),
    tsoffset: 0n,
    options: [],
  });
}

/** Walks over the records of a pcap file. It has no state but what the file's header says. */
export class PcapWalker implements Walker {
  readonly #littleEndian: boolean;
  readonly #interface: CaptureInterface;
  readonly limit: number;
  readonly #timeKind: number;

  constructor(source: CaptureInterface, littleEndian: boolean, maxPacketLength: number) {
    this.#littleEndian = littleEndian;
    this.#interface = source;
    this.limit = maxPacketLength;
    this.#timeKind = source.tsresol === 9 ? TIME_NANO : TIME_MICRO;
  }

  step(view: DataView, offset: number, end: number, record: PacketRecord): number {
    if (end - offset < PCAP_RECORD_LENGTH) return record.needs(PCAP_RECORD_LENGTH);
    const little = this.#littleEndian;
    const length = view.getUint32(offset + 8, little);
    if (length > this.limit) {
      return record.fails(`a packet of ${length} bytes is longer than the limit of ${this.limit}`);
    }
    const dataStart = offset + PCAP_RECORD_LENGTH;
    if (end - dataStart < length) return record.needs(PCAP_RECORD_LENGTH + length);
    record.packet = true;
    record.dataStart = dataStart;
    record.capturedLength = length;
    record.originalLength = view.getUint32(offset + 12, little);
    record.timeKind = this.#timeKind;
    record.timeHigh = view.getUint32(offset, little);
    record.timeLow = view.getUint32(offset + 4, little);
    record.optionsStart = record.optionsEnd = 0;
    record.interface = this.#interface;
    return dataStart + length;
  }

  atPacket(): boolean {
    return true;
  }

  atSection(): boolean {
    return false;
  }
}
