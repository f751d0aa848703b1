/** Schema files → IR. Every rule that is not the meta-schema's is checked here or in passes/. */
import { SchemaError } from "../errors.ts";
import type { ValueStrings } from "../ir/fields.ts";
import type {
  BytesField,
  Context,
  Envelope,
  FieldIR,
  Layout,
  Match,
  Payload,
  Protocol,
  Range,
  Trailer,
  UintField,
  Variant,
} from "../ir/nodes.ts";
import { parseGuard } from "./guard.ts";
import { contentBits, type FieldContext, lowerField, lowerViews } from "./lower-field.ts";
import { checkGuards } from "./passes/guards.ts";
import { checkNames } from "./passes/names.ts";
import { checkSizes } from "./passes/sizes.ts";
import { checkVariants, resolveWhere } from "./passes/variants.ts";
import type { ContextJson, FieldJson, PayloadJson, RangesJson, SchemaJson, TrailerJson } from "./source.ts";
import { validateSchema } from "./validate.ts";

/** What a schema may refer to. */
export interface LowerContext {
  readonly envelope: (id: string) => Layout | undefined;
  readonly hasEnum: (name: string) => boolean;
  readonly origin?: string | undefined;
}

/** A lowered file, with the value-string tables that it brought along. */
export interface Lowered {
  readonly layout: Layout;
  readonly enums: Readonly<Record<string, ValueStrings>>;
}

function toRanges(json: RangesJson | undefined): Range[] {
  return (json ?? []).map((item) => (typeof item === "number" ? [item, item] : [item[0], item[1]]));
}

/** `names`: the bits of the header's context field, by the envelope's names. */
function toContexts(
  json: readonly ContextJson[] | undefined,
  names: Readonly<Record<string, number>>,
  pointer: string,
): Context[] {
  return (json ?? []).map((item, index) => {
    const bits = (key: "set" | "clear"): number =>
      (item[key] ?? []).reduce((sum, name) => {
        const bit = Object.hasOwn(names, name) ? names[name] : undefined;
        if (bit === undefined) {
          const known = Object.keys(names).join(", ") || "none";
          throw new SchemaError(
            "unknown-reference",
            `${pointer}/${index}/${key}`,
            `the envelope names no flag "${name}" (known: ${known})`,
          );
        }
        return (sum | bit) >>> 0;
      }, 0);
    const value = bits("set");
    const clear = bits("clear");
    if ((value & clear) !== 0)
      throw new SchemaError("schema-invalid", `${pointer}/${index}`, "a flag is never both set and clear");
    return { mask: (value | clear) >>> 0, value };
  });
}

function toMatches(json: SchemaJson["match"]): Match[] {
  const list = json === undefined ? [] : Array.isArray(json) ? json : [json as Match & { key: number }];
  return list.map((match) => ({
    table: match.table,
    key: typeof match.key === "number" ? [match.key, match.key] : match.key,
    magic: match.magic ?? "",
  }));
}

function toPayload(json: PayloadJson, context: FieldContext, pointer: string): Payload {
  return {
    ...(json.end === undefined
      ? {}
      : {
          end: {
            kind: "linear",
            field: json.end.field,
            scale: json.end.scale ?? 1,
            bias: json.end.bias ?? 0,
          } as const,
        }),
    zeroIsRest: json.zeroIsRest ?? false,
    ...(json.behind === undefined
      ? {}
      : {
          behind: json.behind.map((field, index) => lowerField(field, context, `${pointer}/behind/${index}`)),
        }),
    ...(json.pseudoHeader === undefined
      ? {}
      : { pseudoHeader: { ...json.pseudoHeader, mandatory: json.pseudoHeader.mandatory ?? false } }),
    ...(json.fragment === undefined ? {} : { fragment: parseGuard(json.fragment, `${pointer}/fragment`) }),
    ...(json.quoted === true ? { quoted: true } : {}),
    next: (json.next ?? []).map((next, index) => ({
      table: next.table,
      key:
        typeof next.key === "number"
          ? ({ kind: "constant", value: next.key } as const)
          : ({ kind: "field", field: next.key } as const),
      when: parseGuard(next.when, `${pointer}/next/${index}/when`),
      ...(next.via === undefined ? {} : { via: next.via }),
    })),
    views: lowerViews(json.filter, { label: "Payload", type: "FT_BYTES" }, context, `${pointer}/filter`),
  };
}

