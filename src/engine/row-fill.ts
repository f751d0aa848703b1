/** Columns of rows, taken from frames of one shape: where their values stand is known, and most are copied as they are. */
import type { ColumnKind } from "../backends/extract/column-kind.ts";
import type { RowStore, View } from "../backends/extract/row-store.ts";
import { isPlainNumber } from "../backends/field-value.ts";
import { readSmallBits } from "../bytes/bits.ts";
import type { Frame } from "../ir/frame.ts";
import { type FrameReader, nameReader } from "./node-reader.ts";
import { byteEnd, type Place, valueAt } from "./places.ts";

export interface ColumnPlace extends Place {
  readonly column: number;
}

/** How a value is copied: `SMALL` is 8, 16 or 32 bits in whole bytes. */
const SMALL = 0;
const NUMBER = 1;
const BOOLEAN = 2;
const WIDE = 3;
const BYTES = 4;
const LABEL = 5;

/** A value that is copied. */
interface Copy {
  readonly how: number;
  /** In bits from the start of the frame. */
  readonly at: number;
  readonly bits: number;
  /** Of bytes, which may end elsewhere in another frame. */
  readonly end: () => number;
}

interface Made {
  readonly column: number;
  readonly read: FrameReader;
}

const NOWHERE = (): number => 0;

function bitsCopy(at: number, bits: number, kind: ColumnKind): Copy | undefined {
  const isSmall = at % 8 === 0 && (bits === 8 || bits === 16 || bits === 32);
  if (kind === "number" && bits <= 32) return { how: isSmall ? SMALL : NUMBER, at, bits, end: NOWHERE };
  if (kind === "boolean" && bits <= 32) return { how: BOOLEAN, at, bits, end: NOWHERE };
  return kind === "wide" && bits <= 64 ? { how: WIDE, at, bits, end: NOWHERE } : undefined;
}

function bytesCopy(at: number, end: () => number, kind: ColumnKind): Copy | undefined {
  return kind === "bytes" ? { how: BYTES, at, bits: 0, end } : undefined;
}

/** Undefined where the value is more than a copy of what stands in the frame. */
function copyOf({ node, view }: Place, kind: ColumnKind): Copy | undefined {
  if (kind === "label") return { how: LABEL, at: 0, bits: 0, end: NOWHERE };
  if (!("kind" in node)) return bytesCopy(node.start * 8, () => byteEnd(node), kind);
  const { bitOffset } = node;
  const end = (): number => (bitOffset + node.bitLength + 7) >> 3;
  if (node.kind === "option") return bytesCopy(bitOffset, end, kind);
  if (node.kind !== "field" || view === undefined || node.bitLength === 0) return undefined;
  const { ir } = node;
  const { derive } = view;
  if (derive?.kind === "bits") return bitsCopy(bitOffset + derive.from, derive.count, kind);
  if (derive !== undefined) return undefined;
  if (isPlainNumber(ir)) return bitsCopy(bitOffset, node.bitLength, kind);
  const isBytes =
    ir.kind === "address" || ir.kind === "options" || (ir.kind === "bytes" && ir.format === "bytes");
  return isBytes ? bytesCopy(bitOffset, end, kind) : undefined;
}

/** Other values of a place. */
function makerOf({ node, view }: Place): FrameReader {
  if ("kind" in node && node.kind === "field" && view !== undefined) return nameReader(node, view);
  return ({ data }) => valueAt(node, view, data);
}

/** Numbers that each copy takes in a program. */
const STEP = 6;

export class RowFill {
  readonly #store: RowStore;
  /** All columns that may be filled. */
  readonly #all: Int32Array;
  /** For each copy: how, the column, how manieth of it, where, how many bits, and where its views begin in `#views`. */
  readonly #program: Int32Array;
  readonly #ends: readonly (() => number)[];
  /** Where views have the first occurrences of columns. */
  readonly #views: readonly View[];
  readonly #places: Int32Array;
  readonly #made: readonly Made[];
  /** Those that it fills, and for each column whether it is one of them. */
  readonly #filled: Int32Array;
  readonly #fills: Uint8Array;
  readonly #most: number;

