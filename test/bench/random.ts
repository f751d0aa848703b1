/** xorshift64*, with 64-bit numbers as two halves: the same sequence as the C program's, at a usable speed. */

export class Random {
  #high: number;
  #low: number;
  /** Halves of the last number. */
  high = 0;
  low = 0;

  /** The seed goes through one step of a linear congruential generator. */
  constructor(seed: number) {
    const state = BigInt.asUintN(64, BigInt(seed) * 6364136223846793005n + 1442695040888963407n);
    this.#high = Number(state >> 32n);
    this.#low = Number(state & 0xffffffffn);
  }

  next(): void {
    let high = this.#high;
    let low = this.#low;
    // x ^= x >> 12; x ^= x << 25; x ^= x >> 27
    low ^= (low >>> 12) | (high << 20);
    high ^= high >>> 12;
    high ^= (high << 25) | (low >>> 7);
    low ^= low << 25;
    low ^= (low >>> 27) | (high << 5);
    high ^= high >>> 27;
    this.#high = high >>> 0;
    this.#low = low >>> 0;
    this.#multiply(high >>> 0, low >>> 0);
  }

  /** By 2685821657736338717, modulo 2^64. */
  #multiply(high: number, low: number): void {
    const factorHigh = 0x2545f491;
    const factorLow = 0x4f6cdd1d;
    const a = low & 0xffff;
    const b = low >>> 16;
    const c = factorLow & 0xffff;
    const d = factorLow >>> 16;
    const ac = a * c;
    const middle = (ac >>> 16) + ((a * d) & 0xffff) + ((b * c) & 0xffff);
    const carry =
      b * d + Math.floor((a * d) / 65536) + Math.floor((b * c) / 65536) + Math.floor(middle / 65536);
    this.low = (((middle & 0xffff) << 16) | (ac & 0xffff)) >>> 0;
    this.high = (carry + Math.imul(low, factorHigh) + Math.imul(high, factorLow)) >>> 0;
  }

  /** 0 to `count` - 1. */
  below(count: number): number {
    this.next();
    return (this.high >>> 1) % count;
  }

  word(): number {
    this.next();
    return this.low;
  }
}
