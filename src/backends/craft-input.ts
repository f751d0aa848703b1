/** JSON- or YAML-shaped input → what the serializer takes; and its validation by JSON Schema, with errors that name the field. */
import type { ErrorObject } from "ajv";
import { fromHex, toHex } from "../bytes/hex.ts";
import { canGenerate } from "../codegen/function.ts";
import { CraftError, type CraftErrorCode } from "../errors.ts";
import type { FieldIR, Layout, UintField } from "../ir/nodes.ts";
import { type CraftSchemaDeps, craftSchema, leavesOf } from "./json-schema.ts";

type Input = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Input {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

/**
 * Texts become what they stand for: hex bytes, `"0x…"` a bigint or number, a value string its number. Anything else is
 * left for the serializer to judge. Values that are bigints and Uint8Arrays already pass.
 *
 * @throws CraftError `bad-type` for texts that stand for nothing.
 */
export function normalizeCraftInput(
  layout: Layout,
  input: unknown,
  deps: CraftSchemaDeps,
  path: string = layout.id,
): Record<string, unknown> {
  if (!isObject(input)) throw new CraftError("bad-type", path, "wants an object");
  const fields = fieldsFor(layout, input);
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => {
      const field = fields.get(key);
      return [key, field === undefined ? value : normalizeField(field, value, deps, `${path}.${key}`)];
    }),
  );
}

/** The fields that the keys mean: of the named form, else of the first form that knows all keys, else of any. */
function fieldsFor(layout: Layout, input: Input): ReadonlyMap<string, FieldIR> {
  const keys = Object.keys(input).filter((key) => key !== "variant");
  const forms = layout.variants.map((variant) => ({
    variant,
    fields: new Map(leavesOf(variant.fields).map((field) => [field.name, field])),
  }));
  const named = forms.find((form) => form.variant.name === input["variant"]);
  const full = named ?? forms.find((form) => keys.every((key) => form.fields.has(key)));
  return full?.fields ?? new Map(forms.flatMap((form) => [...form.fields]));
}

function normalizeField(field: FieldIR, value: unknown, deps: CraftSchemaDeps, path: string): unknown {
  switch (field.kind) {
    case "uint":
      return typeof value === "string" ? toInteger(field, value, deps, path) : value;
    case "bytes": {
      if (field.format === "string" || typeof value !== "string") return value;
      const bytes = fromHex(value);
      if (bytes === undefined)
        throw new CraftError("bad-type", path, `wants bytes as hex text, given ${JSON.stringify(value)}`);
      return bytes;
    }
    case "repeat":
      return Array.isArray(value)
        ? value.map((item, index) => normalizeItem(field, item, deps, `${path}[${index}]`))
        : value;
    case "options":
      return Array.isArray(value)
        ? value.map((item, index) => normalizeOption(item, deps, `${path}[${index}]`))
        : value;
    case "flag":
    case "address":
    case "group":
    case "meta":
      return value;
  }
}

function normalizeItem(
  field: Extract<FieldIR, { kind: "repeat" }>,
  item: unknown,
  deps: CraftSchemaDeps,
  path: string,
): unknown {
  const [only] = field.item;
  if (field.scalar) return only === undefined ? item : normalizeField(only, item, deps, path);
  if (!isObject(item)) return item;
  const fields = new Map(leavesOf(field.item).map((one) => [one.name, one]));
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => {
      const own = fields.get(key);
      return [key, own === undefined ? value : normalizeField(own, value, deps, `${path}.${key}`)];
    }),
  );
}

function normalizeOption(item: unknown, deps: CraftSchemaDeps, path: string): unknown {
  if (typeof item === "string") return { id: item };
  if (!isObject(item)) return item;
  const { id, value, raw } = item;
  const layout = typeof id === "string" ? deps.layout(id) : undefined;
  const bytes = typeof raw === "string" ? fromHex(raw) : raw;
  if (raw !== undefined && bytes === undefined)
    throw new CraftError("bad-type", `${path}.raw`, "wants bytes as hex text");
  return {
    ...item,
    ...(value === undefined || layout === undefined
      ? {}
      : { value: normalizeCraftInput(layout, value, deps, `${path}(${layout.id})`) }),
    ...(bytes === undefined ? {} : { raw: bytes }),
  };
}

