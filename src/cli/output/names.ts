/** What tshark's structured outputs (JSON, PDML, Elasticsearch) say of a filter name whatever the frame holds. */
import type { FieldInfo } from "../../ir/fields.ts";
import type { ValueFormat } from "../../ir/format.ts";
import type { Layout, View } from "../../ir/nodes.ts";

export interface ItemName {
  /** `protocol`: a name over others, without a value. `text`: a heading without a filter name. */
  readonly kind: "protocol" | "field" | "text";
  /** Filter name, or the text of a heading. */
  readonly key: string;
  /** A field's label; what a protocol is headed by hangs on the frame. */
  readonly label: string;
  readonly format: ValueFormat;
  /** The name says no more than the one before it. */
  readonly hidden: boolean;
}

/** Names of type FT_NONE that head or mark something; all others are findings, which tshark puts under an expert item. */
const MARKS: ReadonlySet<string> = new Set([
  "icmp.ext",
  "icmpv6.opt",
  "icmpv6.opt.redirected_packet",
  "icmpv6.opt.reserved",
  "ipv6.opt",
  "ipv6.opt.pad1",
  "mptcp.analysis",
  "tcp.analysis",
  "tcp.analysis.flags",
  "tcp.options.mptcp",
  "tcp.options.tfo.request",
]);

/** Tells of something odd, unless something stands below it. */
export function isFindingName({ key, format }: Pick<ItemName, "key" | "format">): boolean {
  return format.type === "FT_NONE" && !MARKS.has(key);
}

/** Names for filters that tshark shows in no tree. */
const UNSHOWN: ReadonlySet<string> = new Set([
  "tcp.options.mptcp",
  "tcp.options.sack_le_raw",
  "tcp.options.sack_re_raw",
]);

export function isShown(key: string): boolean {
  return !UNSHOWN.has(key);
}

/** Names without a value that stand over the other fields of their option. */
const HEADS: ReadonlySet<string> = new Set(["icmpv6.opt", "ipv6.opt"]);

export function isHead(key: string): boolean {
  return HEADS.has(key);
}

const PROTOCOL: ValueFormat = { type: "FT_PROTOCOL", base: "none" };
const BYTES: ValueFormat = { type: "FT_BYTES", base: "none" };
const NOTHING: ValueFormat = { type: "FT_NONE", base: "none" };

/** Does a view show the same value as the field's first name? */
function repeats(view: View): boolean {
  return view.derive === undefined || view.derive.kind === "text";
}

/** A name without a label of its own is told by the end of its filter name. */
function viewLabel(view: View, fieldLabel: string, isMain: boolean): string {
  if (view.label !== "" && (isMain || view.label !== fieldLabel)) return view.label;
  return isMain ? fieldLabel : `${fieldLabel} ${view.filter.split(".").at(-1) ?? ""}`;
}

type Catalog = ReadonlyMap<string, FieldInfo>;

function formatOf(view: View, catalog: Catalog): ValueFormat {
  const info = catalog.get(view.filter);
  return info !== undefined && info.type === view.type ? info : { type: view.type, base: view.base };
}

/** A name of a field. `isMain`: its first one. */
export function viewName(view: View, fieldLabel: string, isMain: boolean, catalog: Catalog): ItemName {
  return {
    kind: "field",
    key: view.filter,
    label: viewLabel(view, fieldLabel, isMain),
    format: formatOf(view, catalog),
    hidden: !isMain && repeats(view),
  };
}

/** A name that a tracker gave a value. */
export function generatedName(view: View, catalog: Catalog): ItemName {
  return {
    kind: "field",
    key: view.filter,
    label: view.label,
    format: formatOf(view, catalog),
    hidden: false,
  };
}

/** What stands over the fields of a header, of an option that counts as one, or of a finding. */
export function protocolName(key: string): ItemName {
  return { kind: "protocol", key, label: "", format: PROTOCOL, hidden: false };
}

/** The name of an option; undefined for those that have none of their own. */
export function optionName({ protocol }: Layout): ItemName | undefined {
  if (protocol === undefined) return undefined;
  const name = protocolName(protocol.filter);
  return protocol.layer ? name : { ...name, kind: "field", format: BYTES };
}

export function textName(label: string): ItemName {
  return { kind: "text", key: label, label, format: NOTHING, hidden: false };
}

/** A field of an expert item. */
export function toldName(key: string, catalog: Catalog): ItemName {
  const info = catalog.get(key);
  return { kind: "field", key, label: info?.description ?? key, format: info ?? NOTHING, hidden: false };
}
