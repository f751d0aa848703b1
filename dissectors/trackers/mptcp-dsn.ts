/** Data sequence numbers: 64 bits that wrap, often sent as their low 32 (RFC 8684 section 3.3). */

const MASK_64 = 0xffff_ffff_ffff_ffffn;

/** `a + b` modulo 2^64. */
export function dsnAdd(a: bigint, b: bigint): bigint {
  return (a + b) & MASK_64;
}

/** Distance from `b` up to `a`, modulo 2^64. */
export function dsnSub(a: bigint, b: bigint): bigint {
  return (a - b) & MASK_64;
}

/** Signed distance from `b` to `a`: negative when `a` comes before. */
export function dsnDelta(a: bigint, b: bigint): bigint {
  return BigInt.asIntN(64, a - b);
}

/** The number with these low 32 bits that is nearest to one known before. */
export function expandDsn(low: bigint, near: bigint): bigint {
  return (near + BigInt.asIntN(32, low - near)) & MASK_64;
}
