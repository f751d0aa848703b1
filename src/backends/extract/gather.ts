/**
 * Tests that need several values at once: a field against a field, arithmetic, functions over all values, layer numbers.
 * The walk notes where the values stand, as numbers; only where the rest of the filter leaves the frame open are they
 * made of that, and the tests run on them at the walk's end.
 */
import { type Code, code, EMPTY, Name } from "../../codegen/code.ts";
import type { Evaluator } from "../../filter/evaluate.ts";
import type { FieldSource, Occurrence } from "../../ir/fields.ts";
import { isTime } from "./record.ts";
import type { Consumer, Site } from "./site.ts";
import { NotExtractable } from "./tables.ts";
import { takeCode, taken } from "./take.ts";
import { siteValue } from "./value.ts";

/** What the generated code calls a {@link Gather}. */
export const GATHER: Name = new Name("gather");
const LAYER = new Name("layer");
/** Numbers that one note takes: site, bit offset, bits, what the site knows besides, layer. */
const NOTE = 5;
const NOTES = 32;
const NONE: readonly Occurrence[] = [];

/** The test cannot be told without the tree. */
export const UNTOLD = 3;

export interface GatherInput {
  /** Names that the bytes hold. */
  readonly names: readonly string[];
  /** Those of them whose bytes are asked for, whatever their values are. */
  readonly raw: ReadonlySet<string>;
  readonly numbering: boolean;
  readonly tests: readonly Evaluator[];
  /** Values of names that trackers provide; undefined where only the tree has them in order. */
  readonly provided: (name: string) => readonly Occurrence[] | undefined;
  /** Time of the record at an index, or of the frame at hand for -1. */
  readonly clock: (record: number) => bigint | undefined;
}

export class Gather implements Consumer {
  /** Notes of this frame; generated code sets it to 0. */
  count = 0;
  readonly #input: GatherInput;
  readonly #sites: { readonly site: Site; readonly isNumber: boolean }[] = [];
  readonly #lists: ReadonlyMap<string, Occurrence[]>;
  #log = new Float64Array(NOTE * NOTES);

  constructor(input: GatherInput) {
    this.#input = input;
    this.#lists = new Map(input.names.map((name) => [name, []]));
  }

  wants(filter: string): boolean {
    return this.#lists.has(filter);
  }

  wantsRange(filter: string): boolean {
    return this.#lists.has(filter);
  }

  at(site: Site): Code {
    if (site.kind === "seen" || site.kind === "provided") return EMPTY;
    const own = site.kind === "range" ? site.layer : undefined;
    const layer = this.#input.numbering ? (own ?? LAYER) : code`1`;
    const number = this.#input.raw.has(site.filter) ? undefined : numberAt(site);
    if (number !== undefined) {
      const index = this.#sites.push({ site, isNumber: true }) - 1;
      return code`${GATHER}.note(${index}, ${number}, 0, 0, ${layer});`;
    }
    return takeCode(
      site,
      (place) => code`${GATHER}.note(${this.#sites.push({ site, isNumber: false }) - 1}, ${place});`,
      layer,
    );
  }

  /** For generated code. Offsets count from the first of all bytes at hand. */
  note(site: number, bitOffset: number, bits: number, extra: number, layer: number): void {
    let at = NOTE * this.count++;
    if (at === this.#log.length) {
      const more = new Float64Array(2 * at);
      more.set(this.#log);
      this.#log = more;
    }
    const log = this.#log;
    log[at++] = site;
    log[at++] = bitOffset;
    log[at++] = bits;
    log[at++] = extra;
    log[at] = layer;
  }

  /** For generated code: 0, 1 or {@link UNTOLD} for a test. `first`: no test of the frame was told before. */
  holds(
    test: number,
    b: Uint8Array,
    start: number,
    captured: number,
    record: number,
    first: boolean,
  ): number {
    if (first) this.#make(b.subarray(start, start + captured), start, record);
    let told = true;
    const source: FieldSource = (name) => {
      const list = this.#lists.get(name);
      if (list !== undefined) return list;
      const provided = this.#input.provided(name);
      if (provided === undefined) told = false;
      return provided ?? NONE;
    };
    const holds = this.#input.tests[test]?.(source) === true;
    return told ? Number(holds) : UNTOLD;
  }

  /** Occurrences of all notes. */
  #make(data: Uint8Array, start: number, record: number): void {
    for (const list of this.#lists.values()) list.length = 0;
    for (let index = 0; index < this.count; index++) {
      const entry = this.#sites[this.#log[NOTE * index] ?? 0];
      if (entry === undefined) continue;
      const one = this.#occurrence(entry.site, entry.isNumber, NOTE * index, data, start, record);
      if (one !== undefined) this.#lists.get(entry.site.filter)?.push(one);
    }
  }

  #occurrence(
    site: Site,
    isNumber: boolean,
    at: number,
    data: Uint8Array,
    start: number,
    record: number,
  ): Occurrence | undefined {
    const log = this.#log;
    const first = log[at + 1] ?? 0;
    const extra = log[at + 3] ?? 0;
    const layer = log[at + 4] ?? 0;
    if (isNumber) {
      const boolean = site.kind === "view" && site.view.type === "FT_BOOLEAN";
      return { value: boolean ? first !== 0 : first, layer };
    }
    if (site.kind === "meta" && site.field.kind === "meta" && isTime(site.field.source)) {
      const value = this.#input.clock(record);
      return value === undefined ? undefined : { value, layer };
    }
    const behind = site.kind === "range" ? extra - start : extra;
    return taken(site, data, first - start * 8, log[at + 2] ?? 0, behind, layer);
  }
}

/** The number that a site's value is; undefined where it is something else. */
function numberAt(site: Site): Code | undefined {
  if (site.kind !== "view") return undefined;
  try {
    const value = siteValue(site);
    return value.kind === "number" ? value.number : undefined;
  } catch (thrown) {
    if (thrown instanceof NotExtractable) return undefined;
    throw thrown;
  }
}
