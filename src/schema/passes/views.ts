/** A filter name has a type that its field's values can be shown under, and derives what the field can give. */
import { SchemaError } from "../../errors.ts";
import type { FieldType } from "../../ir/fields.ts";
import type { Derive, FieldIR, View } from "../../ir/nodes.ts";
import { contentBits } from "../../ir/size.ts";
import type { Places } from "../lower-view.ts";

/** Bits of an integer type; undefined for other types. */
function integerBits(type: FieldType): number | undefined {
  const digits = /^FT_U?INT(\d+)$/.exec(type)?.[1];
  if (digits !== undefined) return Number(digits);
  return type === "FT_CHAR" ? 8 : type === "FT_FRAMENUM" ? 32 : undefined;
}

/** Sizes of the types whose values are bytes of one size. */
const ADDRESS_BITS: Readonly<Partial<Record<FieldType, number>>> = {
  FT_IPv4: 32,
  FT_IPv6: 128,
  FT_ETHER: 48,
  FT_EUI64: 64,
};

/** Whether `bits` bits can be shown under a type as an integer or a yes and no. Wireshark has narrow names on wide fields (`null.type`). */
function fitsInteger(type: FieldType, bits: number | undefined): boolean {
  const room = integerBits(type);
  return room === undefined ? type === "FT_BOOLEAN" : bits !== undefined && (bits <= 32 || bits <= room);
}

function fitsBytes(type: FieldType, bits: number | undefined): boolean {
  const size = ADDRESS_BITS[type];
  return size === undefined ? type === "FT_BYTES" || fitsInteger(type, bits) : bits === size;
}

/** Whether a field's own value can be shown under a type. */
function fits(field: FieldIR, type: FieldType): boolean {
  if (type === "FT_NONE" || field.kind === "meta") return true;
  const bits = field.kind === "uint" && typeof field.bits !== "number" ? 64 : contentBits(field);
  switch (field.kind) {
    case "flag":
    case "uint":
      return fitsInteger(type, bits);
    case "group":
      return (bits ?? 65) <= 64 ? fitsInteger(type, bits) : type === "FT_BYTES";
    case "bytes":
      return field.format === "string" ? type === "FT_STRING" : fitsBytes(type, bits);
    case "address":
    case "repeat":
    case "options":
      return fitsBytes(type, bits);
  }
}

/** Why a field cannot give a derived value under a type; undefined where it can. */
function misfit(field: FieldIR, derive: Derive, type: FieldType): string | undefined {
  const bits = field.kind === "meta" ? 32 : contentBits(field);
  const isNumber =
    field.kind === "uint" ||
    field.kind === "flag" ||
    field.kind === "meta" ||
    (field.kind === "group" && (bits ?? 65) <= 32);
  const shown = (width: number): string | undefined =>
    fitsInteger(type, width) ? undefined : `${type} is no integer of ${width} bits or more`;
  switch (derive.kind) {
    case "present":
      return type === "FT_NONE" ? undefined : "it is FT_NONE";
    case "constant":
    case "length":
      return shown(8);
    case "count":
      return field.kind === "repeat" ? shown(8) : "only a list has a count";
    case "status":
      return field.kind === "uint" ? shown(8) : "only an integer is a checksum";
    case "text":
      return type === "FT_STRING" ? undefined : "it is FT_STRING";
    case "letters":
      if (!isNumber || bits === undefined || derive.letters.length > bits)
        return "each letter is a bit of a number";
      return type === "FT_STRING" ? undefined : "it is FT_STRING";
    case "power":
    case "linear":
      return isNumber ? shown(8) : "only a number of at most 32 bits has it";
    case "swap":
      return bits !== undefined && bits % 8 === 0
        ? fits(field, type)
          ? undefined
          : `${type} does not hold it`
        : "only whole bytes have another order";
    case "bits":
      if (bits === undefined || derive.from + derive.count > bits || derive.count > 64)
        return "these bits are not the field's";
      return shown(derive.count);
    case "bytes":
      if (bits === undefined || (derive.from + derive.count) * 8 > Math.ceil(bits / 8) * 8)
        return "these bytes are not the field's";
      return type === "FT_STRING" || fitsBytes(type, derive.count * 8)
        ? undefined
        : `${type} does not hold them`;
  }
}

/** Checks all names that the places speak of. */
export function checkViews(places: Places): void {
  for (const [field] of places) {
    if (!("kind" in field)) continue;
    for (const view of [...field.views, ...field.under]) checkView(field, view, places.get(view) ?? "");
  }
}

function checkView(field: FieldIR, view: View, pointer: string): void {
  const { derive, type } = view;
  if (derive === undefined) {
    if (!fits(field, type))
      throw new SchemaError("schema-invalid", pointer, `"${view.filter}" cannot be shown as ${type}`);
    return;
  }
  const reason = misfit(field, derive, type);
  if (reason !== undefined)
    throw new SchemaError(
      "schema-invalid",
      pointer,
      `"${view.filter}" cannot be the ${derive.kind}: ${reason}`,
    );
}
