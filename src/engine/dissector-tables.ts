/** Dissector tables: which schema goes on where a field has a key. */
import { readSmallBits } from "../bytes/bits.ts";
import type { Layout, Match } from "../ir/nodes.ts";

interface Entry {
  readonly low: number;
  readonly high: number;
  readonly magic: string;
  readonly layout: Layout;
}

/** Entries of one table: single keys by key, ranges in a list. The longest magic stands first. */
export interface Table {
  readonly exact: Map<number, Entry[]>;
  readonly ranges: Entry[];
  /** Decode as: outweighs the rest. */
  readonly forced: Map<number, Layout>;
}

function magicHolds(entry: Entry, data: Uint8Array, bitOffset: number, end: number): boolean {
  const { magic } = entry;
  if (bitOffset + magic.length * 4 > end * 8) return magic === "";
  for (let i = 0; i < magic.length; i++) {
    if (readSmallBits(data, bitOffset + 4 * i, 4) !== Number.parseInt(magic.charAt(i), 16)) return false;
  }
  return true;
}

/** Two entries of one table that would claim the same bytes with the same right. */
function meets(a: Match, b: Match): boolean {
  const alike = (a.key[0] === a.key[1]) === (b.key[0] === b.key[1]);
  return alike && a.magic === b.magic && a.key[0] <= b.key[1] && b.key[0] <= a.key[1];
}

export class DissectorTables {
  readonly #tables = new Map<string, Table>();

  /** A table's entries, for compiling them into code. */
  get(name: string): Table | undefined {
    return this.#tables.get(name);
  }

  has(name: string): boolean {
    return this.#tables.has(name);
  }

  /** Gives back what there is now. */
  remember(): () => void {
    const before = [...this.#tables].map(([name, { exact, ranges, forced }]): [string, Table] => [
      name,
      {
        exact: new Map([...exact].map(([key, entries]) => [key, [...entries]])),
        ranges: [...ranges],
        forced: new Map(forced),
      },
    ]);
    return () => {
      this.#tables.clear();
      for (const [name, table] of before) this.#tables.set(name, table);
    };
  }

  /** What is registered under a key. `bitOffset` is where the bits behind the key begin, for magic. */
  find(name: string, key: number, data: Uint8Array, bitOffset: number, end: number): Layout | undefined {
    const entries = this.#tables.get(name);
    if (entries === undefined) return undefined;
    const forced = entries.forced.get(key);
    if (forced !== undefined) return forced;
    for (const entry of entries.exact.get(key) ?? [])
      if (magicHolds(entry, data, bitOffset, end)) return entry.layout;
    return entries.ranges.find(
      (entry) => entry.low <= key && key <= entry.high && magicHolds(entry, data, bitOffset, end),
    )?.layout;
  }

  /** Decode as: outweighs the rest. */
  force(name: string, key: number, layout: Layout): void {
    this.#table(name).forced.set(key, layout);
  }

  /** The schema that claims what an entry would; `layout` is the entry's own, and `before` what it claims already. */
  clash(match: Match, layout: Layout, before: readonly Match[]): Layout | undefined {
    const [low, high] = match.key;
    const other = this.#clash(match.table, low, high, match.magic);
    const own = before.some((one) => one.table === match.table && meets(one, match));
    return other ?? (own ? layout : undefined);
  }

  #table(name: string): Table {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = { exact: new Map(), ranges: [], forced: new Map() };
      this.#tables.set(name, table);
    }
    return table;
  }

  #clash(table: string, low: number, high: number, magic: string): Layout | undefined {
    const entries = this.#tables.get(table);
    if (entries === undefined) return undefined;
    // A single key is more specific than a range, so only like meets like.
    const same =
      low === high
        ? (entries.exact.get(low) ?? [])
        : entries.ranges.filter((entry) => entry.low <= high && low <= entry.high);
    return same.find((entry) => entry.magic === magic)?.layout;
  }

  enter({ table: name, key: [low, high], magic }: Match, layout: Layout): void {
    const table = this.#table(name);
    const entry: Entry = { low, high, magic, layout };
    let list = table.ranges;
    if (low === high) {
      list = table.exact.get(low) ?? [];
      table.exact.set(low, list);
    }
    list.push(entry);
    list.sort((a, b) => b.magic.length - a.magic.length);
  }
}
