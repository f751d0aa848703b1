/** One field of a schema file → one field of the IR. */
import { SchemaError } from "../errors.ts";
import type { Base, FieldType } from "../ir/fields.ts";
import type { Compute, Derive, FieldIR, Size, View } from "../ir/nodes.ts";
import { parseGuard } from "./guard.ts";
import type { ComputeJson, DeriveJson, FieldJson, SizeJson, ViewJson, ViewsJson } from "./source.ts";

/** What lowering a field needs to know of its file. */
export interface FieldContext {
  readonly prefix: string;
  readonly hasEnum: (name: string) => boolean;
}

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

/** "dataSequenceNumber" → "Data sequence number". */
export function labelOf(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function uintType(bits: number, signed: boolean): FieldType {
  const width = [8, 16, 24, 32, 40, 48, 56, 64].find((candidate) => bits <= candidate) ?? 64;
  // Every width of the list is a Wireshark type, signed and unsigned.
  return `FT_${signed ? "" : "U"}INT${width}` as FieldType;
}

function lowerSize(size: SizeJson | undefined): Size {
  if (size === undefined || size === "rest") return { kind: "rest" };
  if (typeof size === "number") return { kind: "fixed", bytes: size };
  if ("flag" in size) return { kind: "flag", flag: size.flag, set: size.set, clear: size.clear };
  return { kind: "linear", field: size.field, scale: size.scale ?? 1, bias: size.bias ?? 0 };
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
    return {
      filter,
      type,
      base: view.base ?? (numeric ? (field.base ?? "dec") : "none"),
      label: view.label ?? field.label,
      ...(strings === undefined ? {} : { strings }),
      ...(derive === undefined ? {} : { derive }),
      ...(when.length === 0 ? {} : { when }),
    };
  });
}

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

function need<T>(value: T | undefined, key: string, type: string, pointer: string): T {
  if (value === undefined)
    throw new SchemaError("schema-invalid", pointer, `a field of type "${type}" needs "${key}"`);
  return value;
}

