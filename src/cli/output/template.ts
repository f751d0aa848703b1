/**
 * The text of frames whose trees are alike. The text of the last one is kept as bytes, and of the next one only what differs is
 * written over it.
 */
import type { RawValue } from "../../ir/fields.ts";
import { PUT_ROOM, type Putter } from "../../ir/format-bytes.ts";
import type { Shown } from "./shown.ts";

/** What may differ from frame to frame. Texts are latin1. */
export interface Slot {
  /** What the text hangs on: it is made anew where `===` says that this is another. Undefined: always. */
  readonly key: (shown: Shown) => RawValue | undefined;
  readonly text: (shown: Shown, key: RawValue | undefined) => string;
  /** Bytes that the text is the hexadecimal digits of, with colons between them. */
  readonly hex?: (shown: Shown) => Uint8Array;
  /** Writes the text in place, where it can. */
  readonly put?: Putter | undefined;
  /** Bits of the frame that the text hangs on, if it hangs on nothing else. */
  readonly from?: Stretch | undefined;
}

/** A place in the frame, in bits. */
export interface Stretch {
  readonly bitOffset: number;
  readonly bitLength: number;
}

/** A sum of strings is put together anew each time that it is written; the copy of it is not. */
export function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

/** UTF-8 with a character for each byte: for what is written as latin1, which costs no encoding. */
export function utf8Bytes(text: string): string {
  return /[^\x00-\x7f]/.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

/** Texts with slots between them: one text more than slots. */
export interface Template {
  readonly texts: readonly string[];
  readonly slots: readonly Slot[];
}

/** The text of one frame as a string. */
export function templateText({ texts, slots }: Template, shown: Shown): string {
  let text = texts[0] ?? "";
  for (const [index, slot] of slots.entries())
    text += slot.text(shown, slot.key(shown)) + (texts[index + 1] ?? "");
  return text;
}

/** Collects the pieces of a template. */
export class Recorder {
  readonly #texts: string[] = [""];
  readonly #slots: Slot[] = [];

  text(text: string): void {
    const last = this.#texts.length - 1;
    this.#texts[last] = `${this.#texts[last]}${text}`;
  }

  slot(slot: Slot): void {
    this.#slots.push(slot);
    this.#texts.push("");
  }

  finish(): Template {
    return { texts: this.#texts.map(flat), slots: this.#slots };
  }
}

const COLON = 0x3a;
const DIGITS: Uint8Array = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

/** Longer strings are written by the runtime. */
const SHORT = 24;
const NOTHING = Symbol("no key yet");

/** Tells which bytes of a frame are others than those of the frame before. */
class Differences {
  readonly #last: Uint8Array;
  /** By byte: how many before it differ. */
  readonly #sums: Int32Array;
  #isFirst = true;

  /** `size`: of the bytes that are looked at. */
  constructor(size: number) {
    this.#last = new Uint8Array(size);
    this.#sums = new Int32Array(size + 1);
  }

  find(data: Uint8Array): void {
    const last = this.#last;
    const sums = this.#sums;
    let sum = 0;
    for (let index = 0; index < last.length; index++) {
      const byte = data[index] ?? 0;
      if (byte !== last[index] || this.#isFirst) {
        last[index] = byte;
        sum++;
      }
      sums[index + 1] = sum;
    }
    this.#isFirst = false;
  }

  has(from: number, to: number): boolean {
    return this.#sums[from] !== this.#sums[to];
  }
}

/** The text of the last frame of a template. */
export class Block {
  readonly #slots: readonly Slot[];
  readonly #keys: (RawValue | undefined | typeof NOTHING)[];
  /** Where the text of each slot begins, and how long it is. */
  readonly #starts: Int32Array;
  readonly #sizes: Int32Array;
  /** The bytes that each slot's text hangs on; none where it hangs on others than them. */
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #differences: Differences;
  readonly #room = new Uint8Array(PUT_ROOM);
  #bytes: Buffer;
  #end: number;

  constructor({ texts, slots }: Template) {
    this.#slots = slots;
    this.#keys = slots.map(() => NOTHING);
    this.#sizes = new Int32Array(slots.length);
    this.#from = Int32Array.from(slots, ({ from }) => (from?.bitOffset ?? 0) >> 3);
    this.#to = Int32Array.from(slots, ({ from }) =>
      from === undefined ? 0 : (from.bitOffset + from.bitLength + 7) >> 3,
    );
    this.#differences = new Differences(Math.max(0, ...this.#to));
    this.#bytes = Buffer.from(texts.join(""), "latin1");
    this.#end = this.#bytes.length;
    let at = 0;
    this.#starts = Int32Array.from(slots, (_, index) => {
      at += texts[index]?.length ?? 0;
      return at;
    });
  }

  /** The text of a frame. It holds until the next one is asked for. */
  write(shown: Shown): Uint8Array {
    const slots = this.#slots;
    const keys = this.#keys;
    const starts = this.#starts;
    const froms = this.#from;
    const tos = this.#to;
    const differences = this.#differences;
    differences.find(shown.frame.data);
    let shift = 0;
    for (let index = 0; index < slots.length; index++) {
      const start = (starts[index] as number) + shift; // one for each
      starts[index] = start;
      const to = tos[index] as number; // one for each
      if (to > 0 && !differences.has(froms[index] as number, to)) continue; // one for each
      const slot = slots[index] as Slot; // below the length
      if (slot.hex !== undefined) {
        shift += this.#putHex(slot.hex(shown), index, start);
        continue;
      }
      const key = slot.key(shown);
      if (key !== undefined && key === keys[index]) continue;
      keys[index] = key;
      const room = this.#room;
      const size = key === undefined ? -1 : (slot.put?.(key, room) ?? -1);
      shift +=
        size < 0 ? this.#putText(slot.text(shown, key), index, start) : this.#putShort(size, index, start);
    }
    return this.#bytes.subarray(0, this.#end);
  }

  /** Makes room for a slot's text. By how much what stands behind it moves. */
  #fit(length: number, index: number, start: number): number {
    const size = this.#sizes[index] as number; // one for each
    if (length === size) return 0;
    this.#move(start + size, start + length);
    this.#sizes[index] = length;
    return length - size;
  }

  /** Moves what stands behind a slot. */
  #move(from: number, to: number): void {
    const end = this.#end + to - from;
    if (end > this.#bytes.length) {
      const more = Buffer.allocUnsafe(end * 2);
      more.set(this.#bytes.subarray(0, this.#end));
      this.#bytes = more;
    }
    this.#bytes.copyWithin(to, from, this.#end);
    this.#end = end;
  }

  #putHex(bytes: Uint8Array, slot: number, start: number): number {
    const { length } = bytes;
    const moved = this.#fit(Math.max(0, length * 3 - 1), slot, start);
    const target = this.#bytes;
    let at = start;
    for (let index = 0; index < length; index++) {
      const byte = bytes[index] ?? 0;
      if (index > 0) target[at++] = COLON;
      target[at++] = DIGITS[byte >> 4] ?? 0;
      target[at++] = DIGITS[byte & 15] ?? 0;
    }
    return moved;
  }

  /** What was put into the room. */
  #putShort(size: number, slot: number, start: number): number {
    const moved = this.#fit(size, slot, start);
    const bytes = this.#bytes;
    const room = this.#room;
    for (let index = 0; index < size; index++) bytes[start + index] = room[index] ?? 0;
    return moved;
  }

  #putText(text: string, slot: number, start: number): number {
    const { length } = text;
    const moved = this.#fit(length, slot, start);
    const bytes = this.#bytes;
    if (length > SHORT) bytes.write(text, start, length, "latin1");
    else for (let index = 0; index < length; index++) bytes[start + index] = text.charCodeAt(index);
    return moved;
  }
}
