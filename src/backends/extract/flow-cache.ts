/**
 * Frames that tell a tracker nothing new: what it said of their flow is kept in numbers, from which generated code gives the
 * provided values, and the tracker is not called.
 */
import { takeZeros } from "../../bytes/room.ts";
import { type Code, code, EMPTY, join, type Name } from "../../codegen/code.ts";
import type { CachedFlows, CachedValue, FlowCache } from "../../ir/tracker.ts";
import type { RowStore } from "./row-store.ts";

/** Two addresses and the ports, which are 0 where there is no entry. */
const SOURCE = 0;
const DESTINATION = 1;
const PORTS = 2;
const NUMBERS = 3;
/** Entries side by side; four of one number each are as long as a line of most caches. */
const WAYS = 4;
/** Room for half a million flows of which one number is kept. */
export const CACHE_BYTES: number = 8 * 2 ** 20;
/** Odd numbers (those of MurmurHash3's and xxHash's mixing); the upper bits of a product hang on all bits. */
const FACTORS = [0x85ebca6b, 0xc2b2ae35, 0x9e3779b1] as const;

/** What the numbers of a cache are about, in columns of a store. */
export interface CachePlan {
  readonly flows: CachedFlows;
  /** Columns that a frame has to have. */
  readonly has: readonly number[];
  /** Columns that the tracker reads: it has none else of these. */
  readonly read: readonly number[];
  /** Columns that are asked for of what the tracker provides, with what is given in them, if anything. */
  readonly given: ReadonlyMap<number, CachedNumber | undefined>;
}

/** `index`: of the number that is kept for it. */
export interface CachedNumber {
  readonly value: CachedValue;
  readonly index: number;
}

export class FlowNumbers implements FlowCache {
  readonly plan: CachePlan;
  /** Words of an entry. */
  readonly entry: number;
  /** Words of the entries that stand side by side, for flows whose hash has the same upper bits. */
  readonly set: number;
  /** What a hash is shifted by. */
  readonly shift: number;
  readonly words: Int32Array;

  constructor(plan: CachePlan) {
    this.plan = plan;
    this.entry = 2 ** Math.ceil(Math.log2(NUMBERS + plan.flows.values.size));
    this.set = WAYS * this.entry;
    this.words = takeZeros(CACHE_BYTES / 4);
    this.shift = 32 - Math.log2(this.words.length / this.set);
  }

  /** Index of the set in which the flow may have an entry: the same for both directions, which are asked for in turn. */
  #setOf(source: number, destination: number, ports: number): number {
    const [a, b, c] = FACTORS;
    const hash =
      Math.imul(source ^ destination, a) ^
      Math.imul(source + destination, b) ^
      Math.imul((ports >>> 16) + (ports & 0xffff), c);
    return (hash >>> this.shift) * this.set;
  }

  /** Index of the flow's entry; negative where it has none. */
  #find(source: number, destination: number, ports: number): number {
    const { words, entry, set } = this;
    const first = this.#setOf(source, destination, ports);
    for (let at = first; at < first + set; at += entry)
      if (words[at + PORTS] === ports && words[at] === source && words[at + DESTINATION] === destination)
        return at;
    return -1;
  }

  keep(source: number, destination: number, ports: number, numbers: ArrayLike<number>): void {
    if ((ports | 0) === 0) return;
    const { words } = this;
    let at = this.#find(source | 0, destination | 0, ports | 0);
    if (at < 0) {
      at = this.#setOf(source, destination, ports);
      // The one that came last stands first: flows come in bursts.
      if (words[at + PORTS] !== 0) words.copyWithin(at + this.entry, at, at + this.set - this.entry);
    }
    words[at + SOURCE] = source;
    words[at + DESTINATION] = destination;
    words[at + PORTS] = ports;
    for (let index = 0; index < numbers.length; index++) words[at + NUMBERS + index] = numbers[index] ?? 0;
  }

  forget(source: number, destination: number, ports: number): void {
    const at = this.#find(source | 0, destination | 0, ports | 0);
    if (at >= 0) this.words[at + PORTS] = 0;
  }

  forgetAll(): void {
    this.words.fill(0);
  }
}

/** What stands around the look-up. */
export interface LookUp {
  readonly store: RowStore;
  readonly cache: FlowNumbers;
  /** Variable that the cache's words are bound to. */
  readonly words: Name;
  /** Does the frame have the columns that are asked for, and none else of the tracker's? */
  readonly isShape: Code;
  /** Of a column's first occurrence. */
  readonly first: (column: number) => Code;
  /** Puts a value into a provided column. */
  readonly give: (column: number, value: Code | undefined) => Code;
  /** Statements that show the row to the tracker. */
  readonly otherwise: Code;
}

/** Statements that give what is kept of the frame's flow, or show the row to the tracker. */
export function lookUp({ store, cache, words, isShape, first, give, otherwise }: LookUp): Code {
  const { flows, given } = cache.plan;
  const of = (field: string): Code => first(store.column(field));
  const { when } = flows;
  const shown = code`break shown;`;
  const [a, b, c] = FACTORS;
  const kept = ({ value, index }: CachedNumber): Code => {
    const number = code`${words}[kept + ${NUMBERS + index}]`;
    switch (value.kind) {
      case "kept":
        return number;
      case "difference":
        return code`${join(value.columns.map(of), " + ")} - ${number} >>> 0`;
      case "shifted":
        return code`${of(value.column)} << ${number}`;
    }
  };
  const values = [...given].map(([column, number]) => give(column, number && kept(number)));
  return code`cached: { shown: {
if (!(${isShape})) ${shown}
${when === undefined ? EMPTY : code`if ((${of(when.field)} & ${when.mask}) !== ${when.bits}) ${shown}`}
const source = ${of(flows.source)} | 0, destination = ${of(flows.destination)} | 0, ports = ${of(flows.sourcePort)} << 16 | ${of(flows.destinationPort)};
const mix = Math.imul(source ^ destination, ${a}) ^ Math.imul(source + destination, ${b}) ^ Math.imul((ports >>> 16) + (ports & 65535), ${c});
let kept = (mix >>> ${cache.shift}) * ${cache.set};
const behind = kept + ${cache.set};
while (${words}[kept + ${PORTS}] !== ports || ${words}[kept] !== source || ${words}[kept + ${DESTINATION}] !== destination) {
kept = kept + ${cache.entry};
if (kept === behind) ${shown}
}
${join(values, "\n")}
break cached;
}
${otherwise}
}`;
}
