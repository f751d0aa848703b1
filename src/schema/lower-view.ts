/** Filter names of a schema file → views of the IR. */
import { SchemaError } from "../errors.ts";
import type { Base, FieldType } from "../ir/fields.ts";
import type { Derive, FieldIR, View } from "../ir/nodes.ts";
import { parseGuard } from "./guard.ts";
import type { DeriveJson, ViewJson, ViewsJson } from "./source.ts";

/** What lowering a field needs to know of its file. */
export interface FieldContext {
  readonly prefix: string;
  readonly hasEnum: (name: string) => boolean;
  /** JSON pointers of the fields and views lowered so far, for whoever checks them later. */
  readonly places: Places;
}

export type Places = Map<FieldIR | View, string>;

/** The next wider integer type of Wireshark. */
export function uintType(bits: number, signed: boolean): FieldType {
  const width = [8, 16, 24, 32, 40, 48, 56, 64].find((candidate) => bits <= candidate) ?? 64;
  // Every width of the list is a Wireshark type, signed and unsigned.
  return `FT_${signed ? "" : "U"}INT${width}` as FieldType;
}

function lowerDerive(derive: DeriveJson, pointer: string): Derive {
  if (derive === "status" || derive === "verified") return { kind: "status", verify: derive === "verified" };
  if (typeof derive === "string") return { kind: derive };
  if (derive.bits !== undefined) return { kind: "bits", from: derive.bits[0], count: derive.bits[1] };
  if (derive.bytes !== undefined) return { kind: "bytes", from: derive.bytes[0], count: derive.bytes[1] };
  if (derive.linear !== undefined) return { kind: "linear", scale: derive.linear[0], bias: derive.linear[1] };
  if (derive.constant !== undefined) return { kind: "constant", value: derive.constant };
  if (derive.letters !== undefined)
    return { kind: "letters", letters: derive.letters, blank: derive.blank ?? "." };
  throw new SchemaError(
    "schema-invalid",
    pointer,
    "a derive needs one of bits, bytes, linear, constant, letters",
  );
}

function deriveType(derive: Derive, own: FieldType): FieldType {
  switch (derive.kind) {
    case "text":
    case "letters":
      return "FT_STRING";
    case "present":
      return "FT_NONE";
    case "bytes":
      return "FT_BYTES";
    case "bits":
      return derive.count === 1 ? "FT_BOOLEAN" : uintType(derive.count, false);
    case "swap":
      return own;
    case "power":
    case "count":
    case "length":
    case "linear":
    case "constant":
      return "FT_UINT32";
    case "status":
      return "FT_UINT8";
  }
}

/** Lowers `filter`, `under` or a payload's names. `own` is the type of the field's value itself. */
export function lowerViews(
  json: ViewsJson | undefined,
  field: {
    readonly label: string;
    readonly type: FieldType;
    readonly base?: Base | undefined;
    readonly strings?: string | undefined;
  },
  context: FieldContext,
  pointer: string,
): View[] {
  if (json === undefined) return [];
  const list = Array.isArray(json) ? json : [json as string | ViewJson];
  return list.map((item: string | ViewJson, index): View => {
    const at = Array.isArray(json) ? `${pointer}/${index}` : pointer;
    const view: ViewJson = typeof item === "string" ? { filter: item } : item;
    const filter = view.filter.startsWith(".") ? context.prefix + view.filter : view.filter;
    if (filter.startsWith("."))
      throw new SchemaError("schema-invalid", at, `"${view.filter}" needs the schema's prefix`);
    const derive = view.derive === undefined ? undefined : lowerDerive(view.derive, `${at}/derive`);
    const type = view.ft ?? (derive === undefined ? field.type : deriveType(derive, field.type));
    const numeric = /^FT_U?INT/.test(type);
    const strings = view.enum ?? (derive === undefined ? field.strings : undefined);
    if (strings !== undefined && !context.hasEnum(strings)) {
      throw new SchemaError("unknown-reference", at, `there is no table of value strings "${strings}"`);
    }
    const when = parseGuard(view.when, `${at}/when`);
    const lowered: View = {
      filter,
      type,
      base: view.base ?? (numeric ? (field.base ?? "dec") : "none"),
      label: view.label ?? field.label,
      ...(strings === undefined ? {} : { strings }),
      ...(derive === undefined ? {} : { derive }),
      ...(when.length === 0 ? {} : { when }),
    };
    context.places.set(lowered, at);
    return lowered;
  });
}