function toInteger(field: UintField, text: string, deps: CraftSchemaDeps, path: string): number | bigint {
  const table = field.strings === undefined ? undefined : deps.strings(field.strings);
  const row = table?.kind === "values" ? table.rows.find((one) => one.text === text) : undefined;
  if (row !== undefined) return field.wide ? BigInt(row.low) : row.low;
  if (!/^-?(0x[0-9a-fA-F]{1,16}|[0-9]{1,20})$/.test(text)) {
    const names =
      table?.kind === "values"
        ? `, or one of ${table.rows
            .slice(0, 8)
            .map((one) => JSON.stringify(one.text))
            .join(", ")}`
        : "";
    throw new CraftError(
      "bad-type",
      path,
      `wants an integer${names}, given ${JSON.stringify(text.slice(0, 40))}`,
    );
  }
  const value = text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
  return field.wide ? value : Number(value);
}

/** Checks input as it came from JSON or YAML. @throws CraftError for the first thing wrong. */
export type CraftValidator = (input: unknown, path?: string) => void;

/**
 * A validator by JSON Schema. The package behind it is loaded on first use. Where code may not be generated it cannot run: then
 * {@link normalizeCraftInput} and the serializer, which check every value too, are what there is.
 */
export async function createCraftValidator(layout: Layout, deps: CraftSchemaDeps): Promise<CraftValidator> {
  if (!canGenerate()) return () => undefined;
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const ajv = new Ajv2020({ verbose: true, strict: true, allowUnionTypes: true, strictRequired: false });
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>();
  const check = (target: Layout, input: unknown, path: string): void => {
    let validate = compiled.get(target.id);
    if (validate === undefined) {
      validate = ajv.compile(craftSchema(target, deps));
      compiled.set(target.id, validate);
    }
    const shaped = toJson(input);
    if (!validate(shaped)) throw toCraftError(validate.errors ?? [], path);
    for (const [key, field] of isObject(shaped) ? fieldsFor(target, shaped) : []) {
      if (field.kind !== "options" || !isObject(shaped)) continue;
      const list = shaped[key];
      for (const [index, item] of Array.isArray(list) ? list.entries() : []) {
        const inner = isObject(item) && typeof item["id"] === "string" ? deps.layout(item["id"]) : undefined;
        if (inner !== undefined && isObject(item) && item["value"] !== undefined)
          check(inner, item["value"], `${path}.${key}[${index}](${inner.id})`);
      }
    }
  };
  return (input, path = layout.id) => check(layout, input, path);
}

/** Bigints and bytes as the texts that JSON has for them; what is undefined is left out. */
function toJson(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, toJson(item)]])),
  );
}

const CODES: Readonly<Record<string, CraftErrorCode>> = {
  additionalProperties: "unknown-field",
  required: "missing-field",
  minimum: "out-of-range",
  maximum: "out-of-range",
  multipleOf: "out-of-range",
  minItems: "bad-size",
  maxItems: "bad-size",
  enum: "bad-input",
};

/** Inside alternatives each branch reports; the last error is about the field as a whole, the first about its best branch. */
function toCraftError(errors: readonly ErrorObject[], path: string): CraftError {
  const last = errors.findLast((error) => error.keyword !== "if");
  if (last === undefined) return new CraftError("bad-input", path, "is refused");
  const place = path + last.instancePath.replace(/\/(\d+)(?=\/|$)/g, "[$1]").replaceAll("/", ".");
  const params = last.params as Readonly<Record<string, unknown>>;
  if (last.keyword === "additionalProperties") {
    const known = Object.keys((last.parentSchema?.["properties"] as object | undefined) ?? {}).join(", ");
    return new CraftError(
      "unknown-field",
      `${place}.${String(params["additionalProperty"])}`,
      `there is no such field; there are ${known}`,
    );
  }
  if (last.keyword === "required")
    return new CraftError(
      "missing-field",
      `${place}.${String(params["missingProperty"])}`,
      "is not given and has no default",
    );
  if (last.keyword === "propertyNames")
    return new CraftError(
      "unknown-field",
      `${place}.${String(params["propertyName"])}`,
      "the form that is named has no such field",
    );
  const best = errors.find(
    (error) =>
      error.instancePath === last.instancePath &&
      CODES[error.keyword] !== undefined &&
      error.keyword !== "enum",
  );
  const code = CODES[(last.keyword === "anyOf" ? best?.keyword : last.keyword) ?? ""] ?? "bad-type";
  const wants = last.parentSchema?.["description"] ?? last.message;
  return new CraftError(
    code,
    place,
    `wants ${String(wants)}, given ${JSON.stringify(last.data)?.slice(0, 60)}`,
  );
}
