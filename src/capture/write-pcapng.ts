/** Writing pcapng (draft-ietf-opsawg-pcapng), little-endian. */
import {
  areWrittenOptions,
  EPB_FLAGS,
  IF_DESCRIPTION,
  IF_FCSLEN,
  IF_NAME,
  IF_TSRESOL,
  integerOption,
  isZeroPadded,
  OPT_COMMENT,
  optionsSize,
  optionText,
  PACKET_WIDTHS,
  padded,
  textOption,
  writeOptions,
} from "./options.ts";
import type { OutputBuffer } from "./output-buffer.ts";
import {
  BLOCK_ENHANCED_PACKET,
  BLOCK_INTERFACE,
  BLOCK_SECTION,
  BLOCK_SIMPLE_PACKET,
  BYTE_ORDER_MAGIC,
  describeInterface,
} from "./pcapng.ts";
import { nanosecondsToTicks, ticksToNanoseconds } from "./time.ts";
import {
  type CaptureInterface,
  type FrameBatch,
  MAX_BLOCK_LENGTH,
  MAX_PACKET_LENGTH,
  type RawOption,
} from "./types.ts";
import type { Encoder, EncoderOptions, InterfaceInput, IsWritten, WritableFrame } from "./write-common.ts";
import { badFrame, checkFrame } from "./write-common.ts";

/** An interface of the section that is being written. */
interface Written {
  readonly id: number;
  readonly source: CaptureInterface;
}

const NONE: readonly RawOption[] = [];

function describe(input: InterfaceInput): CaptureInterface {
  const options: RawOption[] = [];
  if (input.name !== undefined) options.push(textOption(IF_NAME, input.name));
  if (input.description !== undefined) options.push(textOption(IF_DESCRIPTION, input.description));
  options.push(integerOption(IF_TSRESOL, 1, BigInt(input.tsresol ?? 9)));
  return describeInterface({ id: 0, sectionNumber: 1 }, input.linkType, input.snapLength ?? 0, options);
}

/** An interface's options; those of a pcap file say in options what its header said. */
function interfaceOptions(source: CaptureInterface): readonly RawOption[] {
  const options = [...source.options];
  const lacks = (code: number): boolean => !options.some((option) => option.code === code);
  if (source.tsresol !== 6 && lacks(IF_TSRESOL)) {
    options.push(integerOption(IF_TSRESOL, 1, BigInt(source.tsresol)));
  }
  if (source.fcsLength !== undefined && lacks(IF_FCSLEN)) {
    options.push(integerOption(IF_FCSLEN, 1, BigInt(source.fcsLength)));
  }
  return options;
}

/** Options of a frame: as they were read, unless comments or flags were changed since. */
function frameOptions(frame: WritableFrame): readonly RawOption[] {
  const { comments = [], flags, options = NONE } = frame;
  if (comments.length === 0 && flags === undefined && options.length === 0) return NONE;
  const texts = options.filter(({ code }) => code === OPT_COMMENT).map(optionText);
  const sameComments =
    texts.length === comments.length && texts.every((text, index) => text === comments[index]);
  const word = flags === undefined ? undefined : integerOption(EPB_FLAGS, 4, BigInt(flags >>> 0));
  const stored = options.find(({ code }) => code === EPB_FLAGS);
  const sameFlags = word === undefined ? stored === undefined : word.value.join() === stored?.value.join();
  const kept = options.filter(({ code }) =>
    code === OPT_COMMENT ? sameComments : code !== EPB_FLAGS || sameFlags,
  );
  if (!sameComments) kept.unshift(...comments.map((text) => textOption(OPT_COMMENT, text)));
  if (!sameFlags && word !== undefined) kept.push(word);
  return kept;
}

/**
 * Whether the block of a packet, which a reader took, is written as it stands, as long as its interface keeps its number. In the
 * other byte order its type reads otherwise.
 */
