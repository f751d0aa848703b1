import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { builtin } from "../../dissectors/index.ts";
import { normalizeCraftInput } from "../../src/backends/craft-input.ts";
import { type CraftValidator, createCraftValidator } from "../../src/backends/craft-validate.ts";
import { craftSchema } from "../../src/backends/json-schema.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { canGenerate } from "../../src/codegen/function.ts";
import { builtinValidator } from "../../src/craft/generated/validators/index.ts";
import { CraftError } from "../../src/errors.ts";
import type { Layout } from "../../src/ir/nodes.ts";
import { headerArbitrary } from "../../src/testing/index.ts";
import { layouts, serializerOf } from "./serializer-support.ts";

const tables = new Map(builtin.flatMap((dissector) => Object.entries(dissector.enums ?? {})));
const deps = { layout: (id: string) => layouts.get(id), strings: (name: string) => tables.get(name) };
function layoutOf(id: string): Layout {
  const layout = layouts.get(id);
  if (layout === undefined) throw new RangeError(id);
  return layout;
}
const write = (id: string, input: unknown): string =>
  toHex(serializerOf(id).serialize(normalizeCraftInput(layoutOf(id), input, deps)));

describe("input as JSON has it", () => {
  test.each<[string, unknown, string]>([
    [
      "mptcp.mpCapable",
      { variant: "ack", senderKey: "0x1122334455667788", receiverKey: "1" },
      "1e1401011122334455667788" + "0000000000000001",
    ],
    [
      "mptcp.mpJoin",
      { variant: "ack", hmac: "ac8d99ad23e691239ad2360f6597c43c97209f8e" },
      "1e181000ac8d99ad23e691239ad2360f6597c43c97209f8e",
    ],
    ["mptcp.mpTcprst", { reason: "Lack of resources" }, "1e048002"],
    ["mptcp.mpTcprst", { reason: "0x02" }, "1e048002"],
    ["tcp.sack", { blocks: [{ left: 1, right: "0x10" }] }, "050a00000001" + "00000010"],
  ])("%s %j", (id, input, bytes) => {
    expect(write(id, input)).toBe(bytes);
  });
  test("options in a header", () => {
    const options = [
      "tcp.nop",
      { id: "tcp.mss", value: { mss: "0x5b4" } },
      { id: "padding", raw: "00:00 00" },
    ];
    expect(write("tcp", { sourcePort: 1, destinationPort: 2, options }).slice(40)).toBe("01020405b4000000");
  });
  test.each<[string, unknown, string]>([
    ["mptcp.mpTcprst", { reason: "Bad luck" }, "bad-type mptcp.mpTcprst.reason"],
    ["mptcp.mpJoin", { variant: "ack", hmac: "xyz" }, "bad-type mptcp.mpJoin.hmac"],
    ["tcp", { options: [{ id: "tcp.mss", value: { mss: "many" } }] }, "bad-type tcp.options[0](tcp.mss).mss"],
    ["tcp", [], "bad-type tcp"],
  ])("%s %j is refused", (id, input, expected) => {
    const refused = expect.objectContaining({ code: expected.split(" ")[0], path: expected.split(" ")[1] });
    expect(() => normalizeCraftInput(layoutOf(id), input, deps)).toThrow(refused);
  });
});

describe("schemas", () => {
  const writable = [...layouts.values()].filter((layout) => layout.role !== "metadata");
  test.skipIf(!canGenerate()).each(writable.map((layout) => [layout.id, layout] as const))(
    "%s is a valid JSON Schema",
    (_id, layout) => {
      const ajv = new Ajv2020({ strict: true, strictRequired: false });
      expect(() => ajv.compile(craftSchema(layout, deps))).not.toThrow();
    },
  );
});

const compiled = createCraftValidator(deps);
const standalone = createCraftValidator(deps, builtinValidator);

