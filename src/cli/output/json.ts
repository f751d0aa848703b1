/** `-T json` and `-T jsonraw`, with tshark's shape and keys. */

import { formatJsonText } from "../../ir/format.ts";
import { calendar } from "../../ir/format-time.ts";
import { fieldReaders } from "./fields.ts";
import { frameItems, type Item } from "./items.ts";
import { type JsonEntry, type JsonValue, mergeKeys, printJson } from "./json-print.ts";
import { rawEntry } from "./json-raw.ts";
import type { Output, OutputContext, Shown } from "./shown.ts";

/** Which of the two a tree has: the values' texts, the bytes that they were read from, or both. */
interface Parts {
  readonly text: boolean;
  readonly raw: boolean;
}

/** The values of a name, and what stands below it under the name with `_tree`. */
function entries(item: Item, data: Uint8Array, parts: Parts): JsonEntry[] {
  const children = item.children.flatMap((child) => entries(child, data, parts));
  const raw = parts.raw ? rawEntry(item, data) : undefined;
  const found: JsonEntry[] = raw === undefined ? [] : [raw];
  const isHead = item.kind !== "field" || item.format.type === "FT_NONE";
  if (parts.text && !(isHead && children.length > 0)) found.push([item.key, text(item)]);
  if (children.length > 0) found.push([isHead ? item.key : `${item.key}_tree`, children]);
  return found;
}

/** A header without fields is told by its heading. */
function text(item: Item): string {
  return item.value === undefined ? item.label : formatJsonText(item.format, item.value);
}

/** What stands around the layers of a frame. */
function frameEntries(shown: Shown, layers: JsonValue): JsonValue {
  const { timestamp } = shown.frame;
  const date = timestamp === undefined ? "1970-01-01" : calendar(timestamp, 0, false).date;
  return [
    ["_index", `packets-${date}`],
    ["_type", "doc"],
    ["_score", null],
    ["_source", [["layers", layers]]],
  ];
}

export interface JsonStyle extends Parts {
  /** `-e`: only these, each a list of its values. Empty for everything. */
  readonly fields: readonly string[];
  readonly duplicateKeys: boolean;
}

export function jsonOutput(style: JsonStyle, context: OutputContext): Output {
  const readers = fieldReaders(style.fields, context);
  let count = 0;
  const layersOf = (shown: Shown): JsonValue => {
    if (style.fields.length === 0) {
      const found = frameItems(shown, context).flatMap((item) => entries(item, shown.frame.data, style));
      return style.duplicateKeys ? found : mergeKeys(found);
    }
    return readers.flatMap((read, index): JsonEntry[] => {
      const texts = read(shown);
      return texts.length === 0 ? [] : [[style.fields[index] ?? "", { list: texts }]];
    });
  };
  return {
    begin: () => "[",
    frame: (shown) =>
      `${count++ === 0 ? "\n" : ",\n"}  ${printJson(frameEntries(shown, layersOf(shown)), "  ")}`,
    end: () => (count === 0 ? "]\n" : "\n]\n"),
  };
}
