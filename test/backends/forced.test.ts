/** What is forced comes out as asked, wrong or not, and nothing else changes: every integer and flag of every schema. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBits, reverseBytes } from "../../src/bytes/bits.ts";
import { toHex } from "../../src/bytes/hex.ts";
import { createCraftInput } from "../../src/craft/input.ts";
import type { FieldNode, TreeNode } from "../../src/ir/tree.ts";
import { headerArbitrary } from "../../src/testing/index.ts";
import { layouts, readNodes, serializerOf } from "./serializer-support.ts";

/** Integers and flags of a form, without those in lists and options. */
function leaves(nodes: readonly TreeNode[]): readonly FieldNode[] {
  return nodes.flatMap((node) => {
    if (node.kind !== "field") return [];
    if (node.ir.kind === "group") return leaves(node.children);
    return node.ir.kind === "uint" || node.ir.kind === "flag" ? [node] : [];
  });
}

/** The field's bits, as they are numbered on the wire. */
function raw(data: Uint8Array, { ir, bitOffset, bitLength }: FieldNode): bigint {
  if (ir.kind !== "uint" || ir.endian === "big") return readBits(data, bitOffset, bitLength);
  return readBits(reverseBytes(data.slice(bitOffset / 8, (bitOffset + bitLength) / 8)), 0, bitLength);
}

/** All other bits; checksums over the header follow the rest. */
function rest(data: Uint8Array, forced: FieldNode, all: readonly FieldNode[]): string {
  const copy = data.slice();
  const sums = all.filter(({ ir }) => ir.kind === "uint" && ir.compute?.kind === "checksum");
  for (const { bitOffset, bitLength } of [forced, ...sums])
    for (let bit = bitOffset; bit < bitOffset + bitLength; bit++)
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) & ~(0x80 >> (bit & 7));
  return toHex(copy);
}

/** Of bytes alone there is nothing to force. */
const schemas = [...layouts.values()].filter(
  ({ role, id }) => (role === "option" || role === "header") && id !== "data" && id !== "raw",
);

test.each(schemas.map(({ id }) => id))("%s", (id) => {
  const serializer = serializerOf(id);
  let forcedFields = 0;
  fc.assert(
    fc.property(headerArbitrary(id), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value, dice) => {
      const { options: _, ...plain } = value;
      const legal = serializer.serialize(plain);
      const nodes = leaves(readNodes(id, legal)?.nodes ?? []);
      for (const node of nodes) {
        const { ir, bitLength } = node;
        const bits = BigInt.asUintN(bitLength, dice);
        const signed = ir.kind === "uint" && ir.signed ? BigInt.asIntN(bitLength, bits) : bits;
        const given =
          ir.kind === "uint"
            ? ir.wide
              ? signed * BigInt(ir.scale) + BigInt(ir.bias)
              : Number(signed) * ir.scale + ir.bias
            : bits === 1n;
        const wrong = serializer.serialize(plain, { fix: { [ir.name]: given } });
        expect(raw(wrong, node), `${ir.name} = ${given} in ${toHex(legal)}`).toBe(bits);
        expect(rest(wrong, node, nodes), ir.name).toBe(rest(legal, node, nodes));
        forcedFields++;
      }
    }),
    { numRuns: 25 },
  );
  expect(forcedFields).toBeGreaterThan(0);
});

describe("raw", () => {
  const input = createCraftInput();
  test("is written as it is, under any id, also inside a packet", async () => {
    for (const { id, role } of layouts.values()) {
      if (role !== "option") continue;
      expect(toHex((await input.option({ id, raw: "1e 00 ff" })).bytes)).toBe("1e00ff");
    }
    const packet = await input.packet([
      { id: "ipv4", raw: "45" },
      {
        id: "tcp",
        value: { sourcePort: 1, destinationPort: 2, options: [{ id: "tcp.mss", raw: "0203ff" }] },
      },
    ]);
    expect(toHex(packet.subarray(0, 1))).toBe("45");
    expect(toHex(packet.subarray(21))).toBe("0203ff01");
  });
});
