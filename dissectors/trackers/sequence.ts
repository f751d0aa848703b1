/** Sequence numbers: unsigned 32-bit numbers that wrap (RFC 9293 section 3.4). `a` is before `b` when b - a is below 2^31. */

export function seqAdd(a: number, b: number): number {
  return (a + b) >>> 0;
}

/** Distance from `b` up to `a`, 0 to 2^32 - 1. */
export function seqSub(a: number, b: number): number {
  return (a - b) >>> 0;
}

export function seqLess(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

export function seqLessEqual(a: number, b: number): boolean {
  return ((a - b) | 0) <= 0;
}
