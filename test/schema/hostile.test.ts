/** Schemas from strangers: each is refused with a code and a place, or does no harm whatever bytes it meets. */
import { describe, expect, test } from "vitest";
import { CraftError, createEngine, type Frame, SchemaError } from "../../src/index.ts";

type Json = Readonly<Record<string, unknown>>;
const LINK = 147; // DLT_USER0: free for everybody's own use
const head = { title: "T", spec: "none" };
/** A header that frames of its own link type begin with. */
const header = (more: Json): Json => ({
  id: "acme",
  role: "header",
  ...head,
  match: { table: "link.type", key: LINK },
  ...more,
});
const nibble = { name: "low", type: "bits", bits: 4 };
const option = ({ fields = [], ...more }: { fields?: readonly unknown[] } & Json): Json => ({
  id: "acme.option",
  role: "option",
  ...head,
  within: "mptcp.option",
  match: { table: "mptcp.subtype", key: 14 },
  fields: [nibble, ...fields],
  ...more,
});
const u8 = (name: string, more: Json = {}): Json => ({ name, type: "u8", ...more });
const shown = (type: string, view: Json, more: Json = {}): Json =>
  header({ fields: [{ name: "a", type, filter: { filter: "acme.x", ...view }, ...more }] });
const family = (envelope: Json = {}, fields: readonly unknown[] = [u8("kind"), u8("length")]): Json => ({
  id: "acme.family",
  role: "envelope",
  ...head,
  envelope: { table: "acme.kind", key: "kind", length: { field: "length" }, ...envelope },
  fields,
});
const list = (of: unknown, more: Json = {}): Json =>
  header({ fields: [{ name: "a", type: "repeat", of, ...more }] });
const checksum = { compute: { checksum: "internet", cover: "header" } };
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const proto = (text: string): unknown => JSON.parse(text.replaceAll("PROTO", "__proto__"));

