/** An integer of a schema file → an integer of the IR. */
import { SchemaError } from "../errors.ts";
import type { FieldType } from "../ir/fields.ts";
import type { Compute, UintField } from "../ir/nodes.ts";
import { uintType } from "./lower-view.ts";
import type { ComputeJson, FieldJson } from "./source.ts";

const WIDTH: Readonly<Record<string, number>> = {
  u8: 8,
  u16: 16,
  u24: 24,
  u32: 32,
  u64: 64,
  i8: 8,
  i16: 16,
  i32: 32,
  i64: 64,
};

function lowerCompute(json: ComputeJson): Compute {
  if (typeof json === "string") return { kind: json };
  if ("payloadSize" in json) {
    return { kind: "payloadSize", scale: json.payloadSize.scale ?? 1, bias: json.payloadSize.bias ?? 0 };
  }
  return {
    kind: "checksum",
    pseudoHeader: json.pseudoHeader ?? false,
    cover: json.cover,
    ...(json.zero === undefined ? {} : { zero: json.zero }),
  };
}

/** Bits on the wire: by type, by `bits`, or by a flag. */
function bitsOf(json: FieldJson, pointer: string): UintField["bits"] {
  if (json.type === "bits") {
    if (json.bits === undefined)
      throw new SchemaError("schema-invalid", pointer, 'a field of type "bits" needs "bits"');
    return json.bits;
  }
  if (json.type !== "uint") return WIDTH[json.type] ?? 8;
  const { size } = json;
  if (typeof size !== "object" || !("flag" in size))
    throw new SchemaError("schema-invalid", `${pointer}/size`, "the size of a uint hangs on a flag");
  for (const bytes of [size.set, size.clear])
    if (bytes < 1 || bytes > 8) throw new SchemaError("schema-invalid", `${pointer}/size`, "1 to 8 bytes");
  return { flag: size.flag, set: size.set * 8, clear: size.clear * 8 };
}

/** A value that the caller never has to give must be one that the field can hold. */
function checkValue(
  json: FieldJson,
  key: "const" | "default",
  width: number,
  signed: boolean,
  pointer: string,
): void {
  const value = json[key];
  if (value === undefined) return;
  const raw = typeof value === "number" ? (value - (json.bias ?? 0)) / (json.scale ?? 1) : Number.NaN;
  const low = signed ? -(2 ** (width - 1)) : 0;
  const high = signed ? 2 ** (width - 1) - 1 : 2 ** width - 1;
  if (!Number.isInteger(raw) || raw < low || raw > high)
    throw new SchemaError(
      "schema-invalid",
      `${pointer}/${key}`,
      `${String(value)} does not fit in ${width} bits`,
    );
}

/** `common` makes what all fields have, for a type of Wireshark. */
export function lowerInteger(
  json: FieldJson,
  common: (
    type: FieldType,
  ) => Omit<UintField, "kind" | "bits" | "endian" | "signed" | "wide" | "scale" | "bias" | "reserved">,
  pointer: string,
): UintField {
  const signed = json.type.startsWith("i");
  const bits = bitsOf(json, pointer);
  const width = typeof bits === "number" ? bits : 64;
  const wide = width > 32;
  if (wide && (json.scale !== undefined || json.bias !== undefined))
    throw new SchemaError("schema-invalid", pointer, "scale and bias apply to integers of at most 32 bits");
  checkValue(json, "const", width, signed, pointer);
  checkValue(json, "default", width, signed, pointer);
  return {
    kind: "uint",
    ...common(uintType(width, signed)),
    bits,
    endian: json.endian ?? "big",
    signed,
    wide,
    scale: json.scale ?? 1,
    bias: json.bias ?? 0,
    reserved: json.reserved ?? false,
    ...(json.enum === undefined ? {} : { strings: json.enum }),
    ...(json.const === undefined ? {} : { constant: json.const }),
    ...(json.compute === undefined ? {} : { compute: lowerCompute(json.compute) }),
    ...(typeof json.default === "number" ? { default: json.default } : {}),
  };
}
