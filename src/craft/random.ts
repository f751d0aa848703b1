/** Repeatable random numbers, so that a conversation is a function of its seed. */

export interface Random {
  /** An integer from 0 to 2^32 - 1. */
  u32(): number;
  u64(): bigint;
  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number;
}

/** FNV-1a over the code units, to start from any text. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A counter put through a mixing function (splitmix, 32 bits): small, and equal everywhere. Not for secrets. */
export function createRandom(seed: number | string): Random {
  let state = hashText(String(seed));
  const u32 = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  return {
    u32,
    u64: () => (BigInt(u32()) << 32n) | BigInt(u32()),
    between: (low, high) => low + (u32() % (high - low + 1)),
  };
}
