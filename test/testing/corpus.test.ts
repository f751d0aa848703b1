/** The corpus of forms and faults: names, and what the parser says of them. */
import { describe, expect, test } from "vitest";
import { SEEDS } from "../../src/craft/corpus-seeds.ts";
import { createCraftInput } from "../../src/craft/input.ts";
import { makeCorpus } from "../../src/testing/index.ts";

describe("corpus", async () => {
  const entries = makeCorpus(await createCraftInput().options(SEEDS));

  test("names are unique and fit file names; areas fit a header", () => {
    expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
    for (const { name, bytes } of entries) {
      expect(name).toMatch(/^[A-Za-z0-9.-]+$/);
      expect(bytes.length).toBeLessThanOrEqual(40);
    }
  });

  test("legal options have no problems, lying lengths have one", () => {
    const codes = (fault: string): readonly string[] => [
      ...new Set(entries.filter((entry) => entry.fault === fault).flatMap((entry) => entry.problems)),
    ];
    expect(codes("none")).toEqual([]);
    for (const fault of ["length-0", "length-1", "past-the-header", "length-over-data", "cut"])
      expect(codes(fault)).toEqual(["malformed"]);
    const reserved = entries.filter(({ fault }) => fault.startsWith("reserved-bits"));
    expect(new Set(reserved.flatMap(({ problems }) => problems))).toEqual(new Set(["reserved-set"]));
    expect(codes("wrong-context")).toEqual(["wrong-context"]);
  });

  test("every MPTCP subtype of RFC 8684 is there", () => {
    const subtypes = new Set(
      entries
        .filter(({ fault, bytes }) => fault === "none" && bytes[0] === 30)
        .map(({ bytes }) => (bytes[2] ?? 0) >> 4),
    );
    expect([...subtypes].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
