/** Macros, and what Wireshark's language got after 4.0. Expected answers follow from the stated meaning. */
import { describe, expect, test } from "vitest";
import { FilterError } from "../../src/errors.ts";
import { compileFilterText, type FilterTextOptions } from "../../src/filter/compile.ts";
import { toEvaluator } from "../../src/filter/evaluate.ts";
import type { FieldSource, Occurrence, RawValue } from "../../src/ir/fields.ts";
import { tsharkTable } from "./table.ts";

const one = (value: RawValue, bytes?: number[]): readonly Occurrence[] => [
  { value, layer: 1, bytes: bytes === undefined ? undefined : Uint8Array.from(bytes) },
];
const frame: Readonly<Record<string, readonly Occurrence[]>> = {
  "tcp.srcport": one(80, [0, 80]),
  "tcp.option_kind": one(30, [30]),
  "ip.src": one(Uint8Array.of(10, 0, 0, 1), [10, 0, 0, 1]),
  "tcp.options.mptcp.sendkey": one(2n ** 63n),
};
const source: FieldSource = (name) => frame[name] ?? [];
const run = (text: string, options?: FilterTextOptions): boolean =>
  toEvaluator(compileFilterText(text, tsharkTable, options))(source);

describe("newer features", () => {
  test.each([
    ["@tcp.srcport == 00:50", true],
    ["@tcp.srcport[1] == 50", true],
    ["ip.src xor tcp.srcport", false],
    ["ip.src ^^ arp.opcode", true],
    ["tcp.srcport bitand 0x50 == 80", true],
    ['vals(tcp.option_kind) == "Multipath TCP"', true],
    ['hex(tcp.srcport) == "0x0050"', true],
    ['dec(tcp.srcport) == "80"', true],
    ["double(tcp.srcport) == 80.0", true],
    ["float(tcp.srcport) / 3 > 26.6", true],
    ["ip_rfc1918(ip.src)", true],
    ["ip_multicast(ip.src)", false],
    ["ip_linklocal(ip.src) == False", true],
    ['ip_special_name(ip.src) == "Private-Use"', true],
    ["ip_special_mask(ip.src) == 0b11100", true],
    ["ip_special_mask(ip.src) & 0b00010", false],
    ['ip_special_name(ip.dst) != "Loopback"', false],
    ["tcp.srcport == '\\n'", false],
    ["-tcp.options.mptcp.sendkey < 0", false],
  ])("%s: %j", (text, wanted) => {
    expect(run(text)).toBe(wanted);
  });
});

describe("macros", () => {
  const macros = { web: "tcp.srcport == $1", both: "$" + "{web:$1} and ip.src == $2", loop: "$" + "{loop}" };
  const error = (text: string): string => {
    try {
      run(text, { macros });
      return "none";
    } catch (caught) {
      return caught instanceof FilterError ? caught.code : "crash";
    }
  };
  test("arguments and nesting", () => {
    expect(run("$" + "{web:80}", { macros })).toBe(true);
    expect(run("$" + "{both:80;10.0.0.1} or arp", { macros })).toBe(true);
    expect(run("not $" + "{web:81}", { macros })).toBe(true);
    expect(run("$web(80) and not $web( 81 )", { macros })).toBe(true);
    expect(run("$both(80, 10.0.0.1) or arp", { macros })).toBe(true);
    expect(run("$both({79 + 1}; 10.0.0.1)", { macros: { both: "tcp.srcport >= $1 and ip.src == $2" } })).toBe(
      true,
    );
  });
  test("a dollar in a string is text unless a brace follows", () => {
    const text = { text: '"$1"', plain: "80" };
    expect(run('dec(tcp.srcport) == "$plain(1)"', { macros: text })).toBe(false);
    expect(run('dec(tcp.srcport) == "$' + '{plain}"', { macros: text })).toBe(true);
    expect(run("dec(tcp.srcport) == $text(80)", { macros: text })).toBe(true);
    expect(run('dec(tcp.srcport) == "\\"$web(80" or arp', { macros })).toBe(false);
  });
  test.each([
    ["{nope}", "unknown-macro"],
    ["{toString}", "unknown-macro"],
    ["{web}", "bad-macro"],
    ["{web:1;2}", "bad-macro"],
    ["{we b}", "bad-macro"],
    ["{web:80", "bad-macro"],
    ["web(80", "bad-macro"],
    ["web(80,81)", "bad-macro"],
    ["nothing()", "unknown-macro"],
    ["nothing", "not-a-test"],
    ["{loop}", "limit-exceeded"],
  ])("$%s: %s", (text, code) => {
    expect(error(`$${text}`)).toBe(code);
  });
  test("a reference needs a selected frame", () => {
    const text = "tcp.srcport == $" + "{tcp.srcport}";
    expect(run(text)).toBe(false);
    expect(run(text, { references: source })).toBe(true);
    expect(run("tcp.srcport == $tcp.srcport and ip.src == $ip.src#1", { references: source })).toBe(true);
  });
  test("the deprecated spelling is noted, the nearest name is named", () => {
    expect(compileFilterText("tcp.port ~= 1", tsharkTable).warnings).toHaveLength(1);
    expect(() => compileFilterText("tcp.prot == 1", tsharkTable)).toThrow(/did you mean "tcp.port"/);
  });
});
