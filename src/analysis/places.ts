/** Places of data sequence numbers, as distances from a number of 64 bits (RFC 8684 section 3.3). */
import type { Slab } from "../../dissectors/trackers/slab.ts";
import type { Words } from "./segment.ts";

const TWO_32 = 0x1_0000_0000;
/** Cells: both halves of the base, and the place that was asked for last. */
const HIGH = 0;
const LOW = 1;
const NEAR = 2;
const CELLS = 3;

export abstract class Places {
  protected readonly slab: Slab;
  readonly #at: number;
  #known = false;
  /** The base's upper half is known. */
  #wide = false;

  constructor(slab: Slab) {
    this.slab = slab;
    this.#at = slab.take(CELLS);
  }

  #get(cell: number): number {
    return this.slab.cells[this.#at + cell] as number; // taken
  }

  #set(cell: number, value: number): void {
    this.slab.cells[this.#at + cell] = value;
  }

  /** There is a number to count from. */
  get isNumbered(): boolean {
    return this.#known;
  }

  /** Counts from `base`, which has place 0. */
  number(base: bigint): void {
    this.numberFrom({ wide: true, high: Number(base >> 32n), low: Number(base & 0xffff_ffffn) });
  }

  numberFrom({ wide, high, low }: Words): void {
    this.#known = true;
    this.#wide = wide;
    this.#set(HIGH, high);
    this.#set(LOW, low);
  }

  /** Distance from the base; of a number of 32 bits, that of the one that is nearest to what was seen before. */
  placeOf({ wide, high, low }: Words): number {
    const { cells } = this.slab;
    const at = this.#at;
    const from = low - (cells[at + LOW] as number); // taken
    if (wide && this.#wide) {
      // The upper halves differ modulo 2^32, so that a near number has an exact distance where 64 bits run over.
      const distance = ((high - (cells[at + HIGH] as number)) | 0) * TWO_32 + from;
      cells[at + NEAR] = distance;
      return distance;
    }
    const near = this.#get(NEAR);
    const nearest = near + ((from - near) | 0);
    if (wide) this.#rebase(high, low, nearest);
    this.#set(NEAR, nearest);
    return nearest;
  }

  /** The first number of 64 bits tells the base's upper half. */
  #rebase(high: number, low: number, distance: number): void {
    this.#wide = true;
    // base + distance differs from the number's lower half by whole multiples of 2^32.
    this.#set(HIGH, high - (this.#get(LOW) + distance - low) / TWO_32);
  }

  /** The number at a place, 64 bits. */
  numberAt(place: number): bigint {
    return BigInt.asUintN(64, (BigInt(this.#get(HIGH)) << 32n) + BigInt(this.#get(LOW)) + BigInt(place));
  }
}
