/**
 * Frames that tell a tracker nothing new: what it said of their flow is kept in numbers, from which generated code gives the
 * provided values, and the tracker is not called.
 */
import { PAGE, takeZeros } from "../../bytes/room.ts";
import { type Code, code, EMPTY, join, lines, type Name } from "../../codegen/code.ts";
import { compileFunction } from "../../codegen/function.ts";
import type { CachedFlows, CachedValue, FlowCache } from "../../ir/tracker.ts";
import type { RowStore } from "./row-store.ts";

/** Words of a table that say whose entries it holds, how many words they may take, and what a hash is shifted by to find them. */
const OWNER = 0;
const SIZE = 1;
const SHIFT = 2;
/** Its sets stand behind the head, which is of as many words as a set can have. */
const HEAD = 64;
/** Two addresses, as little-endian code reads them, and the ports, which are 0 where there is no entry. */
const SOURCE = 0;
const DESTINATION = 1;
const PORTS = 2;
const NUMBERS = 3;
/** Entries side by side; four of one number each are as long as a line of most caches. */
const WAYS = 4;
/** Half a million entries of one number. A table begins with an eighth of them, so that few flows stand close to each other. */
const TABLE_WORDS = 2 ** 21;
const FIRST_WORDS = TABLE_WORDS / 8;
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

/** An address as it is read from the bytes of a header without their being swapped. */
function asRead(address: number): number {
  const swapped = ((address & 0xff00) << 8) | ((address >>> 8) & 0xff00);
  return swapped | (address << 24) | (address >>> 24);
}

type Hash = (source: number, destination: number, ports: number) => number;

/** The thread's only one: whoever makes code that looks into it takes it over from others, who go on without. */
let table: Int32Array | undefined;
let owners = 0;

export class FlowNumbers implements FlowCache {
  readonly plan: CachePlan;
  /** Words of an entry. */
  readonly entryWords: number;
  /** Words of the entries that stand side by side, for flows whose hash has the same upper bits. */
  readonly setWords: number;
  readonly #owner: number = ++owners;
  /** Entries that were added since the table has had its size. */
  #added = 0;
  #hash: Hash | undefined;

  constructor(plan: CachePlan) {
    this.plan = plan;
    this.entryWords = 2 ** Math.ceil(Math.log2(NUMBERS + plan.flows.values.size));
    this.setWords = WAYS * this.entryWords;
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
    table[OWNER] = this.#owner;
    this.#clear(table);
    return table;
  }

