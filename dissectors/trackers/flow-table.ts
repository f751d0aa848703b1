/**
 * What is known of each pair of endpoints: a hash table over 32-bit words in typed arrays, which makes nothing for a look-up,
 * and which forgets idle entries, so that a long reading cannot grow without limit.
 */
import type { Endpoints } from "./endpoints.ts";

/** Words of a key: two IPv6 addresses and two ports. */
const WORDS = 9;
/** Two IPv4 addresses and two ports. */
const LEAST = 3;
const FIRST_SLOTS = 1024;
const EMPTY = -1;

export class FlowTable<T> {
  readonly #limit: number;
  /** Entry of each slot, or {@link EMPTY}. There are twice as many slots as entries, or more. */
  #slots: Int32Array = new Int32Array(FIRST_SLOTS).fill(EMPTY);
  /** By entry: the hash of its key, the key, and whether it was used since it was last looked at. */
  #hashes: Int32Array = new Int32Array(FIRST_SLOTS / 2);
  #keys: Int32Array = new Int32Array((FIRST_SLOTS / 2) * WORDS);
  #sizes: Uint8Array = new Uint8Array(FIRST_SLOTS / 2);
  #touched: Uint8Array = new Uint8Array(FIRST_SLOTS / 2);
  readonly #values: T[] = [];
  /** What was found last: segments come in bursts. */
  #last: number = EMPTY;
  /** Next entry that may be dropped. */
  #hand = 0;
  #forgotten = 0;

  constructor(limit: number) {
    this.#limit = limit;
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
    this.#touched[entry] = 1;
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
    else if (entry * 2 >= this.#slots.length) this.#grow();
    this.#hashes[entry] = hash;
    this.#keys.set(ends.words, entry * WORDS);
    this.#sizes[entry] = ends.size;
    this.#touched[entry] = 0;
    this.#values[entry] = value;
    this.#insert(entry, hash);
  }

  #find(ends: Endpoints, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] ?? EMPTY;
      if (entry === EMPTY) return EMPTY;
      if (this.#hashes[entry] === hash && this.#isKey(entry, ends)) return entry;
    }
  }

  #isKey(entry: number, { words, size }: Endpoints): boolean {
    if (this.#sizes[entry] !== size) return false;
    const keys = this.#keys;
    const at = entry * WORDS;
    // No key is shorter.
    if (keys[at] !== words[0] || keys[at + 1] !== words[1] || keys[at + 2] !== words[2]) return false;
    for (let word = LEAST; word < size; word++) if (keys[at + word] !== words[word]) return false;
    return true;
  }

  #insert(entry: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.#slots[slot] = entry;
  }

  #grow(): void {
    const capacity = this.#slots.length;
    this.#slots = new Int32Array(capacity * 2).fill(EMPTY);
    this.#hashes = resized(this.#hashes, capacity);
    this.#keys = resized(this.#keys, capacity * WORDS);
    this.#sizes = Uint8Array.from({ length: capacity }, (_, entry) => this.#sizes[entry] ?? 0);
    this.#touched = Uint8Array.from({ length: capacity }, (_, entry) => this.#touched[entry] ?? 0);
    for (const entry of this.#values.keys()) this.#insert(entry, this.#hashes[entry] ?? 0);
  }

  /** Second chance: an entry that was used since the last look is passed over once. The entry that became free. */
  #drop(): number {
    for (;;) {
      const entry = this.#hand;
      this.#hand = entry + 1 < this.#values.length ? entry + 1 : 0;
      if (this.#touched[entry] === 0) {
        this.#remove(entry);
        this.#last = EMPTY;
        this.#forgotten++;
        return entry;
      }
      this.#touched[entry] = 0;
    }
  }

  /** Frees the entry's slot and moves up what stands behind it, so that no search ends too early. */
  #remove(entry: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let free = (this.#hashes[entry] ?? 0) & mask;
    while (slots[free] !== entry) free = (free + 1) & mask;
    for (let slot = (free + 1) & mask; slots[slot] !== EMPTY; slot = (slot + 1) & mask) {
      const home = (this.#hashes[slots[slot] ?? 0] ?? 0) & mask;
      if (((slot - home) & mask) < ((slot - free) & mask)) continue;
      slots[free] = slots[slot] ?? EMPTY;
      free = slot;
    }
    slots[free] = EMPTY;
  }
}

function resized(from: Int32Array, size: number): Int32Array {
  const to = new Int32Array(size);
  to.set(from);
  return to;
}

/** Every bit of the words counts for the lower bits of the hash (multiplications of MurmurHash3's finalizer). */
function hashOf({ words, size }: Endpoints): number {
  let hash = size;
  for (let word = 0; word < size; word++) {
    hash = Math.imul(hash ^ (words[word] ?? 0), 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