/** Bit offset of a field in a list, as long as everything before it has a fixed size. */
function bitOffsetOf(
  fields: readonly FieldIR[],
  name: string,
): { offset: number; field: FieldIR } | undefined {
  let offset = 0;
  for (const field of fields) {
    if (field.name === name) return { offset, field };
    if (field.kind === "group") {
      const inside = bitOffsetOf(field.fields, name);
      if (inside !== undefined) return { offset: offset + inside.offset, field: inside.field };
    }
    const bits = field.when.length > 0 || field.optional ? undefined : contentBits(field);
    if (bits === undefined) return undefined;
    offset += bits;
  }
  return undefined;
}

/** An option's copy of the envelope's fields: keys that the match fixes become constants. */
function headerOf(envelope: Envelope, matches: readonly Match[], single: boolean): FieldIR[] {
  const own = matches.filter((match) => match.table === envelope.table);
  return envelope.fields
    .filter((field) => !(single && field.name === envelope.lengthField))
    .map((field) =>
      field.kind === "uint" && field.name === envelope.keyField ? withKey(field, own) : field,
    );
}

function withKey(field: UintField, matches: readonly Match[]): FieldIR {
  const [first] = matches;
  if (first === undefined) return field;
  if (matches.length === 1 && first.key[0] === first.key[1]) return { ...field, constant: first.key[0] };
  return { ...field, default: first.key[0] };
}

function toEnvelope(
  json: SchemaJson,
  fields: readonly FieldIR[],
  parent: Layout | undefined,
  context: LowerContext,
): Envelope {
  const own = json.envelope;
  const outer = parent?.envelope;
  if (own === undefined)
    throw new SchemaError("schema-invalid", "", 'an envelope needs the key "envelope"', context.origin);
  const key = bitOffsetOf(fields, own.key);
  if (
    key === undefined ||
    key.field.kind !== "uint" ||
    typeof key.field.bits !== "number" ||
    key.field.bits > 32
  ) {
    throw new SchemaError(
      "unknown-reference",
      "/envelope/key",
      `"${own.key}" is no integer at a fixed place`,
      context.origin,
    );
  }
  const lengthField = own.length?.field ?? outer?.lengthField;
  if (lengthField === undefined || bitOffsetOf(fields, lengthField) === undefined) {
    throw new SchemaError(
      "unknown-reference",
      "/envelope/length",
      "an envelope needs a length field",
      context.origin,
    );
  }
  if (own.filler !== undefined && !(own.single ?? []).includes(own.filler))
    throw new SchemaError(
      "schema-invalid",
      "/envelope/filler",
      "a filler is one of the kinds of one byte",
      context.origin,
    );
  const bits = own.context ?? outer?.context;
  return {
    fields,
    table: own.table,
    keyField: own.key,
    keyBitOffset: key.offset,
    keyBits: key.field.bits,
    lengthField,
    lengthUnit: own.length?.unit ?? outer?.lengthUnit ?? 1,
    lengthBias: own.length?.bias ?? outer?.lengthBias ?? 0,
    single: own.single ?? [],
    end: own.end ?? [],
    ...(own.filler === undefined ? {} : { filler: own.filler }),
    ...(bits === undefined ? {} : { context: bits }),
    ...(parent === undefined ? {} : { parent: parent.id }),
  };
}

