/**
 * The wanted fields of one frame as numbers in typed arrays, one stretch of room a column: what trackers read and what they
 * provide. Generated code fills it in place, and nothing is made for a frame but what a tracker asks for as an object.
 */
import { takeFloats, takeWords } from "../../bytes/room.ts";
import { NO_CLOCK, type RecordClock } from "../../capture/scan.ts";
import type { FieldInfo, RawValue } from "../../ir/fields.ts";
import { type ColumnKind, columnKind, wordOf } from "./column-kind.ts";

/** Occurrences of a column that there is room for before the store has to grow: more than an option area holds. */
const ROOM = 64;
/** Indices in {@link RowStore.flags}, for generated code; each is 0 or 1 unless said. */
export const FLAGS = {
  /** It has to call {@link RowStore.emptyRare}. */
  rare: 0,
  /** A rare column has more than one occurrence. */
  repeats: 1,
  /** No column has more than one occurrence. */
  plain: 2,
  /** Not 0 or 1, but {@link RowStore.room}, which may change while trackers run. */
  room: 3,
  /** Provided columns hold what generated code gave from a cache. */
  cached: 4,
} as const;
/** In `values` of a column of bytes: the value is an object. */
const ELSEWHERE = -1;
const EMPTY = new Uint8Array(0);

/** Columns that one number of {@link RowStore.shape} tells of: its bits, as far as V8 holds it without an object. */
export const SHAPE_BITS = 30;

/** What a view has of the first occurrences. */
export interface View {
  /** {@link Row.firsts}. */
  readonly firsts: Float64Array;
  /** {@link Row.highs}. */
  readonly highs: Int32Array;
}

/** Where a view has a column, and what it has of it. */
interface Shown extends View {
  readonly view: number;
  readonly place: number;
}
const NOWHERE: readonly Shown[] = [];

export class RowStore {
  readonly names: readonly string[];
  readonly kinds: readonly ColumnKind[];
  /** Occurrences that each column has room for. Generated code is bound to it. */
  room: number = ROOM;
  readonly counts: Int32Array;
  readonly flags: Int32Array = takeWords(Object.keys(FLAGS).length).fill(0);
  /** What filled the columns last, where that knows what it will find in them again. */
  filler: object | undefined;
  readonly views: View[] = [];
  /** By column: the views that have it, and under which number. */
  readonly shown: readonly Shown[][];
  /**
   * For generated code that fills each column once at most: bits of the columns that hold something, thirty an element, in the order
   * that {@link RowStore.reshape} is given; the first is negative where other code filled them.
   */
  readonly shape: Int32Array;
  /** The same of the frame at hand. */
  readonly seen: Int32Array;
  readonly isRare: Uint8Array;
  readonly #rare: readonly number[];
  /** Rare columns that generated code filled; any may hold something where others did. */
  readonly #filled: number[] = [];
  #isMixed = false;
  values: Float64Array;
  ends: Int32Array;
  /** Of provided values: which of several headers they belong to. */
  headers: Int32Array;
  /** By column: values that are held as they are. */
  readonly #objects: RawValue[][];
  readonly #byName: ReadonlyMap<string, number>;
  readonly #isWide: Uint8Array;
  readonly #isBytes: Uint8Array;
  /** By column: does {@link Row.firsts} have its values? */
  readonly #isNumber: Uint8Array;
  /** By column: is it an IPv4 address? */
  readonly isQuad: Uint8Array;
  /** Does any view have the column? */
  readonly #isShown: Uint8Array;

  /** What `values` and `ends` of bytes count in. */
  bytes: Uint8Array = EMPTY;
  view: DataView = new DataView(EMPTY.buffer);
  frameNumber = 0;
  /** Nanoseconds since the epoch, where `record` is negative. */
  time: bigint | undefined;
  /** Index of the capture's record, which `clock` knows the time of. */
  record = -1;
  clock: RecordClock = NO_CLOCK;
  /** Called once a frame that trackers are to see, when its columns are filled. */
  onRow: () => void = () => {};
  /** Called for a frame that matches. */
  onMatch: () => void = () => {};

