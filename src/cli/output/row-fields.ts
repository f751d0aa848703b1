/** `-T fields` from rows: the same text as from trees, for fields that need none. */

import type { FieldInfo } from "../../ir/fields.ts";
import { formatFieldText } from "../../ir/format.ts";
import type { Row } from "../../ir/tracker.ts";
import { columnTitle } from "./columns.ts";
import type { FieldsStyle } from "./fields-style.ts";
import { type OutputContext, SINCE_DISPLAYED } from "./shown.ts";

/** Text of one occurrence. */
type Print = (row: Row, column: number, index: number) => string;

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
/** Addresses whose texts are kept. */
const KEPT = 4096;

/** Captures hold few addresses, each many times. */
function printIpv4(info: FieldInfo): Print {
  const texts = new Map<number, string>();
  return (row, column, index) => {
    const word = row.word(column, index, 0);
    const known = texts.get(word);
    if (known !== undefined) return known;
    const text = formatFieldText(info, row.at(column, index) ?? "");
    if (texts.size < KEPT) texts.set(word, text);
    return text;
  };
}

/** Decimal digits of an unsigned 64-bit number: a long division by 10^9 in steps that doubles hold exactly. */
function wideText(high: number, low: number): string {
  const upper = high >>> 0;
  const lower = low >>> 0;
  if (upper < 0x20_0000) return String(upper * 0x1_0000_0000 + lower);
  let quotient = 0;
  let rest = 0;
  for (const part of [upper >>> 16, upper & 0xffff, lower >>> 16, lower & 0xffff]) {
    const value = rest * 0x1_0000 + part;
    const digit = Math.floor(value / 1e9);
    rest = value - digit * 1e9;
    quotient = quotient * 0x1_0000 + digit;
  }
  return quotient + String(rest + 1e9).slice(1);
}

function printer(info: FieldInfo): Print {
  if (info.type === "FT_IPv4") return printIpv4(info);
  if (DECIMAL.has(info.base)) {
    if (SMALL.test(info.type)) return (row, column, index) => String(row.number(column, index));
    if (info.type === "FT_UINT64")
      return (row, column, index) => wideText(row.word(column, index, 0), row.word(column, index, 1));
  }
  return (row, column, index) => formatFieldText(info, row.at(column, index) ?? "");
}

/** One line a row; undefined where a name is no plain field. */
export function rowPrinter(
  names: readonly string[],
  style: FieldsStyle,
  context: OutputContext,
): ((row: Row) => string) | undefined {
  const infos = names.map((name) =>
    columnTitle(name) === undefined && name !== SINCE_DISPLAYED ? context.catalog.get(name) : undefined,
  );
  const plain = infos.filter((info) => info !== undefined && info.type !== "FT_PROTOCOL");
  if (plain.length < names.length) return undefined;
  const prints = plain.map((info) => printer(info as FieldInfo)); // filtered
  const { occurrence, aggregator, quote, separator } = style;
  const cell = (row: Row, column: number, print: Print): string => {
    const count = row.count(column);
    if (count === 0) return "";
    const first = occurrence === "last" ? count - 1 : 0;
    let text = print(row, column, first);
    if (occurrence === "all")
      for (let index = 1; index < count; index++) text += aggregator + print(row, column, index);
    return quote === "" ? text : quote + text + quote;
  };
  return (row) => {
    let line = "";
    for (let column = 0; column < prints.length; column++) {
      if (column > 0) line += separator;
      line += cell(row, column, prints[column] as Print); // column is in range
    }
    return `${line}\n`;
  };
}
