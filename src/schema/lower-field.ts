/** One field of a schema file → one field of the IR. */
import { SchemaError } from "../errors.ts";
import type { FieldType } from "../ir/fields.ts";
import type { FieldIR, Size } from "../ir/nodes.ts";
import { fixedBits } from "../ir/size.ts";
import { parseGuard } from "./guard.ts";
import { lowerInteger } from "./lower-integer.ts";
import { type FieldContext, lowerViews, uintType } from "./lower-view.ts";
import { checkFieldKeys } from "./passes/keys.ts";
import type { FieldJson, SizeJson } from "./source.ts";

/** "dataSequenceNumber" → "Data sequence number". */
export function labelOf(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function lowerSize(size: SizeJson | undefined): Size {
  if (size === undefined || size === "rest") return { kind: "rest" };
  if (typeof size === "number") return { kind: "fixed", bytes: size };
  if ("flag" in size) return { kind: "flag", flag: size.flag, set: size.set, clear: size.clear };
  return { kind: "linear", field: size.field, scale: size.scale ?? 1, bias: size.bias ?? 0 };
}

function need<T>(value: T | undefined, key: string, type: string, pointer: string): T {
  if (value === undefined)
    throw new SchemaError("schema-invalid", pointer, `a field of type "${type}" needs "${key}"`);
  return value;
}

function defaultFlag({ default: value }: FieldJson, pointer: string): boolean {
  if (typeof value !== "boolean")
    throw new SchemaError("schema-invalid", `${pointer}/default`, "the default of a flag is true or false");
  return value;
}

function defaultBytes({ default: value, size }: FieldJson, pointer: string): string {
  if (typeof value !== "string" || (typeof size === "number" && value.length !== size * 2))
    throw new SchemaError(
      "schema-invalid",
      `${pointer}/default`,
      "the default of bytes is hex of their size",
    );
  return value;
}

/** Lowers one field and notes its place. References between fields are checked by the passes. */
export function lowerField(json: FieldJson, context: FieldContext, pointer: string): FieldIR {
  checkFieldKeys(json, pointer);
  const field = fieldOf(json, context, pointer);
  context.places.set(field, pointer);
  return field;
}

function fieldOf(json: FieldJson, context: FieldContext, pointer: string): FieldIR {
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
        ...(json.default === undefined ? {} : { default: defaultFlag(json, pointer) }),
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
    case "i64":
      return lowerInteger(json, common, pointer);
    case "bytes":
    case "string":
      return {
        kind: "bytes",
        ...common(json.type === "string" ? "FT_STRING" : "FT_BYTES"),
        size: lowerSize(json.size),
        format: json.type,
        ...(json.default === undefined ? {} : { default: defaultBytes(json, pointer) }),
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
