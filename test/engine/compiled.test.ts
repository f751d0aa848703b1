/** Where code may be generated, `parse` never falls back to the interpreter. */
import { describe, expect, it, vi } from "vitest";
import { builtin } from "../../dissectors/index.ts";
import { readFields } from "../../src/backends/interpret.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { canGenerate } from "../../src/codegen/function.ts";
import { createEngine } from "../../src/default-engine.ts";
import { vectorCases } from "../vector-cases.ts";

vi.mock(import("../../src/backends/interpret.ts"), async (original) => {
  const real = await original();
  return { ...real, readFields: vi.fn(real.readFields) };
});

const engine = createEngine();
const illegal = new Set(
  builtin
    .flatMap((dissector) => dissector.layouts ?? [])
    .flatMap((layout) =>
      layout.variants
        .filter((variant) => variant.illegal !== undefined)
        .map((variant) => `${layout.id} ${variant.name}`),
    ),
);

describe.skipIf(!canGenerate())("parse", () => {
  // A form that is illegal, or reserved bits that are set, make the interpreter look for the place of the problem.
  const cases = vectorCases().filter(
    ({ id, vector }) => id !== "frame" && !illegal.has(`${id} ${vector.variant ?? ""}`),
  );
  it.each(cases)("reads $id, $vector.name, by binary-parser", ({ id, vector }) => {
    const spy = vi.mocked(readFields);
    spy.mockClear();
    const parsed = engine.parse(id, fromHex(vector.hex) ?? new Uint8Array(0));
    expect(parsed.ok).toBe(true);
    if (parsed.problems.length === 0) expect(spy).not.toHaveBeenCalled();
  });
});
