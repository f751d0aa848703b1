/** Families of options: the envelope, what its members take from it, and where they may occur. */
import { fromHex } from "../bytes/hex.ts";
import { SchemaError } from "../errors.ts";
import type { Context, Envelope, FieldIR, Layout, Match, UintField, UsualOptions } from "../ir/nodes.ts";
import { bitOffsetOf } from "../ir/size.ts";
import type { ContextJson, SchemaJson } from "./source.ts";

/** `names`: the bits of the header's context field, by the envelope's names. */
export function toContexts(
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

/** An option's copy of the envelope's fields: keys that the match fixes become constants. */
export function headerOf(envelope: Envelope, matches: readonly Match[], single: boolean): FieldIR[] {
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

/** The key or the length of a family: every option is told by it before any other field is read, so its place is fixed. */
function numberAt(
  fields: readonly FieldIR[],
  name: string,
  pointer: string,
): { offset: number; bits: number } {
  const found = bitOffsetOf(fields, name);
  if (found === undefined)
    throw new SchemaError("unknown-reference", pointer, `"${name}" is no field at a fixed place`);
  const { field, offset } = found;
  const plain =
    field.kind === "uint" &&
    typeof field.bits === "number" &&
    field.bits <= 32 &&
    !field.signed &&
    field.endian === "big" &&
    field.scale === 1 &&
    field.bias === 0 &&
    field.when.length === 0 &&
    !field.optional;
  if (!plain)
    throw new SchemaError(
      "guard-type",
      pointer,
      `"${name}" is no plain big-endian integer up to 32 bits that is always there`,
    );
  return { offset, bits: Number(field.bits) };
}

/** `bytes`: kinds of one byte, then kind and length of an option. */
function toUsual(
  bytes: Uint8Array,
  envelope: Pick<Envelope, "single" | "end" | "lengthUnit" | "lengthBias">,
  key: { readonly offset: number; readonly bits: number },
  length: { readonly offset: number; readonly bits: number },
): UsualOptions {
  const kinds: number[] = [];
  let at = 0;
  for (; envelope.single.includes(bytes[at] ?? -1); at++) kinds.push(bytes[at] ?? 0);
  const isByte = key.bits === 8 && length.bits === 8 && key.offset === 0 && length.offset === 8;
  const size = (bytes[at + 1] ?? 0) * envelope.lengthUnit + envelope.lengthBias;
  kinds.push(bytes[at] ?? 0);
  if (!isByte || at + 2 !== bytes.length || size < 2 || kinds.some((kind) => envelope.end.includes(kind)))
    throw new SchemaError(
      "schema-invalid",
      "/envelope/usual",
      "usual options are kinds of one byte, and behind them kind and length of one that does not end the list",
    );
  const value = bytes.reduce((whole, byte) => whole * 256 + byte, 0);
  return { value, bits: bytes.length * 8, kinds, size: at + size };
}

export function toEnvelope(
  json: SchemaJson,
  fields: readonly FieldIR[],
  parent: Layout | undefined,
): Envelope {
  const own = json.envelope;
  const outer = parent?.envelope;
  if (own === undefined) throw new SchemaError("schema-invalid", "", 'an envelope needs the key "envelope"');
  const key = numberAt(fields, own.key, "/envelope/key");
  const lengthField = own.length?.field ?? outer?.lengthField;
  if (lengthField === undefined)
    throw new SchemaError("schema-invalid", "/envelope", "an envelope needs a length field");
  const length = numberAt(fields, lengthField, "/envelope/length/field");
  if ((length.offset + length.bits) % 8 !== 0)
    throw new SchemaError("alignment", "/envelope/length/field", "the length ends inside a byte");
  if (own.filler !== undefined && !(own.single ?? []).includes(own.filler))
    throw new SchemaError("schema-invalid", "/envelope/filler", "a filler is one of the kinds of one byte");
  const bits = own.context ?? outer?.context;
  const form = {
    lengthUnit: own.length?.unit ?? outer?.lengthUnit ?? 1,
    lengthBias: own.length?.bias ?? outer?.lengthBias ?? 0,
    single: own.single ?? [],
    end: own.end ?? [],
  };
  const usual =
    own.usual === undefined ? undefined : toUsual(fromHex(own.usual) ?? new Uint8Array(0), form, key, length);
  return {
    ...form,
    fields,
    table: own.table,
    keyField: own.key,
    keyBitOffset: key.offset,
    keyBits: key.bits,
    lengthField,
    ...(usual === undefined ? {} : { usual }),
    ...(own.filler === undefined ? {} : { filler: own.filler }),
    ...(bits === undefined ? {} : { context: bits }),
    ...(parent === undefined ? {} : { parent: parent.id }),
  };
}
