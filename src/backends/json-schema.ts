/**
 * IR → JSON Schema (2020-12) of what `craft` and `serialize` take as JSON or YAML. 64-bit integers are `"0x…"` or decimal text,
 * bytes are hex text, addresses text; integers with value strings may be given by name.
 */
import type { ValueStrings } from "../ir/fields.ts";
import type { BytesField, FieldIR, Layout, UintField, Variant } from "../ir/nodes.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface CraftSchemaDeps {
  readonly layout: (id: string) => Layout | undefined;
  /** Tables of value strings by name. */
  readonly strings: (name: string) => ValueStrings | undefined;
}

/** Fields that take bytes, groups flattened. */
export function leavesOf(fields: readonly FieldIR[]): readonly FieldIR[] {
  return fields.flatMap((field) => {
    if (field.kind === "meta") return [];
    return field.kind === "group" ? leavesOf(field.fields) : [field];
  });
}

/** Something that must be given whenever its form is written. */
function isRequired(field: FieldIR, variant: Variant): boolean {
  if (field.when.length > 0 || field.optional || variant.where.some((term) => term.field === field.name))
    return false;
  switch (field.kind) {
    case "uint":
      return (
        field.compute === undefined &&
        field.constant === undefined &&
        field.default === undefined &&
        !field.reserved
      );
    case "address":
      return true;
    case "bytes":
      return (
        field.default === undefined &&
        field.size.kind !== "rest" &&
        !(field.size.kind === "fixed" && field.size.bytes === 0)
      );
    case "repeat":
      return field.min > 0;
    case "flag":
    case "group":
    case "options":
    case "meta":
      return false;
  }
}

/** JSON Schema of one option's or header's value. */
export function craftSchema(layout: Layout, deps: CraftSchemaDeps): JsonSchema {
  const forms = layout.variants.map((variant) => ({ variant, leaves: leavesOf(variant.fields) }));
  const properties: Record<string, JsonSchema> = {};
  const names = forms.map((form) => form.variant.name).filter((name) => name !== "");
  if (names.length > 0) properties["variant"] = { enum: names, description: `one of ${names.join(", ")}` };
  for (const name of new Set(forms.flatMap((form) => form.leaves.map((field) => field.name)))) {
    const kinds = forms.flatMap((form) => form.leaves.filter((field) => field.name === name));
    const schemas = new Map(
      kinds.map((field) => fieldSchema(field, deps)).map((schema) => [JSON.stringify(schema), schema]),
    );
    const list = [...schemas.values()];
    const [only] = list;
    properties[name] =
      only !== undefined && list.length === 1
        ? only
        : { anyOf: list, description: list.map((one) => one["description"]).join(", or ") };
  }
  const required = forms.map((form) =>
    form.leaves.filter((field) => isRequired(field, form.variant)).map((field) => field.name),
  );
  const always = (required[0] ?? []).filter((name) => required.every((list) => list.includes(name)));
  const envelopeKeys = keysOf(layout, deps);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: layout.title,
    description: layout.description,
    type: "object",
    properties,
    additionalProperties: false,
    required: always.filter((name) => !envelopeKeys.has(name)),
    ...(names.length === 0 ? {} : { allOf: forms.map(({ variant, leaves }) => onlyWith(variant, leaves)) }),
  };
}

/** Keys that follow from the schema's own registration. */
function keysOf(layout: Layout, deps: CraftSchemaDeps): ReadonlySet<string> {
  const keys = new Set<string>();
  let matches = layout.matches;
  for (
    let outer = deps.layout(layout.within ?? "");
    outer?.envelope !== undefined;
    outer = deps.layout(outer.within ?? "")
  ) {
    const { table, keyField } = outer.envelope;
    if (matches.some((match) => match.table === table)) keys.add(keyField);
    matches = outer.matches;
  }
  return keys;
}

