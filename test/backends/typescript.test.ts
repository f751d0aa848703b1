import { describe, expect, test } from "vitest";
import { declareLayout, shapesName, toTypeScript, typeName } from "../../src/backends/typescript.ts";
import {
  addAddr,
  bytes,
  dss,
  flag,
  ipv4,
  layout,
  repeat,
  rest,
  sack,
  uint,
  variant,
  when,
} from "./fixtures.ts";

/** The properties of an interface, without comments. */
function properties(text: string, name: string): string[] {
  const body =
    new RegExp(`export interface ${name} \\{\\n([^}]*(?:\\{[^}]*\\}[^}]*)*)\\n\\}`).exec(text)?.[1] ?? "";
  return body
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("readonly"));
}

describe("names", () => {
  test("from ids and families", () => {
    expect(typeName("mptcp.addAddr")).toBe("MptcpAddAddr");
    expect(typeName("ipv4")).toBe("Ipv4");
    expect(shapesName("mptcp")).toBe("MptcpShapes");
  });
});

describe("declarations", () => {
  test("guarded and optional fields may be absent; widths decide the number type", () => {
    expect(properties(declareLayout(dss), "MptcpDss")).toEqual([
      "readonly kind: number;",
      "readonly length: number;",
      "readonly subtype: number;",
      "readonly reserved: number;",
      "readonly dataFin: boolean;",
      "readonly dsn8: boolean;",
      "readonly dsnPresent: boolean;",
      "readonly ack8: boolean;",
      "readonly ackPresent: boolean;",
      "readonly dataAck?: bigint;",
      "readonly dataSequenceNumber?: bigint;",
      "readonly subflowSequenceNumber?: number;",
      "readonly dataLevelLength?: number;",
      "readonly checksum?: number;",
    ]);
  });

  test("forms make a union with the form's name as the tag", () => {
    const text = declareLayout(addAddr);
    expect(text).toContain("export type MptcpAddAddr =\n  | MptcpAddAddrIpv4\n  | MptcpAddAddrIpv6;");
    expect(properties(text, "MptcpAddAddrIpv6")[0]).toBe('readonly variant: "ipv6";');
    expect(properties(text, "MptcpAddAddrIpv6")).toContain("readonly hmac?: Uint8Array;");
  });

  test("lists, text and regions of options", () => {
    expect(properties(declareLayout(sack), "TcpSack")).toContain(
      "readonly blocks: readonly { readonly left: number; readonly right: number }[];",
    );
    const text = layout("x", [
      variant("", [
        repeat("ids", [uint("id", 64)], { scalar: true }),
        bytes("name", rest, { format: "string" }),
      ]),
    ]);
    expect(properties(declareLayout(text), "X")).toEqual([
      "readonly ids: readonly bigint[];",
      "readonly name: string;",
    ]);
    expect(properties(declareLayout(ipv4), "Ipv4")).toContain("readonly options: readonly OptionEntry[];");
  });

  test("a name under guards that exclude each other is one property", () => {
    const either = layout("either", [
      variant("", [
        flag("wide"),
        uint("rest", 7),
        uint("value", 64, { when: when("wide") }),
        uint("value", 32, { when: when("wide", 0) }),
      ]),
    ]);
    expect(properties(declareLayout(either), "Either")).toContain("readonly value?: bigint | number;");
  });

  test("comments tell label, type, presence and source, and cannot be left", () => {
    const text = declareLayout(
      layout("note", [variant("", [uint("a", 16, { label: "Odd */ label", spec: "RFC 1 section 2" })])], {
        title: "Note */",
      }),
    );
    expect(text).toContain("/** Odd *\\/ label: u16. RFC 1 section 2. */");
    expect(text.match(/\*\//g)).toHaveLength(2);
    expect(declareLayout(dss)).toContain("u64 if ack8, else u32; if ackPresent.");
  });

  test("the module lists its shapes by id and imports only what a dissector may", () => {
    const text = toTypeScript("ip", [ipv4], "// header");
    expect(text.startsWith("// header\n")).toBe(true);
    expect(text).toContain('export interface IpShapes {\n  readonly "ipv4": Ipv4;\n}');
    expect(text.match(/from "([^"]+)"/g)).toEqual(['from "../../src/plugin.ts"']);
    expect(toTypeScript("tcp", [sack], "// header")).not.toContain("import");
  });
});