  /** `rare`: names of columns that few frames have. */
  constructor(fields: readonly Pick<FieldInfo, "name" | "type">[], rare: ReadonlySet<string> = new Set()) {
    this.isRare = Uint8Array.from(fields, ({ name }) => (rare.has(name) ? 1 : 0));
    this.#rare = [...this.isRare.keys()].filter((column) => this.isRare[column] === 1);
    this.names = fields.map(({ name }) => name);
    this.kinds = fields.map(({ type }) => columnKind(type));
    this.#byName = new Map(this.names.map((name, index) => [name, index]));
    this.flags[FLAGS.plain] = 1;
    this.flags[FLAGS.room] = this.room;
    this.counts = takeWords(fields.length).fill(0);
    this.#objects = fields.map(() => []);
    this.shape = takeWords(fields.length).fill(-1);
    this.seen = takeWords(fields.length).fill(0);
    this.shown = fields.map(() => []);
    this.#isShown = new Uint8Array(fields.length);
    this.isQuad = Uint8Array.from(fields, ({ type }) => (type === "FT_IPv4" ? 1 : 0));
    this.#isNumber = Uint8Array.from(this.kinds, (kind, column) =>
      kind === "number" || kind === "boolean" || kind === "wide" || this.isQuad[column] === 1 ? 1 : 0,
    );
    this.#isWide = Uint8Array.from(this.kinds, (kind) => (kind === "wide" ? 1 : 0));
    this.#isBytes = Uint8Array.from(this.kinds, (kind) => (kind === "bytes" ? 1 : 0));
    this.values = takeFloats(fields.length * ROOM).fill(0);
    this.ends = takeWords(fields.length * ROOM).fill(0);
    this.headers = new Int32Array(fields.length * ROOM);
  }

  /** No column has more than one occurrence. */
  get plain(): boolean {
    return this.flags[FLAGS.plain] === 1;
  }
  set plain(plain: boolean) {
    this.flags[FLAGS.plain] = plain ? 1 : 0;
  }

  /** Number of the column, or -1. */
  column(name: string): number {
    return this.#byName.get(name) ?? -1;
  }

  /** A view of some columns under numbers of its own. */
  addView(columns: Int32Array): View {
    const firsts = takeFloats(columns.length).fill(Number.NaN);
    const highs = takeWords(columns.length).fill(0);
    const view = this.views.push({ firsts, highs }) - 1;
    for (const [place, column] of columns.entries()) {
      this.shown[column]?.push({ view, place, firsts, highs });
      this.#isShown[column] = 1;
    }
    return { firsts, highs };
  }

  /** Gives the views the first occurrence of a column. */
  show(column: number, value: number): void {
    const shown = this.shown[column] ?? NOWHERE;
    for (let index = 0; index < shown.length; index++) {
      const { firsts, place } = shown[index] as Shown; // below the length
      firsts[place] = value;
    }
  }

  /** The first occurrence of a column of kind `wide` stands in `values` and `ends`. */
  #showWide(column: number): void {
    const at = column * this.room;
    this.show(column, this.values[at] ?? Number.NaN);
    for (const { highs, place } of this.shown[column] ?? NOWHERE) highs[place] = this.ends[at] ?? 0;
  }

  /** What {@link Row.firsts} says of a value of another kind. */
  #numberOf(column: number, value: RawValue): number {
    const kind = this.kinds[column];
    if (kind === "number" || kind === "boolean") return Number(value);
    return this.isQuad[column] === 1 ? wordOf(value, 0) >>> 0 : 0;
  }

  /** For generated code: the columns of the frame stand. `record`: index of its record, or -1 where `time` is set. */
  run(bytes: Uint8Array, view: DataView, number: number, record: number): void {
    this.bytes = bytes;
    this.view = view;
    this.frameNumber = number;
    this.record = record;
    this.onRow();
  }

  /** For generated code: the same for a frame that matches. */
  match(bytes: Uint8Array, view: DataView, number: number, record: number): void {
    this.bytes = bytes;
    this.view = view;
    this.frameNumber = number;
    this.record = record;
    this.onMatch();
  }

  get timestamp(): bigint | undefined {
    return this.record < 0 ? this.time : this.clock.at(this.record);
  }

  /** Nanoseconds from `base` to the frame's time; NaN where it has none. */
  since(base: bigint): number {
    if (this.record >= 0) return this.clock.since(this.record, base);
    return this.time === undefined ? Number.NaN : Number(this.time - base);
  }

  clear(): void {
    this.open();
    this.counts.fill(0);
    for (const { firsts } of this.views) firsts.fill(Number.NaN);
  }

  /** Others than generated code are about to fill all columns. */
  open(): void {
    this.plain = true;
    this.filler = undefined;
    this.flags[FLAGS.rare] = this.#rare.length > 0 ? 1 : 0;
    this.#isMixed = true;
    this.shape[0] = -1;
  }

  /** For generated code: `seen` is another shape than the frame before had. First numbers are there already. */
  reshape(order: Int32Array): void {
    const { shape, seen, counts } = this;
    const unknown = (shape[0] ?? 0) < 0;
    for (let from = 0, element = 0; from < order.length; from += SHAPE_BITS, element++) {
      const now = seen[element] ?? 0;
      const all = 2 ** Math.min(SHAPE_BITS, order.length - from) - 1;
      let changed = unknown ? all : now ^ (shape[element] ?? 0);
      shape[element] = now;
      while (changed !== 0) {
        const bit = 31 - Math.clz32(changed);
        changed ^= 1 << bit;
        const column = order[from + bit] ?? 0;
        const filled = (now >> bit) & 1;
        counts[column] = filled;
        if (filled === 0) this.show(column, Number.NaN);
        else if (this.#isNumber[column] === 0) this.show(column, 0);
      }
    }
  }

  /** For generated code: a rare column has an occurrence more. */
  filledRare(column: number, view: DataView): void {
    const count = this.counts[column] ?? 0;
    this.counts[column] = count + 1;
    this.noteRare(column);
    if (count > 0) return;
    const kind = this.kinds[column];
    const value = this.values[column * this.room] ?? Number.NaN;
    if (kind === "wide") this.#showWide(column);
    else if (kind === "number" || kind === "boolean") this.show(column, value);
    else this.show(column, this.isQuad[column] === 1 ? view.getUint32(value) : 0);
  }

  /** For generated code: a rare column may hold something. */
  noteRare(column: number): void {
    this.flags[FLAGS.rare] = 1;
    if ((this.counts[column] ?? 0) > 1) this.flags[FLAGS.repeats] = 1;
    this.#filled.push(column);
  }

  /** Before a frame. */
  emptyRare(): void {
    for (const column of this.#isMixed ? this.#rare : this.#filled) this.empty(column);
    this.#filled.length = 0;
    this.#isMixed = false;
    this.flags[FLAGS.repeats] = 0;
    this.flags[FLAGS.rare] = 0;
  }

  /** Empties one column. */
  empty(column: number): void {
    if (this.counts[column] === 0) return;
    this.counts[column] = 0;
    if (this.#isShown[column] === 1) this.show(column, Number.NaN);
  }

  /** Adds an occurrence. `header`: see {@link RowStore.headers}. */
  push(column: number, value: RawValue, header = 0): void {
    const count = this.counts[column] ?? 0;
    if (count >= this.room) this.grow();
    const place = column * this.room + count;
    this.counts[column] = count + 1;
    this.headers[place] = header;
    if (count > 0) this.plain = false;
    else if (this.#isShown[column] === 1) this.show(column, this.#numberOf(column, value));
    switch (this.kinds[column]) {
      case "number":
      case "boolean":
        this.values[place] = Number(value);
        return;
      case "wide": {
        const whole = typeof value === "bigint" ? value : BigInt(Number(value));
        this.values[place] = Number(BigInt.asUintN(32, whole));
        this.ends[place] = Number(BigInt.asIntN(32, whole >> 32n));
        if (count === 0) this.#showWide(column);
        return;
      }
      case "bytes":
        this.values[place] = ELSEWHERE;
        (this.#objects[column] as RawValue[])[count] = value; // one of each
        return;
      case "object":
        (this.#objects[column] as RawValue[])[count] = value; // one of each
        return;
      default:
        return;
    }
  }

  /** The same for a column of kind `number`. */
  pushNumber(column: number, value: number, header: number): void {
    const count = this.counts[column] ?? 0;
    if (count >= this.room) this.grow();
    const place = column * this.room + count;
    this.counts[column] = count + 1;
    this.headers[place] = header;
    this.values[place] = value;
    if (count > 0) this.plain = false;
    else if (this.#isShown[column] === 1) this.show(column, value);
  }

  /** Makes room for more occurrences. */
  grow(): void {
    const { room, counts, values, ends, headers } = this;
    this.room = room * 2;
    this.flags[FLAGS.room] = this.room;
    this.values = takeFloats(counts.length * this.room).fill(0);
    this.ends = takeWords(counts.length * this.room).fill(0);
    this.headers = new Int32Array(counts.length * this.room);
    for (const [column, count] of counts.entries()) {
      const from = column * room;
      const to = column * this.room;
      this.values.set(values.subarray(from, from + count), to);
      this.ends.set(ends.subarray(from, from + count), to);
      this.headers.set(headers.subarray(from, from + count), to);
    }
  }

  count(column: number): number {
    return this.counts[column] ?? 0;
  }

  number(column: number, index: number): number {
    if (index < 0 || index >= (this.counts[column] ?? 0)) return Number.NaN;
    return this.values[column * this.room + index] ?? Number.NaN;
  }

  word(column: number, index: number, word: number): number {
    if (index < 0 || index >= (this.counts[column] ?? 0)) return 0;
    const place = column * this.room + index;
    const value = this.values[place] ?? 0;
    if (this.#isBytes[column] === 0)
      return word === 0 && this.#isWide[column] === 1 ? (this.ends[place] ?? 0) : value | 0;
    if (value === ELSEWHERE) return wordOf(this.#objects[column]?.[index], word);
    const at = value + word * 4;
    return at + 4 <= (this.ends[place] ?? 0) ? this.view.getInt32(at) : 0;
  }

  /** Of a column of bytes. */
  size(column: number, index: number): number {
    if (index < 0 || index >= (this.counts[column] ?? 0)) return 0;
    const place = column * this.room + index;
    const start = this.values[place] ?? 0;
    if (start !== ELSEWHERE) return (this.ends[place] ?? 0) - start;
    const value = this.#objects[column]?.[index];
    return value instanceof Uint8Array ? value.length : 0;
  }

  at(column: number, index: number): RawValue | undefined {
    if (index < 0 || index >= (this.counts[column] ?? 0)) return undefined;
    const place = column * this.room + index;
    const value = this.values[place] ?? 0;
    switch (this.kinds[column]) {
      case "number":
        return value;
      case "boolean":
        return value !== 0;
      case "wide":
        return (BigInt((this.ends[place] ?? 0) >>> 0) << 32n) | BigInt(value);
      case "bytes":
        return value === ELSEWHERE
          ? this.#objects[column]?.[index]
          : this.bytes.subarray(value, this.ends[place]);
      case "label":
        return true;
      default:
        return this.#objects[column]?.[index];
    }
  }
}
