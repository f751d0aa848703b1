/** Damage, from a seed: the same number gives the same inputs. */

/** Mulberry32: small, and quick enough for millions of inputs. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count);
  }

  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T {
    // Lists here have at least one item: indexing gives one of them.
    return list[this.below(list.length)] as T;
  }
}

/** Values at which lengths and counts break. */
const EDGES = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 30, 40, 60, 127, 128, 253, 254, 255] as const;

/** Something random, something cut off, or some bytes changed, put in, taken out, or copied elsewhere. */
export function damagedBytes(dice: Dice, corpus: readonly Uint8Array[]): Uint8Array {
  const way = dice.below(10);
  if (way === 0) return Uint8Array.from({ length: dice.below(120) }, () => dice.below(256));
  const whole = dice.pick(corpus);
  if (way <= 2) return whole.slice(0, dice.below(whole.length + 1));
  let bytes = whole.slice();
  for (let left = 1 + dice.below(8); left > 0; left--) {
    const at = dice.below(bytes.length + 1);
    const count = dice.below(12);
    switch (dice.below(6)) {
      case 0:
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
        break;
      case 1:
        if (at < bytes.length) bytes[at] = dice.pick(EDGES);
        break;
      case 2:
        if (at < bytes.length) bytes[at] = dice.below(256);
        break;
      case 3:
        bytes = Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at + count));
        break;
      case 4: {
        const other = dice.pick(corpus);
        const from = dice.below(other.length + 1);
        bytes = Uint8Array.of(
          ...bytes.subarray(0, at),
          ...other.subarray(from, from + count),
          ...bytes.subarray(at),
        );
        break;
      }
      default:
        bytes.copyWithin(at, dice.below(bytes.length + 1), bytes.length);
    }
  }
  return bytes;
}

const LETTERS = "()[]{}\"'\\#$@.,:;!&|=<>~+-*/%^ \t\n\0aZ09_xé€😀";

/** As {@link damagedBytes}, for text: letters, and words of other texts. */
export function damagedText(dice: Dice, corpus: readonly string[], words: readonly string[]): string {
  const way = dice.below(10);
  if (way === 0)
    return Array.from({ length: dice.below(40) }, () => LETTERS[dice.below(LETTERS.length)]).join("");
  if (way === 1) return Array.from({ length: dice.below(12) }, () => dice.pick(words)).join(" ");
  let text = dice.pick(corpus);
  for (let left = 1 + dice.below(4); left > 0; left--) {
    const at = dice.below(text.length + 1);
    const end = at + dice.below(10);
    const insert = [
      LETTERS[dice.below(LETTERS.length)] ?? "",
      ` ${dice.pick(words)} `,
      "",
      text.slice(at, end),
    ];
    text = text.slice(0, at) + dice.pick(insert) + text.slice(dice.below(2) === 0 ? at : end);
  }
  return text.slice(0, 400);
}
