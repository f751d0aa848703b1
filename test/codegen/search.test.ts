/** The search by vectors finds what looking at one place after the other finds. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { bufferOf, takeBytes, takeShared } from "../../src/bytes/room.ts";
import { compileSearch, LONGEST, PLACES } from "../../src/codegen/wasm/search.ts";

const SIZE = 400;

function naive(bytes: Uint8Array, needle: Uint8Array, first: number, last: number): number {
  for (let at = first; at <= last; at++)
    if (needle.every((byte, index) => bytes[at + index] === byte)) return at;
  return -1;
}

/** Few values, so that needles are found, and almost found everywhere. */
const filling = (size: number): fc.Arbitrary<Uint8Array> =>
  fc
    .integer({ min: 0, max: 3 })
    .chain((max) => fc.uint8Array({ minLength: size, maxLength: size, max: max === 3 ? 255 : max }));
const needles = fc.integer({ min: 1, max: LONGEST }).chain(filling);

test("finds the first of the places that it is given, in any memory, at any alignment", () => {
  const own = takeBytes(SIZE);
  // The last bytes of a memory: nothing behind them may be read.
  const shared = new Uint8Array(bufferOf(takeShared(1))).subarray(-SIZE);
  fc.assert(
    fc.property(
      needles,
      filling(SIZE),
      fc.array(fc.nat(), { maxLength: 4 }),
      fc.tuple(fc.nat(), fc.nat()),
      fc.tuple(fc.nat(), fc.nat(), fc.boolean()),
      (needle, content, planted, [a, b], [from, count, toEnd]) => {
        for (const bytes of [own, shared]) {
          bytes.set(content);
          for (const place of planted) bytes.set(needle, place % (SIZE - needle.length + 1));
          const places = SIZE - needle.length - PLACES + 2;
          const first = from % places;
          const last = toEnd ? SIZE - needle.length : first + PLACES - 1 + (count % (places - first));
          const search = compileSearch(bytes.buffer, needle, [a % needle.length, b % needle.length]);
          const found = search?.(bytes.byteOffset + first, bytes.byteOffset + last) ?? Number.NaN;
          expect(found < 0 ? found : found - bytes.byteOffset).toBe(naive(bytes, needle, first, last));
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("finds a needle at each place of a block, and not one place further", () => {
  const bytes = takeBytes(SIZE);
  for (const size of [1, 2, 3, 4, 7, 8, 15, 16, 17, 33, LONGEST]) {
    const needle = Uint8Array.from({ length: size }, (_, index) => index + 1);
    const search = compileSearch(bytes.buffer, needle, [0, size - 1]);
    for (let place = 0; place <= SIZE - size; place++) {
      bytes.fill(0);
      bytes.set(needle, place);
      const at = bytes.byteOffset + place;
      const last = bytes.byteOffset + SIZE - size;
      expect(search?.(bytes.byteOffset, last)).toBe(at);
      if (last - at >= PLACES) expect(search?.(at + 1, last)).toBe(-1);
      if (place >= PLACES) expect(search?.(bytes.byteOffset, at - 1)).toBe(-1);
    }
  }
});

test("there is none where the bytes stand in no memory of ours", () => {
  expect(compileSearch(new ArrayBuffer(1000), Uint8Array.of(1), [0, 0])).toBeUndefined();
});
