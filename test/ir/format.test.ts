import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatDisplay,
  formatFieldText,
  formatJsonText,
  jsonFormatter,
  type ValueFormat,
} from "../../src/ir/format.ts";
import { calendar, formatAbsoluteTime, formatSeconds, utcDate } from "../../src/ir/format-time.ts";

process.env["TZ"] = "UTC";

const format = (type: ValueFormat["type"], base: ValueFormat["base"] = "none"): ValueFormat => ({
  type,
  base,
});

describe("text of -T fields, as tshark 4.0.17 prints it", () => {
  test.each([
    [format("FT_UINT16", "hex"), 24, "0x0018"], // tcp.flags
    [format("FT_UINT8", "hex"), 2, "0x02"], // ip.flags
    [format("FT_UINT32", "hex"), 1, "0x00000001"],
    [format("FT_UINT24", "oui"), 455859, "455859"], // eth.src.oui
    [format("FT_UINT16", "hex_dec"), 0x7868, "0x7868"], // ip.id
    [format("FT_UINT8", "oct"), 8, "010"],
    [format("FT_UINT64", "dec"), 10373482865146944163n, "10373482865146944163"],
    [format("FT_INT8", "hex"), -1, "0xff"],
    [format("FT_BOOLEAN"), true, "1"],
    [format("FT_BOOLEAN"), false, "0"],
    [format("FT_NONE"), true, "1"], // tcp.analysis
    [format("FT_STRING"), "··········S·", "··········S·"],
    [format("FT_BYTES"), Uint8Array.of(2, 4, 5, 180), "020405b4"], // tcp.options.mss
    [format("FT_ETHER"), Uint8Array.of(154, 105, 127, 163, 129, 245), "9a:69:7f:a3:81:f5"],
    [format("FT_IPv4"), Uint8Array.of(10, 0, 1, 1), "10.0.1.1"],
    [format("FT_RELATIVE_TIME"), 20665000n, "0.020665000"],
    [format("FT_RELATIVE_TIME"), -1000n, "-0.000001000"],
    [format("FT_ABSOLUTE_TIME"), 1795329058433731000n, "Nov 22, 2026 06:30:58.433731000 UTC"],
  ])("%j %s", (how, value, text) => {
    expect(formatFieldText(how, value)).toBe(text);
  });

  test("JSON has colons between bytes and nothing for FT_NONE", () => {
    expect(formatJsonText(format("FT_BYTES"), Uint8Array.of(2, 4, 5, 180))).toBe("02:04:05:b4");
    expect(formatJsonText(format("FT_NONE"), true)).toBe("");
    expect(formatJsonText(format("FT_IPv4"), Uint8Array.of(10, 0, 1, 1))).toBe("10.0.1.1");
  });

  test("hexadecimal has the width of the type and reads back", () => {
    fc.assert(
      fc.property(fc.nat(0xffff), (value) => {
        const text = formatFieldText(format("FT_UINT16", "hex"), value);
        expect(text).toHaveLength(6);
        expect(Number(text)).toBe(value);
      }),
    );
  });
});

describe("text in the tree", () => {
  const strings = { kind: "values", rows: [{ low: 0x800, high: 0x800, text: "IPv4" }] } as const;
  test("value strings precede the number", () => {
    expect(formatDisplay({ ...format("FT_UINT16", "hex"), strings }, 0x800)).toBe("IPv4 (0x0800)");
    expect(formatDisplay({ ...format("FT_UINT16", "hex"), strings }, 0x801)).toBe("Unknown (0x0801)");
    expect(formatDisplay({ ...format("FT_UINT16"), strings }, 0x800)).toBe("IPv4");
  });
  test("bases of two", () => {
    expect(formatDisplay(format("FT_UINT16", "hex_dec"), 30824)).toBe("0x7868 (30824)");
    expect(formatDisplay(format("FT_UINT8", "dec_hex"), 10)).toBe("10 (0x0a)");
    expect(formatDisplay({ ...format("FT_UINT16", "hex"), bits: 12 }, 2)).toBe("0x002");
  });
  test("booleans", () => {
    expect(formatDisplay(format("FT_BOOLEAN"), true)).toBe("True");
    expect(
      formatDisplay(
        { ...format("FT_BOOLEAN"), strings: { kind: "booleans", set: "Set", clear: "Not set" } },
        false,
      ),
    ).toBe("Not set");
  });
});

describe("times", () => {
  test("days of one digit are padded with a blank", () => {
    expect(formatAbsoluteTime(1575842394599412000n)).toBe("Dec  8, 2019 21:59:54.599412000 UTC");
  });
  test("seconds are cut, not rounded", () => {
    expect(formatSeconds(1_999_999_999n, 6)).toBe("1.999999");
    expect(formatSeconds(1_999_999_999n, 0)).toBe("1");
  });
  test("dates before the epoch", () => {
    expect(calendar(-1n, 9, true)).toMatchObject({
      date: "1969-12-31",
      time: "23:59:59.999999999",
      dayOfYear: 365,
    });
  });
});

describe("texts that are made in a short way", () => {
  const integers = (["8", "16", "24", "32", "40", "64"] as const).flatMap((bits) => [
    `FT_UINT${bits}` as const,
    `FT_INT${bits}` as const,
  ]);
  const formats = fc.record({
    type: fc.constantFrom(
      ...integers,
      "FT_RELATIVE_TIME",
      "FT_ABSOLUTE_TIME",
      "FT_CHAR",
      "FT_BOOLEAN",
      "FT_FRAMENUM",
      "FT_NONE",
      "FT_STRING",
    ),
    base: fc.constantFrom("none", "dec", "hex", "oct", "dec_hex", "hex_dec", "port", "oui"),
  });
  const values = fc.oneof(
    fc.integer(),
    fc.nat(300),
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
    fc.boolean(),
    fc.string(),
    fc.uint8Array(),
  );
  test("are those of the long one", () => {
    fc.assert(
      fc.property(formats as fc.Arbitrary<ValueFormat>, values, (how, value) => {
        expect(jsonFormatter(how)(value)).toBe(formatJsonText(how, value));
      }),
    );
  });
  test("seconds are those of a division", () => {
    const seconds = fc.oneof(fc.nat(3), fc.integer(), fc.integer({ min: 0, max: 2 ** 34 }));
    const rest = fc.oneof(fc.nat(3), fc.nat(999_999_999), fc.integer({ min: 999_999_990, max: 999_999_999 }));
    fc.assert(
      fc.property(seconds, rest, (whole, behind) => {
        const time = BigInt(whole) * 1_000_000_000n + BigInt(behind);
        const size = time < 0n ? -time : time;
        const digits = String(size % 1_000_000_000n).padStart(9, "0");
        const text = `${time < 0n ? "-" : ""}${size / 1_000_000_000n}.${digits}`;
        expect(formatSeconds(time)).toBe(text);
        expect(jsonFormatter({ type: "FT_RELATIVE_TIME", base: "none" })(time)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
  test("a date is that of the calendar", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 61n), max: 2n ** 62n }), (time) => {
        expect(utcDate(time)).toBe(calendar(time, 0, true).date);
      }),
    );
  });
});
