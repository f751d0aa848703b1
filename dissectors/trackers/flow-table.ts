/**
 * What is known of each pair of endpoints: a hash table over 32-bit words in typed arrays, which makes nothing for a look-up,
 * and which forgets idle entries, so that a long reading cannot grow without limit.
 */
import type { FlowCache } from "../../src/plugin.ts";
import type { Endpoints } from "./endpoints.ts";

/** Words of a key: two IPv6 addresses and two ports. */
const WORDS = 9;
/** Two IPv4 addresses and two ports. */
const LEAST = 3;
const FIRST_SLOTS = 1024;
const EMPTY = -1;
/**
 * An entry in numbers, side by side as they are asked for together: how many words its key has, whether it was used since it was
 * last looked at, the key. As long as a line of most caches.
 */
const SIZE = 0;
const TOUCHED = 1;
const KEY = 2;
const ENTRY = 16;

export class FlowTable<T> {
  readonly #limit: number;
  /** Of each slot the entry, or {@link EMPTY}, and its hash. There are twice as many slots as entries, or more. */
  #slots: Int32Array = new Int32Array(FIRST_SLOTS * 2).fill(EMPTY);
  #mask: number = FIRST_SLOTS - 1;
  #entries: Int32Array = new Int32Array((FIRST_SLOTS / 2) * ENTRY);
  readonly #values: T[] = [];
  /** What was found last: segments come in bursts. */
  #last: number = EMPTY;
  /** Next entry that may be dropped. */
  #hand = 0;
  #forgotten = 0;
  /** Undefined where nobody makes use of it, and once entries may be dropped: which ones hangs on every frame. */
  #cache: FlowCache | undefined;

  constructor(limit: number, cache?: FlowCache) {
    this.#limit = limit;
    this.#cache = cache;
  }

  /** How many entries were dropped. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get(ends: Endpoints): T | undefined {
    let entry = this.#last;
    if (entry === EMPTY || !this.#isKey(entry, ends)) {
      entry = this.#find(ends, hashOf(ends));
      if (entry === EMPTY) return undefined;
      this.#last = entry;
    }
    this.#entries[entry * ENTRY + TOUCHED] = 1;
    return this.#values[entry];
  }

  set(ends: Endpoints, value: T): void {
    const hash = hashOf(ends);
    const known = this.#find(ends, hash);
    if (known !== EMPTY) {
      this.#values[known] = value;
      return;
    }
    let entry = this.#values.length;
    if (entry >= this.#limit) entry = this.#drop();
    else if (entry * 2 > this.#mask) this.#grow();
    const at = entry * ENTRY;
    this.#entries[at + SIZE] = ends.size;
    this.#entries[at + TOUCHED] = 0;
    this.#entries.set(ends.words, at + KEY);
    this.#values[entry] = value;
    this.#insert(entry, hash);
    if (this.#cache === undefined || this.#values.length < this.#limit) return;
    this.#cache.forgetAll();
    this.#cache = undefined;
  }

  /** Is anything made of what is kept? */
  get keeps(): boolean {
    return this.#cache !== undefined;
  }

  /**
   * The tracker need not be shown the next frames between the ends, which were looked up before. What is kept of IPv4, for
   * either sender.
   */
  keep({ size, words }: Endpoints, ofLow: ArrayLike<number>, ofHigh: ArrayLike<number>): void {
    if (size === LEAST) this.#cache?.keep(words[0] ?? 0, words[1] ?? 0, words[2] ?? 0, ofLow, ofHigh);
  }

  /** It is to be shown them. */
  release({ size, words }: Endpoints): void {
    if (size === LEAST) this.#cache?.forget(words[0] ?? 0, words[1] ?? 0, words[2] ?? 0);
  }

  #find(ends: Endpoints, hash: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot * 2] ?? EMPTY;
      if (entry === EMPTY) return EMPTY;
      if (slots[slot * 2 + 1] === hash && this.#isKey(entry, ends)) return entry;
    }
  }

  #isKey(entry: number, { words, size }: Endpoints): boolean {
    const entries = this.#entries;
    const at = entry * ENTRY;
    if (entries[at + SIZE] !== size) return false;
    const key = at + KEY;
    // No key is shorter.
    if (entries[key] !== words[0] || entries[key + 1] !== words[1] || entries[key + 2] !== words[2])
      return false;
    for (let word = LEAST; word < size; word++) if (entries[key + word] !== words[word]) return false;
    return true;
  }

  #insert(entry: number, hash: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = hash & mask;
    while (slots[slot * 2] !== EMPTY) slot = (slot + 1) & mask;
    slots[slot * 2] = entry;
    slots[slot * 2 + 1] = hash;
  }

  #grow(): void {
    const before = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array(before.length * 2).fill(EMPTY);
    for (let at = 0; at < before.length; at += 2) {
      const entry = before[at] ?? EMPTY;
      if (entry !== EMPTY) this.#insert(entry, before[at + 1] ?? 0);
    }
    const entries = new Int32Array(this.#entries.length * 2);
    entries.set(this.#entries);
    this.#entries = entries;
  }

  /** Second chance: an entry that was used since the last look is passed over once. The entry that became free. */
  #drop(): number {
    for (;;) {
      const entry = this.#hand;
      this.#hand = entry + 1 < this.#values.length ? entry + 1 : 0;
      const touched = entry * ENTRY + TOUCHED;
      if (this.#entries[touched] === 0) {
        this.#remove(entry);
        this.#last = EMPTY;
        this.#forgotten++;
        return entry;
      }
      this.#entries[touched] = 0;
    }
  }

  /** Frees the entry's slot and moves up what stands behind it, so that no search ends too early. */
  #remove(entry: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    const key = entry * ENTRY + KEY;
    const words = this.#entries.subarray(key, key + WORDS);
    let free = hashOf({ words, size: this.#entries[entry * ENTRY + SIZE] ?? 0 }) & mask;
    while (slots[free * 2] !== entry) free = (free + 1) & mask;
    for (let slot = (free + 1) & mask; slots[slot * 2] !== EMPTY; slot = (slot + 1) & mask) {
      const hash = slots[slot * 2 + 1] ?? 0;
      if (((slot - hash) & mask) < ((slot - free) & mask)) continue;
      slots[free * 2] = slots[slot * 2] ?? EMPTY;
      slots[free * 2 + 1] = hash;
      free = slot;
    }
    slots[free * 2] = EMPTY;
  }
}

/** Every bit of the words counts for the lower bits of the hash (multiplications of MurmurHash3's finalizer). */
function hashOf({ words, size }: Pick<Endpoints, "words" | "size">): number {
  let hash = size;
  for (let word = 0; word < size; word++) {
    hash = Math.imul(hash ^ (words[word] ?? 0), 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