const refused: readonly (readonly [string, unknown, string, string])[] = [
  [
    "__proto__ as a value of an enumeration",
    header({ fields: [], enums: { e: proto('{"PROTO":"x"}') } }),
    "unsafe-name",
    "/enums/e/__proto__",
  ],
  [
    "__proto__ as an enumeration's name",
    header({ fields: [u8("a", { enum: "__proto__" })] }),
    "unsafe-name",
    "/fields/0/enum",
  ],
  [
    "__proto__ in a where",
    header({ fields: [], variants: [{ name: "x", where: proto('{"PROTO":[1]}'), fields: [] }] }),
    "unsafe-name",
    "/variants/0/where/__proto__",
  ],
  [
    "__proto__ as a flag of a family",
    family({ context: proto('{"PROTO":1}') }),
    "unsafe-name",
    "/envelope/context/__proto__",
  ],
  [
    "a variant named constructor",
    header({ fields: [], variants: [{ name: "constructor", fields: [] }] }),
    "unsafe-name",
    "/variants/0/name",
  ],
  ["an inherited schema", Object.create(header({ fields: [] })), "schema-invalid", ""],
  [
    "a newline in a label",
    header({ fields: [u8("a", { label: "x\ny" })] }),
    "schema-invalid",
    "/fields/0/label",
  ],
  [
    "an escape sequence of eight bits",
    header({ fields: [], enums: { e: { 1: "\u009b31m" } } }),
    "schema-invalid",
    "/enums/e/1",
  ],
  ["text that runs backwards", header({ title: "a\u202eb", fields: [] }), "schema-invalid", "/title"],
  ["half a character", header({ title: "\ud800", fields: [] }), "schema-invalid", "/title"],
  [
    "one value under two keys",
    header({ fields: [], enums: { e: { 1: "x", "01": "y" } } }),
    "schema-invalid",
    "/enums/e",
  ],
  [
    "value strings of a built-in table",
    header({ fields: [], enums: { "ip.proto": { 6: "x" } } }),
    "id-taken",
    "/enums/ip.proto",
  ],
  [
    "a filter name that is an operator",
    shown("u8", { filter: "contains" }),
    "unsafe-name",
    "/fields/0/filter",
  ],
  ["a filter name that is a number", shown("u8", { filter: "80" }), "unsafe-name", "/fields/0/filter"],
  [
    "a filter name that is an address",
    shown("u8", { filter: "10.0.0.1" }),
    "unsafe-name",
    "/fields/0/filter",
  ],
  ["a filter name that is a truth", shown("u8", { filter: "true" }), "unsafe-name", "/fields/0/filter"],
  ["a column's name", shown("u8", { filter: "_ws.col.info" }), "unsafe-name", "/fields/0/filter"],
  [
    "a built-in name of another type",
    shown("u8", { filter: "ip.src" }),
    "filter-type-conflict",
    "/fields/0/filter",
  ],
  [
    "a protocol's name on a field",
    shown("u8", { filter: "tcp" }),
    "filter-type-conflict",
    "/fields/0/filter",
  ],
  [
    "a field's name on a protocol",
    header({ protocol: { filter: "tcp.srcport", title: "x" }, fields: [] }),
    "filter-type-conflict",
    "/protocol/filter",
  ],
  [
    "one name of two types in two variants",
    header({
      fields: [u8("k")],
      variants: [
        { name: "x", where: { k: [1] }, fields: [u8("a", { filter: "acme.x" })] },
        { name: "y", where: { k: [2] }, fields: [{ name: "a", type: "ipv4", filter: "acme.x" }] },
      ],
    }),
    "filter-type-conflict",
    "/variants/1/fields/0/filter",
  ],
  [
    "three bytes as an address",
    shown("bytes", { ft: "FT_IPv4" }, { size: 3 }),
    "schema-invalid",
    "/fields/0/filter",
  ],
  ["a number as text", shown("u8", { ft: "FT_STRING" }), "schema-invalid", "/fields/0/filter"],
  ["64 bits as 32", shown("u64", { ft: "FT_UINT32" }), "schema-invalid", "/fields/0/filter"],
  ["a power of an address", shown("ipv4", { derive: "power" }), "schema-invalid", "/fields/0/filter"],
  ["a count of what is no list", shown("u8", { derive: "count" }), "schema-invalid", "/fields/0/filter"],
  [
    "bytes behind the field",
    shown("u8", { derive: { bytes: [5, 9] } }),
    "schema-invalid",
    "/fields/0/filter",
  ],
  ["bits behind the field", shown("u8", { derive: { bits: [5, 9] } }), "schema-invalid", "/fields/0/filter"],
  [
    "more letters than bits",
    shown("u8", { derive: { letters: "ABCDEFGHI" } }),
    "schema-invalid",
    "/fields/0/filter",
  ],
  ["items of no bytes", list([{ name: "z", type: "bytes", size: 0 }]), "size-mismatch", "/fields/0"],
  ["items without fields", list([]), "size-mismatch", "/fields/0"],
  ["items that may be empty", list([u8("z", { optional: true })]), "size-mismatch", "/fields/0"],
  [
    "a list that takes the rest of an item",
    list([{ name: "b", type: "repeat", of: { type: "u8" } }]),
    "size-mismatch",
    "/fields/0",
  ],
  [
    "more items at least than at most",
    list({ type: "u8" }, { min: 9, max: 2 }),
    "schema-invalid",
    "/fields/0/min",
  ],
  [
    "a list of four gigabytes",
    list({ type: "bytes", size: 65_536 }, { min: 65_536 }),
    "limit-exceeded",
    "/fields/0/min",
  ],
  [
    "a size that does not hang on its field",
    header({ fields: [u8("n"), { name: "a", type: "bytes", size: { field: "n", scale: 0, bias: 2 } }] }),
    "schema-invalid",
    "/fields/1/size/scale",
  ],
  [
    "a header length that does not hang on its field",
    header({ headerLength: { field: "a", scale: 0, bias: 4 }, fields: [u8("a")] }),
    "schema-invalid",
    "/headerLength/scale",
  ],
  [
    "a guard on the field itself",
    header({ fields: [u8("a", { when: "a == 1" })] }),
    "guard-order",
    "/fields/0/when",
  ],
  [
    "a guard that never holds",
    header({ fields: [u8("a"), u8("b", { when: "a == 300" })] }),
    "guard-type",
    "/fields/1/when",
  ],
  [
    "a guard that contradicts itself",
    header({ fields: [u8("a"), u8("b", { when: "a == 1 && a == 2" })] }),
    "guard-type",
    "/fields/1/when",
  ],
  [
    "a key of four bits that is 16",
    option({ match: { table: "mptcp.subtype", key: 16 } }),
    "schema-invalid",
    "/match/key",
  ],
  [
    "an option in another family's table",
    option({ match: { table: "ip.proto", key: 14 } }),
    "schema-invalid",
    "/match/table",
  ],
  [
    "one key twice",
    option({
      match: [
        { table: "mptcp.subtype", key: 14 },
        { table: "mptcp.subtype", key: 14 },
      ],
    }),
    "match-conflict",
    "/match",
  ],
  ["an envelope in itself", { ...family(), within: "acme.family" }, "unknown-reference", "/within"],
  [
    "a length in units of nothing",
    family({ length: { field: "length", unit: 0 } }),
    "schema-invalid",
    "/envelope/length/unit",
  ],
  [
    "a length that is bytes",
    family({}, [u8("kind"), { name: "length", type: "bytes", size: 1 }]),
    "guard-type",
    "/envelope/length/field",
  ],
  [
    "a key in host order",
    family({}, [{ name: "kind", type: "u16", endian: "little" }, u8("length")]),
    "guard-type",
    "/envelope/key",
  ],
  ["usual options that are cut", family({ single: [1], usual: "0107" }), "schema-invalid", "/envelope/usual"],
  [
    "usual options that end the list",
    family({ end: [7], usual: "0704" }),
    "schema-invalid",
    "/envelope/usual",
  ],
  ["usual options of no size", family({ usual: "0700" }), "schema-invalid", "/envelope/usual"],
  ["a filler that has a length", family({ filler: 7 }), "schema-invalid", "/envelope/filler"],
  [
    "a flag that no family names",
    option({ contexts: [{ set: ["NOPE"] }] }),
    "unknown-reference",
    "/contexts/0/set",
  ],
  [
    "a flag that is set and clear",
    option({ contexts: [{ set: ["SYN"], clear: ["SYN"] }] }),
    "schema-invalid",
    "/contexts/0",
  ],
  [
    "a constant that does not fit its scale",
    header({ fields: [u8("a", { scale: 4, const: 5 })] }),
    "schema-invalid",
    "/fields/0/const",
  ],
  [
    "a default below zero",
    header({ fields: [u8("a", { default: -1 })] }),
    "schema-invalid",
    "/fields/0/default",
  ],
  [
    "a default of another type",
    header({ fields: [u8("a", { default: "ff" })] }),
    "schema-invalid",
    "/fields/0/default",
  ],
  [
    "a default longer than its bytes",
    header({ fields: [{ name: "a", type: "bytes", size: 2, default: "ffffff" }] }),
    "schema-invalid",
    "/fields/0/default",
  ],
  [
    "a key that means nothing here",
    header({ fields: [u8("a", { bits: 4 })] }),
    "schema-invalid",
    "/fields/0/bits",
  ],
  ["lengths of a header", header({ length: [4], fields: [] }), "schema-invalid", "/length"],
  [
    "a value of the capture file in a packet",
    header({ fields: [{ name: "a", type: "meta", source: "number" }] }),
    "schema-invalid",
    "/fields/0/type",
  ],
  ["a checksum of 8 bits", header({ fields: [u8("a", checksum)] }), "schema-invalid", "/fields/0/compute"],
  [
    "a checksum at an odd byte",
    header({ fields: [u8("x"), { name: "a", type: "u16", ...checksum }] }),
    "schema-invalid",
    "/fields/1/compute",
  ],
  [
    "the size of a header that tells none",
    header({ fields: [u8("a", { compute: "headerSize" })] }),
    "schema-invalid",
    "/fields/0/compute",
  ],
  [
    "a next header that nothing looks up",
    header({ fields: [u8("a", { compute: "next" })] }),
    "schema-invalid",
    "/fields/0/compute",
  ],
  [
    "more sizes than can be followed",
    option({
      length: [[4, 40]],
      fields: [
        u8("k"),
        ...many(60, (i) => ({ name: `f${i}`, type: "bytes", size: (i * 7919) % 65_536, when: `k == ${i}` })),
      ],
    }),
    "limit-exceeded",
    "",
  ],
  [
    "optional fields past counting",
    header({
      fields: many(40, (i) => ({ name: `f${i}`, type: "bytes", size: 2 ** Math.min(i, 16), optional: true })),
    }),
    "limit-exceeded",
    "/fields/13",
  ],
  [
    "a length of four gigabytes",
    option({ length: [[3, 4_294_967_295]], fields: [{ name: "a", type: "bytes" }] }),
    "size-mismatch",
    "/length",
  ],
  [
    "a length that one byte cannot tell",
    option({ length: [300], fields: [{ name: "b", type: "bytes" }] }),
    "size-mismatch",
    "/length",
  ],
  ["a length that ends before it begins", option({ length: [[30, 3]] }), "schema-invalid", "/length/0"],
  [
    "a where that no bits meet",
    header({ fields: [u8("k")], variants: [{ name: "x", where: { k: [300] }, fields: [] }] }),
    "schema-invalid",
    "/variants/0/where/k/0",
  ],
  [
    "a group whose children come and go",
    header({
      fields: [{ name: "g", type: "group", fields: [u8("f"), u8("x", { when: "f == 1" })] }],
    }),
    "size-mismatch",
    "/fields/0",
  ],
  [
    "two rests, one in a group",
    header({
      fields: [
        { name: "g", type: "group", fields: [{ name: "b", type: "bytes" }] },
        { name: "c", type: "bytes" },
      ],
    }),
    "size-mismatch",
    "/fields/1",
  ],
  [
    "a trailer of a size of its own",
    header({ fields: [], payload: {}, trailer: { field: { name: "t", type: "bytes", size: 4 } } }),
    "schema-invalid",
    "/trailer/field",
  ],
  [
    "a pseudo-header of two families",
    header({
      fields: [
        { name: "a", type: "ipv4" },
        { name: "b", type: "ipv6" },
      ],
      payload: { pseudoHeader: { source: "a", destination: "b" } },
    }),
    "guard-type",
    "/payload/pseudoHeader",
  ],
  [
    "a fragment by no field",
    header({ fields: [], payload: { fragment: "x" } }),
    "unknown-reference",
    "/payload/fragment",
  ],
  ["an id that means padding", { ...header({ fields: [] }), id: "padding" }, "id-taken", "/id"],
];

