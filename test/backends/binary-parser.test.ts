import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createObjectParser, isAvailable, type ObjectResult } from "../../src/backends/binary-parser.ts";
import { readFields } from "../../src/backends/interpret.ts";
import { toValue } from "../../src/backends/node-values.ts";
import { selectVariant } from "../../src/backends/select.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import type { FieldIR, Layout, UintField } from "../../src/ir/nodes.ts";
import {
  addAddr,
  address,
  bytes,
  dss,
  fixed,
  flag,
  group,
  ipv4,
  layout,
  options,
  repeat,
  rest,
  sack,
  uint,
  variant,
  when,
} from "./fixtures.ts";

const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array();

function parse(of: Layout, text: string): unknown {
  const result = createObjectParser(of).parse(hex(text));
  return result.ok ? result.value : result.refusal.reason;
}

/** What the interpreter makes of the bytes, where they are wholly as declared. */
function interpret(of: Layout, data: Uint8Array, start: number, end: number, version?: number): unknown {
  const header = of.role === "header";
  const form = selectVariant(of, data, start, end, header ? undefined : end - start, version);
  if (form === undefined) return undefined;
  const input = { data, start, end, layer: of.id, layerNumber: () => 1, headerLength: of.headerLength };
  const read = readFields(form.fields, input);
  if (!read.complete || (!header && read.end !== end)) return undefined;
  return toValue(read.nodes, (node) => node.value, form.name);
}

describe("values", () => {
  test("DSS with 4-byte data ACK and 8-byte DSN, checksum by what is left", () => {
    expect(parse(dss, "1e1820 0d 00000001 0000000000000002 00000003 0004 abcd")).toEqual({
      kind: 30,
      length: 24,
      subtype: 2,
      reserved: 0,
      dataFin: false,
      dsn8: true,
      dsnPresent: true,
      ack8: false,
      ackPresent: true,
      dataAck: 1n,
      dataSequenceNumber: 2n,
      subflowSequenceNumber: 3,
      dataLevelLength: 4,
      checksum: 0xabcd,
    });
  });

  test("keys stand in wire order, absent fields have none, groups are flattened", () => {
    const value = parse(dss, "1e0820 01 fffffffe") as object;
    expect(Object.keys(value)).toEqual([
      "kind",
      "length",
      "subtype",
      "reserved",
      "dataFin",
      "dsn8",
      "dsnPresent",
      "ack8",
      "ackPresent",
      "dataAck",
    ]);
    expect(value).toMatchObject({ dataAck: 0xfffffffen });
  });

  test("the variant's name comes first; addresses are canonical text", () => {
    const value = parse(addAddr, "1e14 31 07 20010db8000000000000000000000001") as object;
    expect(Object.keys(value)[0]).toBe("variant");
    expect(value).toMatchObject({ variant: "ipv6", echo: true, addressId: 7, address: "2001:db8::1" });
    expect(value).not.toHaveProperty("port");
    expect(parse(addAddr, "1e0a 31 02 c0a80101 1f90")).toMatchObject({ address: "192.168.1.1", port: 8080 });
  });

  test("lists of objects and of plain values", () => {
    expect(parse(sack, "0512 00000001 00000002 fffffffe ffffffff")).toMatchObject({
      blocks: [
        { left: 1, right: 2 },
        { left: 0xfffffffe, right: 0xffffffff },
      ],
    });
    const ids = layout("ids", [
      variant("", [uint("n", 8), repeat("ids", [uint("id", 8)], { scalar: true })]),
    ]);
    expect(parse(ids, "05010203")).toEqual({ n: 5, ids: [1, 2, 3] });
  });

  test("a list's items may differ in size", () => {
    // RFC 8547 section 4.2: a suboption's v bit says that data follow.
    const item = [flag("v"), uint("code", 7), uint("extra", 8, { when: when("v") })];
    const eno = layout("eno", [variant("", [repeat("items", item)])]);
    expect(parse(eno, "21 a355 01")).toEqual({
      items: [
        { v: false, code: 0x21 },
        { v: true, code: 0x23, extra: 0x55 },
        { v: false, code: 1 },
      ],
    });
  });

  test("a header ends where its length field says, its options stay bytes", () => {
    const result = createObjectParser(ipv4).parse(
      hex("46 00 0020 1234 4000 40 06 0000 0a000001 0a000002 94040000 deadbeef"),
    );
    expect(result).toMatchObject({ ok: true, byteLength: 24 });
    expect(result.ok && result.value).toMatchObject({
      version: 4,
      headerLength: 24,
      dscp: 0,
      dontFragment: true,
      moreFragments: false,
      fragmentOffset: 0,
      destination: "10.0.0.2",
      options: hex("94040000"),
    });
  });

  test("byte order, sign, odd widths, scale and bias", () => {
    const odd = layout("odd", [
      variant("", [
        uint("little16", 16, { endian: "little" }),
        uint("little24", 24, { endian: "little" }),
        uint("big24", 24),
        uint("big48", 48),
        uint("negative", 16, { signed: true }),
        uint("nibble", 4, { signed: true }),
        uint("scaled", 4, { scale: 4, bias: -3 }),
        uint("little64", 64, { endian: "little", signed: true }),
      ]),
    ]);
    expect(parse(odd, "0102 010203 010203 000102030405 fffe e5 feffffffffffffff")).toEqual({
      little16: 0x0201,
      little24: 0x030201,
      big24: 0x010203,
      big48: 0x0102030405n,
      negative: -2,
      nibble: -2,
      scaled: 17,
      little64: -2n,
    });
  });
});

