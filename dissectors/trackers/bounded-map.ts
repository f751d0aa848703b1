/** A map that forgets its oldest idle entries, so that a long reading cannot grow without limit. */
import type { Preferences } from "../../src/plugin.ts";

/** Streams kept when the preference `subflow.max_streams` says nothing. */
const DEFAULT_LIMIT = 1_000_000;

/** The preference `subflow.max_streams`: how many streams of one protocol are remembered at a time. */
export function maxStreams(preferences: Preferences): number {
  const value = Number(preferences.get("subflow.max_streams") ?? DEFAULT_LIMIT);
  return Number.isInteger(value) && value > 0 ? value : DEFAULT_LIMIT;
}

/** Entries say themselves whether they were used since they were last looked at. */
export interface Touchable {
  touched: boolean;
}

/** Second chance: an entry that was used since the last look is put behind instead of dropped. */
export class BoundedMap<K, T extends Touchable> {
  readonly #limit: number;
  readonly #entries = new Map<K, T>();
  /** What was found last: segments come in bursts. */
  #lastKey: K | undefined;
  #last: T | undefined;
  #forgotten = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many entries were dropped. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): T | undefined {
    if (key === this.#lastKey && this.#last !== undefined) return this.#last;
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.touched = true;
    this.#lastKey = key;
    this.#last = entry;
    return entry;
  }

  delete(key: K): void {
    this.#last = undefined;
    this.#entries.delete(key);
  }

  set(key: K, entry: T): void {
    this.#last = undefined;
    if (!this.#entries.has(key) && this.#entries.size >= this.#limit) this.#drop();
    this.#entries.set(key, entry);
  }

  #drop(): void {
    for (const [key, entry] of this.#entries) {
      this.#entries.delete(key);
      if (!entry.touched) break;
      entry.touched = false;
      this.#entries.set(key, entry);
    }
    this.#forgotten++;
  }
}
