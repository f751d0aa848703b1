/** Laws of the filter language over random filters and random frames. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FilterError } from "../../src/errors.ts";
import { compileFilterText, type FilterTextOptions } from "../../src/filter/compile.ts";
import { toEvaluator } from "../../src/filter/evaluate.ts";
import { parseFilter } from "../../src/filter/parser.ts";
import { printFilter } from "../../src/filter/print.ts";
import type { FieldSource } from "../../src/ir/fields.ts";
import { damaged, frames, sampleFields, tokenSoup, wellTyped, withoutSpans } from "./generate.ts";
import { tsharkTable } from "./table.ts";

const fields = sampleFields(tsharkTable);
const utc: FilterTextOptions = { timeZone: "utc" };
const runs = { numRuns: 3000 };

/** Runs the filter where it compiles; only FilterError may come out. */
function exercise(text: string, source: FieldSource): void {
  try {
    const verdict = toEvaluator(compileFilterText(text, tsharkTable, utc))(source);
    expect(typeof verdict).toBe("boolean");
    const syntax = parseFilter(text);
    expect(withoutSpans(parseFilter(printFilter(syntax)))).toEqual(withoutSpans(syntax));
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const { span, source: shown } = error;
    if (span !== undefined)
      expect(0 <= span.start && span.start <= span.end && span.end <= shown.length).toBe(true);
    expect(error.caret).toContain(shown);
  }
}

describe("random filters", () => {
  test("well-typed filters compile, run, and survive printing", () => {
    fc.assert(
      fc.property(wellTyped(fields), frames(fields), (text, source) => {
        const checked = compileFilterText(text, tsharkTable, utc);
        const verdict = toEvaluator(checked)(source);
        const printed = printFilter(parseFilter(text));
        const again = compileFilterText(printed, tsharkTable, utc);
        expect(withoutSpans(parseFilter(printed))).toEqual(withoutSpans(parseFilter(text)));
        expect(again.fields).toEqual(checked.fields);
        expect(toEvaluator(again)(source)).toBe(verdict);
        expect(toEvaluator(compileFilterText(`not (${text})`, tsharkTable, utc))(source)).toBe(!verdict);
      }),
      runs,
    );
  });

  test("token soup gives nothing but FilterError", () => {
    fc.assert(fc.property(tokenSoup(fields), frames(fields), exercise), runs);
  });

  test("damaged filters give nothing but FilterError", () => {
    fc.assert(fc.property(damaged(fields), frames(fields), exercise), runs);
  });

  test("any text gives nothing but FilterError", () => {
    const source: FieldSource = () => [];
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => exercise(text, source)),
      runs,
    );
  });
});

describe("negation", () => {
  test("== and !== are each other's opposite for every value, == and != for presence", () => {
    const port = tsharkTable.get("tcp.port");
    if (port === undefined) throw new Error("no tcp.port");
    const run = (text: string, source: FieldSource): boolean =>
      toEvaluator(compileFilterText(text, tsharkTable))(source);
    fc.assert(
      fc.property(frames([port]), fc.integer({ min: 0, max: 40 }), (source, value) => {
        const present = run("tcp.port", source);
        expect(run(`tcp.port != ${value}`, source)).toBe(present && !run(`tcp.port == ${value}`, source));
        expect(run(`tcp.port !== ${value}`, source)).toBe(present && !run(`tcp.port === ${value}`, source));
      }),
      runs,
    );
  });
});

describe("limits", () => {
  const code = (text: string, options: FilterTextOptions = {}): string => {
    try {
      compileFilterText(text, tsharkTable, options);
      return "none";
    } catch (error) {
      return error instanceof FilterError ? error.code : "crash";
    }
  };
  test.each([
    ["(".repeat(100_000)],
    [`${"not ".repeat(40_000)}tcp`],
    [`tcp.port == ${"{".repeat(50_000)}`],
    [`tcp.len + ${"1 + ".repeat(40_000)}1 == 2`],
    [`tcp${"[0]".repeat(40_000)}`],
    [`${"max(".repeat(40_000)}`],
    ["x".repeat(300_000)],
    [`tcp.port in {${"1,".repeat(30_000)}1}`],
  ])("%#: a text without measure is refused", (text) => {
    expect(code(text)).toBe("limit-exceeded");
  });
  test("a long flat filter is no nesting", () => {
    expect(code(Array.from({ length: 5000 }, (_, port) => `tcp.port == ${port}`).join(" or "))).toBe("none");
  });
  test("limits are settings", () => {
    expect(code("((((tcp))))", { limits: { nesting: 3 } })).toBe("limit-exceeded");
    expect(code("tcp and udp", { limits: { length: 5 } })).toBe("limit-exceeded");
    expect(code("tcp.port in {1,2,3}", { limits: { setSize: 2 } })).toBe("limit-exceeded");
  });
});