describe("contract", () => {
  test("short, long and impossible bytes are refused, never read past", () => {
    expect(parse(dss, "1e0820 01 ffff")).toBe("truncated");
    expect(parse(dss, "1e0920 01 ffffffff 00")).toBe("trailing-bytes");
    expect(parse(addAddr, "1e05310102")).toBe("unknown-variant");
    expect(parse(sack, "0506 00000001")).toBe("malformed");
    expect(parse(ipv4, "40".padEnd(40, "0"))).toBe("bad-length");
    expect(parse(ipv4, "4f".padEnd(40, "0"))).toBe("truncated");
  });

  test("byte strings are plain views of the input", () => {
    const data = Buffer.from("1e10310001020304aabbccddeeff0011", "hex");
    data[2] = 0x30;
    const result = createObjectParser(addAddr).parse(data);
    const hmac = result.ok ? result.value["hmac"] : undefined;
    expect(hmac).toBeInstanceOf(Uint8Array);
    expect(Object.getPrototypeOf(hmac)).toBe(Uint8Array.prototype);
    data[15] = 0x99;
    expect((hmac as Uint8Array)[7]).toBe(0x99);
  });

  test("objects are plain", () => {
    const result = createObjectParser(dss).parse(hex("1e042000"));
    expect(result.ok && Reflect.ownKeys(result.value)).not.toContain("$root");
    expect(result.ok && Object.getPrototypeOf(result.value)).toBe(Object.prototype);
  });

  test("more shapes than are kept are left to the interpreter", () => {
    const flags = Array.from({ length: 8 }, (_, index) => flag(`f${index}`));
    const guarded = flags.map((of) => uint(`v${of.name}`, 8, { when: when(of.name) }));
    const many = layout("many", [variant("", [...flags, ...guarded])], { role: "header" });
    const parser = createObjectParser(many);
    const results: ObjectResult[] = [];
    for (let bits = 0; bits < 256; bits++)
      results.push(parser.parse(Uint8Array.of(bits, ...Array(8).fill(7))));
    expect(results.filter((result) => result.ok)).toHaveLength(64);
  });

  test("where no code may be generated, every call is refused", () => {
    expect(isAvailable("never")).toBe(false);
    expect(createObjectParser(dss, "never").parse(hex("1e042000"))).toEqual({
      ok: false,
      refusal: { reason: "unavailable", bitOffset: 0 },
    });
  });
});

/** A field of whole bytes, or a run of bit fields that fills whole bytes; names are made unique later. */
const arbitraryPart: fc.Arbitrary<FieldIR[]> = fc.oneof(
  fc
    .record({
      bits: fc.constantFrom(8, 16, 24, 32, 40, 48, 56, 64),
      endian: fc.constantFrom<UintField["endian"]>("big", "little"),
      signed: fc.boolean(),
      scale: fc.constantFrom(1, 4),
      bias: fc.constantFrom(0, -20),
    })
    .map(({ bits, scale, bias, ...more }) => [uint("u", bits, bits > 32 ? more : { ...more, scale, bias })]),
  fc.array(fc.integer({ min: 1, max: 32 }), { minLength: 1, maxLength: 6 }).map((widths) => {
    const spare = (8 - (widths.reduce((sum, width) => sum + width, 0) % 8)) % 8;
    return [...widths, ...(spare === 0 ? [] : [spare])].map((width) =>
      width === 1 ? flag("f") : uint("b", width),
    );
  }),
  fc.integer({ min: 0, max: 5 }).map((count) => [bytes("x", fixed(count))]),
  fc.integer({ min: 1, max: 5 }).map((count) => [bytes("s", fixed(count), { format: "string" })]),
  fc.constantFrom("ipv4" as const, "ipv6" as const, "ether" as const).map((family) => [address("a", family)]),
);

