/** Text that is written in place is the text that is made as a string. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Base, FieldType, RawValue } from "../../src/ir/fields.ts";
import { formatDisplay, jsonFormatter, type ValueFormat } from "../../src/ir/format.ts";
import { displayPutter, jsonPutter, PUT_ROOM } from "../../src/ir/format-bytes.ts";

const type = fc.constantFrom<FieldType>(
  ...(["FT_BOOLEAN", "FT_UINT8", "FT_UINT16", "FT_UINT24", "FT_UINT32", "FT_UINT64", "FT_INT8"] as const),
  ...(["FT_INT32", "FT_FRAMENUM", "FT_RELATIVE_TIME", "FT_ABSOLUTE_TIME", "FT_STRING", "FT_CHAR"] as const),
);
const base = fc.constantFrom<Base>("none", "dec", "hex", "oct", "dec_hex", "hex_dec", "port");
const width = fc.integer({ min: 1, max: 32 });
const value = fc.oneof<fc.Arbitrary<RawValue>[]>(
  fc.boolean(),
  fc.nat(),
  fc.integer({ min: -(2 ** 33), max: 2 ** 33 }),
  fc.maxSafeInteger(),
  fc.tuple(fc.nat(53), fc.integer({ min: -1, max: 1 })).map(([power, off]) => 2 ** power + off),
  fc.tuple(fc.nat(15), fc.integer({ min: -1, max: 1 })).map(([power, off]) => 10 ** power + off),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }),
  fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
);

describe("text in place", () => {
  it("is that of a string", () => {
    let written = 0;
    fc.assert(
      fc.property(
        fc.record<ValueFormat>({ type, base, bits: width }, { requiredKeys: ["type", "base"] }),
        value,
        (format, one) => {
          const room = new Uint8Array(PUT_ROOM);
          for (const [put, text] of [
            [jsonPutter(format), jsonFormatter(format)],
            [displayPutter(format), (shown: RawValue): string => formatDisplay(format, shown)],
          ] as const) {
            const size = put?.(one, room) ?? -1;
            if (size < 0) continue;
            written++;
            expect(Buffer.from(room.subarray(0, size)).toString("latin1")).toBe(text(one));
          }
        },
      ),
      { numRuns: 20_000 },
    );
    expect(written).toBeGreaterThan(2000);
  });

  it("is written where it is usual", () => {
    const room = new Uint8Array(PUT_ROOM);
    expect(jsonPutter({ type: "FT_UINT32", base: "dec" })?.(0xffff_ffff, room)).toBe(10);
    expect(jsonPutter({ type: "FT_UINT16", base: "hex" })?.(0x1a, room)).toBe(6);
    expect(jsonPutter({ type: "FT_RELATIVE_TIME", base: "none" })?.(-1n, room)).toBe(12);
    expect(jsonPutter({ type: "FT_STRING", base: "none" })).toBeUndefined();
  });
});
