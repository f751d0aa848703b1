/**
 * Frames that tell a tracker nothing new: what it said of their flow is kept in numbers, from which generated code gives the
 * provided values, and the tracker is not called.
 */
import { PAGE, takeZeros } from "../../bytes/room.ts";
import { type Code, code, EMPTY, join, type Name } from "../../codegen/code.ts";
import { compileFunction } from "../../codegen/function.ts";
import type { CachedFlows, CachedValue, FlowCache } from "../../ir/tracker.ts";
import type { RowStore } from "./row-store.ts";

/** Word of a table that says whose entries it holds. Its sets stand behind so many words, as many as a set can have. */
const OWNER = 0;
const HEAD = 64;
/** Two addresses and the ports, which are 0 where there is no entry. */
const SOURCE = 0;
const DESTINATION = 1;
const PORTS = 2;
const NUMBERS = 3;
/** Entries side by side; four of one number each are as long as a line of most caches. */
const WAYS = 4;
/** Half a million entries of one number. */
const TABLE_WORDS = 2 ** 21;
/** Of a table, in whole pages. */
export const CACHE_BYTES: number = TABLE_WORDS * 4 + PAGE;
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

export interface CachedNumber {
  readonly value: CachedValue;
  /** Of the number that is kept for it. */
  readonly index: number;
  readonly isSigned: boolean;
}

/** Fields that a frame has to have, with those that are only named elsewhere. */
export function namesIn(flows: CachedFlows): readonly string[] {
  const { source, destination, sourcePort, destinationPort, has, when, values } = flows;
  const read = [...values.values()].flatMap((value) => {
    if (value.kind === "kept") return [];
    return value.kind === "shifted" ? [value.column] : value.columns;
  });
  const tested = when === undefined ? [] : [when.field];
  return [...new Set([source, destination, sourcePort, destinationPort, ...tested, ...read, ...has])];
}

/** The same for both directions, which are asked for in turn. */
const HASH: Code = code`(Math.imul(source ^ destination, ${FACTORS[0]}) ^ Math.imul(source + destination, ${FACTORS[1]}) ^ Math.imul((ports >>> 16) + (ports & 65535), ${FACTORS[2]}))`;

type Hash = (source: number, destination: number, ports: number) => number;

/** The thread's only one: whoever makes code that looks into it takes it over from others, who go on without. */
let table: Int32Array | undefined;
let isClear = true;
let owners = 0;

function clear(taken: Int32Array): void {
  if (!isClear) taken.fill(0, HEAD);
  isClear = true;
}

export class FlowNumbers implements FlowCache {
  readonly plan: CachePlan;
  /** Words of an entry. */
  readonly entryWords: number;
  /** Words of the entries that stand side by side, for flows whose hash has the same upper bits. */
  readonly setWords: number;
  /** What a hash is shifted by. */
  readonly shift: number;
  readonly #owner: number = ++owners;
  #hash: Hash | undefined;

  constructor(plan: CachePlan) {
    this.plan = plan;
    this.entryWords = 2 ** Math.ceil(Math.log2(NUMBERS + plan.flows.values.size));
    this.setWords = WAYS * this.entryWords;
    this.shift = 32 - Math.log2(TABLE_WORDS / this.setWords);
  }

