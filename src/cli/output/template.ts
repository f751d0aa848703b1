/**
 * The text of frames whose trees are alike. The text of the last one is kept as bytes, and of the next one only what differs is
 * written over it.
 */

import { readSmallBits } from "../../bytes/bits.ts";
import type { RawValue } from "../../ir/fields.ts";
import { PUT_ROOM, type Putter } from "../../ir/format-bytes.ts";
import type { Piece } from "../summary/pieces.ts";
import type { Shown } from "./shown.ts";

/** What may differ from frame to frame. Texts are latin1. */
export interface Slot {
  /** What the text hangs on: it is made anew where `===` says that this is another. Undefined: always. */
  readonly key: (shown: Shown) => RawValue | undefined;
  readonly text: (shown: Shown, key: RawValue | undefined) => string | Uint8Array;
  /** Bytes that the text is the hexadecimal digits of, with colons between them. */
  readonly hex?: (shown: Shown) => Uint8Array;
  /** Writes the text in place, where it can. */
  readonly put?: Putter | undefined;
  /** Bits of the frame that the text hangs on, if it hangs on nothing else. */
  readonly from?: Stretch | undefined;
  /** These bits are the key as a number. */
  readonly isNumber?: boolean;
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
  for (let index = 0; index < text.length; index++)
    if (text.charCodeAt(index) > 0x7f) return Buffer.from(text, "utf8").toString("latin1");
  return text;
}

/** Texts with slots between them: one text more than slots. */
export interface Template {
  readonly texts: readonly string[];
  readonly slots: readonly Slot[];
}

export function textOf(text: string | Uint8Array): string {
  return typeof text === "string" ? text : Buffer.from(text).toString("latin1");
}

/** The text of one frame as a string. */
export function templateText({ texts, slots }: Template, shown: Shown): string {
  let text = texts[0] ?? "";
  for (const [index, slot] of slots.entries())
    text += textOf(slot.text(shown, slot.key(shown))) + (texts[index + 1] ?? "");
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

  template({ texts, slots }: Template): void {
    this.text(texts[0] ?? "");
    for (const [index, slot] of slots.entries()) {
      this.slot(slot);
      this.text(texts[index + 1] ?? "");
    }
  }

  pieces(list: readonly Piece[]): void {
    for (const piece of list) {
      if (typeof piece === "string") this.text(utf8Bytes(piece));
      else {
        const { key, text, put, from } = piece.slot();
        this.slot({
          key: ({ frame }) => key(frame),
          text: ({ frame }, value) => utf8Bytes(text(frame, value)),
          put,
          from,
        });
      }
    }
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

/** A slot as a block has it: all have the same properties, in one order. */
interface Cell {
  readonly key: Slot["key"];
  readonly text: Slot["text"];
  readonly hex: Slot["hex"] | undefined;
  readonly put: Slot["put"];
  /** The bytes that the text hangs on; `to` is 0 where it hangs on others than them. */
  readonly from: number;
  readonly to: number;
  /** Where these are the key as a number: its bits; else `bits` is 0. */
  readonly at: number;
  readonly bits: number;
  value: RawValue | undefined | typeof NOTHING;
  /** Where its text begins, and how long it is. */
  start: number;
  size: number;
}

function cellOf({ key, text, hex, put, from, isNumber = false }: Slot, start: number): Cell {
  const at = from?.bitOffset ?? 0;
  const bits = from?.bitLength ?? 0;
  return {
    key,
    text,
    hex,
    put,
    from: at >> 3,
    to: bits === 0 ? 0 : (at + bits + 7) >> 3,
    at,
    bits: isNumber ? bits : 0,
    value: NOTHING,
    start,
    size: 0,
  };
}

/** The text of the last frame of a template. */
export class Block {
  readonly #cells: readonly Cell[];
  readonly #differences: Differences;
  readonly #room = new Uint8Array(PUT_ROOM);
  #bytes: Buffer;
  #end: number;

  constructor({ texts, slots }: Template) {
    let at = 0;
    this.#cells = slots.map((slot, index) => {
      at += texts[index]?.length ?? 0;
      return cellOf(slot, at);
    });
    this.#differences = new Differences(Math.max(0, ...this.#cells.map(({ to }) => to)));
    this.#bytes = Buffer.from(texts.join(""), "latin1");
    this.#end = this.#bytes.length;
  }

  /** The text of a frame. It holds until the next one is asked for. */
  write(shown: Shown): Uint8Array {
    const cells = this.#cells;
    const differences = this.#differences;
    const { data } = shown.frame;
    differences.find(data);
    let shift = 0;
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index] as Cell; // below the length
      cell.start += shift;
      const { from, to, hex, bits, put } = cell;
      if (to > 0 && !differences.has(from, to)) continue;
      if (hex !== undefined) {
        shift += this.#putHex(hex(shown), cell);
        continue;
      }
      const key = bits > 0 ? readSmallBits(data, cell.at, bits) : cell.key(shown);
      if (key !== undefined && key === cell.value) continue;
      cell.value = key;
      const size = key === undefined || put === undefined ? -1 : put(key, this.#room);
      shift += size < 0 ? this.#putText(cell.text(shown, key), cell) : this.#putShort(size, cell);
    }
    return this.#bytes.subarray(0, this.#end);
  }

  /** Makes room for a slot's text. By how much what stands behind it moves. */
  #fit(length: number, cell: Cell): number {
    const { start, size } = cell;
    if (length === size) return 0;
    this.#move(start + size, start + length);
    cell.size = length;
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

  #putHex(bytes: Uint8Array, cell: Cell): number {
    const { length } = bytes;
    const moved = this.#fit(Math.max(0, length * 3 - 1), cell);
    const target = this.#bytes;
    let at = cell.start;
    for (let index = 0; index < length; index++) {
      const byte = bytes[index] ?? 0;
      if (index > 0) target[at++] = COLON;
      target[at++] = DIGITS[byte >> 4] ?? 0;
      target[at++] = DIGITS[byte & 15] ?? 0;
    }
    return moved;
  }

  /** What was put into the room. */
  #putShort(size: number, cell: Cell): number {
    const moved = this.#fit(size, cell);
    const { start } = cell;
    const bytes = this.#bytes;
    const room = this.#room;
    for (let index = 0; index < size; index++) bytes[start + index] = room[index] ?? 0;
    return moved;
  }

  #putText(text: string | Uint8Array, cell: Cell): number {
    const { length } = text;
    const moved = this.#fit(length, cell);
    const { start } = cell;
    const bytes = this.#bytes;
    if (typeof text !== "string") bytes.set(text, start);
    else if (length > SHORT) bytes.write(text, start, length, "latin1");
    else for (let index = 0; index < length; index++) bytes[start + index] = text.charCodeAt(index);
    return moved;
  }
}

/** Writes frames by the templates of their shapes, where these have one. Bytes hold until the next frame. */
export function templateWriter(
  templateOf: (shown: Shown) => Template | undefined,
  write: (shown: Shown) => string,
): (shown: Shown) => string | Uint8Array {
  const blocks = new WeakMap<object, Block | "none">();
  return (shown) => {
    const { shape } = shown.dissection;
    let block = shape === undefined ? "none" : blocks.get(shape);
    if (shape !== undefined && block === undefined) {
      const template = templateOf(shown);
      block = template === undefined ? "none" : new Block(template);
      blocks.set(shape, block);
    }
    return block instanceof Block ? block.write(shown) : write(shown);
  };
}
