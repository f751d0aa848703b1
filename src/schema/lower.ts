/** Schema files → IR. Every rule that is not the meta-schema's is checked here or in passes/. */
import { SchemaError } from "../errors.ts";
import type { ValueStrings } from "../ir/fields.ts";
import type { Envelope, FieldIR, Layout, Match, Protocol, Variant } from "../ir/nodes.ts";
import { bitOffsetOf } from "../ir/size.ts";
import { headerOf, toContexts, toEnvelope } from "./lower-envelope.ts";
import { lowerField } from "./lower-field.ts";
import { lowerTrailer, toLinear, toPayload } from "./lower-payload.ts";
import type { FieldContext, Places } from "./lower-view.ts";
import { checkComputes } from "./passes/computes.ts";
import { checkGuards } from "./passes/guards.ts";
import { checkSchemaKeys } from "./passes/keys.ts";
import { checkNames } from "./passes/names.ts";
import type { PassContext } from "./passes/pass.ts";
import { checkRanges } from "./passes/ranges.ts";
import { checkSizes } from "./passes/sizes.ts";
import { checkVariants, resolveWhere } from "./passes/variants.ts";
import { checkViews } from "./passes/views.ts";
import type { FieldJson, SchemaJson, VariantJson } from "./source.ts";
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
  /** JSON pointers of its fields and filter names. */
  readonly places: Places;
}