/** Lowers one field. References between fields are checked by the passes. */
export function lowerField(json: FieldJson, context: FieldContext, pointer: string): FieldIR {
  const label = json.label ?? labelOf(json.name);
  const common = (type: FieldType) => ({
    name: json.name,
    label,
    ...(json.spec === undefined ? {} : { spec: json.spec }),
    when: parseGuard(json.when, `${pointer}/when`),
    optional: json.optional ?? false,
    views: lowerViews(
      json.filter,
      { label, type, base: json.base, strings: json.enum },
      context,
      `${pointer}/filter`,
    ),
    under: lowerViews(json.under, { label, type, base: json.base }, context, `${pointer}/under`),
  });
  const children = (list: readonly FieldJson[], key: string): FieldIR[] =>
    list.map((child, index) => lowerField(child, context, `${pointer}/${key}/${index}`));
  if (json.enum !== undefined && !context.hasEnum(json.enum)) {
    throw new SchemaError(
      "unknown-reference",
      `${pointer}/enum`,
      `there is no table of value strings "${json.enum}"`,
    );
  }
  switch (json.type) {
    case "flag":
      return {
        kind: "flag",
        ...common("FT_BOOLEAN"),
        ...(json.enum === undefined ? {} : { strings: json.enum }),
        ...(typeof json.default === "boolean" ? { default: json.default } : {}),
      };
    case "bits":
    case "uint":
    case "u8":
    case "u16":
    case "u24":
    case "u32":
    case "u64":
    case "i8":
    case "i16":
    case "i32":
    case "i64": {
      const signed = json.type.startsWith("i");
      let bits: number | { flag: string; set: number; clear: number };
      if (json.type === "uint") {
        const size = need(json.size, "size", json.type, pointer);
        if (typeof size !== "object" || !("flag" in size)) {
          throw new SchemaError("schema-invalid", `${pointer}/size`, "the size of a uint hangs on a flag");
        }
        for (const bytes of [size.set, size.clear]) {
          if (bytes < 1 || bytes > 8)
            throw new SchemaError("schema-invalid", `${pointer}/size`, "1 to 8 bytes");
        }
        bits = { flag: size.flag, set: size.set * 8, clear: size.clear * 8 };
      } else
        bits = json.type === "bits" ? need(json.bits, "bits", json.type, pointer) : (WIDTH[json.type] ?? 8);
      const width = typeof bits === "number" ? bits : 64;
      if ((signed || json.endian === "little") && width % 8 !== 0) {
        throw new SchemaError("schema-invalid", pointer, "signed and little-endian integers are whole bytes");
      }
      const wide = width > 32;
      if (wide && (json.scale !== undefined || json.bias !== undefined)) {
        throw new SchemaError(
          "schema-invalid",
          pointer,
          "scale and bias apply to integers of at most 32 bits",
        );
      }
      const maximum = 2 ** width - 1;
      for (const key of ["const", "default"] as const) {
        const value = json[key];
        if (typeof value === "number" && !wide && (value - (json.bias ?? 0)) / (json.scale ?? 1) > maximum) {
          throw new SchemaError(
            "schema-invalid",
            `${pointer}/${key}`,
            `${value} does not fit in ${width} bits`,
          );
        }
      }
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
    case "bytes":
    case "string":
      return {
        kind: "bytes",
        ...common(json.type === "string" ? "FT_STRING" : "FT_BYTES"),
        size: lowerSize(json.size),
        format: json.type,
        ...(typeof json.default === "string" ? { default: json.default } : {}),
      };
    case "ipv4":
      return { kind: "address", ...common("FT_IPv4"), family: "ipv4" };
    case "ipv6":
      return { kind: "address", ...common("FT_IPv6"), family: "ipv6" };
    case "ether":
      return { kind: "address", ...common("FT_ETHER"), family: "ether" };
    case "repeat": {
      const of = need(json.of, "of", json.type, pointer);
      const scalar = !Array.isArray(of);
      const item = scalar
        ? [lowerField({ ...(of as Omit<FieldJson, "name">), name: json.name }, context, `${pointer}/of`)]
        : children(of as readonly FieldJson[], "of");
      return {
        kind: "repeat",
        ...common("FT_BYTES"),
        item,
        scalar,
        min: json.min ?? 0,
        max: json.max ?? 65_536,
        size: lowerSize(json.size),
      };
    }
    case "group": {
      const fields = children(need(json.fields, "fields", json.type, pointer), "fields");
      const bits = fields.reduce((sum, field) => sum + (fixedBits(field) ?? Number.NaN), 0);
      return { kind: "group", ...common(bits <= 64 ? uintType(bits, false) : "FT_BYTES"), fields };
    }
    case "options":
      return {
        kind: "options",
        ...common("FT_BYTES"),
        envelope: need(json.envelope, "envelope", json.type, pointer),
        ...(json.context === undefined ? {} : { context: json.context }),
        size: lowerSize(json.size),
      };
    case "meta":
      return { kind: "meta", ...common("FT_NONE"), source: need(json.source, "source", json.type, pointer) };
  }
}

/** Bits that a field always takes, or undefined where that hangs on other fields. */
export function fixedBits(field: FieldIR): number | undefined {
  if (field.when.length > 0 || field.optional) return undefined;
  return contentBits(field);
}

/** Bits that a field takes when it is there, or undefined where that hangs on other fields. */
export function contentBits(field: FieldIR): number | undefined {
  switch (field.kind) {
    case "flag":
      return 1;
    case "uint":
      return typeof field.bits === "number" ? field.bits : undefined;
    case "bytes":
      return field.size.kind === "fixed" ? field.size.bytes * 8 : undefined;
    case "address":
      return { ipv4: 32, ipv6: 128, ether: 48 }[field.family];
    case "group": {
      let bits = 0;
      for (const child of field.fields) {
        const own = fixedBits(child);
        if (own === undefined) return undefined;
        bits += own;
      }
      return bits;
    }
    case "repeat":
    case "options":
      return field.size.kind === "fixed" ? field.size.bytes * 8 : undefined;
    case "meta":
      return 0;
  }
}
