/** `-T fields` from rows: the same text as from trees, for fields that need none. */

import type { FieldInfo } from "../../ir/fields.ts";
import { formatFieldText } from "../../ir/format.ts";
import type { Row } from "../../ir/tracker.ts";
import type { LineBuffer } from "../line-buffer.ts";
import { columnTitle } from "./columns.ts";
import type { FieldsStyle } from "./fields-style.ts";
import { type OutputContext, SINCE_DISPLAYED } from "./shown.ts";

/** Adds the text of one occurrence. */
type Print = (row: Row, column: number, index: number) => void;

const SMALL = /^FT_(U?INT(8|16|24|32)|FRAMENUM)$/;
const DECIMAL: ReadonlySet<FieldInfo["base"]> = new Set<FieldInfo["base"]>([
  "none",
  "dec",
  "dec_hex",
  "port",
  "oui",
  "custom",
  "colon",
]);
function printer(info: FieldInfo, lines: LineBuffer): Print {
  if (info.type === "FT_IPv4") return (row, column, index) => lines.quad(row.word(column, index, 0));
  if (DECIMAL.has(info.base)) {
    if (SMALL.test(info.type))
      return (row, column, index) => {
        const value = row.number(column, index);
        if (value >= 0) lines.whole(value);
        else lines.text(String(value));
      };
    if (info.type === "FT_UINT64")
      return (row, column, index) => lines.wide(row.word(column, index, 0), row.word(column, index, 1));
  }
  return (row, column, index) => lines.text(formatFieldText(info, row.at(column, index) ?? ""));
}

/** Adds one line a row to `lines`; undefined where a name is no plain field. */
export function rowPrinter(
  names: readonly string[],
  style: FieldsStyle,
  context: OutputContext,
  lines: LineBuffer,
): ((row: Row) => void) | undefined {
  const infos = names.map((name) =>
    columnTitle(name) === undefined && name !== SINCE_DISPLAYED ? context.catalog.get(name) : undefined,
  );
  const plain = infos.filter((info) => info !== undefined && info.type !== "FT_PROTOCOL");
  if (plain.length < names.length) return undefined;
  const prints = plain.map((info) => printer(info as FieldInfo, lines)); // filtered
  const { occurrence, aggregator, quote, separator } = style;
  const cell = (row: Row, column: number, print: Print): void => {
    const count = row.count(column);
    if (count === 0) return;
    if (quote !== "") lines.text(quote);
    print(row, column, occurrence === "last" ? count - 1 : 0);
    if (occurrence === "all")
      for (let index = 1; index < count; index++) {
        lines.text(aggregator);
        print(row, column, index);
      }
    if (quote !== "") lines.text(quote);
  };
  return (row) => {
    for (let column = 0; column < prints.length; column++) {
      if (column > 0) lines.text(separator);
      cell(row, column, prints[column] as Print); // column is in range
    }
    lines.end();
  };
}