describe("refused", () => {
  test.each(refused)("%s", (_, json, code, pointer) => {
    const engine = createEngine();
    const before = engine.fields().length;
    const load = (): void => engine.loadSchema(json, { origin: "acme.json" });
    expect(load).toThrow(SchemaError);
    expect(load).toThrow(expect.objectContaining({ code, pointer, origin: "acme.json" }));
    // It leaves no trace: what is right loads afterwards.
    expect(engine.fields().length).toBe(before);
    engine.loadSchema(header({ fields: [u8("a", { enum: "e" })], enums: { e: { 1: "x" } } }));
  });
});

const harmless: readonly (readonly [string, Json])[] = [
  [
    "fields named as what promises and JSON look for",
    header({ fields: [u8("then"), u8("toJSON"), u8("raw")] }),
  ],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what an attacker would write
  ["code in a label", shown("u8", { label: "`${process.exit()}` \"'\\ */" })],
  [
    "a large table of values",
    header({ fields: [], enums: { e: Object.fromEntries(many(19_000, (i) => [i, "x"])) } }),
  ],
  [
    "a size below zero",
    header({ fields: [u8("n"), { name: "a", type: "bytes", size: { field: "n", bias: -4096 } }] }),
  ],
  [
    "a size of 2^44 bytes",
    header({
      fields: [
        { name: "n", type: "u32" },
        { name: "a", type: "bytes", size: { field: "n", scale: 4096 } },
        u8("z"),
      ],
    }),
  ],
  [
    "a signed size",
    header({
      fields: [{ name: "n", type: "i32" }, { name: "a", type: "bytes", size: { field: "n" } }, u8("z")],
    }),
  ],
  ["a header length below zero", header({ headerLength: { field: "a", bias: -4096 }, fields: [u8("a")] })],
  [
    "a header length past the frame",
    header({ headerLength: { field: "a", scale: 4096, bias: 4096 }, fields: [u8("a")] }),
  ],
  [
    "a payload that ends before it begins",
    header({ fields: [u8("a")], payload: { end: { field: "a", bias: -4096 } } }),
  ],
  [
    "a header of no bytes in itself",
    header({ fields: [], payload: { next: [{ table: "link.type", key: LINK }] } }),
  ],
  [
    "a header in itself",
    header({ fields: [u8("a")], payload: { next: [{ table: "link.type", key: LINK }] } }),
  ],
  [
    "lists of lists",
    list([u8("n"), { name: "b", type: "repeat", size: { field: "n" }, of: { type: "u8" } }]),
  ],
  [
    "integers across bytes",
    header({
      fields: [
        { name: "a", type: "bits", bits: 3 },
        { name: "b", type: "u64" },
        { name: "c", type: "bits", bits: 5 },
      ],
    }),
  ],
  [
    "a length of 32 bits in units of 256",
    family({ length: { field: "length", unit: 256, bias: 256 } }, [
      u8("kind"),
      { name: "length", type: "u32" },
    ]),
  ],
  [
    "the rest before the end",
    header({ fields: [u8("k"), { name: "b", type: "bytes" }, u8("a", { when: "k == 1" })] }),
  ],
];

describe("harmless", () => {
  const frames = [0, 1, 4, 60, 1500].flatMap((size) =>
    [(): number => 0, (): number => 255, (_: unknown, i: number): number => i & 255].map(
      (byte): Frame => ({
        data: Uint8Array.from({ length: size }, byte),
        number: 1,
        timestamp: 0n,
        capturedLength: size,
        originalLength: size,
        linkType: LINK,
        interfaceId: 0,
      }),
    ),
  );

  test.each(harmless)("%s", (_, json) => {
    const engine = createEngine();
    engine.loadSchema(json);
    for (const frame of frames) {
      const dissection = engine.dissect(frame, { verifyChecksums: true });
      expect(engine.craft(dissection.layers, { fix: "keep" })).toEqual(frame.data);
      engine.parse(String(json["id"]), frame.data);
    }
    try {
      engine.serialize(String(json["id"]), {});
    } catch (error) {
      expect(error).toBeInstanceOf(CraftError);
    }
  });
});
