/** Validation of craft input by JSON Schema, with errors that name the field, what was given and what fits. */
import { toHex } from "../bytes/hex.ts";
import { canGenerate } from "../codegen/function.ts";
import { CraftError, type CraftErrorCode } from "../errors.ts";
import type { Layout } from "../ir/nodes.ts";
import { fieldsFor, isObject } from "./craft-input.ts";
import { type CraftSchemaDeps, craftSchema, type JsonSchema } from "./json-schema.ts";

/** One finding, as ajv reports it. */
export interface CraftIssue {
  readonly keyword: string;
  /** JSON pointer into the input. */
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A function that ajv made; compiled now, or when the package was built. */
export interface CraftValidate {
  (data: unknown): boolean;
  errors?: readonly CraftIssue[] | null | undefined;
}

/** Checks input as it came from JSON or YAML. Rejects with CraftError for the first thing wrong. */
export type CraftValidator = (layout: Layout, input: unknown, path?: string) => Promise<void>;

/** Settings of every validator, whenever it is made. */
export const AJV_OPTIONS = {
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
  messages: false,
} as const;

/**
 * @param standalone - validators that were made when the package was built. Other schemas are compiled on first use, by a package
 * that is loaded then; where code may not be generated, `normalizeCraftInput` and the serializer, which check every value too,
 * are what there is for them.
 */
export function createCraftValidator(
  deps: CraftSchemaDeps,
  standalone: (id: string) => Promise<CraftValidate | undefined> | undefined = () => undefined,
): CraftValidator {
  const made = new Map<string, Promise<CraftValidate | undefined>>();
  const compile = async (layout: Layout): Promise<CraftValidate | undefined> => {
    const ready = await standalone(layout.id);
    if (ready !== undefined || !canGenerate()) return ready;
    const { Ajv2020 } = await import("ajv/dist/2020.js");
    return new Ajv2020(AJV_OPTIONS).compile(craftSchema(layout, deps));
  };
  const check: CraftValidator = async (layout, input, path = layout.id) => {
    let found = made.get(layout.id);
    if (found === undefined) {
      found = compile(layout);
      made.set(layout.id, found);
    }
    const validate = await found;
    if (validate === undefined) return;
    const shaped = toJson(input);
    if (!validate(shaped)) throw toCraftError(validate.errors ?? [], craftSchema(layout, deps), shaped, path);
    if (!isObject(shaped)) return;
    for (const [key, field] of fieldsFor(layout, shaped)) {
      const list = shaped[key];
      if (field.kind !== "options" || !Array.isArray(list)) continue;
      for (const [index, item] of list.entries()) {
        const inner = isObject(item) && typeof item["id"] === "string" ? deps.layout(item["id"]) : undefined;
        if (inner !== undefined && isObject(item) && item["value"] !== undefined)
          await check(inner, item["value"], `${path}.${key}[${index}](${inner.id})`);
      }
    }
  };
  return check;
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

/** Schema and value at a JSON pointer. */
function at(schema: JsonSchema, data: unknown, pointer: string): { schema: JsonSchema; data: unknown } {
  let place: { schema: JsonSchema; data: unknown } = { schema, data };
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    const branches = [place.schema, ...listOf(place.schema["anyOf"])];
    const next = branches
      .map((branch) =>
        /^\d+$/.test(key)
          ? branch["items"]
          : isObject(branch["properties"])
            ? branch["properties"][key]
            : undefined,
      )
      .find(isObject);
    const value =
      isObject(place.data) || Array.isArray(place.data)
        ? (place.data as Readonly<Record<string, unknown>>)[key]
        : undefined;
    place = { schema: next ?? {}, data: value };
  }
  return place;
}

function listOf(value: unknown): readonly JsonSchema[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Inside alternatives each branch reports; the last error is about the field as a whole, the first about its best branch. */
function toCraftError(
  errors: readonly CraftIssue[],
  root: JsonSchema,
  input: unknown,
  path: string,
): CraftError {
  const last = errors.findLast((error) => error.keyword !== "if");
  if (last === undefined) return new CraftError("bad-input", path, "is refused");
  const { keyword, instancePath, params } = last;
  const place = path + instancePath.replace(/\/(\d+)(?=\/|$)/g, "[$1]").replaceAll("/", ".");
  const { schema, data } = at(root, input, instancePath);
  // A name that is misspelt is missing under its right one too.
  const known = isObject(schema["properties"]) ? schema["properties"] : {};
  const stray = isObject(data) ? Object.keys(data).find((key) => !Object.hasOwn(known, key)) : undefined;
  if (keyword === "additionalProperties" || (keyword === "required" && stray !== undefined)) {
    const name = `${place}.${String(params["additionalProperty"] ?? stray)}`;
    return new CraftError(
      "unknown-field",
      name,
      `there is no such field; there are ${Object.keys(known).join(", ")}`,
    );
  }
  if (keyword === "required")
    return new CraftError(
      "missing-field",
      `${place}.${String(params["missingProperty"])}`,
      "is not given and has no default",
    );
  if (keyword === "propertyNames")
    return new CraftError(
      "unknown-field",
      `${place}.${String(params["propertyName"])}`,
      "the form that is named has no such field",
    );
  const best = errors.find(
    (error) =>
      error.instancePath === instancePath && CODES[error.keyword] !== undefined && error.keyword !== "enum",
  );
  const code = CODES[(keyword === "anyOf" ? best?.keyword : keyword) ?? ""] ?? "bad-type";
  const wants = instancePath === "" ? "an object" : String(schema["description"] ?? "another value");
  return new CraftError(code, place, `wants ${wants}, given ${JSON.stringify(data)?.slice(0, 60)}`);
}
