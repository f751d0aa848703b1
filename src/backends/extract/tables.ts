/** What extraction needs to know of the schemas that are registered: floors below the engine see them through this. */
import { SubflowError } from "../../errors.ts";
import type { Layout } from "../../ir/nodes.ts";

export interface TableEntry {
  readonly low: number;
  readonly high: number;
  /** Hex digits that follow the key. */
  readonly magic: string;
  readonly layout: Layout;
}

/** One dissector table. A key's `forced` entry precedes its exact ones, those precede ranges. */
export interface SchemaTable {
  readonly exact: ReadonlyMap<number, readonly TableEntry[]>;
  readonly ranges: readonly TableEntry[];
  readonly forced: ReadonlyMap<number, Layout>;
}

export interface Schemas {
  /** Names that are known, and that no frame has. */
  readonly absent?: { has(name: string): boolean };
  readonly layouts: ReadonlyMap<string, Layout>;
  table(name: string): SchemaTable | undefined;
}

/** A layout, a field or a test that generated code does not cover; the interpreter and the evaluator do. */
export class NotExtractable extends SubflowError<"not-extractable"> {
  constructor(reason: string) {
    super("NotExtractable", "not-extractable", reason);
  }
}

/** Every layout of a table. */
export function layoutsIn(table: SchemaTable | undefined): Set<Layout> {
  const found = new Set<Layout>();
  if (table === undefined) return found;
  for (const entries of table.exact.values()) for (const entry of entries) found.add(entry.layout);
  for (const entry of table.ranges) found.add(entry.layout);
  for (const layout of table.forced.values()) found.add(layout);
  return found;
}