/** Checks one schema and lowers it. Throws SchemaError with a JSON pointer. */
export function lowerSchema(input: unknown, context: LowerContext): Lowered {
  const { origin } = context;
  const json = validateSchema(input, origin);
  const enums: Record<string, ValueStrings> = {};
  for (const [name, table] of Object.entries(json.enums ?? {})) {
    const rows = Object.entries(table).map(([key, text]) => ({ low: Number(key), high: Number(key), text }));
    enums[name] = { kind: "values", rows };
  }
  const fieldContext: FieldContext = {
    prefix: json.prefix ?? "",
    hasEnum: (name) => Object.hasOwn(enums, name) || context.hasEnum(name),
  };
  const list = (fields: readonly FieldJson[] | undefined, pointer: string): FieldIR[] =>
    (fields ?? []).map((field, index) => lowerField(field, fieldContext, `${pointer}/${index}`));
  try {
    return { layout: lowerLayout(json, list, fieldContext, context), enums };
  } catch (error) {
    // Deeper functions know the pointer, not the file.
    if (error instanceof SchemaError && error.origin === undefined && origin !== undefined) {
      throw new SchemaError(
        error.code,
        error.pointer,
        error.message.slice(error.message.indexOf(": ") + 2),
        origin,
      );
    }
    throw error;
  }
}

function lowerLayout(
  json: SchemaJson,
  list: (fields: readonly FieldJson[] | undefined, pointer: string) => FieldIR[],
  fieldContext: FieldContext,
  context: LowerContext,
): Layout {
  const parent = json.within === undefined ? undefined : context.envelope(json.within);
  if (json.within !== undefined && parent?.envelope === undefined) {
    throw new SchemaError("unknown-reference", "/within", `there is no envelope "${json.within}"`);
  }
  if (json.role === "option" && parent === undefined) {
    throw new SchemaError("schema-invalid", "", 'an option needs "within"');
  }
  const matches = toMatches(json.match);
  const outer = parent?.envelope;
  for (const [index, match] of matches.entries()) {
    if (match.key[1] < match.key[0])
      throw new SchemaError("schema-invalid", `/match/${index}/key`, "the range is reversed");
    if (outer !== undefined && match.table === outer.table && match.key[1] >= 2 ** outer.keyBits) {
      throw new SchemaError(
        "schema-invalid",
        `/match/${index}/key`,
        `the key does not fit in ${outer.keyBits} bits`,
      );
    }
  }
  const single =
    outer !== undefined &&
    matches.length > 0 &&
    matches.every((m) => m.table === outer.table && m.key[0] === m.key[1] && outer.single.includes(m.key[0]));
  const header = outer === undefined ? [] : headerOf(outer, matches, single);
  const own = list(json.fields, "/fields");
  const tail = list(json.tail, "/tail");
  const common = [...header, ...own];
  const envelope = json.role === "envelope" ? toEnvelope(json, common, parent, context) : undefined;
  const opaque =
    json.role !== "envelope"
      ? []
      : json.opaque === undefined
        ? list([{ name: "data", type: "bytes", size: "rest" }], "/opaque")
        : list(json.opaque, "/opaque");
  const flags = outer?.context ?? {};
  const contexts = toContexts(json.contexts, flags, "/contexts");
  const payload = json.payload === undefined ? undefined : toPayload(json.payload, fieldContext, "/payload");
  const variants: Variant[] = (json.variants ?? [{ name: "", fields: [] }]).map((variant, index) => {
    const pointer = `/variants/${index}`;
    const fields = [...common, ...list(variant.fields, `${pointer}/fields`), ...opaque, ...tail];
    const lengths = variant.length ?? json.length;
    const variantPayload =
      variant.payload === undefined
        ? payload
        : toPayload(variant.payload, fieldContext, `${pointer}/payload`);
    return {
      name: variant.name,
      lengths: single ? [[1, 1]] : toRanges(lengths),
      where: resolveWhere(variant.where, toRanges, (name) => bitOffsetOf(fields, name), `${pointer}/where`),
      versions: variant.versions ?? [],
      contexts:
        variant.contexts === undefined
          ? contexts
          : toContexts(variant.contexts, flags, `${pointer}/contexts`),
      fields,
      ...(variantPayload === undefined ? {} : { payload: variantPayload }),
      ...(variant.spec === undefined ? {} : { spec: variant.spec }),
      ...(variant.illegal === undefined ? {} : { illegal: variant.illegal }),
    };
  });
  const layout: Layout = {
    kind: "layout",
    id: json.id,
    role: json.role,
    title: json.title,
    spec: json.spec,
    description: json.description ?? "",
    single,
    ...toProtocol(json, parent),
    matches,
    variants,
    ...(json.headerLength === undefined
      ? {}
      : {
          headerLength: {
            kind: "linear",
            field: json.headerLength.field,
            scale: json.headerLength.scale ?? 1,
            bias: json.headerLength.bias ?? 0,
          } as const,
        }),
    ...(json.within === undefined ? {} : { within: json.within }),
    ...(envelope === undefined ? {} : { envelope }),
    ...(json.trailer === undefined ? {} : { trailer: lowerTrailer(json.trailer, fieldContext) }),
  };
  const hasVariants = json.variants !== undefined;
  for (const [index, variant] of variants.entries()) {
    const pointer = hasVariants ? `/variants/${index}` : "";
    checkNames(variant, pointer);
    checkGuards(layout, variant, pointer, (id) => (id === json.id ? layout : context.envelope(id)));
    checkSizes(layout, variant, pointer);
  }
  checkVariants(variants);
  return layout;
}

