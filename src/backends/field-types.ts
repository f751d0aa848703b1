/** Filter fields → the TypeScript types of what `Dissection.get` gives. */
import type { FieldInfo, FieldType } from "../ir/fields.ts";

/** As `Dissection.get` shows values: addresses as text, times in nanoseconds. */
function typeOf(type: FieldType): string {
  switch (type) {
    case "FT_BOOLEAN":
      return "boolean";
    case "FT_NONE":
      return "true";
    case "FT_STRING":
    case "FT_IPv4":
    case "FT_IPv6":
    case "FT_ETHER":
      return "string";
    case "FT_BYTES":
    case "FT_PROTOCOL":
    case "FT_EUI64":
    case "FT_AX25":
      return "Uint8Array";
    case "FT_ABSOLUTE_TIME":
    case "FT_RELATIVE_TIME":
      return "bigint";
    case "FT_UINT40":
    case "FT_UINT48":
    case "FT_UINT56":
    case "FT_UINT64":
    case "FT_INT40":
    case "FT_INT48":
    case "FT_INT56":
    case "FT_INT64":
      return "bigint";
    case "FT_CHAR":
    case "FT_UINT8":
    case "FT_UINT16":
    case "FT_UINT24":
    case "FT_UINT32":
    case "FT_INT8":
    case "FT_INT16":
    case "FT_INT24":
    case "FT_INT32":
    case "FT_FRAMENUM":
    case "FT_FLOAT":
    case "FT_DOUBLE":
      return "number";
  }
}

/** One module with an interface of all names, sorted. */
export function toFieldTypes(fields: Iterable<FieldInfo>, header: string): string {
  const lines = [...fields]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type }) => `  readonly ${JSON.stringify(name)}: ${typeOf(type)};`);
  return [
    header,
    "",
    "/** Values of the built-in filter fields by name. */",
    "export interface BuiltinFields {",
    ...lines,
    "}",
    "",
  ].join("\n");
}
