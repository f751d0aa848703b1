/** The pcapng file format (draft-ietf-opsawg-pcapng): sections of blocks, each with its length at both ends. */
import {
  IF_DESCRIPTION,
  IF_FCSLEN,
  IF_NAME,
  IF_TSOFFSET,
  IF_TSRESOL,
  INTERFACE_WIDTHS,
  optionInteger,
  optionsFit,
  optionText,
  padded,
  readOptions,
  SECTION_WIDTHS,
} from "./options.ts";
import { type PacketRecord, TIME_NONE, TIME_TICKS, type Walker } from "./record.ts";
import { ticksPerSecond } from "./time.ts";
import type { CaptureCounts, CaptureInterface, CaptureSection, RawOption } from "./types.ts";
import { MAX_BLOCK_LENGTH } from "./types.ts";

export const BLOCK_SECTION = 0x0a0d0d0a;
export const BLOCK_INTERFACE = 1;
export const BLOCK_OBSOLETE_PACKET = 2;
export const BLOCK_SIMPLE_PACKET = 3;
export const BLOCK_ENHANCED_PACKET = 6;
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Kinds of blocks that are counted and passed over; all others count as unknown. */
const SKIPPED: ReadonlyMap<number, Exclude<keyof CaptureCounts, "packets">> = new Map([
  [4, "nameResolution"],
  [5, "interfaceStatistics"],
  [10, "decryptionSecrets"],
  [0xbad, "custom"],
  [0x4000_0bad, "custom"],
]);

/** Bytes of an Enhanced Packet Block without packet and options (draft-ietf-opsawg-pcapng section 4.3). */
export const LEAST_ENHANCED_PACKET = 32;

/** Fewest bytes that a block of each kind can take, its header and both lengths included. */
const LEAST: ReadonlyMap<number, number> = new Map([
  [BLOCK_SECTION, 28],
  [BLOCK_INTERFACE, 20],
  [BLOCK_OBSOLETE_PACKET, 32],
  [BLOCK_SIMPLE_PACKET, 16],
  [BLOCK_ENHANCED_PACKET, LEAST_ENHANCED_PACKET],
]);

/** Kinds of blocks that are known (draft-ietf-opsawg-pcapng section 11.1). */
export const KNOWN_BLOCKS: ReadonlySet<number> = new Set([...LEAST.keys(), ...SKIPPED.keys()]);

/** Sections, and interfaces, that one capture may have: each is kept, and memory must not grow with the file. */
const MAX_LISTED = 65_536;

const isPacket = (type: number): boolean =>
  type === BLOCK_ENHANCED_PACKET || type === BLOCK_SIMPLE_PACKET || type === BLOCK_OBSOLETE_PACKET;

/** An interface as its description block's fixed fields and options say. */
export function describeInterface(
  place: { readonly id: number; readonly sectionNumber: number },
  linkType: number,
  snapLength: number,
  options: readonly RawOption[],
): CaptureInterface {
  const option = (code: number, width?: number): RawOption | undefined =>
    options.find((entry) => entry.code === code && (width === undefined || entry.value.length === width));
  const name = option(IF_NAME);
  const description = option(IF_DESCRIPTION);
  const offset = option(IF_TSOFFSET, 8);
  const tsresol = option(IF_TSRESOL, 1)?.value[0] ?? 6;
  return Object.freeze({
    ...place,
    linkType,
    snapLength,
    name: name && optionText(name),
    description: description && optionText(description),
    tsresol,
    ticksPerSecond: ticksPerSecond(tsresol),
    tsoffset: offset === undefined ? 0n : BigInt.asIntN(64, optionInteger(offset)),
    fcsLength: option(IF_FCSLEN, 1)?.value[0],
    options,
  });
}

/** Walks over blocks and remembers sections and interfaces. */
export class PcapngWalker implements Walker {
  readonly sections: CaptureSection[] = [];
  readonly interfaces: CaptureInterface[] = [];
  readonly skipped: Record<Exclude<keyof CaptureCounts, "packets">, number> = {
    nameResolution: 0,
    interfaceStatistics: 0,
    decryptionSecrets: 0,
    custom: 0,
    unknown: 0,
  };
  littleEndian = true;
  /** Those of the current section. */
  #current: CaptureInterface[] = [];
  readonly limit: number;

  constructor(maxPacketLength: number) {
    this.limit = maxPacketLength;
  }

  /** Interfaces that the current section has described. */
  get current(): readonly CaptureInterface[] {
    return this.#current;
  }

  atPacket(view: DataView, offset: number, end: number): boolean {
    return end - offset >= 4 && isPacket(view.getUint32(offset, this.littleEndian));
  }

  atSection(view: DataView, offset: number, end: number): boolean {
    return end - offset >= 4 && view.getUint32(offset) === BLOCK_SECTION; // it reads the same in both orders
  }