/** Once a form is named, only its fields may be given. */
function onlyWith(variant: Variant, leaves: readonly FieldIR[]): JsonSchema {
  return {
    if: { properties: { variant: { const: variant.name } }, required: ["variant"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { propertyNames: { enum: ["variant", ...leaves.map((field) => field.name)] } },
  };
}

/** JSON Schema of one field; its `description` says what fits, for error messages. */
export function fieldSchema(field: FieldIR, deps: CraftSchemaDeps): JsonSchema {
  switch (field.kind) {
    case "flag":
      return { type: "boolean", description: "true or false" };
    case "uint":
      return field.wide ? wideSchema(field) : narrowSchema(field, deps);
    case "bytes":
      return bytesSchema(field);
    case "address":
      return ADDRESS_SCHEMAS[field.family];
    case "repeat": {
      const [only] = field.item;
      const items =
        field.scalar && only !== undefined ? fieldSchema(only, deps) : itemSchema(field.item, deps);
      return {
        type: "array",
        items,
        minItems: field.min,
        maxItems: field.max,
        description: `a list of ${field.min} to ${field.max} items`,
      };
    }
    case "options":
      return { type: "array", items: OPTION_SCHEMA, description: "a list of options" };
    case "group":
    case "meta":
      return { not: {}, description: "nothing" };
  }
}

function itemSchema(fields: readonly FieldIR[], deps: CraftSchemaDeps): JsonSchema {
  const leaves = leavesOf(fields);
  const properties = Object.fromEntries(leaves.map((field) => [field.name, fieldSchema(field, deps)]));
  return {
    type: "object",
    properties,
    additionalProperties: false,
    description: `an object of ${Object.keys(properties).join(", ")}`,
  };
}

function wideSchema(field: UintField): JsonSchema {
  const widest = typeof field.bits === "number" ? field.bits : Math.max(field.bits.set, field.bits.clear);
  const sign = field.signed ? "-?" : "";
  return {
    anyOf: [
      { type: "string", pattern: `^${sign}(0x[0-9a-fA-F]{1,${Math.ceil(widest / 4)}}|[0-9]{1,20})$` },
      {
        type: "integer",
        minimum: field.signed ? Number.MIN_SAFE_INTEGER : 0,
        maximum: Number.MAX_SAFE_INTEGER,
      },
    ],
    description: `an integer of ${widest} bits, as "0x…" or decimal text`,
  };
}

function narrowSchema(field: UintField, deps: CraftSchemaDeps): JsonSchema {
  const bits = typeof field.bits === "number" ? field.bits : Math.max(field.bits.set, field.bits.clear);
  const [low, high] = field.signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  const minimum = low * field.scale + field.bias;
  const maximum = high * field.scale + field.bias;
  const number = {
    type: "integer",
    minimum,
    maximum,
    ...(field.scale === 1 || field.bias !== 0 ? {} : { multipleOf: field.scale }),
  };
  const sign = field.signed ? "-?" : "";
  const text = { type: "string", pattern: `^${sign}(0x[0-9a-fA-F]{1,8}|[0-9]{1,10})$` };
  const table = field.strings === undefined ? undefined : deps.strings(field.strings);
  const texts = table?.kind === "values" ? [...new Set(table.rows.map((row) => row.text))] : [];
  const range = `${minimum} to ${maximum}${field.scale === 1 ? "" : ` in steps of ${field.scale}`}`;
  return {
    anyOf: [number, text, ...(texts.length === 0 ? [] : [{ type: "string", enum: texts }])],
    description: texts.length === 0 ? range : `${range}, or a name such as ${JSON.stringify(texts[0])}`,
  };
}

function bytesSchema(field: BytesField): JsonSchema {
  if (field.format === "string")
    return {
      type: "string",
      pattern: "^[\\u0000-\\u00ff]*$",
      description: "a text of single-byte characters",
    };
  const { size } = field;
  const pair = "[0-9a-fA-F]{2}[\\s:-]?";
  return size.kind === "fixed"
    ? {
        type: "string",
        pattern: `^(0x)?(${pair}){${size.bytes}}$`,
        description: `${size.bytes} bytes as hex text`,
      }
    : { type: "string", pattern: `^(0x)?(${pair})*$`, description: "bytes as hex text" };
}

const OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const ADDRESS_SCHEMAS: Readonly<Record<"ipv4" | "ipv6" | "ether", JsonSchema>> = {
  ipv4: { type: "string", pattern: `^(${OCTET}\\.){3}${OCTET}$`, description: "an IPv4 address" },
  ipv6: { type: "string", pattern: "^(?=.*:)[0-9a-fA-F:.]{2,45}$", description: "an IPv6 address" },
  ether: {
    type: "string",
    pattern:
      "^([0-9a-fA-F]{2}([:.-])([0-9a-fA-F]{2}\\2){4}[0-9a-fA-F]{2}|([0-9a-fA-F]{4}\\.){2}[0-9a-fA-F]{4})$",
    description: "an Ethernet address",
  },
};

const OPTION_SCHEMA: JsonSchema = {
  anyOf: [
    { type: "string" },
    {
      type: "object",
      properties: {
        id: { type: "string" },
        value: { type: "object" },
        raw: { type: "string", pattern: "^(0x)?([0-9a-fA-F]{2}[\\s:-]?)*$" },
        problems: { type: "array" },
      },
      required: ["id"],
      additionalProperties: false,
    },
  ],
  description: 'an option: its id, or { "id", "value" } or { "id", "raw" }',
};
