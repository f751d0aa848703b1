/** `-T pdml`: the packet tree as XML, with tshark's elements and attributes. */
import { toHex } from "../../bytes/hex.ts";
import type { RawValue } from "../../ir/fields.ts";
import { formatDisplay, formatJsonText } from "../../ir/format.ts";
import { displayPutter, jsonPutter } from "../../ir/format-bytes.ts";
import { formatAbsoluteTime, formatSeconds } from "../../ir/format-time.ts";
import { extentBytes, maskedText } from "./extents.ts";
import { fieldReaders } from "./fields.ts";
import { itemWriter, type Mark } from "./item-writer.ts";
import type { Item } from "./items.ts";
import type { Output, OutputContext, Shown } from "./shown.ts";
import { isTextual } from "./tree-text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#x27;",
};

const SPECIAL = /[&<>"'\x00-\x1f\x7f\ufffe\uffff]/;
const ALL_SPECIAL = new RegExp(SPECIAL, "g");

/** Text within an attribute. XML 1.0 has no control characters, not even as entities: they are shown as `\x1b`. */
function escaped(text: string): string {
  // Few texts have any.
  if (!SPECIAL.test(text)) return text;
  return text.replace(ALL_SPECIAL, (letter) => ENTITIES[letter] ?? `\\x${letter.charCodeAt(0).toString(16)}`);
}

/** One attribute, with a blank before it; nothing where there is no value. */
function attribute(key: string, value: string | number | undefined): string {
  if (value === undefined) return "";
  return ` ${key}="${typeof value === "number" ? value : escaped(value)}"`;
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

function attributesText(attributes: Attributes): string {
  let text = "";
  for (const key in attributes) text += attribute(key, attributes[key]);
  return text;
}

/** An element with what stands below it, in lines. */
function element(name: string, attributes: string, children: string, indent: string): string {
  if (children === "") return `${indent}<${name}${attributes}/>\n`;
  return `${indent}<${name}${attributes}>\n${children}${indent}</${name}>\n`;
}

function shownName(item: Item): string {
  const text = item.value === undefined ? "" : formatDisplay(item.format, item.value);
  return item.kind === "protocol" || text === "" || item.format.type === "FT_BYTES"
    ? item.label
    : `${item.label}: ${text}`;
}

/** An attribute whose text has nothing to escape: digits. */
function plain(key: string, value: string): string {
  return ` ${key}="${value}"`;
}

const NAMES = new Map<string, string>();

/** There are as many as filter names. */
function nameOf(key: string): string {
  let text = NAMES.get(key);
  if (text === undefined) {
    text = attribute("name", key);
    NAMES.set(key, text);
  }
  return text;
}

/** Attributes in tshark's order. */
function attributesOf(item: Item, data: Uint8Array): string {
  const { extent } = item;
  const place = attribute("size", extent.size) + attribute("pos", extent.position);
  if (item.kind === "text") return attribute("name", "") + attribute("show", item.key) + place;
  const hide = item.hidden ? attribute("hide", "yes") : "";
  const named = nameOf(item.key) + attribute("showname", shownName(item)) + hide + place;
  if (item.value === undefined) return named;
  if (item.format.type === "FT_NONE") return named + attribute("show", "") + attribute("value", "");
  const shown = named + attribute("show", formatJsonText(item.format, item.value));
  const bytes = toHex(extentBytes(extent, data));
  if (extent.mask === 0n) return bytes === "" ? shown : shown + plain("value", bytes);
  return shown + plain("value", maskedText(extent, data)) + plain("unmaskedvalue", bytes);
}

/** The same for all frames that have the item. */
function markedAttributes(item: Item, mark: Mark<string>): string {
  const { format, value, extent, kind, label, isPlaced } = item;
  const isSimple = kind === "field" && value !== undefined && !isTextual(format);
  if (!isPlaced || !isSimple) return mark(item, ({ frame }) => attributesOf(item, frame.data));
  const now = (): RawValue => item.value ?? "";
  const display = mark(item, () => escaped(formatDisplay(format, now())), displayPutter(format));
  const json = mark(item, () => escaped(formatJsonText(format, now())), jsonPutter(format));
  const hide = item.hidden ? attribute("hide", "yes") : "";
  const place = attribute("size", extent.size) + attribute("pos", extent.position);
  const named = nameOf(item.key) + plain("showname", `${escaped(label)}: ${display}`) + hide + place;
  const shown = named + plain("show", json);
  if (extent.size === 0) return shown;
  const bytes = mark(item, ({ frame }) => toHex(extentBytes(item.extent, frame.data)));
  if (extent.mask === 0n) return shown + plain("value", bytes);
  const masked = mark(item, ({ frame }) => maskedText(item.extent, frame.data));
  return shown + plain("value", masked) + plain("unmaskedvalue", bytes);
}

function textOf(items: readonly Item[], mark: Mark<string>, indent: string): string {
  let text = "";
  for (const item of items) text += itemText(item, mark, indent);
  return text;
}

function itemText(item: Item, mark: Mark<string>, indent: string): string {
  const inner = `${indent}  `;
  // Bytes without a meaning are no protocol.
  if (item.key === "data" && item.kind === "protocol") {
    const isOuter = indent === "  ";
    const children = textOf(item.children, mark, isOuter ? `${inner}  ` : inner);
    const value = mark(item, ({ frame }) => toHex(extentBytes(item.extent, frame.data)));
    const attributes = attribute("name", "data") + plain("value", value);
    const field = element("field", attributes, children, isOuter ? inner : indent);
    return isOuter ? element("proto", attribute("name", "fake-field-wrapper"), field, indent) : field;
  }
  // An expert item is a field, though it only heads others.
  const isProtocol = item.kind === "protocol" && item.key !== "_ws.expert";
  const children = textOf(item.children, mark, inner);
  const attributes = markedAttributes(item, mark);
  return element(isProtocol ? "proto" : "field", attributes, children, indent);
}

/** Number, lengths and time, which stand before the layers. */
function generalText({ frame }: Shown): string {
  const size = frame.capturedLength;
  const row = (name: string, showname: string, show: string, value: string): string =>
    element("field", attributesText({ name, pos: 0, show, showname, value, size }), "", "    ");
  const number = (name: string, label: string, count: number): string =>
    row(name, label, String(count), count.toString(16));
  const time =
    frame.timestamp === undefined
      ? ""
      : row(
          "timestamp",
          "Captured Time",
          formatAbsoluteTime(frame.timestamp),
          formatSeconds(frame.timestamp),
        );
  const rows = [
    number("num", "Number", frame.number),
    number("len", "Frame Length", frame.originalLength),
    number("caplen", "Captured Length", frame.capturedLength),
    time,
  ];
  const general = { name: "geninfo", pos: 0, showname: "General information", size };
  return element("proto", attributesText(general), rows.join(""), "  ");
}

export interface PdmlStyle {
  /** `-e`: only these. Empty for everything. */
  readonly fields: readonly string[];
  /** Name of the capture. */
  readonly file: string;
}

/** As C's asctime writes it. */
function asctime(date: Date): string {
  const [weekday = "", month = "", day = "", year = "", time = ""] = date.toString().split(" ");
  return `${weekday} ${month} ${day.replace(/^0/, " ")} ${time} ${year}`;
}

export function pdmlOutput(style: PdmlStyle, context: OutputContext): Output {
  const readers = fieldReaders(style.fields, context);
  const packet = (general: string, text: string): string => `<packet>\n${general}${text}</packet>\n\n\n`;
  const writeWhole = itemWriter<string>(context, {
    mark: (number) => `\0${number}\0`,
    pattern: /\x00(\d+)\x00/,
    print: (made) => made,
    write: (items, _, mark) => packet(mark(undefined, generalText), textOf(items, mark, "  ")),
  });
  const writeFields = (shown: Shown): string => {
    const found = readers.flatMap((read, index) =>
      read(shown).map((value) => attributesText({ name: style.fields[index], value })),
    );
    const fields = found.map((attributes) => element("field", attributes, "", "  "));
    return packet(generalText(shown), fields.join(""));
  };
  const attributes = {
    version: 0,
    creator: "subflow",
    time: asctime(new Date()),
    capture_file: style.file,
  };
  return {
    begin: () => `<?xml version="1.0" encoding="utf-8"?>\n<pdml${attributesText(attributes)}>\n`,
    frame: style.fields.length === 0 ? writeWhole : writeFields,
    end: () => "</pdml>\n",
  };
}
