/** Options and layers as people write them (JSON, YAML, short forms) → what the engine takes. */
import { normalizeCraftInput } from "../backends/craft-input.ts";
import { createCraftValidator } from "../backends/craft-validate.ts";
import type { CraftSchemaDeps } from "../backends/json-schema.ts";
import { fromHex } from "../bytes/hex.ts";
import { builtin } from "../default-engine.ts";
import type { Fix, LayerInput, ParsedOption } from "../engine/api.ts";
import { craftFrame } from "../engine/craft.ts";
import { readOption } from "../engine/form.ts";
import { AREA_ENVELOPE, optionValue } from "../engine/option-list.ts";
import { Registry } from "../engine/registry.ts";
import { serializeForm } from "../engine/serialize.ts";
import { CraftError } from "../errors.ts";
import type { Layout, OptionsField, Variant } from "../ir/nodes.ts";
import { fixedBits } from "../ir/size.ts";
import type { FieldNode } from "../ir/tree.ts";
import type { Dissector } from "../plugin.ts";
import { builtinValidator } from "./generated/validators/index.ts";
import { parseShortForms, withFullNames } from "./option-text.ts";

type Json = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Json {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

/** One option, checked and written. */
export interface CraftedOption {
  readonly id: string;
  readonly bytes: Uint8Array;
  /** As the engine takes it; absent for raw bytes. */
  readonly value?: Json;
}

/** An option as it reads back from its bytes. */
export interface ReadBack {
  /** The schema that was read: an envelope's where the bytes fit no form. */
  readonly layout: Layout;
  readonly variant: Variant;
  readonly value: Json;
  readonly nodes: readonly FieldNode[];
}

export interface CraftInput {
  /** What a reader makes of the bytes. @throws CraftError `no-variant` for bytes that are no option at all. */
  read(option: CraftedOption): ReadBack;
  readonly layout: (id: string) => Layout | undefined;
  /** An option: `"tcp.nop"`, `"mptcp.dss{…}"`, `{ id, value, fix }` or `{ id, raw }`. @throws CraftError */
  option(input: unknown, path?: string): Promise<CraftedOption>;
  /** A list of options, or one; a text may hold several short forms. */
  options(input: unknown, path?: string): Promise<readonly CraftedOption[]>;
  /** The layers of a packet, the outermost first: `{ id, value, payload, fix, trailer, raw }` or short forms. */
  packet(input: unknown, path?: string): Promise<Uint8Array>;
}

function hexBytes(value: unknown, path: string): Uint8Array {
  const bytes = value instanceof Uint8Array ? value : typeof value === "string" ? fromHex(value) : undefined;
  if (bytes === undefined)
    throw new CraftError("bad-type", path, `wants bytes as hex text, given ${JSON.stringify(value)}`);
  return bytes;
}

/** @param dissectors - plugins beside the built-in ones; `schemas` are schema files (parsed JSON). */
export function createCraftInput(
  plugins: { readonly dissectors?: readonly Dissector[]; readonly schemas?: readonly unknown[] } = {},
): CraftInput {
  const registry = new Registry();
  for (const dissector of [...builtin, ...(plugins.dissectors ?? [])]) registry.register(dissector);
  for (const schema of plugins.schemas ?? []) registry.load(schema, undefined);
  const deps: CraftSchemaDeps = {
    layout: (id) => registry.layouts.get(id),
    strings: (name) => registry.strings(name),
  };
  const validate = createCraftValidator(deps, builtinValidator);
  const layoutOf = (id: unknown, path: string): Layout => {
    const layout = typeof id === "string" ? registry.layouts.get(id) : undefined;
    if (layout === undefined)
      throw new CraftError("unknown-id", path, `there is no schema ${JSON.stringify(id)}`);
    return layout;
  };
  const checked = async (layout: Layout, given: unknown, path: string): Promise<Json> => {
    const value = withFullNames(layout.id, given);
    await validate(layout, value, path);
    return normalizeCraftInput(layout, value, deps, path);
  };
  const fixOf = (layout: Layout, fix: unknown, path: string): Fix | undefined => {
    if (fix === undefined || fix === "keep") return fix;
    return normalizeCraftInput(layout, withFullNames(layout.id, fix), deps, `${path}.fix`);
  };
  const forms = (input: unknown, path: string): readonly unknown[] => {
    if (typeof input === "string") return parseShortForms(input, path);
    return Array.isArray(input) ? input.flatMap((one, at) => forms(one, `${path}[${at}]`)) : [input];
  };

  const one = async (input: unknown, path: string): Promise<CraftedOption> => {
    if (!isRecord(input)) throw new CraftError("bad-type", path, "wants an option: its id, or an object");
    const { id, value, raw, fix, ...rest } = input;
    const [stray] = Object.keys(rest);
    if (stray !== undefined)
      throw new CraftError("unknown-field", `${path}.${stray}`, "there are id, value, raw and fix");
    if (raw !== undefined) return { id: String(id ?? AREA_ENVELOPE), bytes: hexBytes(raw, `${path}.raw`) };
    const layout = layoutOf(id, `${path}.id`);
    const place = `${path}(${layout.id})`;
    const normal = await checked(layout, value ?? {}, place);
    try {
      const bytes = serializeForm(registry, layout.id, normal, { fix: fixOf(layout, fix, place) });
      return { id: layout.id, bytes, value: normal };
    } catch (thrown) {
      // The writer knows the option only, not where it stands.
      if (thrown instanceof CraftError && !thrown.path.startsWith(path))
        throw new CraftError(
          thrown.code,
          thrown.path.startsWith(layout.id)
            ? place + thrown.path.slice(layout.id.length)
            : `${place}: ${thrown.path}`,
          thrown.message.slice(thrown.path.length + 2),
        );
      throw thrown;
    }
  };
  const options = async (input: unknown, path = "options"): Promise<readonly CraftedOption[]> => {
    const list = forms(input, path);
    const result: CraftedOption[] = [];
    for (const [at, item] of list.entries())
      result.push(await one(item, list.length === 1 && !Array.isArray(input) ? path : `${path}[${at}]`));
    return result;
  };
  const layer = async (input: unknown, path: string): Promise<LayerInput> => {
    if (!isRecord(input)) throw new CraftError("bad-type", path, "wants a layer: its id, or an object");
    const layout = layoutOf(input["id"], `${path}.id`);
    const place = `${path}(${layout.id})`;
    const value: Record<string, unknown> = isRecord(input["value"]) ? { ...input["value"] } : {};
    const areas: Record<string, readonly ParsedOption[]> = {};
    for (const { name, envelope } of regionsOf(layout)) {
      const given = value[name];
      delete value[name];
      if (given === undefined) continue;
      const list = await options(given, `${place}.${name}`);
      areas[name] = filled(layout, registry.layouts.get(envelope), list);
    }
    // What is given as bytes needs no values.
    const bare = input["raw"] !== undefined && input["value"] === undefined;
    const normal = bare ? {} : await checked(layout, value, place);
    const payload = input["text"] === undefined ? undefined : new TextEncoder().encode(String(input["text"]));
    const hex = (key: string): Uint8Array | undefined =>
      input[key] === undefined ? undefined : hexBytes(input[key], `${path}.${key}`);
    return {
      id: layout.id,
      value: { ...normal, ...areas },
      ...optional("payload", payload ?? hex("payload")),
      ...optional("trailer", hex("trailer")),
      ...optional("raw", hex("raw")),
      ...optional("fix", fixOf(layout, input["fix"], place)),
    };
  };
  return {
    layout: deps.layout,
    read: ({ id, bytes }) => {
      const layout = registry.layouts.get(id) ?? layoutOf(AREA_ENVELOPE, id);
      const form = readOption(registry, layout, bytes, 0, bytes.length);
      if (form.variant === undefined) throw new CraftError("no-variant", id, "these bytes are no option");
      const { variant, nodes } = form;
      return { layout: form.layout, variant, nodes, value: optionValue(nodes, bytes, variant.name) };
    },
    option: async (input, path = "option") => {
      const [first, second] = await options(input, path);
      if (first === undefined || second !== undefined)
        throw new CraftError("bad-input", path, "wants one option");
      return first;
    },
    options,
    packet: async (input, path = "layers") => {
      const list = forms(isRecord(input) && "layers" in input ? input["layers"] : input, path);
      const layers: LayerInput[] = [];
      for (const [at, item] of list.entries()) layers.push(await layer(item, `${path}[${at}]`));
      return craftFrame(registry, layers);
    },
  };
}

/** The regions of options that a header has. */
function regionsOf(layout: Layout): OptionsField[] {
  const [first] = layout.variants;
  return (first?.fields ?? []).filter((field): field is OptionsField => field.kind === "options");
}

/** Headers end at a multiple of their length's unit: the envelope's filler (NOP, Pad1) brings the options there. */
function filled(
  layout: Layout,
  envelope: Layout | undefined,
  list: readonly CraftedOption[],
): readonly ParsedOption[] {
  const entries = list.map(({ id, bytes }): ParsedOption => ({ id, raw: bytes }));
  const filler = envelope?.envelope?.filler;
  if (envelope === undefined || filler === undefined) return entries;
  const unit = headerUnit(layout);
  const before =
    (layout.variants[0]?.fields ?? []).reduce((sum, field) => sum + (fixedBits(field) ?? 0), 0) / 8;
  const size = list.reduce((sum, { bytes }) => sum + bytes.length, before);
  const raw = Uint8Array.of(filler);
  return [
    ...entries,
    ...Array.from({ length: (unit - (size % unit)) % unit }, () => ({ id: envelope.id, raw })),
  ];
}

/** Bytes that one step of the header's length field stands for. */
function headerUnit({ variants, headerLength }: Layout): number {
  const field = variants[0]?.fields.find(
    (candidate) => candidate.kind === "uint" && candidate.compute?.kind === "headerSize",
  );
  if (field?.kind !== "uint" || headerLength?.kind !== "linear") return 1;
  return field.scale * headerLength.scale;
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  // The only key that is ever set is `key`.
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
}
