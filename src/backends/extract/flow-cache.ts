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
/**
 * An entry is for both directions: the lower address and the other one, as little-endian code reads them, and their ports, which
 * are 0 where there is no entry; then the numbers, those that a direction has of its own for the lower end's frames first.
 */
const LOW = 0;
const HIGH = 1;
const PORTS = 2;
const NUMBERS = 3;
/** Entries side by side; four of one number each are as long as a line of most caches. */
const WAYS = 4;
/** Half a million entries of one number. A table begins with an eighth of its sets, so that few flows stand close to each other. */
const TABLE_WORDS = 2 ** 21;
const FIRST_PART = 8;
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
  /** Index into `values` of {@link CachedFlows}. */
  readonly index: number;
  readonly isSigned: boolean;
}

/** Fields that a frame has to have, with those that are only named elsewhere. */
export function namesIn(flows: CachedFlows): readonly string[] {
  const { source, destination, sourcePort, destinationPort, has, when, values } = flows;
  const read = [...values.values()].flatMap((value) => {
    if (value.kind === "kept" || value.kind === "shared") return [];
    return value.kind === "shifted" ? [value.column] : value.columns;
  });
  const tested = when === undefined ? [] : [when.field];
  return [...new Set([source, destination, sourcePort, destinationPort, ...tested, ...read, ...has])];
}

const HASH: Code = code`(Math.imul(low, ${FACTORS[0]}) ^ Math.imul(high, ${FACTORS[1]}) ^ Math.imul(ports, ${FACTORS[2]}))`;

/** An address as it is read from the bytes of a header without their being swapped. */
function asRead(address: number): number {
  const swapped = ((address & 0xff00) << 8) | ((address >>> 8) & 0xff00);
  return swapped | (address << 24) | (address >>> 24);
}

/** The other direction's. */
function turnedPorts(ports: number): number {
  return (ports << 16) | (ports >>> 16);
}

interface Ends {
  readonly low: number;
  readonly high: number;
  readonly ports: number;
  /** Is the source the higher end? */
  readonly isTurned: boolean;
}

/** As {@link lookUp} orders them: which address is the lower one hangs on how they are read. */
function endsOf(source: number, destination: number, ports: number): Ends {
  const [from, to] = [asRead(source), asRead(destination)];
  const isTurned = from === to ? ports >>> 16 > (ports & 0xffff) : from > to;
  return isTurned
    ? { low: to, high: from, ports: turnedPorts(ports), isTurned }
    : { low: from, high: to, ports: ports | 0, isTurned };
}

type Hash = (low: number, high: number, ports: number) => number;

/** The thread's only one: whoever makes code that looks into it takes it over from others, who go on without. */
let table: Int32Array | undefined;
let owners = 0;

export class FlowNumbers implements FlowCache {
  readonly plan: CachePlan;
  /** Words of an entry. */
  readonly entryWords: number;
  /** Words of the entries that stand side by side, for flows whose hash has the same upper bits. */
  readonly setWords: number;
  /** By index of a value: the word that its number stands in, or the first of two. */
  readonly places: readonly number[];
  /** By index of a value: is its number the same for both directions? */
  readonly #shared: readonly boolean[];
  readonly #mostSets: number;
  readonly #owner: number = ++owners;
  /** Entries that were added since the table has had its size. */
  #added = 0;
  #hash: Hash | undefined;

