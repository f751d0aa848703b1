/** A search for one sequence of bytes that looks at each byte of a capture about once, whatever stands there. */
import { memoryOf } from "../../bytes/room.ts";
import { compileSearch, LONGEST, PLACES, type Probes } from "../../codegen/wasm/search.ts";

/** Bytes after which vectors are worth the millisecond that they take to set up. */
const WARM_UP = 2 ** 20;
/** As many bytes cost as much as to begin a search. */
const BEGINNING = 512;
/** Bytes that show which are common. */
const SAMPLE = 4096;
/** Bytes compared in vain that are never minded. */
const FREE = 4096;

/** Finds the needle's first bytes. */
interface Finder {
  /** How many of them. */
  readonly size: number;
  /** The first index from `from` to `last` at which they stand; -1 if there is none. */
  find(b: Uint8Array, from: number, last: number): number;
}

type IndexOf = (bytes: Uint8Array, piece: Uint8Array, from: number) => number;

/** Node's own search: several times faster, where there is one. */
function nodeSearch(): IndexOf | undefined {
  const buffer: unknown = Reflect.get(globalThis, "Buffer");
  const prototype: unknown = typeof buffer === "function" ? buffer.prototype : undefined;
  const indexOf: unknown =
    typeof prototype === "object" && prototype !== null ? Reflect.get(prototype, "indexOf") : undefined;
  return typeof indexOf === "function"
    ? (bytes, piece, from) => Number(Reflect.apply(indexOf, bytes, [piece, from]))
    : undefined;
}

/** Up to this size, Node goes from one occurrence of the first byte to the next, which is its fastest search. */
const NODE_LONGEST = 7;

function plainFinder(needle: Uint8Array): Finder {
  const node = nodeSearch();
  const piece = needle.subarray(0, node === undefined ? 1 : NODE_LONGEST);
  const indexOf: IndexOf = node ?? ((bytes, [first = 0], from) => bytes.indexOf(first, from));
  return {
    size: piece.length,
    find(b, from, last): number {
      const end = last + piece.length;
      // A view is made only where it saves more than it costs.
      const bytes = b.length - end > end - from ? b.subarray(0, end) : b;
      const at = indexOf(bytes, piece, from);
      return at <= last ? at : -1;
    },
  };
}

/** The places of two bytes that are rare in a sample, and differ if any do. */
function rareBytes(piece: Uint8Array, sample: Uint8Array): Probes {
  const counts = new Uint32Array(256);
  for (const byte of sample) counts[byte] = (counts[byte] ?? 0) + 1;
  const count = (index: number): number => counts[piece[index] ?? 0] ?? 0;
  const rarest = [...piece.keys()].sort((a, b) => count(a) - count(b));
  const [first = 0] = rarest;
  return [first, rarest.find((index) => piece[index] !== piece[first]) ?? piece.length - 1];
}

/** Undefined where there are no vectors. */
function vectorFinder(needle: Uint8Array, buffer: ArrayBufferLike, sample: Uint8Array): Finder | undefined {
  const piece = needle.subarray(0, LONGEST);
  const search = compileSearch(buffer, piece, rareBytes(piece, sample));
  if (search === undefined) return undefined;
  return {
    size: piece.length,
    find({ byteOffset }, from, last): number {
      const at = search(byteOffset + from, byteOffset + last);
      return at < 0 ? -1 : at - byteOffset;
    },
  };
}

/** For each index: how many bytes before it are the needle's first ones too (Knuth, Morris and Pratt 1977). */
function borders(needle: Uint8Array): Uint32Array {
  const found = new Uint32Array(needle.length + 1);
  for (let index = 1, same = 0; index < needle.length; index++) {
    while (same > 0 && needle[index] !== needle[same]) same = found[same] ?? 0;
    if (needle[index] === needle[same]) same++;
    found[index + 1] = same;
  }
  return found;
}

/** What is searched for, and what is known by now of how best to search for it: nothing of the bytes, which may be overwritten. */
export class Needle {
  readonly bytes: Uint8Array;
  /** Bytes to be searched before vectors are set up. */
  #warmUp: number;
  readonly #plain: Finder;
  /** By the buffer of the bytes that are searched. */
  readonly #quick: WeakMap<ArrayBufferLike, Finder> = new WeakMap();
  #last: { readonly buffer: ArrayBufferLike; readonly finder: Finder } | undefined;
  #borders: Uint32Array | undefined;
  /** Bytes that were gone over. */
  #passed = 0;
  #vain = 0;

  /** `bytes`: at least one. `warmUp`: bytes that are searched before vectors are set up. */
  constructor(bytes: Uint8Array, warmUp: number = WARM_UP) {
    this.bytes = bytes;
    this.#warmUp = warmUp;
    this.#plain = plainFinder(bytes);
  }

  /** Bytes compared in vain so far, behind those by which places were found. Never more than were gone over, and a few thousand. */
  get vain(): number {
    return this.#vain;
  }

  /** The first index in `b[from, to)` at which the needle stands with all its bytes; `to` if there is none. */
  next(b: Uint8Array, from: number, to: number): number {
    const { length } = this.bytes;
    const last = to - length;
    for (let at = from; at <= last; ) {
      if (this.#vain > this.#passed + FREE) return this.#steady(b, at, to);
      const finder = this.#finder(b, at, to);
      const found = finder.find(b, at, last);
      const passed = (found < 0 ? to : found) - at;
      this.#passed += passed;
      this.#warmUp -= passed + BEGINNING;
      if (found < 0) return to;
      let same = finder.size;
      while (same < length && b[found + same] === this.bytes[same]) same++;
      if (same === length) return found;
      this.#vain += same + 1 - finder.size;
      at = found + 1;
    }
    return to;
  }

  #finder(b: Uint8Array, from: number, to: number): Finder {
    if (this.#warmUp > 0 || to - this.bytes.length - from < PLACES - 1) return this.#plain;
    const { buffer } = b;
    if (this.#last?.buffer !== buffer) {
      let finder = this.#quick.get(buffer);
      if (finder === undefined && memoryOf(buffer) !== undefined) {
        finder =
          vectorFinder(this.bytes, buffer, b.subarray(from, Math.min(to, from + SAMPLE))) ?? this.#plain;
        this.#quick.set(buffer, finder);
      }
      this.#last = { buffer, finder: finder ?? this.#plain };
    }
    return this.#last.finder;
  }

  /** Looks at no byte twice, for bytes that repeat the needle's over and over. */
  #steady(b: Uint8Array, from: number, to: number): number {
    const { bytes } = this;
    this.#borders ??= borders(bytes);
    let same = 0;
    let at = from;
    while (at < to && same < bytes.length) {
      if (b[at] === bytes[same]) {
        same++;
        at++;
      } else if (same > 0) same = this.#borders[same] ?? 0;
      else at++;
    }
    this.#passed += at - from;
    return same === bytes.length ? at - same : to;
  }
}
