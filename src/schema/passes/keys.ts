/** A key that does not apply to its field or file is a mistake, never ignored. */
import { SchemaError } from "../../errors.ts";
import type { FieldJson, SchemaJson, TypeJson } from "../source.ts";

const ANY = ["name", "type", "label", "spec", "filter", "under", "when", "optional"];
const NUMBER = ["enum", "const", "default", "reserved", "base", "compute"];
const INTEGER = [...NUMBER, "endian", "scale", "bias"];
const KEYS: Readonly<Record<TypeJson, readonly string[]>> = {
  bits: [...NUMBER, "bits", "scale", "bias"],
  flag: ["enum", "default"],
  u8: INTEGER,
  u16: INTEGER,
  u24: INTEGER,
  u32: INTEGER,
  u64: INTEGER,
  i8: INTEGER,
  i16: INTEGER,
  i32: INTEGER,
  i64: INTEGER,
  uint: [...INTEGER, "size"],
  bytes: ["size", "default", "base"],
  string: ["size", "default"],
  ipv4: [],
  ipv6: [],
  ether: [],
  repeat: ["of", "size", "min", "max"],
  group: ["fields", "base"],
  options: ["envelope", "size", "context"],
  meta: ["source", "base", "enum"],
};

export function checkFieldKeys(json: FieldJson, pointer: string): void {
  const own = KEYS[json.type];
  for (const key of Object.keys(json)) {
    if (!ANY.includes(key) && !own.includes(key))
      throw new SchemaError(
        "schema-invalid",
        `${pointer}/${key}`,
        `a field of type "${json.type}" takes no "${key}"`,
      );
  }
}

const HEADER = ["headerLength", "payload", "trailer"];
const FILE: Readonly<Record<SchemaJson["role"], readonly string[]>> = {
  header: [...HEADER, "match", "variants", "tail", "problems"],
  option: ["match", "within", "length", "contexts", "variants", "tail", "problems"],
  envelope: ["match", "within", "length", "envelope", "opaque", "tail", "problems"],
  metadata: [],
};
const EVERY_FILE = [
  "$schema",
  "id",
  "role",
  "title",
  "spec",
  "description",
  "protocol",
  "prefix",
  "fields",
  "enums",
];
const VARIANT: Readonly<Record<string, readonly string[]>> = {
  header: ["payload", "illegal"],
  option: ["length", "contexts", "versions", "illegal"],
};

export function checkSchemaKeys(json: SchemaJson): void {
  const refuse = (pointer: string, key: string): never => {
    const article = /^[aeiou]/.test(json.role) ? "an" : "a";
    throw new SchemaError("schema-invalid", `${pointer}/${key}`, `${article} ${json.role} takes no "${key}"`);
  };
  const own = FILE[json.role];
  for (const key of Object.keys(json)) if (!EVERY_FILE.includes(key) && !own.includes(key)) refuse("", key);
  const variantKeys = ["name", "fields", "where", "spec", ...(VARIANT[json.role] ?? [])];
  for (const [index, variant] of (json.variants ?? []).entries())
    for (const key of Object.keys(variant)) if (!variantKeys.includes(key)) refuse(`/variants/${index}`, key);
}
