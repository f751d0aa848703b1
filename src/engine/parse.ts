/** `parse` and `parseOptions`: bytes → objects, through compiled parsers wherever code may be generated. */
import { createObjectParser, isAvailable, type ObjectParser } from "../backends/binary-parser.ts";
import { CraftError, type Problem } from "../errors.ts";
import type { FieldIR, Layout, Variant } from "../ir/nodes.ts";
import type { Parsed, ParsedObject, ParsedOption, ParseOptions } from "./api.ts";
import { contextProblem, type Form, makeProblem, readHeader, readOption } from "./form.ts";
import { Numbering } from "./numbering.ts";
import { MALFORMED_ID, optionValue, PADDING_ID } from "./option-list.ts";
import { readRegion, regionProblem } from "./option-nodes.ts";
import { splitRegion, statedLength } from "./region.ts";
import type { Registry } from "./registry.ts";

const PARSERS = new WeakMap<Layout, ObjectParser>();

function parserOf(layout: Layout): ObjectParser {
  let parser = PARSERS.get(layout);
  if (parser === undefined) {
    parser = createObjectParser(layout);
    PARSERS.set(layout, parser);
  }
  return parser;
}

/** Fields whose values can be wrong although the form fits: constants and reserved bits. */
const WATCHED = new WeakMap<Variant, readonly FieldIR[]>();

function watchedFields(variant: Variant): readonly FieldIR[] {
  let fields = WATCHED.get(variant);
  if (fields === undefined) {
    const collect = (list: readonly FieldIR[]): FieldIR[] =>
      list.flatMap((field) => {
        if (field.kind === "group") return collect(field.fields);
        return field.kind === "uint" && (field.constant !== undefined || field.reserved) ? [field] : [];
      });
    fields = collect(variant.fields);
    WATCHED.set(variant, fields);
  }
  return fields;
}

/** Nothing in the values calls for a problem, so the interpreter need not look for its place. */
function isClean(variant: Variant, value: ParsedObject): boolean {
  if (variant.illegal !== undefined) return false;
  for (const field of watchedFields(variant)) {
    if (field.kind !== "uint") continue;
    const found = value[field.name];
    if (found === undefined) continue;
    if (field.constant !== undefined ? found !== field.constant : Number(found) !== 0) return false;
  }
  return true;
}

function regionFields(fields: readonly FieldIR[]): FieldIR[] {
  return fields.filter((field) => field.kind === "options");
}

/** One header or option. */
export function parseForm(
  registry: Registry,
  id: string,
  bytes: Uint8Array,
  options: ParseOptions = {},
): Parsed<ParsedObject> {
  const layout = registry.layouts.get(id);
  if (layout === undefined) throw new CraftError("unknown-id", id, "there is no schema of this id");
  if (isAvailable()) {
    const read = parserOf(layout).parse(bytes, 0, bytes.length, options.version);
    if (
      read.ok &&
      isClean(read.variant, read.value) &&
      lengthProblem(registry, layout, bytes) === undefined
    ) {
      const problems: Problem[] = [];
      const { value } = read;
      for (const field of regionFields(read.variant.fields)) {
        const area = value[field.name];
        if (field.kind === "options" && area instanceof Uint8Array)
          value[field.name] = parseArea(registry, field.envelope, area, options);
      }
      addContext(problems, layout, read.variant, options);
      return { ok: true, value, problems };
    }
  }
  return interpretForm(registry, layout, bytes, options);
}

/** An option given by itself must be as long as it says; in an area its length is where it ends. */
function lengthProblem(registry: Registry, layout: Layout, bytes: Uint8Array): Problem | undefined {
  if (layout.role === "header") return undefined;
  const stated = statedLength(registry, layout, bytes, 0, bytes.length);
  if (stated === undefined || stated === bytes.length) return undefined;
  return makeProblem("bad-length", "error", layout.id, 0, `says ${stated} bytes, ${bytes.length} are given`, {
    needed: stated,
    available: bytes.length,
  });
}

function addContext(
  problems: Problem[],
  layout: Layout,
  variant: Variant | undefined,
  options: ParseOptions,
): void {
  const problem =
    options.tcpFlags === undefined ? undefined : contextProblem(layout, variant, options.tcpFlags, 0);
  if (problem !== undefined) problems.push(problem);
}

/** The same by the interpreter: the oracle, the fallback without eval, and the source of exact problems. */
export function interpretForm(
  registry: Registry,
  layout: Layout,
  bytes: Uint8Array,
  options: ParseOptions = {},
): Parsed<ParsedObject> {
  const problems: Problem[] = [];
  const numbering = new Numbering();
  const how = {
    version: options.version,
    region: (envelope: string, start: number, end: number) =>
      readRegion(registry, envelope, bytes, start, end, { version: options.version, numbering, problems }),
  };
  const form: Form =
    layout.role === "header"
      ? readHeader(layout, bytes, 0, bytes.length, how)
      : readOption(registry, layout, bytes, 0, bytes.length, how);
  problems.unshift(...form.problems);
  addContext(problems, layout, form.ok ? form.variant : undefined, options);
  const value = optionValue(form.nodes, bytes, form.variant?.name ?? "");
  const wrong = lengthProblem(registry, layout, bytes);
  if (wrong !== undefined) return { ok: false, partial: value, problems: [wrong, ...problems] };
  return form.ok ? { ok: true, value, problems } : { ok: false, partial: value, problems };
}

/** A whole area of options, in order; every byte is in exactly one entry. */
export function parseArea(
  registry: Registry,
  envelope: string,
  bytes: Uint8Array,
  options: ParseOptions = {},
): ParsedOption[] {
  const outer = registry.layouts.get(envelope);
  if (outer === undefined) throw new CraftError("unknown-id", envelope, "there is no such family of options");
  return splitRegion(registry, outer, bytes, 0, bytes.length).map((piece): ParsedOption => {
    // Not slice(): a Node Buffer's slice shares its memory.
    const raw = new Uint8Array(bytes.subarray(piece.start, piece.end));
    if (piece.kind !== "option")
      return piece.kind === "padding"
        ? { id: PADDING_ID, raw }
        : { id: MALFORMED_ID, raw, problems: [regionProblem(envelope, piece.start, piece.end)] };
    return parseOption(registry, piece.layout, raw, options);
  });
}

function parseOption(
  registry: Registry,
  layout: Layout,
  raw: Uint8Array,
  options: ParseOptions,
): ParsedOption {
  const parsed = parseForm(registry, layout.id, raw, options);
  if (parsed.ok) {
    return {
      id: layout.id,
      value: parsed.value,
      raw,
      ...(parsed.problems.length === 0 ? {} : { problems: parsed.problems }),
    };
  }
  // No form fits: the envelope's opaque form keeps every byte.
  const form = readOption(registry, layout, raw, 0, raw.length, { version: options.version });
  return {
    id: form.layout.id,
    value: optionValue(form.nodes, raw, form.variant?.name ?? ""),
    raw,
    problems: parsed.problems,
  };
}
