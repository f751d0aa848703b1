/** Every case: accepted or refused as tshark does, and refused at the same place. No frames are needed. */
import { describe, expect, test } from "vitest";
import { FilterError } from "../../src/errors.ts";
import { compileFilterText } from "../../src/filter/compile.ts";
import { parseFilter } from "../../src/filter/parser.ts";
import { printFilter } from "../../src/filter/print.ts";
import { byteRange, readCases } from "./cases.ts";
import { withoutSpans } from "./generate.ts";
import { tsharkTable } from "./table.ts";

function attempt(filter: string): FilterError | undefined {
  try {
    compileFilterText(filter, tsharkTable, { timeZone: "utc" });
    return undefined;
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
}

describe("filter cases", () => {
  test.each(readCases().filter(({ needs }) => needs?.includes("names") !== true))(
    "$id: $filter",
    ({ filter, expect: wanted }) => {
      const error = attempt(filter);
      if (!("error" in wanted)) {
        expect(error?.message).toBeUndefined();
        const syntax = parseFilter(filter);
        expect(withoutSpans(parseFilter(printFilter(syntax)))).toEqual(withoutSpans(syntax));
        return;
      }
      expect(error).toBeInstanceOf(FilterError);
      if (wanted.col === undefined || error?.span === undefined) return;
      const { col, len } = byteRange(filter, error.span);
      // tshark marks one byte of a character outside ASCII.
      const length = error.code === "unexpected-character" ? 1 : len;
      expect({ col, len: length, message: error.message }).toMatchObject({
        col: wanted.col,
        len: wanted.len,
      });
    },
  );
});
