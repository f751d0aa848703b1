/**
 * The text of frames whose trees are alike. The text of the last one is kept as bytes, and of the next one only what differs is
 * written over it.
 */
import type { RawValue } from "../../ir/fields.ts";
import type { Shown } from "./shown.ts";

/** What may differ from frame to frame. Texts are latin1. */
export interface Slot {
  /** What the text hangs on: it is made anew where `===` says that this is another. Undefined: always. */
  readonly key: (shown: Shown) => RawValue | undefined;
  readonly text: (shown: Shown, key: RawValue | undefined) => string;
  /** Bytes that the text is the hexadecimal digits of, with colons between them. */
  readonly hex?: (shown: Shown) => Uint8Array;
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

/** The text of the last frame of a template. */
export class Block {
  readonly #slots: readonly Slot[];
  readonly #keys: (RawValue | undefined | typeof NOTHING)[];
  /** Where the text of each slot begins, and how long it is. */
  readonly #starts: Int32Array;
  readonly #sizes: Int32Array;
  #bytes: Buffer;
  #end: number;

  constructor({ texts, slots }: Template) {
    this.#slots = slots;
    this.#keys = slots.map(() => NOTHING);
    this.#sizes = new Int32Array(slots.length);
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
    const sizes = this.#sizes;
    let shift = 0;
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index] as Slot; // below the length
      const start = (starts[index] as number) + shift; // one for each
      starts[index] = start;
      const size = sizes[index] as number; // one for each
      const bytes = slot.hex?.(shown);
      const key = bytes === undefined ? slot.key(shown) : undefined;
      if (key !== undefined && key === keys[index]) continue;
      keys[index] = key;
      const text = bytes === undefined ? slot.text(shown, key) : "";
      const length = bytes === undefined ? text.length : Math.max(0, bytes.length * 3 - 1);
      if (length !== size) {
        this.#move(start + size, start + length);
        shift += length - size;
        sizes[index] = length;
      }
      if (bytes === undefined) this.#put(text, start);
      else this.#putHex(bytes, start);
    }
    return this.#bytes.subarray(0, this.#end);
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

  #putHex(bytes: Uint8Array, start: number): void {
    const target = this.#bytes;
    let at = start;
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index] ?? 0;
      if (index > 0) target[at++] = COLON;
      target[at++] = DIGITS[byte >> 4] ?? 0;
      target[at++] = DIGITS[byte & 15] ?? 0;
    }
  }

  #put(text: string, start: number): void {
    const { length } = text;
    const bytes = this.#bytes;
    if (length > SHORT) bytes.write(text, start, length, "latin1");
    else for (let index = 0; index < length; index++) bytes[start + index] = text.charCodeAt(index);
  }
}
