/** `-T pdml`: the packet tree as XML, with tshark's elements and attributes. */
import { toHex } from "../../bytes/hex.ts";
import { formatDisplay, formatJsonText } from "../../ir/format.ts";
import { formatAbsoluteTime, formatSeconds } from "../../ir/format-time.ts";
import { extentBytes, maskedText } from "./extents.ts";
import { fieldReaders } from "./fields.ts";
import { type Item, itemMaker } from "./items.ts";
import type { Output, OutputContext, Shown } from "./shown.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#x27;",
};

/** Text within an attribute. XML 1.0 has no control characters, not even as entities: they are shown as `\x1b`. */
function escaped(text: string): string {
  return text.replace(
    /[&<>"']|[\x00-\x1f\x7f\ufffe\uffff]/g,
    (letter) => ENTITIES[letter] ?? `\\x${letter.charCodeAt(0).toString(16)}`,
  );
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

function tag(name: string, attributes: Attributes, isOpen: boolean): string {
  const texts = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : ` ${key}="${escaped(String(value))}"`,
  );
  return `<${name}${texts.join("")}${isOpen ? "" : "/"}>`;
}

/** An element with what stands below it. */
function element(
  name: string,
  attributes: Attributes,
  children: readonly string[],
  indent: string,
): string[] {
  if (children.length === 0) return [`${indent}${tag(name, attributes, false)}`];
  return [`${indent}${tag(name, attributes, true)}`, ...children, `${indent}</${name}>`];
}

function shownName(item: Item): string {
  const text = item.value === undefined ? "" : formatDisplay(item.format, item.value);
  return item.kind === "protocol" || text === "" || item.format.type === "FT_BYTES"
    ? item.label
    : `${item.label}: ${text}`;
}

/** Attributes in tshark's order. */
function attributesOf(item: Item, data: Uint8Array): Attributes {
  const { extent } = item;
  const { position: pos, size } = extent;
  if (item.kind === "text") return { name: "", show: item.key, size, pos };
  const named = {
    name: item.key,
    showname: shownName(item),
    hide: item.hidden ? "yes" : undefined,
    size,
    pos,
  };
  if (item.value === undefined) return named;
  if (item.format.type === "FT_NONE") return { ...named, show: "", value: "" };
  const show = formatJsonText(item.format, item.value);
  const bytes = toHex(extentBytes(extent, data));
  if (extent.mask === 0n) return { ...named, show, value: bytes === "" ? undefined : bytes };
  const value = maskedText(extent, data);
  return { ...named, show, value, unmaskedvalue: bytes };
}

function lines(item: Item, data: Uint8Array, indent: string): string[] {
  const inner = `${indent}  `;
  // Bytes without a meaning are no protocol.
  if (item.key === "data" && item.kind === "protocol") {
    const isOuter = indent === "  ";
    const children = item.children.flatMap((child) => lines(child, data, isOuter ? `${inner}  ` : inner));
    const value = toHex(extentBytes(item.extent, data));
    const field = element("field", { name: "data", value }, children, isOuter ? inner : indent);
    return isOuter ? element("proto", { name: "fake-field-wrapper" }, field, indent) : field;
  }
  const children = item.children.flatMap((child) => lines(child, data, inner));
  // An expert item is a field, though it only heads others.
  const isProtocol = item.kind === "protocol" && item.key !== "_ws.expert";
  return element(isProtocol ? "proto" : "field", attributesOf(item, data), children, indent);
}

/** Number, lengths and time, which stand before the layers. */
function generalLines({ frame }: Shown): string[] {
  const size = frame.capturedLength;
  const row = (name: string, showname: string, show: string, value: string): string =>
    `    ${tag("field", { name, pos: 0, show, showname, value, size }, false)}`;
  const number = (name: string, label: string, count: number): string =>
    row(name, label, String(count), count.toString(16));
  const rows = [
    number("num", "Number", frame.number),
    number("len", "Frame Length", frame.originalLength),
    number("caplen", "Captured Length", frame.capturedLength),
  ];
  if (frame.timestamp !== undefined)
    rows.push(
      row("timestamp", "Captured Time", formatAbsoluteTime(frame.timestamp), formatSeconds(frame.timestamp)),
    );
  return element("proto", { name: "geninfo", pos: 0, showname: "General information", size }, rows, "  ");
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
  const itemsOf = itemMaker(context);
  const linesOf = (shown: Shown): string[] => {
    if (style.fields.length === 0)
      return itemsOf(shown).flatMap((item) => lines(item, shown.frame.data, "  "));
    return readers.flatMap((read, index) =>
      read(shown).map((value) => `  ${tag("field", { name: style.fields[index], value }, false)}`),
    );
  };
  const attributes = {
    version: 0,
    creator: "subflow",
    time: asctime(new Date()),
    capture_file: style.file,
  };
  return {
    begin: () => `<?xml version="1.0" encoding="utf-8"?>\n${tag("pdml", attributes, true)}\n`,
    frame: (shown) =>
      ["<packet>", ...generalLines(shown), ...linesOf(shown), "</packet>", "", "", ""].join("\n"),
    end: () => "</pdml>\n",
  };
}
