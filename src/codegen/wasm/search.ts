/**
 * A search for bytes in a WebAssembly memory. Vectors compare two of the needle's bytes at 64 places together; where both
 * fit, the whole needle is compared. As it is short, no place costs more than four comparisons, whatever the bytes are.
 */
import { Assembler } from "./assembler.ts";
import { I32, I64, NOTHING, OP, signed, V128, VECTOR, VECTOR_OP } from "./binary.ts";
import { instantiate } from "./instance.ts";

/** Bytes in a vector. */
const LANES = 16;
/** Places that are looked at together, each the beginning of a vector or in one. */
export const PLACES = 64;
/** Size of the longest needle. */
export const LONGEST = 64;

/**
 * The first place in the memory from `first` to `last` at which the needle stands; -1 if there is none. There must be at least
 * {@link PLACES}, and memory for the needle at the last.
 */
export type Search = (first: number, last: number) => number;

/** Indices in the needle of the bytes that are looked for. */
export type Probes = readonly [number, number];

/** Size of a piece: what loads it, as often as it fits into a vector. */
const LOADS = [
  [16, VECTOR_OP.load],
  [8, VECTOR_OP.load64Splat],
  [4, VECTOR_OP.load32Splat],
  [2, VECTOR_OP.load16Splat],
  [1, VECTOR_OP.load8Splat],
] as const;

/** The two parameters. */
const AT = 0;
const LAST = 1;

class Writer extends Assembler {
  readonly #needle: Uint8Array;
  readonly #probes: readonly { readonly index: number; readonly vector: number }[];
  readonly #mask: number = this.fresh(I64);
  readonly #place: number = this.fresh(I32);

  constructor(needle: Uint8Array, probes: Probes) {
    super(2);
    this.#needle = needle;
    this.#probes = [...new Set(probes)].map((index) => ({ index, vector: this.fresh(V128) }));
  }

  #vector(op: number, ...immediate: readonly number[]): void {
    this.put(VECTOR, op, ...immediate);
  }

  /** All ones in the lanes, of the 16 from `offset` on, at which each probe fits. */
  #fitting(offset: number): void {
    for (const [count, { index, vector }] of this.#probes.entries()) {
      this.withIndex(OP.localGet, AT);
      this.put(VECTOR);
      this.memory(VECTOR_OP.load, offset + index);
      this.withIndex(OP.localGet, vector);
      this.#vector(VECTOR_OP.i8x16Eq);
      if (count > 0) this.#vector(VECTOR_OP.and);
    }
  }

  /** Leaves `depth` blocks unless the whole needle stands at the place. */
  #compare(depth: number): void {
    const { length } = this.#needle;
    const [size, load] = LOADS.find(([one]) => one <= length) ?? LOADS[0];
    for (let done = 0; done < length; done += size) {
      // The last piece may repeat bytes of the one before.
      const from = Math.min(done, length - size);
      const piece = this.#needle.subarray(from, from + size);
      this.withIndex(OP.localGet, this.#place);
      this.put(VECTOR);
      this.memory(load, from);
      this.#constant((lane) => piece[lane % size] ?? 0);
      this.#vector(VECTOR_OP.xor);
      this.#vector(VECTOR_OP.anyTrue);
      this.withIndex(OP.brIf, depth);
    }
  }

  #constant(byte: (lane: number) => number): void {
    this.#vector(VECTOR_OP.const, ...Array.from({ length: LANES }, (_, lane) => byte(lane)));
  }

  #number(value: number): void {
    this.put(OP.i32Const, ...signed(value));
  }

  write(): void {
    for (const { index, vector } of this.#probes) {
      this.#constant(() => this.#needle[index] ?? 0);
      this.withIndex(OP.localSet, vector);
    }
    this.put(OP.loop, NOTHING);
    for (let offset = 0; offset < PLACES; offset += LANES) {
      this.#fitting(offset);
      if (offset > 0) this.#vector(VECTOR_OP.or);
    }
    this.#vector(VECTOR_OP.anyTrue);
    this.put(OP.if, NOTHING);
    this.#lookCloser();
    this.put(OP.end);
    this.#goOn();
    this.put(OP.end);
    this.#number(-1);
  }

  /** Compares the needle at each of the 64 places that fit. */
  #lookCloser(): void {
    for (let offset = 0; offset < PLACES; offset += LANES) {
      this.#fitting(offset);
      this.#vector(VECTOR_OP.i8x16Bitmask);
      this.put(OP.i64ExtendI32U);
      if (offset > 0) this.put(OP.i64Const, ...signed(offset), OP.i64Shl, OP.i64Or);
    }
    this.withIndex(OP.localSet, this.#mask);
    this.put(OP.loop, NOTHING, OP.block, NOTHING);
    this.withIndex(OP.localGet, AT);
    this.withIndex(OP.localGet, this.#mask);
    this.put(OP.i64Ctz, OP.i32WrapI64, OP.i32Add);
    this.withIndex(OP.localSet, this.#place);
    this.#compare(0);
    this.withIndex(OP.localGet, this.#place);
    this.put(OP.return, OP.end);
    // The next: without the lowest bit.
    this.withIndex(OP.localGet, this.#mask);
    this.withIndex(OP.localGet, this.#mask);
    this.put(OP.i64Const, 1, OP.i64Sub, OP.i64And);
    this.withIndex(OP.localTee, this.#mask);
    this.put(OP.i64Const, 0, OP.i64Ne);
    this.withIndex(OP.brIf, 0);
    this.put(OP.end);
  }

  /** To the next 64 places; the last of all are the last 64, of which some were looked at before. */
  #goOn(): void {
    this.withIndex(OP.localGet, AT);
    this.withIndex(OP.localGet, LAST);
    this.#number(PLACES - 1);
    this.put(OP.i32Sub);
    this.withIndex(OP.localTee, this.#place);
    this.put(OP.i32LtU);
    this.put(OP.if, NOTHING);
    this.withIndex(OP.localGet, AT);
    this.#number(PLACES);
    this.put(OP.i32Add);
    this.withIndex(OP.localTee, AT);
    this.withIndex(OP.localGet, this.#place);
    this.withIndex(OP.localGet, AT);
    this.withIndex(OP.localGet, this.#place);
    this.put(OP.i32LtU, OP.select);
    this.withIndex(OP.localSet, AT);
    this.withIndex(OP.br, 1);
    this.put(OP.end);
  }
}

/**
 * Makes the search for a needle of 1 to {@link LONGEST} bytes. Undefined where the buffer is of no WebAssembly memory, and where
 * there are no vectors.
 */
export function compileSearch(
  buffer: ArrayBufferLike,
  needle: Uint8Array,
  probes: Probes,
): Search | undefined {
  const writer = new Writer(needle, probes);
  writer.write();
  const { locals, code } = writer;
  return instantiate<Search>({ type: { parameters: [I32, I32], results: [I32] }, locals, code }, buffer);
}
