import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createSerializer,
  type PayloadContext,
  type SerializeHow,
  type Serializer,
} from "../../src/backends/serializer.ts";
import { createFastWriter } from "../../src/backends/serializer-fast.ts";
import { envelopesOf, planVariant } from "../../src/backends/serializer-form.ts";
import { createFormPicker } from "../../src/backends/serializer-pick.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { canGenerate } from "../../src/codegen/function.ts";
import { CraftError } from "../../src/errors.ts";
import type { Layout } from "../../src/ir/nodes.ts";
import { headerArbitrary } from "../../src/testing/index.ts";
import { deps, layouts } from "./serializer-support.ts";

const find = (id: string): Layout | undefined => layouts.get(id);
const all = [...layouts.values()].filter(({ role }) => role === "option" || role === "header");

const warm = 10;

/** The writer that generates code, warmed up, and the one that never does. */
function pairOf(layout: Layout) {
  const generated = createSerializer(layout, deps);
  const slow = createSerializer(layout, { ...deps, generation: "never" });
  for (let i = 0; i < warm; i++) outcome(generated, {}, {});
  return { generated, slow };
}

/** How many of the values are written by generated code alone. */
function fastOf(
  layout: Layout,
): (value: Readonly<Record<string, unknown>>, context?: PayloadContext) => boolean {
  const around = envelopesOf(layout, find);
  const plans = layout.variants.map((variant) => planVariant(layout, variant, around));
  const fast = createFastWriter(layout, plans, deps.writeOptions)?.run;
  const pick = createFormPicker(plans);
  return (value, context) => fast?.(value, pick(value, context?.nextKey).form, context) !== undefined;
}

function outcome(
  serializer: Serializer,
  value: Readonly<Record<string, unknown>>,
  how: SerializeHow,
): string {
  try {
    return toHex(serializer.serialize(value, how));
  } catch (error) {
    if (error instanceof CraftError) return `${error.code} ${error.message}`;
    throw error;
  }
}

/** Without its form's name, or without some of its fields: they are derived, or missed. */
const thinned = (value: Readonly<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> =>
  fc.subarray(Object.keys(value)).map((left) => Object.fromEntries(left.map((name) => [name, value[name]])));
const unnamed = (value: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== "variant"));

const contexts: fc.Arbitrary<PayloadContext | undefined> = fc.option(
  fc.record({
    payload: fc.uint8Array({ maxLength: 40 }),
    nextKey: fc.constantFrom(undefined, 6, 17, 0x0800, 0x86dd, 3, 1400),
    pseudoHeader: fc.constantFrom(undefined, new Uint8Array(12).fill(7), (bytes: number) =>
      new Uint8Array(12).fill(bytes),
    ),
  }),
  { nil: undefined },
);

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

describe.skipIf(!canGenerate()).each(all.map((layout) => [layout.id, layout] as const))(
  "%s",
  (id, layout) => {
    test("is written as by the interpreter, and refused as by it", () => {
      const { generated, slow } = pairOf(layout);
      const values = headerArbitrary(id);
      const any = fc.oneof(values, values.map(unnamed), values.chain(spoil), values.chain(thinned));
      fc.assert(
        fc.property(any, contexts, (value, context) => {
          const how = layout.role === "header" ? { context } : {};
          expect(outcome(generated, value, how)).toBe(outcome(slow, value, how));
        }),
        { numRuns: 200 },
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
    "ethernet",
    "vlan",
    "ipv4",
    "ipv6",
    "tcp",
    "udp",
  ];
  const context = { payload: new Uint8Array(8), nextKey: 0x0800, pseudoHeader: new Uint8Array(12) };
  test.each(plain)("%s", (id) => {
    const layout = layouts.get(id);
    const isFast = layout === undefined ? undefined : fastOf(layout);
    let written = 0;
    let runs = 0;
    fc.assert(
      fc.property(headerArbitrary(id, { illegal: false }), (value) => {
        // The length form of Ethernet frames names no next layer.
        if (value["variant"] === "ieee8023") return;
        runs++;
        if (isFast?.(value, { ...context, nextKey: id.startsWith("ip") ? 6 : 0x0800 })) written++;
      }),
      { numRuns: 200 },
    );
    expect(written).toBeGreaterThan(runs * 0.95);
  });
  test.each([
    ["mptcp.mpCapable", { version: 1, checksumRequired: true }],
    ["mptcp.mpCapable", { version: 1, senderKey: 1n }],
    ["mptcp.mpJoin", { token: 1, nonce: 2, addressId: 3 }],
    [
      "mptcp.dss",
      { dataAck: 1n, dataSequenceNumber: 2n ** 40n, subflowSequenceNumber: 1, dataLevelLength: 5 },
    ],
    [
      "tcp",
      { sourcePort: 1, destinationPort: 2, syn: true, options: [{ id: "tcp.mss", value: { mss: 1460 } }] },
    ],
    ["ipv4", { source: "192.0.2.1", destination: "192.0.2.2" }],
    ["ethernet", { source: "02:00:00:00:00:01", destination: "02:00:00:00:00:02" }],
  ])("%s, as people write it", (id, value) => {
    const layout = layouts.get(id);
    expect(
      layout !== undefined && fastOf(layout)(value, { ...context, nextKey: id === "ipv4" ? 6 : 0x0800 }),
    ).toBe(true);
  });
  test("inherited properties are none", () => {
    const layout = layouts.get("tcp.mss");
    expect(layout !== undefined && fastOf(layout)(Object.create({ mss: 1460 }))).toBe(false);
  });
});
