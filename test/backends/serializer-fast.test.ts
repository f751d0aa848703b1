import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSerializer } from "../../src/backends/serializer.ts";
import { createFastWriter } from "../../src/backends/serializer-fast.ts";
import { envelopesOf, planVariant } from "../../src/backends/serializer-form.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { canGenerate } from "../../src/codegen/function.ts";
import type { Layout } from "../../src/ir/nodes.ts";
import { valueArbitrary } from "../../src/testing/index.ts";
import { deps, layouts } from "./serializer-support.ts";

const find = (id: string): Layout | undefined => layouts.get(id);
const options = [...layouts.values()].filter((layout) => layout.role === "option");

function pairOf(layout: Layout) {
  const around = envelopesOf(layout, find);
  const made = createFastWriter(
    layout,
    layout.variants.map((variant) => planVariant(layout, variant, around)),
  );
  return { fast: made?.run, slow: createSerializer(layout, { ...deps, generation: "never" }) };
}

/** Values that are nearly right: one property is something else, is gone, or is too much. */
const spoil = (value: Readonly<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> => {
  const junk = fc.constantFrom<unknown>(
    undefined,
    null,
    -1,
    -0,
    0.5,
    256,
    65536,
    2 ** 32,
    2 ** 53,
    Number.NaN,
    1n,
    -1n,
    1n << 64n,
    1n << 32n,
    true,
    false,
    "",
    "1",
    "1.2.3.4",
    "::",
    [],
    {},
    [{}],
    [1],
    new Uint8Array(3),
    Symbol.iterator,
  );
  const names = [...Object.keys(value), "kind", "length", "variant", "nothing"];
  return fc.tuple(fc.constantFrom(...names), junk).map(([name, other]) => ({ ...value, [name]: other }));
};

describe.skipIf(!canGenerate()).each(options.map((layout) => [layout.id, layout] as const))(
  "%s",
  (id, layout) => {
    test("is written as by the interpreter, or not at all", () => {
      const { fast, slow } = pairOf(layout);
      const values = valueArbitrary(id);
      fc.assert(
        fc.property(fc.oneof(values, values.chain(spoil)), (value) => {
          const bytes = fast?.(value);
          if (bytes !== undefined) expect(toHex(bytes)).toBe(toHex(slow.serialize(value)));
        }),
        { numRuns: 300 },
      );
    });
  },
);

describe.skipIf(!canGenerate())("the plain case is generated", () => {
  const plain = [
    "tcp.mss",
    "tcp.timestamps",
    "tcp.sack",
    "tcp.windowScale",
    "mptcp.dss",
    "mptcp.addAddr",
    "mptcp.mpCapable",
    "mptcp.mpJoin",
    "mptcp.removeAddr",
    "mptcp.mpPrio",
    "mptcp.mpFail",
    "mptcp.mpFastclose",
    "mptcp.mpTcprst",
  ];
  test.each(plain)("%s", (id) => {
    const layout = layouts.get(id);
    const fast = layout === undefined ? undefined : pairOf(layout).fast;
    let written = 0;
    fc.assert(
      fc.property(valueArbitrary(id), (value) => {
        if (fast?.(value) !== undefined) written++;
      }),
      { numRuns: 200 },
    );
    expect(written).toBeGreaterThan(190);
  });
  test("inherited properties are none", () => {
    const layout = layouts.get("tcp.mss");
    const fast = layout === undefined ? undefined : pairOf(layout).fast;
    expect(fast?.(Object.create({ mss: 1460 }))).toBeUndefined();
  });
});
