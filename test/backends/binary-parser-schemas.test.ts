import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { builtin } from "../../dissectors/index.ts";
import { createObjectParser } from "../../src/backends/binary-parser.ts";
import { readFields } from "../../src/backends/interpret.ts";
import { toValue } from "../../src/backends/node-values.ts";
import { selectVariant } from "../../src/backends/select.ts";
import { writeBits } from "../../src/bytes/bits.ts";
import type { Layout } from "../../src/ir/nodes.ts";

/** What the interpreter makes of the bytes, where they are wholly as declared. */
function interpret(of: Layout, data: Uint8Array, version: number | undefined): unknown {
  const header = of.role === "header";
  const form = selectVariant(of, data, 0, data.length, header ? undefined : data.length, version);
  if (form === undefined) return undefined;
  const read = readFields(form.fields, {
    data,
    start: 0,
    end: data.length,
    layer: of.id,
    layerNumber: () => 1,
    headerLength: of.headerLength,
  });
  if (!read.complete || (!header && read.end !== data.length)) return undefined;
  return toValue(read.nodes, (node) => node.value, form.name);
}

/** Bytes of which many are small, as lengths and counts are. */
const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 0, 1, 4, 8, 12));

/** What chance does not hit: PKTAP's length of 108, a little-endian u32. */
const OPENINGS: Readonly<Record<string, readonly number[]>> = { pktap: [108, 0, 0, 0] };

/** Bytes of a legal length with the bits that choose a form; everything else is random. */
function arbitraryBytes(of: Layout): fc.Arbitrary<Uint8Array> {
  const byForm = of.variants.map((form) => {
    const lengths = form.lengths.map(([low, high]) => fc.integer({ min: low, max: Math.min(high, 60) }));
    const length = lengths.length === 0 ? fc.integer({ min: 0, max: 150 }) : fc.oneof(...lengths);
    return fc.tuple(length, fc.infiniteStream(byte), fc.nat()).map(([count, stream, pick]) => {
      const data = Uint8Array.from({ length: count }, () => stream.next().value ?? 0);
      data.set((OPENINGS[of.id] ?? []).slice(0, count));
      for (const { bitOffset, bits, ranges } of form.where) {
        const [low] = ranges[pick % ranges.length] ?? [0];
        if (bitOffset + bits <= count * 8) writeBits(data, bitOffset, bits, BigInt(low));
      }
      return data;
    });
  });
  return fc.oneof(...byForm);
}

const layouts = builtin
  .flatMap((dissector) => dissector.layouts ?? [])
  .filter((of) => of.role !== "metadata" && of.variants.length > 0);

describe("law: objects of the built-in schemas equal the interpreter's", () => {
  test.each(layouts)("$id", (of) => {
    const parser = createObjectParser(of);
    let read = 0;
    const version = fc.constantFrom(undefined, 0, 1);
    fc.assert(
      fc.property(arbitraryBytes(of), version, (data, known) => {
        const result = parser.parse(data, 0, data.length, known);
        const expected = interpret(of, data, known);
        if (result.ok) {
          read++;
          expect(result.value).toStrictEqual(expected);
          expect(Object.keys(result.value)).toEqual(Object.keys(expected as object));
        } else if (expected !== undefined) {
          // Left to the interpreter: lengths below zero, and headers that go on behind their fields.
          const reasons = of.role === "header" ? ["malformed", "trailing-bytes"] : ["malformed"];
          expect(reasons).toContain(result.refusal.reason);
        }
      }),
      { numRuns: 400 },
    );
    expect(read).toBeGreaterThan(0);
  });
});