/** Unique names, then guards and sizes that hang on flags that stand before. */
const arbitraryFields: fc.Arbitrary<FieldIR[]> = fc
  .record({
    parts: fc.array(arbitraryPart, { minLength: 1, maxLength: 8 }),
    choices: fc.infiniteStream(fc.nat({ max: 11 })),
    last: fc.constantFrom("none", "rest", "repeat", "scalars", "odd items", "optional", "options", "linear"),
  })
  .map(({ parts, choices, last }) => {
    let number = 0;
    const flags: string[] = ["lead0", "lead1"];
    const lead: FieldIR[] = [flag("lead0"), flag("lead1"), uint("count", 6)];
    const next = (): number => choices.next().value ?? 0;
    const guard = (): FieldIR["when"] => {
      const name = flags[next() % flags.length] ?? "lead0";
      return next() < 4 ? when(name, next() % 2) : [];
    };
    const fields = parts.flatMap((part): FieldIR[] => {
      const condition = guard();
      const named = part.map((field) => ({ ...field, name: `${field.name}${number++}`, when: condition }));
      if (part.length > 1 && next() < 4) {
        const bare = named.map((field) => ({ ...field, when: [] }));
        return [group(`g${number++}`, bare, { when: condition })];
      }
      for (const field of named) if (field.kind === "flag") flags.push(field.name);
      return named;
    });
    const width = { flag: flags[next() % flags.length] ?? "lead0", set: 64, clear: 32 };
    const wide: FieldIR[] = next() < 6 ? [uint("wide", width, { when: guard() })] : [];
    const tails: Record<string, FieldIR[]> = {
      none: [],
      rest: [bytes("rest", rest), ...(next() < 6 ? [uint("behind", 16)] : [])],
      repeat: [repeat("items", [uint("l", 32), uint("m", 4), uint("n", 12)], { max: 6 })],
      scalars: [repeat("items", [uint("l", 16, { endian: "little" })], { scalar: true, min: 1 })],
      "odd items": [repeat("items", [flag("v"), uint("w", 7), uint("d", 16, { when: when("v") })])],
      optional: [uint("o1", 8, { optional: true }), uint("o2", 16, { optional: true, when: guard() })],
      options: [options("options")],
      linear: [bytes("sized", { kind: "linear", field: "count", scale: 2, bias: -1 })],
    };
    return [...lead, ...fields, ...wide, ...(tails[last] ?? [])];
  });

describe("law: equal to the interpreter", () => {
  const data = fc.uint8Array({ maxLength: 120 });

  test("on any form and any bytes", () => {
    let read = 0;
    const long = fc.array(fc.uint8Array({ maxLength: 200, size: "max" }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(arbitraryFields, fc.boolean(), long, fc.nat(3), (fields, header, inputs, start) => {
        const of = layout("any", [variant("tag", fields)], { role: header ? "header" : "option" });
        const parser = createObjectParser(of);
        const measure = createObjectParser({ ...of, role: "header" });
        for (const input of inputs) {
          if (start > input.length) continue;
          const measured = measure.parse(input, start);
          // An option gets the bytes that it needs: otherwise nearly all would be refused for what is left.
          const end = !header && measured.ok ? start + measured.byteLength : input.length;
          const expected = interpret(of, input, start, end);
          const result = parser.parse(input, start, end);
          if (result.ok) {
            expect(result.value).toStrictEqual(expected);
            expect(Object.keys(result.value)).toEqual(Object.keys(expected as object));
            read++;
          } else if (expected !== undefined) {
            // Lengths below zero: the interpreter takes them for zero.
            expect(result.refusal.reason).toBe("malformed");
          }
        }
      }),
      { numRuns: 800 },
    );
    // The law says nothing where all is refused.
    expect(read).toBeGreaterThan(800);
  });

  test.each([dss, addAddr, sack, ipv4])("$id, on bytes of any length", (of) => {
    const parser = createObjectParser(of);
    fc.assert(
      fc.property(data, (input) => {
        const expected = interpret(of, input, 0, input.length);
        const result = parser.parse(input);
        expect(result.ok ? result.value : undefined).toStrictEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