function isPlainPacket(view: DataView, start: number, size: number): boolean {
  if (view.getUint32(start, true) !== BLOCK_ENHANCED_PACKET) return false;
  // The end of a block that lacks its padding was found all the same.
  if (view.getUint32(start + 4, true) !== size) return false;
  const end = start + size - 4;
  const captured = view.getUint32(start + 20, true);
  if (captured > MAX_PACKET_LENGTH) return false;
  const behind = start + 28 + padded(captured);
  if (!isZeroPadded(view, captured, behind)) return false;
  return behind === end || areWrittenOptions(view, behind, end, PACKET_WIDTHS);
}

export class PcapngEncoder implements Encoder {
  readonly #options: EncoderOptions;
  readonly #given: readonly CaptureInterface[];
  /** Number of the section that was begun last; 0 before the first. */
  #section = 0;
  /** By the interface that a reader described, or by what a frame says of it. */
  #written: Map<CaptureInterface | string, Written> = new Map();
  #count = 0;
  /** How many of the source's interfaces were looked at. */
  #copied = 0;

  constructor(options: EncoderOptions) {
    this.#options = options;
    this.#given = (options.interfaces ?? []).map(describe);
  }

  frame(out: OutputBuffer, frame: WritableFrame): void {
    checkFrame(frame, 0xffff);
    const options = frameOptions(frame);
    if (options.some((option) => option.value.length > 0xffff)) {
      throw badFrame(frame, "a comment or option is longer than 65535 bytes");
    }
    const size = 32 + padded(frame.capturedLength) + optionsSize(options);
    if (size > MAX_BLOCK_LENGTH) throw badFrame(frame, `its block would take ${size} bytes`);
    this.#advance(out, frame.interface?.sectionNumber ?? 1, frame.interface);
    const written = this.#interfaceOf(out, frame);
    if (frame.timestamp === undefined && options.length === 0 && this.#simple(written, frame)) {
      const at = this.#block(out, BLOCK_SIMPLE_PACKET, 16 + padded(frame.capturedLength));
      out.view.setUint32(at, frame.originalLength, true);
      out.bytes.set(frame.data, at + 4);
      return;
    }
    const ticks = this.#ticks(written.source, frame);
    const at = this.#block(out, BLOCK_ENHANCED_PACKET, size);
    out.view.setUint32(at, written.id, true);
    out.view.setUint32(at + 4, Number(ticks >> 32n), true);
    out.view.setUint32(at + 8, Number(ticks & 0xffff_ffffn), true);
    out.view.setUint32(at + 12, frame.capturedLength, true);
    out.view.setUint32(at + 16, frame.originalLength, true);
    out.bytes.set(frame.data, at + 20);
    writeOptions(out.view, at + 20 + padded(frame.capturedLength), options);
  }