  /** For code that is about to look into them. */
  takeOver(): Int32Array {
    this.#hash ??= compileFunction<Hash>({
      label: "flow/hash",
      parameters: ["source", "destination", "ports"],
      body: code`return ${HASH};`,
      bindings: {},
    }).run;
    table ??= takeZeros(HEAD + TABLE_WORDS);
    if (table[OWNER] === this.#owner) return table;
    clear(table);
    table[OWNER] = this.#owner;
    return table;
  }

  /** Undefined where somebody else has it. */
  get #own(): Int32Array | undefined {
    return table?.[OWNER] === this.#owner ? table : undefined;
  }

  /** Truth of the table's being somebody else's. */
  isForeign(words: Name): Code {
    return code`${words}[${OWNER}] !== ${this.#owner}`;
  }

  /** Index of the set in which the flow may have an entry. */
  #setOf(source: number, destination: number, ports: number): number {
    return HEAD + ((this.#hash?.(source, destination, ports) ?? 0) >>> this.shift) * this.setWords;
  }

  /** Index of the flow's entry; negative where it has none. */
  #find(words: Int32Array, source: number, destination: number, ports: number): number {
    const first = this.#setOf(source, destination, ports);
    for (let at = first; at < first + this.setWords; at += this.entryWords) {
      if (words[at + PORTS] === ports && words[at] === source && words[at + DESTINATION] === destination)
        return at;
    }
    return -1;
  }

  keep(source: number, destination: number, ports: number, numbers: ArrayLike<number>): void {
    const words = this.#own;
    // Without ports it would look like an entry that is not there.
    if (words === undefined || (ports | 0) === 0) return;
    let at = this.#find(words, source | 0, destination | 0, ports | 0);
    if (at < 0) {
      at = this.#setOf(source | 0, destination | 0, ports | 0);
      // The one that came last stands first: flows come in bursts.
      if (words[at + PORTS] !== 0)
        words.copyWithin(at + this.entryWords, at, at + this.setWords - this.entryWords);
    }
    words[at + SOURCE] = source;
    words[at + DESTINATION] = destination;
    words[at + PORTS] = ports;
    for (let index = 0; index < this.plan.flows.values.size; index++)
      words[at + NUMBERS + index] = numbers[index] ?? 0;
    isClear = false;
  }

  forget(source: number, destination: number, ports: number): void {
    const words = this.#own;
    if (words === undefined) return;
    const at = this.#find(words, source | 0, destination | 0, ports | 0);
    if (at >= 0) words[at + PORTS] = 0;
  }

  forgetAll(): void {
    const words = this.#own;
    if (words !== undefined) clear(words);
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
  /** Statement for frames that are not shown to the tracker. */
  readonly hit: Code;
  /** Statements that show the row to the tracker. */
  readonly otherwise: Code;
}

/** Statements that give what is kept of the frame's flow, or show the row to the tracker. */
export function lookUp({ store, cache, words, isShape, first, give, hit, otherwise }: LookUp): Code {
  const { flows, given } = cache.plan;
  const of = (field: string): Code => first(store.column(field));
  const { when } = flows;
  const shown = code`break shown;`;
  const kept = ({ value, index, isSigned }: CachedNumber): Code => {
    const number = code`${words}[kept + ${NUMBERS + index}]`;
    switch (value.kind) {
      case "kept":
        return isSigned ? number : code`${number} >>> 0`;
      case "difference":
        return code`${join(value.columns.map(of), " + ")} - ${number} >>> 0`;
      case "shifted":
        return isSigned
          ? code`${of(value.column)} << ${number}`
          : code`(${of(value.column)} << ${number}) >>> 0`;
    }
  };
  const values = [...given].map(([column, number]) => give(column, number && kept(number)));
  return code`cached: { shown: {
if (!(${isShape}) || ${cache.isForeign(words)}) ${shown}
${when === undefined ? EMPTY : code`if ((${of(when.field)} & ${when.mask}) >>> 0 !== ${when.bits}) ${shown}`}
const source = ${of(flows.source)} | 0, destination = ${of(flows.destination)} | 0, ports = ${of(flows.sourcePort)} << 16 | ${of(flows.destinationPort)};
if (ports === 0) ${shown}
let kept = ${HEAD} + (${HASH} >>> ${cache.shift}) * ${cache.setWords};
const behind = kept + ${cache.setWords};
while (${words}[kept + ${PORTS}] !== ports || ${words}[kept] !== source || ${words}[kept + ${DESTINATION}] !== destination) {
kept = kept + ${cache.entryWords};
if (kept === behind) ${shown}
}
${hit}
${join(values, "\n")}
break cached;
}
${otherwise}
}`;
}
