/** `-T ek`, as Elasticsearch's bulk import takes it: two lines a frame, names flattened, with tshark's keys. */
import { toHex } from "../../bytes/hex.ts";
import type { FieldInfo } from "../../ir/fields.ts";
import { formatJsonText } from "../../ir/format.ts";
import { calendar } from "../../ir/format-time.ts";
import { extentBytes } from "./extents.ts";
import { fieldReaders } from "./fields.ts";
import { itemWriter, type Mark } from "./item-writer.ts";
import type { Item } from "./items.ts";
import { type JsonEntry, type JsonValue, printCompact } from "./json-print.ts";
import type { Output, OutputContext, Shown } from "./shown.ts";

export interface EkStyle {
  /** `-e`: only these. Empty for everything. */
  readonly fields: readonly string[];
  /** The bytes of each name too. */
  readonly raw: boolean;
}

/** 2026-11-22T06:34:49.467655000Z, as Elasticsearch's dates with nanoseconds. */
function isoTime(nanoseconds: bigint): string {
  const { date, time } = calendar(nanoseconds, 9, true);
  return `${date}T${time}Z`;
}

function value(item: Item): JsonValue {
  const { value: own, format } = item;
  if (own === undefined) return item.label;
  if (format.type === "FT_NONE") return null;
  if (typeof own === "boolean") return own;
  if (format.type === "FT_BOOLEAN") return Number(own) !== 0;
  if (format.type === "FT_ABSOLUTE_TIME" && typeof own === "bigint") return isoTime(own);
  return formatJsonText(format, own);
}

/** Protocol that a field was registered for: options are TCP's, and `ip.version` is a field of both versions. */
function owner(info: FieldInfo, layer: string): string {
  if (info.name === "ip.version") return layer;
  return info.protocol.startsWith("tcp.") ? "tcp" : info.protocol;
}

class EkTree {
  readonly #context: OutputContext;
  readonly #raw: boolean;
  readonly #mark: Mark<JsonValue>;

  constructor(raw: boolean, context: OutputContext, mark: Mark<JsonValue>) {
    this.#context = context;
    this.#raw = raw;
    this.#mark = mark;
  }

  /** `tcp_tcp_flags_syn`: a field is told by its protocol too; what is a protocol itself is not. */
  #key(item: Item, layer: string): string {
    if (item.kind === "text") return "text";
    const info = this.#context.catalog.get(item.key);
    const isProtocol = item.kind === "protocol" || info === undefined || info.protocol === info.name;
    const name = isProtocol ? item.key : `${owner(info, layer)}_${item.key}`;
    return name.replaceAll(".", "_");
  }

  #value(item: Item): JsonValue {
    if (item.kind !== "protocol" || item.children.length === 0) return this.#mark(item, () => value(item));
    return this.entries(item.children, item.key);
  }

  #bytes(item: Item): JsonValue {
    return this.#mark(item, ({ frame }) => toHex(extentBytes(item.extent, frame.data)));
  }

  /** Names that stand side by side more than once have a list; what stands below them follows. */
  entries(items: readonly Item[], layer = ""): JsonEntry[] {
    const groups = new Map<string, Item[]>();
    for (const item of items) {
      const key = this.#key(item, layer);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
    return [...groups].flatMap(([key, group]): JsonEntry[] => {
      const below = group.flatMap((item) => (item.kind === "protocol" ? [] : item.children));
      const raw: JsonEntry[] =
        this.#raw && group[0]?.kind !== "text"
          ? [[`${key}_raw`, oneOrList(group.map((item) => this.#bytes(item)))]]
          : [];
      const own: JsonEntry = [key, oneOrList(group.map((item) => this.#value(item)))];
      return [...raw, own, ...this.entries(below, layer)];
    });
  }
}

function oneOrList(values: readonly JsonValue[]): JsonValue {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : { list: values };
}

function dateOf({ frame }: Shown): string {
  return `packets-${calendar(frame.timestamp ?? 0n, 0, false).date}`;
}

function millisecondsOf({ frame }: Shown): string {
  return String((frame.timestamp ?? 0n) / 1_000_000n);
}

function linesOf(layers: JsonValue, mark: Mark<JsonValue>): string {
  const index: JsonEntry[] = [
    ["_index", mark(undefined, dateOf)],
    ["_type", "doc"],
  ];
  const doc: JsonEntry[] = [
    ["timestamp", mark(undefined, millisecondsOf)],
    ["layers", layers],
  ];
  return `${printCompact([["index", index]])}\n${printCompact(doc)}\n`;
}

export function ekOutput(style: EkStyle, context: OutputContext): Output {
  const readers = fieldReaders(style.fields, context);
  const writeFields = (shown: Shown): string => {
    const layers = readers.flatMap((read, index): JsonEntry[] => {
      const texts = read(shown);
      const key = (style.fields[index] ?? "").replaceAll(".", "_");
      return texts.length === 0 ? [] : [[key, { list: texts }]];
    });
    return linesOf(layers, (_, make) => make(shown));
  };
  const writeWhole = itemWriter<JsonValue>(context, {
    mark: (number) => `\0${number}\0`,
    // As JSON writes the mark.
    pattern: /"\\u0000(\d+)\\u0000"/,
    print: printCompact,
    write: (items, _, mark) => linesOf(new EkTree(style.raw, context, mark).entries(items), mark),
  });
  return {
    begin: () => "",
    frame: style.fields.length === 0 ? writeWhole : writeFields,
    end: () => "",
  };
}
