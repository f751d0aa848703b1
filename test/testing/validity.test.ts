/** Legal, odd and malformed: what is generated is what was asked for, and so is everything that it shrinks to. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { builtin } from "../../dissectors/index.ts";
import { createEngine, type LayerInput, type ParsedOption } from "../../src/index.ts";
import {
  optionArbitrary,
  optionAreaArbitrary,
  packetArbitrary,
  type Validity,
} from "../../src/testing/index.ts";

const engine = createEngine();
const layouts = builtin
  .flatMap((dissector) => dissector.layouts ?? [])
  .filter(({ role, id }) => role === "option" && /^(tcp|mptcp)\./.test(id));

/** All values that the generator gives and, as every one of them "fails", that it shrinks them to. */
function everything<T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] {
  const seen: T[] = [];
  for (let seed = 1; seed <= numRuns; seed++) {
    const property = fc.property(arbitrary, (value) => {
      seen.push(value);
      return false;
    });
    fc.check(property, { seed, numRuns: 1 });
  }
  return seen;
}

function severities(bytes: Uint8Array): string[] {
  return engine.parseOptions(bytes).flatMap(({ problems = [] }) => problems.map(({ severity }) => severity));
}

/** Reserved bits are a note; all else is worse. */
function isValid(bytes: Uint8Array, validity: Validity): boolean {
  const found = severities(bytes);
  if (validity === "legal") return found.length === 0;
  if (validity === "odd") return found.every((severity) => severity === "note");
  return found.length > 0;
}

const VALIDITIES = ["legal", "odd", "malformed"] as const;

describe.each(VALIDITIES)("%s", (validity) => {
  test("options, and what they shrink to", () => {
    for (const { id, single } of layouts) {
      if (single && validity === "malformed") continue;
      for (const option of everything(optionArbitrary(id, { validity }), 8)) {
        const bytes = engine.serializeOptions([option]);
        expect(isValid(bytes, validity), `${id} ${Buffer.from(bytes).toString("hex")}`).toBe(true);
      }
    }
  });

  test("areas, and what they shrink to", () => {
    const sizes = everything(optionAreaArbitrary({ validity }), 60).map((area) => {
      const bytes = engine.serializeOptions(area);
      expect(bytes.length).toBeLessThanOrEqual(40);
      expect(isValid(bytes, validity), Buffer.from(bytes).toString("hex")).toBe(true);
      return bytes.length;
    });
    expect(sizes.length).toBeGreaterThan(60);
  });

  test("packets, and what they shrink to", () => {
    const check = (layers: readonly LayerInput[]): void => {
      const data = engine.craft(layers);
      const size = data.length;
      const frame = {
        data,
        number: 1,
        timestamp: 0n,
        capturedLength: size,
        originalLength: size,
        linkType: 1,
      };
      const { problems } = engine.dissect(frame, { verifyChecksums: true });
      const worse = problems.filter(({ severity }) => severity !== "note");
      if (validity === "legal") expect(problems, Buffer.from(data).toString("hex")).toEqual([]);
      else if (validity === "odd") expect(worse, Buffer.from(data).toString("hex")).toEqual([]);
      else expect(problems.length, Buffer.from(data).toString("hex")).toBeGreaterThan(0);
    };
    for (const layers of everything(packetArbitrary({ validity }), 40)) check(layers);
  });
});

test("odd areas are odd: reserved bits, unknown kinds, options that come twice, an end with padding", () => {
  const areas = fc.sample(optionAreaArbitrary({ validity: "odd" }), { numRuns: 300, seed: 1 });
  const has = (test: (area: readonly ParsedOption[]) => boolean): boolean => areas.some(test);
  const ids = (area: readonly ParsedOption[]): string[] =>
    area.map(({ id }) => id).filter((id) => id !== "tcp.nop");
  expect(has((area) => severities(engine.serializeOptions(area)).includes("note"))).toBe(true);
  expect(has((area) => ids(area).includes("tcp.option"))).toBe(true);
  expect(has((area) => new Set(ids(area)).size < ids(area).length)).toBe(true);
  expect(has((area) => ids(area).includes("padding"))).toBe(true);
});

test("options for a segment's flags", () => {
  const problems = fc
    .sample(optionAreaArbitrary({ validity: "legal", tcpFlags: 0x02 }), { numRuns: 200, seed: 1 })
    .flatMap((area) => engine.parseOptions(engine.serializeOptions(area), { tcpFlags: 0x02 }))
    .flatMap((option) => option.problems ?? []);
  expect(problems).toEqual([]);
});