  #clear(words: Int32Array): void {
    words.fill(0, HEAD, HEAD + (words[SIZE] ?? 0));
    this.#resize(words, FIRST_WORDS);
  }

  /** Entries find their places among more sets. */
  #grow(words: Int32Array, size: number): void {
    const entries = words.slice(HEAD, HEAD + size);
    words.fill(0, HEAD, HEAD + size);
    this.#resize(words, Math.min(TABLE_WORDS, size * 4));
    const { entryWords, setWords } = this;
    for (let set = 0; set < size; set += setWords)
      // Those that came last stand first, and go in last.
      for (let at = set + setWords - entryWords; at >= set; at -= entryWords) {
        const ports = entries[at + PORTS] ?? 0;
        if (ports === 0) continue;
        const to = this.#free(words, entries[at + SOURCE] ?? 0, entries[at + DESTINATION] ?? 0, ports);
        for (let word = 0; word < entryWords; word++) words[to + word] = entries[at + word] ?? 0;
        this.#added++;
      }
  }

  #resize(words: Int32Array, size: number): void {
    this.#added = 0;
    words[SIZE] = size;
    words[SHIFT] = 32 - Math.log2(size / this.setWords);
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
  #setOf(words: Int32Array, source: number, destination: number, ports: number): number {
    const hash = this.#hash?.(source, destination, ports) ?? 0;
    return HEAD + (hash >>> (words[SHIFT] ?? 0)) * this.setWords;
  }

  /** Index of the flow's entry; negative where it has none. Addresses as read. */
  #find(words: Int32Array, source: number, destination: number, ports: number): number {
    const first = this.#setOf(words, source, destination, ports);
    for (let at = first; at < first + this.setWords; at += this.entryWords) {
      if (words[at + PORTS] === ports && words[at] === source && words[at + DESTINATION] === destination)
        return at;
    }
    return -1;
  }

  /** Index for a new entry. The one that came last stands first, as flows come in bursts; the one that came first gives way. */
  #free(words: Int32Array, source: number, destination: number, ports: number): number {
    const at = this.#setOf(words, source, destination, ports);
    if (words[at + PORTS] !== 0)
      words.copyWithin(at + this.entryWords, at, at + this.setWords - this.entryWords);
    return at;
  }

  keep(source: number, destination: number, ports: number, numbers: ArrayLike<number>): void {
    const words = this.#own;
    // Without ports it would look like an entry that is not there.
    if (words === undefined || (ports | 0) === 0) return;
    const [from, to] = [asRead(source), asRead(destination)];
    let at = this.#find(words, from, to, ports | 0);
    if (at < 0) {
      const size = words[SIZE] ?? 0;
      // Half of the sets have a flow's both directions.
      if (++this.#added > size / this.setWords && size < TABLE_WORDS) this.#grow(words, size);
      at = this.#free(words, from, to, ports | 0);
    }
    words[at + SOURCE] = from;
    words[at + DESTINATION] = to;
    words[at + PORTS] = ports;
    for (let index = 0; index < this.plan.flows.values.size; index++)
      words[at + NUMBERS + index] = numbers[index] ?? 0;
  }

  forget(source: number, destination: number, ports: number): void {
    const words = this.#own;
    if (words === undefined) return;
    const at = this.#find(words, asRead(source), asRead(destination), ports | 0);
    if (at >= 0) words[at + PORTS] = 0;
  }

  forgetAll(): void {
    const words = this.#own;
    if (words !== undefined) this.#clear(words);
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
  /** Has the frame no such header at all? */
  readonly isIdle: Code;
  /** Of a column's first occurrence. */
  readonly first: (column: number) => Code;
  /** Index of its first byte. */
  readonly place: (column: number) => Code;
  /** Statements for what a provided column gets. */
  readonly give: (column: number, value: Code | undefined) => Code;
  /** Statement for frames that are not shown to the tracker. */
  readonly hit: Code;
  /** Statements that show the row to the tracker. */
  readonly otherwise: Code;
}

/** Statements that give what is kept of the frame's flow, or show the row to the tracker. */
export function lookUp(input: LookUp): Code {
  const { store, cache, words, isShape, isIdle, first, place, give, hit, otherwise } = input;
  const { flows, given } = cache.plan;
  const of = (field: string): Code => first(store.column(field));
  const address = (field: string): Code => code`v.getInt32(${place(store.column(field))}, true)`;
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
  const nothing = [...given.keys()].map((column) => give(column, undefined));
  return code`cached: { shown: {
if (${isIdle}) {
${lines([hit, ...nothing])}
break cached;
}
if (!(${isShape}) || ${cache.isForeign(words)}) ${shown}
${when === undefined ? EMPTY : code`if ((${of(when.field)} & ${when.mask}) >>> 0 !== ${when.bits}) ${shown}`}
const source = ${address(flows.source)}, destination = ${address(flows.destination)}, ports = ${of(flows.sourcePort)} << 16 | ${of(flows.destinationPort)};
if (ports === 0) ${shown}
let kept = ${HEAD} + (${HASH} >>> ${words}[${SHIFT}]) * ${cache.setWords};
const behind = kept + ${cache.setWords};
while (${words}[kept + ${PORTS}] !== ports || ${words}[kept] !== source || ${words}[kept + ${DESTINATION}] !== destination) {
kept = kept + ${cache.entryWords};
if (kept === behind) ${shown}
}
${lines([hit, ...values])}
break cached;
}
${otherwise}
}`;
}
