/** `-T json` and `-T jsonraw`, with tshark's shape and keys. */

import { formatJsonText } from "../../ir/format.ts";
import { utcDate } from "../../ir/format-time.ts";
import { fieldReaders } from "./fields.ts";
import { type Item, itemMaker } from "./items.ts";
import { type JsonEntry, mergeKeys, printJson } from "./json-print.ts";
import { rawEntry } from "./json-raw.ts";
import { jsonTreeWriter } from "./json-writer.ts";
import type { Output, OutputContext, Shown } from "./shown.ts";

/** Which of the two a tree has: the values' texts, the bytes that they were read from, or both. */
interface Parts {
  readonly text: boolean;
  readonly raw: boolean;
}

/** The values of a name, and what stands below it under the name with `_tree`. */
export function itemEntries(item: Item, data: Uint8Array, parts: Parts): JsonEntry[] {
  const children = item.children.flatMap((child) => itemEntries(child, data, parts));
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

/** Levels that the layers of a frame stand below the list of frames. */
const LAYERS_DEPTH = 3;
const INDENT = "  ".repeat(LAYERS_DEPTH);

/** What stands around a frame's date and its layers; the first frame has no comma before it. */
const BEFORE_DATE = `,
  {
    "_index": "packets-`;
const BEHIND_DATE = `",
    "_type": "doc",
    "_score": null,
    "_source": {
      "layers": `;
const BEHIND = `
    }
  }`;

function dateText({ frame }: Shown): string {
  return frame.timestamp === undefined ? "1970-01-01" : utcDate(frame.timestamp);
}

export interface JsonStyle extends Parts {
  /** `-e`: only these, each a list of its values. Empty for everything. */
  readonly fields: readonly string[];
  readonly duplicateKeys: boolean;
}

/** Writes the whole tree as it is. */
function treeWriter(context: OutputContext): (shown: Shown) => string | Uint8Array {
  return jsonTreeWriter(context, LAYERS_DEPTH + 1, {
    before: [BEFORE_DATE, { key: dateText, text: dateText }, `${BEHIND_DATE}{`],
    behind: `\n${INDENT}}${BEHIND}`,
  });
}

function layersPrinter(style: JsonStyle, context: OutputContext): (shown: Shown) => string {
  if (style.fields.length > 0) {
    const readers = fieldReaders(style.fields, context);
    return (shown) => {
      const found = readers.flatMap((read, index): JsonEntry[] => {
        const texts = read(shown);
        return texts.length === 0 ? [] : [[style.fields[index] ?? "", { list: texts }]];
      });
      return printJson(found, INDENT);
    };
  }
  const itemsOf = itemMaker(context);
  return (shown) => {
    const found = itemsOf(shown).flatMap((item) => itemEntries(item, shown.frame.data, style));
    return printJson(style.duplicateKeys ? found : mergeKeys(found), INDENT);
  };
}

function textWriter(style: JsonStyle, context: OutputContext): (shown: Shown) => string {
  const layersOf = layersPrinter(style, context);
  return (shown) => BEFORE_DATE + dateText(shown) + BEHIND_DATE + layersOf(shown) + BEHIND;
}

export function jsonOutput(style: JsonStyle, context: OutputContext): Output {
  const isDirect = style.fields.length === 0 && style.text && !style.raw && style.duplicateKeys;
  const write = isDirect ? treeWriter(context) : textWriter(style, context);
  let count = 0;
  return {
    encoding: isDirect ? "latin1" : undefined,
    begin: () => "[",
    frame: (shown) => (count++ === 0 ? write(shown).slice(1) : write(shown)),
    end: () => (count === 0 ? "]\n" : "\n]\n"),
  };
}