  constructor(store: RowStore, all: Int32Array, places: readonly ColumnPlace[]) {
    this.#store = store;
    this.#all = all;
    const found = places.map((place) => ({
      place,
      copy: copyOf(place, store.kinds[place.column] ?? "label"),
    }));
    // Values of one column stand in the order of the places.
    const making = new Set(found.flatMap(({ place, copy }) => (copy === undefined ? [place.column] : [])));
    const made: Made[] = [];
    const program: number[] = [];
    const ends: (() => number)[] = [];
    const views: View[] = [];
    const inViews: number[] = [];
    const counts = new Map<number, number>();
    for (const { place, copy } of found) {
      const { column } = place;
      const nth = counts.get(column) ?? 0;
      counts.set(column, nth + 1);
      if (copy === undefined || making.has(column)) made.push({ column, read: makerOf(place) });
      else {
        program.push(copy.how, column, nth, copy.at, copy.bits, views.length);
        ends.push(copy.end);
        for (const one of nth === 0 ? (store.shown[column] ?? []) : []) {
          views.push(one);
          inViews.push(one.place);
        }
      }
    }
    this.#program = Int32Array.of(...program, 0, 0, 0, 0, 0, views.length);
    this.#ends = ends;
    this.#views = views;
    this.#places = Int32Array.from(inViews);
    this.#made = made;
    this.#filled = Int32Array.from(counts.keys());
    this.#fills = new Uint8Array(store.counts.length);
    for (const column of this.#filled) this.#fills[column] = 1;
    this.#most = Math.max(0, ...counts.values());
  }

  /** Empties what was filled for the frame before, as far as it will not be filled now. */
  #begin(): void {
    const store = this.#store;
    const { filler } = store;
    if (filler === this) return;
    const fills = this.#fills;
    if (filler instanceof RowFill) {
      for (const column of filler.#filled) if (fills[column] === 0) store.empty(column);
    } else {
      for (const column of this.#all) store.empty(column);
      store.open();
    }
    while (store.room < this.#most) store.grow();
    store.filler = this;
  }

  /** `start`: where the frame begins in the store's bytes. */
  fill(frame: Frame, start: number): void {
    this.#begin();
    this.#copy(frame.data, start);
    const store = this.#store;
    const made = this.#made;
    for (let index = 0; index < made.length; index++) store.empty((made[index] as Made).column); // below the length
    for (let index = 0; index < made.length; index++) {
      const { column, read } = made[index] as Made; // below the length
      const value = read(frame);
      if (value !== undefined) store.push(column, value);
    }
    store.plain = this.#most < 2;
  }

  #copy(data: Uint8Array, start: number): void {
    const { values, ends, room, isQuad, counts } = this.#store;
    const program = this.#program;
    const inViews = this.#places;
    const last = program.length - STEP;
    for (let index = 0; index < last; index += STEP) {
      const column = program[index + 1] ?? 0;
      const nth = program[index + 2] ?? 0;
      const at = program[index + 3] ?? 0;
      const bits = program[index + 4] ?? 0;
      const place = column * room + nth;
      let value = 0;
      let high = 0;
      switch (program[index]) {
        case SMALL: {
          let byte = at >> 3;
          value = data[byte] ?? 0;
          if (bits > 8) value = (value << 8) | (data[++byte] ?? 0);
          if (bits > 16) value = ((value << 16) | ((data[byte + 1] ?? 0) << 8) | (data[byte + 2] ?? 0)) >>> 0;
          values[place] = value;
          break;
        }
        case NUMBER:
          value = readSmallBits(data, at, bits);
          values[place] = value;
          break;
        case BOOLEAN:
          value = readSmallBits(data, at, bits) === 0 ? 0 : 1;
          values[place] = value;
          break;
        case WIDE: {
          const upper = Math.max(0, bits - 32);
          high = readSmallBits(data, at, upper);
          value = readSmallBits(data, at + upper, bits - upper);
          ends[place] = high;
          values[place] = value;
          break;
        }
        case BYTES:
          values[place] = start + (at >> 3);
          ends[place] = start + (this.#ends[index / STEP]?.() ?? 0);
          if (isQuad[column] === 1) value = readSmallBits(data, at, 32);
          break;
        default:
          break;
      }
      counts[column] = nth + 1;
      const behind = program[index + STEP + 5] ?? 0;
      for (let view = program[index + 5] ?? 0; view < behind; view++) {
        const { firsts, highs } = this.#views[view] as View; // one of each
        firsts[inViews[view] ?? 0] = value;
        highs[inViews[view] ?? 0] = high;
      }
    }
  }
}