  constructor(plan: CachePlan) {
    this.plan = plan;
    this.#shared = [...plan.flows.values.values()].map(({ kind }) => kind === "shared");
    let end = NUMBERS;
    this.places = this.#shared.map((isShared) => {
      const place = end;
      end += isShared ? 1 : 2;
      return place;
    });
    this.entryWords = end;
    this.setWords = WAYS * end;
    this.#mostSets = 2 ** Math.floor(Math.log2(TABLE_WORDS / this.setWords));
  }

  /** For code that is about to look into them. */
  takeOver(): Int32Array {
    this.#hash ??= compileFunction<Hash>({
      label: "flow/hash",
      parameters: ["low", "high", "ports"],
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
    this.#resize(words, this.#mostSets / FIRST_PART);
  }

  /** Entries find their places among more sets. */
  #grow(words: Int32Array, sets: number): void {
    const size = sets * this.setWords;
    const entries = words.slice(HEAD, HEAD + size);
    words.fill(0, HEAD, HEAD + size);
    this.#resize(words, Math.min(this.#mostSets, sets * 4));
    const { entryWords, setWords } = this;
    for (let set = 0; set < size; set += setWords)
      // Those that came last stand first, and go in last.
      for (let at = set + setWords - entryWords; at >= set; at -= entryWords) {
        const ports = entries[at + PORTS] ?? 0;
        if (ports === 0) continue;
        const to = this.#free(
          words,
          this.#setOf(words, entries[at + LOW] ?? 0, entries[at + HIGH] ?? 0, ports),
        );
        for (let word = 0; word < entryWords; word++) words[to + word] = entries[at + word] ?? 0;
        this.#added++;
      }
  }

  #resize(words: Int32Array, sets: number): void {
    this.#added = 0;
    words[SIZE] = sets * this.setWords;
    words[SHIFT] = 32 - Math.log2(sets);
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
  #setOf(words: Int32Array, low: number, high: number, ports: number): number {
    const hash = this.#hash?.(low, high, ports) ?? 0;
    return HEAD + (hash >>> (words[SHIFT] ?? 0)) * this.setWords;
  }

  /** Index of the flow's entry; negative where it has none in the set. */
  #find(words: Int32Array, set: number, { low, high, ports }: Ends): number {
    for (let at = set; at < set + this.setWords; at += this.entryWords)
      if (words[at + PORTS] === ports && words[at + LOW] === low && words[at + HIGH] === high) return at;
    return -1;
  }

  /** Index for a new entry. The one that came last stands first, as flows come in bursts; the one that came first gives way. */
  #free(words: Int32Array, set: number): number {
    if (words[set + PORTS] !== 0)
      words.copyWithin(set + this.entryWords, set, set + this.setWords - this.entryWords);
    return set;
  }

  keep(
    source: number,
    destination: number,
    ports: number,
    numbers: ArrayLike<number>,
    back: ArrayLike<number>,
  ): void {
    const words = this.#own;
    // Without ports it would look like an entry that is not there.
    if (words === undefined || (ports | 0) === 0) return;
    const ends = endsOf(source, destination, ports);
    let set = this.#setOf(words, ends.low, ends.high, ends.ports);
    let at = this.#find(words, set, ends);
    if (at < 0) {
      const sets = (words[SIZE] ?? 0) / this.setWords;
      if (++this.#added > sets && sets < this.#mostSets) {
        this.#grow(words, sets);
        set = this.#setOf(words, ends.low, ends.high, ends.ports);
      }
      at = this.#free(words, set);
    }
    words[at + LOW] = ends.low;
    words[at + HIGH] = ends.high;
    words[at + PORTS] = ends.ports;
    const [ofLow, ofHigh] = ends.isTurned ? [back, numbers] : [numbers, back];
    for (let index = 0; index < this.places.length; index++) {
      const place = at + (this.places[index] ?? 0);
      words[place] = ofLow[index] ?? 0;
      if (this.#shared[index] !== true) words[place + 1] = ofHigh[index] ?? 0;
    }
  }

  forget(source: number, destination: number, ports: number): void {
    const words = this.#own;
    if (words === undefined) return;
    const ends = endsOf(source, destination, ports);
    const at = this.#find(words, this.#setOf(words, ends.low, ends.high, ends.ports), ends);
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
  const [sourcePort, destinationPort] = [of(flows.sourcePort), of(flows.destinationPort)];
  const { when } = flows;
  const shown = code`break shown;`;
  const kept = ({ value, index, isSigned }: CachedNumber): Code => {
    const at = cache.places[index] ?? 0;
    if (value.kind === "shared")
      return isSigned ? code`${words}[kept + ${at}]` : code`${words}[kept + ${at}] >>> 0`;
    const number = code`${words}[kept + ${at} + turned]`;
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
const source = ${address(flows.source)}, destination = ${address(flows.destination)};
let turned = source > destination ? 1 : 0;
if (source === destination) turned = ${sourcePort} > ${destinationPort} ? 1 : 0;
const there = ${sourcePort} << 16 | ${destinationPort}, back = ${destinationPort} << 16 | ${sourcePort};
const low = turned !== 0 ? destination : source, high = turned !== 0 ? source : destination, ports = turned !== 0 ? back : there;
if (ports === 0) ${shown}
let kept = ${HEAD} + (${HASH} >>> ${words}[${SHIFT}]) * ${cache.setWords};
const behind = kept + ${cache.setWords};
while (${words}[kept + ${PORTS}] !== ports || ${words}[kept] !== low || ${words}[kept + ${HIGH}] !== high) {
kept = kept + ${cache.entryWords};
if (kept === behind) ${shown}
}
${lines([hit, ...values])}
break cached;
}
${otherwise}
}`;
}
