/** What the schema compiler refuses: each rule once, with its code and the JSON pointer to the place. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../src/default-engine.ts";
import { SchemaError } from "../../src/errors.ts";

const option = {
  id: "acme.test",
  role: "option",
  title: "Test",
  spec: "none",
  within: "mptcp.option",
  match: { table: "mptcp.subtype", key: 14 },
};
const nibble = { name: "flags", type: "bits", bits: 4 };
const header = { id: "acme.header", role: "header", title: "Test", spec: "none" };

/** The error that loading gives, or undefined. */
function refusal(json: unknown): SchemaError | undefined {
  try {
    createEngine().loadSchema(json, { origin: "test.json" });
  } catch (error) {
    if (error instanceof SchemaError) return error;
    throw error;
  }
  return undefined;
}

function nested(depth: number): unknown {
  let fields: unknown[] = [{ name: "leaf", type: "u8" }];
  for (let i = 0; i < depth; i++) fields = [{ name: `g${i}`, type: "group", fields }];
  return { ...header, fields };
}

const u8 = (name: string, more: object = {}) => ({ name, type: "u8", ...more });
const repeated = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const cases: readonly (readonly [string, unknown, string, string])[] = [
  ["no object", 7, "schema-invalid", ""],
  ["a key that is no part of the language", { ...header, fields: [], hook: "x" }, "schema-invalid", ""],
  ["a field without a type", { ...header, fields: [{ name: "a" }] }, "schema-invalid", "/fields/0"],
  ["an unknown type", { ...header, fields: [{ name: "a", type: "u9" }] }, "schema-invalid", "/fields/0/type"],
  ["a name that is no identifier", { ...header, fields: [u8("a-b")] }, "schema-invalid", "/fields/0/name"],
  ["code in a name", { ...header, fields: [u8("a;process.exit()")] }, "schema-invalid", "/fields/0/name"],
  ["__proto__ as a key", JSON.parse('{"id":"a","__proto__":{}}'), "unsafe-name", "/__proto__"],
  ["constructor as a name", { ...header, fields: [u8("constructor")] }, "unsafe-name", "/fields/0/name"],
  [
    "hasOwnProperty as a name",
    { ...header, fields: [u8("hasOwnProperty")] },
    "unsafe-name",
    "/fields/0/name",
  ],
  [
    "__proto__ in a guard's table",
    { ...header, enums: JSON.parse('{"__proto__":{"0":"x"}}'), fields: [] },
    "unsafe-name",
    "/enums/__proto__",
  ],
  ["deep nesting", nested(40), "limit-exceeded", `${"/fields/0".repeat(11)}/name`],
  [
    "too many values",
    { ...header, fields: repeated(30_000, (i) => u8(`f${i}`)) },
    "limit-exceeded",
    "/fields/6664/type",
  ],
  ["too many fields", { ...header, fields: repeated(300, (i) => u8(`f${i}`)) }, "schema-invalid", "/fields"],
  [
    "a huge size",
    { ...header, fields: [{ name: "a", type: "bytes", size: 1e9 }] },
    "schema-invalid",
    "/fields/0/size",
  ],
  ["a long text", { ...header, title: "x".repeat(5000), fields: [] }, "limit-exceeded", "/title"],
  ["two fields of one name", { ...header, fields: [u8("a"), u8("a")] }, "schema-invalid", "/fields/1/name"],
  [
    "a guard that is no guard",
    { ...header, fields: [u8("a"), u8("b", { when: "a > 1" })] },
    "schema-invalid",
    "/fields/1/when",
  ],
  [
    "a guard on a later field",
    { ...header, fields: [u8("b", { when: "a == 1" }), u8("a")] },
    "guard-order",
    "/fields/0/when",
  ],
  [
    "a guard on nothing",
    { ...header, fields: [u8("b", { when: "zz" })] },
    "unknown-reference",
    "/fields/0/when",
  ],
  [
    "a guard on bytes",
    { ...header, fields: [{ name: "a", type: "bytes", size: 2 }, u8("b", { when: "a == 1" })] },
    "guard-type",
    "/fields/1/when",
  ],
  [
    "a flag that should be 2",
    {
      ...header,
      fields: [
        { name: "a", type: "flag" },
        { name: "r", type: "bits", bits: 7 },
        u8("b", { when: "a == 2" }),
      ],
    },
    "guard-type",
    "/fields/2/when",
  ],
  [
    "a width that hangs on a later flag",
    {
      ...header,
      fields: [
        { name: "v", type: "uint", size: { flag: "a", set: 8, clear: 4 } },
        { name: "a", type: "flag" },
        { name: "r", type: "bits", bits: 7 },
      ],
    },
    "guard-order",
    "/fields/0/size",
  ],
  ["a header that ends inside a byte", { ...header, fields: [nibble] }, "alignment", "/fields/0"],
  [
    "bytes that begin inside one",
    { ...header, fields: [nibble, { name: "a", type: "bytes", size: 1 }, { ...nibble, name: "b" }] },
    "alignment",
    "/fields/1",
  ],
  [
    "a length that no fields make",
    { ...option, length: [9], fields: [nibble, u8("a")] },
    "size-mismatch",
    "/length",
  ],
  [
    "optional fields that cannot be told apart",
    { ...option, fields: [nibble, u8("a", { optional: true }), u8("b", { optional: true })] },
    "size-mismatch",
    "/fields/2",
  ],
  [
    "two fields that take the rest",
    {
      ...header,
      fields: [
        { name: "a", type: "bytes" },
        { name: "b", type: "bytes" },
      ],
    },
    "size-mismatch",
    "/fields/1",
  ],
  [
    "variants of one name",
    {
      ...option,
      fields: [nibble],
      variants: [
        { name: "a", length: [3], fields: [] },
        { name: "a", length: [4], fields: [u8("x")] },
      ],
    },
    "variant-overlap",
    "/variants/1/name",
  ],
  [
    "variants that claim the same bytes",
    {
      ...option,
      fields: [nibble],
      variants: [
        { name: "a", length: [4], fields: [u8("x")] },
        { name: "b", length: [4], fields: [u8("y")] },
      ],
    },
    "variant-overlap",
    "/variants/1",
  ],
  [
    "an envelope that is not there",
    { ...option, within: "acme.none", fields: [nibble] },
    "unknown-reference",
    "/within",
  ],
  ["an option without an envelope", { ...header, role: "option", fields: [] }, "schema-invalid", ""],
  [
    "a table of values that is not there",
    { ...header, fields: [u8("a", { enum: "acme.none" })] },
    "unknown-reference",
    "/fields/0/enum",
  ],
  [
    "a key that does not fit",
    { ...option, match: { table: "mptcp.subtype", key: 16 }, fields: [nibble] },
    "schema-invalid",
    "/match/key",
  ],
  [
    "a key that is taken",
    { ...option, match: { table: "mptcp.subtype", key: 2 }, fields: [nibble] },
    "match-conflict",
    "/match",
  ],
  ["an id that is taken", { ...option, id: "mptcp.dss", fields: [nibble] }, "id-taken", "/id"],
  [
    "a filter name of another type",
    { ...option, fields: [{ ...nibble, filter: { filter: "ip.src", ft: "FT_UINT8" } }] },
    "filter-type-conflict",
    "/fields/0/filter",
  ],
  [
    "a constant that does not fit",
    { ...header, fields: [u8("a", { const: 256 })] },
    "schema-invalid",
    "/fields/0/const",
  ],
  [
    "a relative filter name without a prefix",
    { ...header, fields: [u8("a", { filter: ".a" })] },
    "schema-invalid",
    "/fields/0/filter",
  ],
  [
    "a payload that ends by a field that is not there",
    { ...header, fields: [], payload: { end: { field: "zz" } } },
    "unknown-reference",
    "/payload/end",
  ],
];

describe("a schema is refused with code and place", () => {
  it.each(cases)("%s", (_, json, code, pointer) => {
    const error = refusal(json);
    expect(error?.code).toBe(code);
    expect(error?.pointer).toBe(pointer);
    expect(error?.origin).toBe("test.json");
    expect(error?.message).toContain("test.json#");
  });

  it("leaves no trace of a refused schema", () => {
    const engine = createEngine();
    const before = engine.fields().length;
    const bad = {
      ...option,
      match: { table: "mptcp.subtype", key: 2 },
      fields: [{ ...nibble, filter: "acme.flags" }],
    };
    expect(() => engine.loadSchema(bad)).toThrow(SchemaError);
    expect(engine.fields().length).toBe(before);
    expect(() => engine.compileFilter("acme.flags == 1")).toThrow();
  });

  it("never throws anything else, whatever the JSON is", () => {
    const engine = createEngine();
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 6 }),
        fc.constantFrom(...cases.map(([, json]) => json)),
        (noise, json) => {
          const mixed = typeof json === "object" && json !== null ? { ...json, fields: noise } : noise;
          for (const input of [noise, mixed]) {
            try {
              engine.loadSchema(input);
            } catch (error) {
              expect(error).toBeInstanceOf(SchemaError);
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