  written(_out: OutputBuffer, { format, interfaces, bytes }: FrameBatch): IsWritten | undefined {
    if (format !== "pcapng") return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    /** The interface that was asked for last, if it keeps its number. */
    let kept = -1;
    return (start, size) => {
      if (!isPlainPacket(view, start, size)) return false;
      const id = view.getUint32(start + 8, true);
      if (id === kept) return true;
      const source = interfaces[id];
      if (source === undefined || this.#written.get(source)?.id !== id) return false;
      kept = id;
      return true;
    };
  }

  finish(out: OutputBuffer): void {
    this.#advance(out, this.#options.copyFrom?.sections.length ?? 1, undefined);
  }

  /**
   * Begins sections up to `section`, each with what the source says of it, so that interfaces keep their numbers. Without
   * a source, or back in an earlier section (merged or sorted frames), everything goes into the current one.
   */
  #advance(out: OutputBuffer, section: number, until: CaptureInterface | undefined): void {
    const { copyFrom } = this.#options;
    const last = Math.max(1, Math.min(section, copyFrom?.sections.length ?? 1));
    while (this.#section < last) {
      if (this.#section > 0) this.#copyInterfaces(out, undefined);
      this.#begin(out);
    }
    if (until === undefined || !this.#written.has(until)) this.#copyInterfaces(out, until);
  }

  #begin(out: OutputBuffer): void {
    const options = this.#options.copyFrom?.sections[this.#section]?.options ?? NONE;
    this.#section++;
    this.#count = 0;
    this.#written = new Map();
    const at = this.#block(out, BLOCK_SECTION, 28 + optionsSize(options));
    out.view.setUint32(at, BYTE_ORDER_MAGIC, true);
    out.view.setUint16(at + 4, 1, true);
    out.view.setInt32(at + 8, -1, true); // length of the section: not stated
    out.view.setInt32(at + 12, -1, true);
    writeOptions(out.view, at + 16, options);
    for (const given of this.#given) this.#describe(out, given, given);
  }

  /** Describes the source's interfaces of this section, in order, up to one or to the last that is known. */
  #copyInterfaces(out: OutputBuffer, until: CaptureInterface | undefined): void {
    const known = this.#options.copyFrom?.interfaces ?? [];
    for (; this.#copied < known.length; this.#copied++) {
      const next = known[this.#copied];
      if (next === undefined || (next.sectionNumber ?? 1) > this.#section) return;
      if (!this.#written.has(next)) this.#describe(out, next, next);
      if (next === until) {
        this.#copied++;
        return;
      }
    }
  }

  #interfaceOf(out: OutputBuffer, frame: WritableFrame): Written {
    const {
      interface: source,
      linkType,
      interfaceId,
      interfaceName: name,
      interfaceDescription: description,
    } = frame;
    const own = source?.linkType === linkType ? source : undefined;
    const given = own === undefined && interfaceId !== undefined ? this.#given[interfaceId] : undefined;
    const key =
      own ??
      (given?.linkType === linkType ? given : JSON.stringify([linkType, name ?? null, description ?? null]));
    const written = this.#written.get(key);
    if (written !== undefined) return written;
    const { snapLength } = this.#options;
    return this.#describe(out, key, own ?? describe({ linkType, name, description, snapLength }));
  }

  #describe(out: OutputBuffer, key: CaptureInterface | string, source: CaptureInterface): Written {
    const options = interfaceOptions(source);
    const at = this.#block(out, BLOCK_INTERFACE, 20 + optionsSize(options));
    out.view.setUint16(at, source.linkType, true);
    out.view.setUint32(at + 4, source.snapLength, true);
    writeOptions(out.view, at + 8, options);
    const written = { id: this.#count++, source };
    this.#written.set(key, written);
    return written;
  }

  /** Whether a Simple Packet Block can say all: first interface, and a captured length that follows from it. */
  #simple(
    { id, source: { snapLength } }: Written,
    { capturedLength, originalLength }: WritableFrame,
  ): boolean {
    return id === 0 && capturedLength === Math.min(originalLength, snapLength || originalLength);
  }

  #ticks(source: CaptureInterface, frame: WritableFrame): bigint {
    const accept = this.#options.loss === "accept";
    const { timestamp } = frame;
    if (timestamp === undefined) {
      if (accept) return 0n;
      throw badFrame(frame, "it has no timestamp, and cannot be a Simple Packet Block");
    }
    if (frame.ticks !== undefined && source === frame.interface) {
      // Only while the time was not changed since it was read.
      if (ticksToNanoseconds(frame.ticks, source) === timestamp) return frame.ticks;
    }
    const { ticks, exact } = nanosecondsToTicks(timestamp, source);
    if (!exact && !accept) {
      throw badFrame(frame, `its timestamp of ${timestamp} ns is finer than its interface's resolution`);
    }
    if (ticks < 0n || ticks > 0xffff_ffff_ffff_ffffn) {
      throw badFrame(frame, `its timestamp of ${timestamp} ns does not fit`);
    }
    return ticks;
  }

  /** Writes the header and both lengths of a block; returns where its body begins. */
  #block(out: OutputBuffer, type: number, size: number): number {
    const at = out.reserve(size);
    out.view.setUint32(at, type, true);
    out.view.setUint32(at + 4, size, true);
    out.view.setUint32(at + size - 4, size, true);
    return at + 8;
  }
}
