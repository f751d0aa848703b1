import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { builtin } from "../../dissectors/index.ts";
import { createCraftValidator, normalizeCraftInput } from "../../src/backends/craft-input.ts";
import { craftSchema } from "../../src/backends/json-schema.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { canGenerate } from "../../src/codegen/function.ts";
import { CraftError } from "../../src/errors.ts";
import type { Layout } from "../../src/ir/nodes.ts";
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

describe.skipIf(!canGenerate())("validation", () => {
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
    const validate = await createCraftValidator(layoutOf(id), deps);
    try {
      validate(input);
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof CraftError)) throw error;
      expect(`${error.code} ${error.message.replace(`${error.path}:`, error.path)}`).toContain(expected);
    }
  });
  test("bigints and bytes pass as they are", async () => {
    const validate = await createCraftValidator(layoutOf("mptcp.mpCapable"), deps);
    expect(() => validate({ variant: "synAck", senderKey: 1n << 63n })).not.toThrow();
  });
});
