/** Places of data sequence numbers, as distances from a number of 64 bits (RFC 8684 section 3.3). */
import type { Words } from "./segment.ts";

const HALF = 0x1_0000_0000;

export class Places {
  #known = false;
  /** The base's upper half is known. */
  #wide = false;
  #high = 0;
  #low = 0;
  #near = 0;

  /** There is a number to count from. */
  get known(): boolean {
    return this.#known;
  }

  /** Counts from `base`, which has place 0. */
  begin(base: bigint): void {
    this.start({ wide: true, high: Number(base >> 32n), low: Number(base & 0xffff_ffffn) });
  }

  start({ wide, high, low }: Words): void {
    this.#known = true;
    this.#wide = wide;
    this.#high = high;
    this.#low = low;
  }

  /** Distance from the base; of a number of 32 bits, that of the one that is nearest to what was seen before. */
  of({ wide, high, low }: Words): number {
    const nearest = this.#near + ((low - this.#low - this.#near) | 0);
    if (!wide || !this.#wide) {
      if (wide) this.#rebase(high, low, nearest);
      this.#near = nearest;
      return nearest;
    }
    // The upper halves differ modulo 2^32, so that a near number has an exact distance where 64 bits run over.
    const distance = ((high - this.#high) | 0) * HALF + (low - this.#low);
    this.#near = distance;
    return distance;
  }

  /** The first number of 64 bits tells the base's upper half. */
  #rebase(high: number, low: number, distance: number): void {
    this.#wide = true;
    // low + distance differs from the number's lower half by whole multiples of 2^32.
    this.#high = high - (this.#low + distance - low) / HALF;
  }

  /** The number at a place, 64 bits. */
  at(place: number): bigint {
    return BigInt.asUintN(64, (BigInt(this.#high) << 32n) + BigInt(this.#low) + BigInt(place));
  }
}
