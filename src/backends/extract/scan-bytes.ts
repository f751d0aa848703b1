/** Helpers that generated tests call on stretches of bytes; they allocate nothing but where a pattern needs a view. */
import type { Pattern } from "../../filter/regex/compile.ts";

export function equalBytes(b: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  const { length } = wanted;
  if (end - start !== length) return false;
  for (let i = 0; i < length; i++) if (b[start + i] !== wanted[i]) return false;
  return true;
}

/** Byte by byte; with `text` false a shorter one sorts first, whatever is in it. `prefix`: bits that count. */
export function orderBytes(
  b: Uint8Array,
  start: number,
  end: number,
  wanted: Uint8Array,
  prefix: number,
): number {
  const length = end - start;
  if (length !== wanted.length) return length - wanted.length;
  for (let i = 0; i < length; i++) {
    const bits = prefix - i * 8;
    if (bits <= 0) return 0;
    const mask = bits >= 8 ? 0xff : (0xff00 >> bits) & 0xff;
    const difference = ((b[start + i] ?? 0) & mask) - ((wanted[i] ?? 0) & mask);
    if (difference !== 0) return difference;
  }
  return 0;
}

type Search = (bytes: Uint8Array, needle: Uint8Array, from: number) => number;

function portableSearch(bytes: Uint8Array, needle: Uint8Array, from: number): number {
  const first = needle[0] ?? 0;
  const last = bytes.length - needle.length;
  for (let at = bytes.indexOf(first, from); at >= 0 && at <= last; at = bytes.indexOf(first, at + 1)) {
    let i = 1;
    while (i < needle.length && bytes[at + i] === needle[i]) i++;
    if (i === needle.length) return at;
  }
  return -1;
}

/** Node's own search, several times faster, where there is one. */
function findSearch(): Search {
  const buffer: unknown = Reflect.get(globalThis, "Buffer");
  const prototype: unknown = typeof buffer === "function" ? buffer.prototype : undefined;
  const indexOf: unknown =
    typeof prototype === "object" && prototype !== null ? Reflect.get(prototype, "indexOf") : undefined;
  if (typeof indexOf !== "function") return portableSearch;
  return (bytes, needle, from) => Number(Reflect.apply(indexOf, bytes, [needle, from]));
}

/**
 * Finds one needle. A search goes on to the end of all bytes at hand and its result is kept: over a chunk of many frames,
 * each byte is looked at once.
 */
export class Needle {
  readonly bytes: Uint8Array;
  readonly #search: Search = findSearch();
  #in: Uint8Array | undefined;
  /** First place at or behind `#from` where the needle stands; infinite if there is none. */
  #next = 0;
  #from = 0;
  /** Pass of the chunk that the result belongs to. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The bytes were overwritten. */
  forget(): void {
    this.#in = undefined;
  }

  within(b: Uint8Array, start: number, end: number): boolean {
    if (end - start < this.bytes.length) return false;
    if (this.#in !== b || start < this.#from || start > this.#next) {
      const at = this.#search(b, this.bytes, start);
      this.#in = b;
      this.#from = start;
      this.#next = at < 0 ? Number.POSITIVE_INFINITY : at;
    }
    return this.#next + this.bytes.length <= end;
  }
}

export function patternWithin(pattern: Pattern, b: Uint8Array, start: number, end: number): boolean {
  return pattern.test(b.subarray(start, end));
}
