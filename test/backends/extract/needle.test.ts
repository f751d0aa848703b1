/** A needle is found where Node's own search finds it; bytes that repeat it over and over cost no more than others. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Needle } from "../../../src/backends/extract/needle.ts";
import { takeBytes } from "../../../src/bytes/room.ts";

const SIZE = 6000;

/** Where the bytes stand, and how they are searched. */
const WAYS = [
  { way: "by vectors", bytes: takeBytes(SIZE + 64), warmUp: 0 },
  { way: "before vectors are worth it", bytes: takeBytes(SIZE + 64), warmUp: Number.POSITIVE_INFINITY },
  { way: "in bytes of somebody else", bytes: new Uint8Array(SIZE + 64), warmUp: 0 },
];

/** Bytes of few values, or a short stretch again and again, with other bytes here and there. */
const content = (size: fc.Arbitrary<number>): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      size,
      fc.uint8Array({ minLength: 1, maxLength: 40, max: 2 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(3)), { maxLength: 6 }),
    )
    .map(([length, period, turns]) => {
      const bytes = Uint8Array.from({ length }, (_, index) => period[index % period.length] ?? 0);
      for (const [at, value] of turns) bytes[at % length] = value;
      return bytes;
    });

/** All places from `from` on, as the generated code asks for them: on from the one that was found. */
function places(needle: Needle, bytes: Uint8Array, from: number, to: number): number[] {
  const found: number[] = [];
  for (let at = from; ; at++) {
    at = needle.next(bytes, at, to);
    if (at === to) return found;
    found.push(at);
  }
}

function placesOfNode(wanted: Uint8Array, bytes: Uint8Array, from: number, to: number): number[] {
  const within = Buffer.from(bytes.subarray(0, to));
  const found: number[] = [];
  for (let at = within.indexOf(wanted, from); at >= 0; at = within.indexOf(wanted, at + 1)) found.push(at);
  return found;
}

describe.each(WAYS)("$way", ({ bytes, warmUp }) => {
  test("a needle is found at each of its places, and none is cut by the end", () => {
    fc.assert(
      fc.property(
        content(fc.integer({ min: 1, max: SIZE })),
        fc.oneof(
          content(
            fc.oneof(
              { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }) },
              fc.integer({ min: 1, max: 3000 }),
            ),
          ),
          // A part of the bytes themselves.
          fc.tuple(fc.nat(), fc.integer({ min: 1, max: 500 })),
        ),
        fc.array(fc.nat(SIZE - 1), { maxLength: 3 }),
        fc.tuple(fc.nat(), fc.nat(), fc.boolean(), fc.nat(64)),
        (filling, wanted, planted, [a, b, isCut, shift]) => {
          const all = bytes.subarray(shift, shift + SIZE).fill(7);
          all.set(filling);
          const part = Array.isArray(wanted)
            ? filling.slice(wanted[0] % filling.length).subarray(0, wanted[1])
            : wanted;
          for (const place of planted) if (place + part.length <= SIZE) all.set(part, place);
          const from = a % (filling.length + 1);
          // Some ends cut a needle.
          const [place = 0] = isCut ? planted : [];
          const to =
            place > from ? Math.min(SIZE, place + (b % part.length)) : from + (b % (SIZE - from + 1));
          const needle = new Needle(part, warmUp);
          expect(places(needle, all, from, to)).toEqual(placesOfNode(part, all, from, to));
        },
      ),
      { numRuns: 300 },
    );
  });

  // For each of them, other searches compare most of the needle at most places.
  test.each([
    ["a byte other than all others in its middle", 3001, 1500],
    ["a byte other than all others at its end", 3001, 3000],
    ["a byte other than all others behind what vectors compare", 3001, 64],
    ["nothing but one byte", 3001, -1],
  ])("a needle with %s costs no more than twice the bytes", (_, length, other) => {
    const wanted = new Uint8Array(length).fill(97);
    if (other >= 0) wanted[other] = 98;
    const all = bytes.subarray(0, SIZE).fill(97);
    if (other < 0) for (let at = 0; at < SIZE; at += length - 1) all[at] = 99;
    const needle = new Needle(wanted, warmUp);
    const rounds = 50;
    for (let round = 0; round < rounds; round++) expect(places(needle, all, 0, SIZE)).toEqual([]);
    expect(needle.vain).toBeGreaterThan(0);
    expect(needle.vain).toBeLessThanOrEqual(rounds * SIZE + 4096 + length);
  });
});