  step(view: DataView, offset: number, end: number, record: PacketRecord): number {
    if (end - offset < 12) return record.needs(12);
    let little = this.littleEndian;
    const type = view.getUint32(offset, little); // the type of a section header reads the same in both orders
    if (type === BLOCK_SECTION) {
      little = view.getUint32(offset + 8, true) === BYTE_ORDER_MAGIC;
      if (!little && view.getUint32(offset + 8) !== BYTE_ORDER_MAGIC) {
        return record.fails("a section header lacks the byte-order magic");
      }
    }
    const stated = view.getUint32(offset + 4, little);
    if (stated < (LEAST.get(type) ?? 12)) {
      return record.fails(`a block of type ${type} cannot be ${stated} bytes long`);
    }
    if (stated > MAX_BLOCK_LENGTH) {
      return record.fails(`a block of ${stated} bytes is longer than the limit of ${MAX_BLOCK_LENGTH}`);
    }
    const total = padded(stated); // writers that forget the padding exist
    if (end - offset < total) return record.needs(total);
    const blockEnd = offset + total - 4;
    const again = view.getUint32(blockEnd, little);
    if (again !== stated && again !== total) {
      return record.fails(`a block's lengths at its two ends differ: ${stated} and ${again}`);
    }
    record.packet = false;
    record.littleEndian = little;
    let failed = 0;
    if (type === BLOCK_ENHANCED_PACKET) failed = this.#packet(view, offset, blockEnd, record, false);
    else if (type === BLOCK_SIMPLE_PACKET) failed = this.#simplePacket(view, offset, blockEnd, record);
    else if (type === BLOCK_OBSOLETE_PACKET) failed = this.#packet(view, offset, blockEnd, record, true);
    else if (type === BLOCK_INTERFACE) failed = this.#interface(view, offset, blockEnd, record);
    else if (type === BLOCK_SECTION) failed = this.#section(view, offset, blockEnd, record, little);
    else this.skipped[SKIPPED.get(type) ?? "unknown"]++;
    return failed === 0 ? offset + total : failed;
  }

  /** Sections 4.3 and A: both packet blocks have 28 bytes before the data, and differ in the first four. */
  #packet(view: DataView, offset: number, blockEnd: number, record: PacketRecord, obsolete: boolean): number {
    const little = this.littleEndian;
    const id = obsolete ? view.getUint16(offset + 8, little) : view.getUint32(offset + 8, little);
    const source = this.#current[id];
    if (source === undefined) return record.fails(this.#noInterface(id));
    const length = view.getUint32(offset + 20, little);
    if (length > this.limit) return record.fails(this.#tooLong(length));
    const dataStart = offset + 28;
    const dataEnd = dataStart + padded(length);
    if (dataEnd > blockEnd) return record.fails(`${length} bytes of packet do not fit in their block`);
    if (dataEnd < blockEnd && !optionsFit(view, dataEnd, blockEnd, little)) {
      return record.fails("an option of a packet runs past its block");
    }
    record.packet = true;
    record.interface = source;
    record.dataStart = dataStart;
    record.capturedLength = length;
    record.originalLength = view.getUint32(offset + 24, little);
    record.timeKind = TIME_TICKS;
    record.timeHigh = view.getUint32(offset + 12, little);
    record.timeLow = view.getUint32(offset + 16, little);
    record.optionsStart = dataEnd;
    record.optionsEnd = blockEnd;
    return 0;
  }

  /** Section 4.4: the interface is the first one, and the captured length follows from its snap length. */
  #simplePacket(view: DataView, offset: number, blockEnd: number, record: PacketRecord): number {
    const source = this.#current[0];
    if (source === undefined) return record.fails(this.#noInterface(0));
    const original = view.getUint32(offset + 8, this.littleEndian);
    const length = source.snapLength === 0 ? original : Math.min(original, source.snapLength);
    if (length > this.limit) return record.fails(this.#tooLong(length));
    if (offset + 12 + length > blockEnd) {
      return record.fails(`${length} bytes of packet do not fit in their block`);
    }
    record.packet = true;
    record.interface = source;
    record.dataStart = offset + 12;
    record.capturedLength = length;
    record.originalLength = original;
    record.timeKind = TIME_NONE;
    record.optionsStart = record.optionsEnd = 0;
    return 0;
  }

  #interface(view: DataView, offset: number, blockEnd: number, record: PacketRecord): number {
    const little = this.littleEndian;
    if (!optionsFit(view, offset + 16, blockEnd, little)) {
      return record.fails("an option of an interface runs past its block");
    }
    if (this.interfaces.length >= MAX_LISTED) {
      return record.fails(`more than ${MAX_LISTED} interfaces`, "unsupported");
    }
    const described = describeInterface(
      { id: this.#current.length, sectionNumber: this.sections.length },
      view.getUint16(offset + 8, little),
      view.getUint32(offset + 12, little),
      readOptions(view, offset + 16, blockEnd, little, INTERFACE_WIDTHS),
    );
    this.#current.push(described);
    this.interfaces.push(described);
    return 0;
  }

  #section(view: DataView, offset: number, blockEnd: number, record: PacketRecord, little: boolean): number {
    const version = [view.getUint16(offset + 12, little), view.getUint16(offset + 14, little)] as const;
    if (version[0] !== 1) return record.fails(`pcapng version ${version.join(".")}`, "unsupported");
    if (!optionsFit(view, offset + 24, blockEnd, little)) {
      return record.fails("an option of a section runs past its block");
    }
    if (this.sections.length >= MAX_LISTED) {
      return record.fails(`more than ${MAX_LISTED} sections`, "unsupported");
    }
    const options = readOptions(view, offset + 24, blockEnd, little, SECTION_WIDTHS);
    const byteOrder = little ? "little" : "big";
    this.sections.push(Object.freeze({ number: this.sections.length + 1, byteOrder, version, options }));
    this.littleEndian = little;
    this.#current = [];
    return 0;
  }

  #noInterface(id: number): string {
    return `a packet names interface ${id}, and its section has described ${this.#current.length}`;
  }

  #tooLong(length: number): string {
    return `a packet of ${length} bytes is longer than the limit of ${this.limit}`;
  }
}
