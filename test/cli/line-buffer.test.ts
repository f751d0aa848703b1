/** Lines are the text that strings would be. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { LineBuffer } from "../../src/cli/line-buffer.ts";

const textOf = (lines: LineBuffer): string => Buffer.concat(lines.take()).toString();

test("whole numbers", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.maxSafeNat(), fc.nat(), fc.nat(20_000), fc.constantFrom(99_999_999, 1e8, 1e16 / 2)),
      ),
      (numbers) => {
        const lines = new LineBuffer();
        for (const number of numbers) {
          lines.whole(number);
          lines.end();
        }
        expect(textOf(lines)).toBe(numbers.map((number) => `${number}\n`).join(""));
      },
    ),
    { numRuns: 2000 },
  );
});

test("numbers of 64 bits", () => {
  const bits = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.constantFrom(0n, 2n ** 53n, 2n ** 64n - 1n, 10n ** 16n, 10n ** 19n),
  );
  fc.assert(
    fc.property(fc.array(bits), (numbers) => {
      const lines = new LineBuffer();
      for (const number of numbers) lines.wide(Number(number >> 32n) | 0, Number(number & 0xffff_ffffn) | 0);
      expect(textOf(lines)).toBe(numbers.join(""));
    }),
    { numRuns: 2000 },
  );
});

test("addresses", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 4, maxLength: 4 })), (addresses) => {
      const lines = new LineBuffer();
      for (const address of addresses) lines.quad(Buffer.from(address).readInt32BE());
      expect(textOf(lines)).toBe(addresses.map((address) => address.join(".")).join(""));
    }),
    { numRuns: 500 },
  );
});

test("texts of any length and letters, in chunks", () => {
  const word = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ minLength: 20, maxLength: 5000 }),
    fc.constant("é".repeat(32)),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), fc.nat(3000), (words, before) => {
      const lines = new LineBuffer();
      // The end of a chunk falls anywhere.
      for (let count = 0; count < before; count++) lines.text("0123456789012345678901");
      for (const one of words) {
        lines.text(one);
        lines.quad(0xc0_00_02_01 | 0);
        lines.end();
      }
      const expected =
        "0123456789012345678901".repeat(before) + words.map((one) => `${one}192.0.2.1\n`).join("");
      expect(textOf(lines)).toBe(Buffer.from(expected).toString());
    }),
    { numRuns: 300 },
  );
});