/** Code of the package needs no eval; what is compiled at run time does. */
const ways = [
  ["standalone", standalone] as const,
  ...(canGenerate() ? [["compiled", compiled] as const] : []),
];
describe.each(ways)("validation, %s", (_way, validate) => {
  test.each<[string, unknown, string]>([
    ["tcp.mss", { mss: 70000 }, "out-of-range tcp.mss.mss wants 0 to 65535, given 70000"],
    ["tcp.mss", { mss: true }, "bad-type tcp.mss.mss wants 0 to 65535, given true"],
    ["tcp.mss", {}, "missing-field tcp.mss.mss is not given and has no default"],
    [
      "tcp.mss",
      { mss: 1, msss: 2 },
      "unknown-field tcp.mss.msss there is no such field; there are kind, length, mss",
    ],
    [
      "mptcp.addAddr",
      { addressId: 1, address: "10.0.0.256" },
      'bad-type mptcp.addAddr.address wants an IPv4 address, or an IPv6 address, given "10.0.0.256"',
    ],
    [
      "mptcp.mpFail",
      { dataSequenceNumber: "0x11223344556677889" },
      'mptcp.mpFail.dataSequenceNumber wants an integer of 64 bits, as "0x…" or decimal text',
    ],
    [
      "tcp.sack",
      { blocks: [{ left: 1, right: -1 }] },
      "out-of-range tcp.sack.blocks[0].right wants 0 to 4294967295, given -1",
    ],
    [
      "mptcp.mpJoin",
      { variant: "syn", hmac: "00" },
      "unknown-field mptcp.mpJoin.hmac the form that is named has no such field",
    ],
    ["mptcp.mpJoin", { variant: "sin" }, "bad-input mptcp.mpJoin.variant wants one of"],
    [
      "tcp",
      { sourcePort: 1, destinationPort: 2, options: [{ id: "tcp.mss", value: { mss: -1 } }] },
      "out-of-range tcp.options[0](tcp.mss).mss",
    ],
  ])("%s %j", async (id, input, expected) => {
    try {
      await validate(layoutOf(id), input);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof CraftError)) throw error;
      expect(`${error.code} ${error.message.replace(`${error.path}:`, error.path)}`).toContain(expected);
    }
  });
  test("bigints and bytes pass as they are", async () => {
    const input = { variant: "synAck", senderKey: 1n << 63n };
    await expect(validate(layoutOf("mptcp.mpCapable"), input)).resolves.toBeUndefined();
  });
});

describe.skipIf(!canGenerate())("the package's own validators say what ajv says", () => {
  const outcome = async (validate: CraftValidator, layout: Layout, input: unknown): Promise<string> => {
    try {
      await validate(layout, input);
      return "fits";
    } catch (error) {
      if (error instanceof CraftError) return `${error.code} ${error.message}`;
      throw error;
    }
  };
  const junk = fc.constantFrom<unknown>(
    null,
    -1,
    0.5,
    2 ** 33,
    true,
    "",
    "0x1",
    "x",
    "1.2.3.4",
    [],
    {},
    [{}],
    [1],
    7n,
  );
  const spoilt = (value: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> =>
    fc
      .tuple(fc.constantFrom(...Object.keys(value), "nothing", "variant"), junk)
      .map(([name, other]) => ({ ...value, [name]: other }));
  const writable = [...layouts.values()].filter(({ role }) => role === "option" || role === "header");
  test.each(writable.map((layout) => [layout.id, layout] as const))("%s", async (id, layout) => {
    const values = headerArbitrary(id);
    await fc.assert(
      fc.asyncProperty(fc.oneof(values, values.chain(spoilt)), async (value) => {
        expect(await outcome(standalone, layout, value)).toBe(await outcome(compiled, layout, value));
      }),
      { numRuns: 40 },
    );
  });
});

test("every built-in schema has one", async () => {
  for (const { id, role } of layouts.values())
    expect(typeof (await builtinValidator(id)), id).toBe(role === "metadata" ? "undefined" : "function");
});
