/** JSON- or YAML-shaped input → what the serializer takes. */
import { fromHex } from "../bytes/hex.ts";
import { CraftError } from "../errors.ts";
import type { FieldIR, Layout, UintField } from "../ir/nodes.ts";
import { type CraftSchemaDeps, leavesOf } from "./json-schema.ts";

type Input = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Input {
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
export function fieldsFor(layout: Layout, input: Input): ReadonlyMap<string, FieldIR> {
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