/** An option without a protocol of its own is shown as its envelope's. */
function toProtocol(json: SchemaJson, parent: Layout | undefined): { protocol?: Protocol } {
  const own = json.protocol;
  if (own === undefined) return parent?.protocol === undefined ? {} : { protocol: parent.protocol };
  const filter = own.filter.startsWith(".") ? (json.prefix ?? "") + own.filter : own.filter;
  return { protocol: { filter, title: own.title, layer: own.layer ?? json.role === "header" } };
}

function lowerTrailer(json: TrailerJson, context: FieldContext): Trailer {
  const bytes = (field: FieldJson, pointer: string): BytesField => {
    const lowered = lowerField(field, context, pointer);
    if (lowered.kind !== "bytes")
      throw new SchemaError("schema-invalid", `${pointer}/type`, "a trailer is bytes");
    return lowered;
  };
  const { padding, check } = json;
  const sequence = check === undefined ? undefined : lowerField(check.field, context, "/trailer/check/field");
  if (sequence !== undefined && sequence.kind !== "uint") {
    throw new SchemaError("schema-invalid", "/trailer/check/field/type", "a check sequence is an integer");
  }
  return {
    field: bytes(json.field, "/trailer/field"),
    ...(padding === undefined
      ? {}
      : { padding: { field: bytes(padding.field, "/trailer/padding/field"), minimum: padding.minimum } }),
    ...(check === undefined || sequence === undefined
      ? {}
      : { check: { field: sequence, minimum: check.minimum } }),
  };
}

/** A schema file with its name, for {@link lowerSchemas}. */
export interface SchemaFile {
  readonly json: unknown;
  readonly origin: string;
}

/** Lowers many files that may refer to each other: envelopes first, outer before inner. */
export function lowerSchemas(
  files: readonly SchemaFile[],
  hasEnum: (name: string) => boolean,
  known: (id: string) => Layout | undefined = () => undefined,
): Lowered[] {
  const byId = new Map<string, SchemaFile>();
  for (const file of files) {
    const { id } = validateSchema(file.json, file.origin);
    if (byId.has(id))
      throw new SchemaError("id-taken", "/id", `"${id}" is taken by ${byId.get(id)?.origin}`, file.origin);
    byId.set(id, file);
  }
  const done = new Map<string, Lowered>();
  const open = new Set<string>();
  const lower = (id: string): Layout | undefined => {
    const ready = done.get(id);
    if (ready !== undefined) return ready.layout;
    const file = byId.get(id);
    if (file === undefined || open.has(id)) return known(id);
    open.add(id);
    const lowered = lowerSchema(file.json, { envelope: lower, hasEnum, origin: file.origin });
    open.delete(id);
    done.set(id, lowered);
    return lowered.layout;
  };
  for (const id of byId.keys()) lower(id);
  return [...byId.keys()].flatMap((id) => done.get(id) ?? []);
}