function toMatches(json: SchemaJson["match"]): Match[] {
  const list = json === undefined ? [] : Array.isArray(json) ? json : [json as Match & { key: number }];
  return list.map((match) => ({
    table: match.table,
    key: typeof match.key === "number" ? [match.key, match.key] : match.key,
    magic: match.magic ?? "",
  }));
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
  const places: Places = new Map();
  const fieldContext: FieldContext = {
    prefix: json.prefix ?? "",
    hasEnum: (name) => Object.hasOwn(enums, name) || context.hasEnum(name),
    places,
  };
  try {
    checkSchemaKeys(json);
    const layout = lowerLayout(json, fieldContext, context);
    checkLayout(layout, json, places, context);
    return { layout, enums, places };
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

function parentOf(json: SchemaJson, context: LowerContext): Layout | undefined {
  const parent = json.within === undefined ? undefined : context.envelope(json.within);
  if (json.within !== undefined && parent?.envelope === undefined)
    throw new SchemaError("unknown-reference", "/within", `there is no envelope "${json.within}"`);
  if (json.role === "option" && parent === undefined)
    throw new SchemaError("schema-invalid", "", 'an option needs "within"');
  return parent;
}

/** Members of a family are found by the envelope's key, in its table. */
function checkMatches(json: SchemaJson, matches: readonly Match[], outer: Envelope | undefined): void {
  for (const [index, match] of matches.entries()) {
    const pointer = Array.isArray(json.match) ? `/match/${index}` : "/match";
    if (match.key[1] < match.key[0])
      throw new SchemaError("schema-invalid", `${pointer}/key`, "the range is reversed");
    if (outer === undefined) continue;
    if (match.table !== outer.table)
      throw new SchemaError("schema-invalid", `${pointer}/table`, `its envelope looks into "${outer.table}"`);
    if (match.key[1] >= 2 ** outer.keyBits)
      throw new SchemaError(
        "schema-invalid",
        `${pointer}/key`,
        `the key does not fit in ${outer.keyBits} bits`,
      );
  }
}

function lowerLayout(json: SchemaJson, fieldContext: FieldContext, context: LowerContext): Layout {
  const list = (fields: readonly FieldJson[] | undefined, pointer: string): FieldIR[] =>
    (fields ?? []).map((field, index) => lowerField(field, fieldContext, `${pointer}/${index}`));
  const parent = parentOf(json, context);
  const outer = parent?.envelope;
  const matches = toMatches(json.match);
  checkMatches(json, matches, outer);
  const single =
    outer !== undefined &&
    matches.length > 0 &&
    matches.every((m) => m.key[0] === m.key[1] && outer.single.includes(m.key[0]));
  const header = outer === undefined ? [] : headerOf(outer, matches, single);
  const common = [...header, ...list(json.fields, "/fields")];
  const tail = list(json.tail, "/tail");
  const envelope = json.role === "envelope" ? toEnvelope(json, common, parent) : undefined;
  const opaque =
    json.role === "envelope"
      ? list(json.opaque ?? [{ name: "data", type: "bytes", size: "rest" }], "/opaque")
      : [];
  const flags = outer?.context ?? {};
  const contexts = toContexts(json.contexts, flags, "/contexts");
  const payload = json.payload === undefined ? undefined : toPayload(json.payload, fieldContext, "/payload");
  const toVariant = (variant: VariantJson, pointer: string): Variant => {
    const fields = [...common, ...list(variant.fields, `${pointer}/fields`), ...opaque, ...tail];
    const lengths = variant.length ?? json.length;
    const own =
      variant.payload === undefined
        ? payload
        : toPayload(variant.payload, fieldContext, `${pointer}/payload`);
    return {
      name: variant.name,
      lengths: single
        ? [[1, 1]]
        : checkRanges(lengths, variant.length === undefined ? "/length" : `${pointer}/length`),
      where: resolveWhere(variant.where, (name) => bitOffsetOf(fields, name), `${pointer}/where`),
      versions: variant.versions ?? [],
      contexts:
        variant.contexts === undefined
          ? contexts
          : toContexts(variant.contexts, flags, `${pointer}/contexts`),
      fields,
      ...(own === undefined ? {} : { payload: own }),
      ...(variant.spec === undefined ? {} : { spec: variant.spec }),
      ...(variant.illegal === undefined ? {} : { illegal: variant.illegal }),
    };
  };
  return {
    kind: "layout",
    id: json.id,
    role: json.role,
    title: json.title,
    spec: json.spec,
    description: json.description ?? "",
    single,
    ...toProtocol(json, parent),
    matches,
    variants: (json.variants ?? [{ name: "", fields: [] }]).map((variant, index) =>
      toVariant(variant, `/variants/${index}`),
    ),
    ...(json.headerLength === undefined ? {} : { headerLength: toLinear(json.headerLength) }),
    ...(json.within === undefined ? {} : { within: json.within }),
    ...(envelope === undefined ? {} : { envelope }),
    ...(json.trailer === undefined ? {} : { trailer: lowerTrailer(json.trailer, fieldContext) }),
    ...toProblems(json, parent),
  };
}

function checkLayout(layout: Layout, json: SchemaJson, places: Places, context: LowerContext): void {
  const pass: PassContext = {
    layout,
    // The envelope's own fields stand in another file.
    at: (field) => places.get(field) ?? (json.within === undefined ? "" : "/within"),
    envelope: (id) => (id === json.id ? layout : context.envelope(id)),
  };
  for (const [index, variant] of layout.variants.entries()) {
    const pointer = json.variants === undefined ? "" : `/variants/${index}`;
    checkNames(variant, pass);
    checkGuards(variant, pointer, pass);
    checkSizes(variant, pointer, pass);
    checkComputes(variant, pass);
  }
  checkViews(places);
  checkVariants(layout.variants);
}

/** An option without a protocol of its own is shown as its envelope's. */
function toProtocol(json: SchemaJson, parent: Layout | undefined): { protocol?: Protocol } {
  const own = json.protocol;
  if (own === undefined) return parent?.protocol === undefined ? {} : { protocol: parent.protocol };
  const filter = own.filter.startsWith(".") ? (json.prefix ?? "") + own.filter : own.filter;
  const layer = own.layer ?? json.role === "header";
  const extent = own.extent === undefined ? {} : { extent: own.extent };
  return { protocol: { filter, title: own.title, layer, ...extent } };
}

/** An option that says nothing of its own is found fault with as its envelope is. */
function toProblems(
  { problems, prefix = "" }: SchemaJson,
  parent: Layout | undefined,
): Pick<Layout, "problems"> {
  const own = problems?.map((named) => ({
    ...named,
    filter: named.filter.startsWith(".") ? prefix + named.filter : named.filter,
  }));
  const all = own ?? parent?.problems ?? [];
  return all.length === 0 ? {} : { problems: all };
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
