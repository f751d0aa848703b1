/** `-T fields`: one line a frame, one column a field. */
import { formatFieldText } from "../../ir/format.ts";
import { CliError } from "../errors.ts";
import { type ColumnTitle, columnText, columnTitle } from "./columns.ts";
import type { FieldsStyle } from "./fields-style.ts";
import { protocolTexts } from "./headings.ts";
import { type Output, type OutputContext, type Shown, SINCE_DISPLAYED } from "./shown.ts";

/** All texts of one `-e` in a frame. */
export type ReadTexts = (shown: Shown) => readonly string[];

function readColumn(title: ColumnTitle | "", context: OutputContext): ReadTexts {
  return (shown) => {
    const text = columnText(title, shown, context);
    return text === "" ? [] : [text];
  };
}

/** One reader for each name; unknown names are refused together, the last one first, as tshark lists them. */
export function fieldReaders(names: readonly string[], context: OutputContext): readonly ReadTexts[] {
  const unknown = names.filter((name) => columnTitle(name) === undefined && !context.catalog.has(name));
  if (unknown.length > 0) {
    throw new CliError(
      `Some fields aren't valid:\n${[...unknown]
        .reverse()
        .map((name) => `\t${name}`)
        .join("\n")}`,
    );
  }
  return names.map((name) => {
    const title = columnTitle(name);
    if (title !== undefined) return readColumn(title, context);
    const info = context.catalog.get(name);
    if (info === undefined || info.type === "FT_PROTOCOL") {
      return (shown) => protocolTexts(name, shown, context);
    }
    if (name === SINCE_DISPLAYED) {
      return (shown) =>
        shown.timing.absolute === undefined ? [] : [formatFieldText(info, shown.timing.sinceDisplayed)];
    }
    return (shown) =>
      shown.dissection.occurrences(name).map((occurrence) => formatFieldText(info, occurrence.value));
  });
}

export function fieldsOutput(names: readonly string[], style: FieldsStyle, context: OutputContext): Output {
  const readers = fieldReaders(names, context);
  const pick = (texts: readonly string[]): string => {
    if (texts.length === 0) return "";
    const chosen =
      style.occurrence === "first"
        ? (texts[0] ?? "")
        : style.occurrence === "last"
          ? (texts.at(-1) ?? "")
          : texts.join(style.aggregator);
    return `${style.quote}${chosen}${style.quote}`;
  };
  return {
    begin: () => `${style.bom ? "\ufeff" : ""}${style.header ? `${names.join(style.separator)}\n` : ""}`,
    frame: (shown) => `${readers.map((read) => pick(read(shown))).join(style.separator)}\n`,
    end: () => "",
  };
}
