/** What a line of `-V` says of one name: label, value, the bits of a bit field. */
import { toHex } from "../../bytes/hex.ts";
import type { RawValue } from "../../ir/fields.ts";
import { formatDisplay, type ValueFormat } from "../../ir/format.ts";
import type { View } from "../../ir/nodes.ts";
import type { FieldNode } from "../../ir/tree.ts";
import type { OutputContext } from "./shown.ts";

/** The bits of a field within its carrier: `...0 01.. = `; empty for fields of whole bytes. */
export function bitPattern(node: FieldNode, carrier: FieldNode | undefined, data: Uint8Array): string {
  if (node.bitLength === 0 || (node.bitOffset % 8 === 0 && node.bitLength % 8 === 0)) return "";
  if (node.ir.kind === "group" && node.bitLength >= 8) return "";
  // A group narrower than a byte (ip.flags) is shown within its byte.
  const isInside = carrier !== undefined && carrier.bitLength >= 8 && carrier.bitLength > node.bitLength;
  const from = isInside ? carrier.bitOffset : node.bitOffset - (node.bitOffset % 8);
  const last = node.bitOffset + node.bitLength;
  const to = isInside ? carrier.bitOffset + carrier.bitLength : Math.ceil(last / 8) * 8;
  let pattern = "";
  for (let bit = from; bit < to; bit++) {
    if (bit > from && (bit - from) % 4 === 0) pattern += " ";
    const own = node.bitOffset <= bit && bit < last;
    pattern += own ? String(((data[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) : ".";
  }
  return `${pattern} = `;
}

type Formats = Map<number, ValueFormat>;

/** Formats of views by their width, 0 where the width is the type's. */
const FORMATS = new WeakMap<OutputContext, Map<View, Formats>>();

function formatsOf(view: View, context: OutputContext): Formats {
  let views = FORMATS.get(context);
  if (views === undefined) {
    views = new Map();
    FORMATS.set(context, views);
  }
  let formats = views.get(view);
  if (formats === undefined) {
    formats = new Map();
    views.set(view, formats);
  }
  return formats;
}

/** `bits`: the value's own width, for hexadecimal digits. */
export function formatOf(view: View, context: OutputContext, bits: number): ValueFormat {
  const formats = formatsOf(view, context);
  let format = formats.get(bits);
  if (format === undefined) {
    const info = context.catalog.get(view.filter);
    const whole: ValueFormat = info?.type === view.type ? info : { type: view.type, base: view.base };
    format = bits === 0 ? whole : { ...whole, bits };
    formats.set(bits, format);
  }
  return format;
}

/** Label and value of one name. */
export function viewText(format: ValueFormat, value: RawValue, label: string): string {
  const text = formatDisplay(format, value);
  return text === "" ? label : `${label}: ${text}`;
}

/** A derived name without a label of its own is told by the end of its filter name. */
export function derivedLabel(view: View, fieldLabel: string): string {
  if (view.label !== "" && view.label !== fieldLabel) return view.label;
  return `${fieldLabel} ${view.filter.split(".").at(-1) ?? ""}`;
}

/** May it be without text, so that a line has its label alone? */
export function isTextual({ type }: ValueFormat): boolean {
  return type === "FT_STRING" || type === "FT_NONE" || type === "FT_BYTES";
}

/** Bytes that no schema claims. */
export const OPAQUE_LABELS = {
  padding: "Padding",
  malformed: "Malformed",
  trailer: "Trailer",
  data: "Data",
} as const;

export function plainText(value: RawValue): string {
  return value instanceof Uint8Array ? toHex(value) : String(value);
}
