import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { typeText } from "../../src/backends/describe.ts";
import { bitDiagram } from "../../src/backends/diagram.ts";
import { layoutSection, toMarkdown } from "../../src/backends/markdown.ts";
import type { Layout, Variant, View } from "../../src/ir/nodes.ts";
import {
  addAddr,
  address,
  bytes,
  dss,
  fixed,
  ipv4,
  layout,
  repeat,
  sack,
  uint,
  variant,
} from "./fixtures.ts";

const RULER = [
  " 0                   1                   2                   3",
  " 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1",
];

function form(of: Layout, index = 0): Variant {
  const found = of.variants[index];
  if (found === undefined) throw new RangeError("no such form");
  return found;
}

const draw = (...fields: Variant["fields"]): string[] => bitDiagram(variant("", fields)).split("\n");

describe("bit diagrams", () => {
  test("two columns a bit under a ruler, as in RFC 793 figure 3", () => {
    expect(
      draw(uint("sourcePort", 16, { label: "Source Port" }), uint("port", 16, { label: "Destination Port" })),
    ).toEqual([
      ...RULER,
      "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+",
      "|          Source Port          |       Destination Port        |",
      "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+",
    ]);
  });

  test("a field that goes on in the next row is open there, its name stands where it is widest", () => {
    expect(draw(uint("port", 16, { label: "Port" }), bytes("mac", fixed(8), { label: "MAC" }))).toEqual([
      ...RULER,
      "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+",
      "|             Port              |                               |",
      "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +",
      "|                              MAC                              |",
      "+                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+",
      "|                               |",
      "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+",
    ]);
  });

  test("names that do not fit are letters with a legend; the size of what varies stands in words", () => {
    const text = bitDiagram(form(dss));
    expect(text).toMatch(/\| +dataAck \(u64 if ack8, else u32; if ackPresent\) +\|/);
    const legend = text.split("\n").filter((line) => /^[A-Za-z]{1,3} +\w+$/.test(line));
    expect(new Set(legend.map((line) => line.split(" ")[0])).size).toBe(legend.length);
    expect(legend.map((line) => line.split(/ +/)[1])).toEqual([
      "dataFin",
      "dsn8",
      "dsnPresent",
      "ack8",
      "ackPresent",
    ]);
    expect(text).toContain("checksum: if dsnPresent, if bytes are left");
  });

  test("a list shows one item and that it recurs", () => {
    const text = bitDiagram(form(sack));
    expect(text).toMatch(/\| +left +\|/);
    expect(text).toContain("… blocks (the rest)");
  });

  test("with values, what is there is drawn with its value", () => {
    const text = bitDiagram(form(dss), {
      kind: 30,
      length: 8,
      subtype: 2,
      reserved: 0,
      dataFin: false,
      dsn8: false,
      dsnPresent: false,
      ack8: false,
      ackPresent: true,
      dataAck: 4294967294n,
    });
    expect(text).toContain("|   kind: 30    |   length: 8   |   2   | reserved: 0 |0|0|0|0|1|");
    expect(text).toMatch(/\| +dataAck: 4294967294 +\|/);
    expect(text).not.toContain("subflowSequenceNumber");
    const ids = variant("", [repeat("ids", [uint("id", 8)], { scalar: true })]);
    expect(bitDiagram(ids, { ids: [7, 200] })).toContain("|     id: 7     |    id: 200    |");
    expect(
      bitDiagram(form(addAddr), { variant: "ipv4", address: "10.0.0.1", hmac: Uint8Array.of(1, 2) }),
    ).toContain("hmac: 0x0102");
  });

  test("law: every row is one ruler wide at most, cells are as wide as their bits", () => {
    const widths = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(widths, (bits) => {
        const rows = draw(...bits.map((width, index) => uint(`f${index}`, width))).slice(2);
        const content = rows.filter((line) => line.startsWith("|"));
        const total = bits.reduce((sum, width) => sum + width, 0);
        expect(content.reduce((sum, line) => sum + (line.length - 1) / 2, 0)).toBe(total);
        expect(Math.max(...content.map((line) => line.length))).toBeLessThanOrEqual(65);
        for (const line of content.slice(0, -1)) expect(line).toHaveLength(65);
      }),
    );
  });
});

const view = (filter: string, more: Partial<View> = {}): View => ({
  filter,
  type: "FT_UINT8",
  base: "dec",
  label: "Kind | of thing",
  ...more,
});

describe("field pages", () => {
  const named = layout(
    "x.named",
    [
      variant(
        "",
        [
          uint("kind", 8, { views: [view("x.kind"), view("x.kind.swapped", { derive: { kind: "swap" } })] }),
          address("to", "ipv4", { spec: "RFC 1 section 2", under: [view("x.addr", { type: "FT_IPv4" })] }),
          uint("silent", 16),
        ],
        {
          lengths: [
            [4, 4],
            [7, 9],
          ],
        },
      ),
    ],
    {
      title: "Named",
      spec: "RFC 1",
      matches: [{ table: "x.kind", key: [253, 254], magic: "f989" }],
      protocol: { filter: "x", title: "The x protocol", layer: false },
    },
  );

  test("a row for each filter name, with what it is", () => {
    const text = layoutSection(named);
    expect(text).toContain("## Named (`x.named`)");
    expect(text).toContain("Registered in `x.kind` 253–254 followed by `0xf989`.");
    expect(text).toContain("Length in bytes: 4, 7–9.");
    expect(text).toContain("| `x` | FT_BYTES |  | The x protocol |  |");
    expect(text).toContain("| `x.kind` | FT_UINT8 | `kind` | Kind \\| of thing; u8 |  |");
    expect(text).toContain(
      "| `x.kind.swapped` | FT_UINT8 | `kind` | Kind \\| of thing; in the other byte order |  |",
    );
    expect(text).toContain("| `x.addr` | FT_IPv4 | `to` | Kind \\| of thing; ipv4 | RFC 1 section 2 |");
    expect(text).toContain("Without a filter name: `silent` (u16).");
  });

  test("forms have a table, forms that look alike one diagram", () => {
    const text = layoutSection(addAddr);
    expect(text).toContain("| form | length in bytes |");
    expect(text).toContain("| `ipv4` | 8, 10, 16, 18 |");
    const [first] = addAddr.variants;
    const twin = first === undefined ? [] : [first, { ...first, name: "twin" }];
    expect(layoutSection({ ...addAddr, variants: twin })).toContain("Form `ipv4`, `twin`:");
  });

  test("the whole page begins with its origin and an index", () => {
    const text = toMarkdown(
      [
        { name: "ip", layouts: [ipv4] },
        { name: "tcp", layouts: [sack] },
      ],
      "<!-- made -->",
    );
    expect(text.startsWith("<!-- made -->\n\n# Fields\n\n- ip: `ipv4`\n- tcp: `tcp.sack`\n")).toBe(true);
    expect(text.endsWith("\n")).toBe(true);
  });
});

test("types in one line", () => {
  expect(typeText(uint("a", 3))).toBe("3 bits");
  expect(typeText(uint("a", 32, { endian: "little", signed: true }))).toBe("i32, little-endian");
  expect(typeText(uint("a", 4, { scale: 4, bias: -2 }))).toBe("4 bits, 4 × raw − 2");
  expect(typeText(bytes("a", { kind: "linear", field: "n", scale: 4, bias: 0 }))).toBe("bytes (4 × n bytes)");
  expect(typeText(bytes("a", fixed(1)))).toBe("bytes (1 byte)");
  expect(typeText(repeat("a", [uint("l", 32), uint("r", 32)]))).toBe("list of { l u32, r u32 } (the rest)");
});
