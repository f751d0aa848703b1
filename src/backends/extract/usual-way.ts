/**
 * The headers that most frames begin with, known by a few words of their bytes: where they hold the numbers that lead on to the
 * next header, and that a header has no options, all of them are told at once.
 */
import { writeBits } from "../../bytes/bits.ts";
import { type Code, code, join, type Name } from "../../codegen/code.ts";
import type { FieldIR, Layout, Next, Variant } from "../../ir/nodes.ts";
import { bitOffsetOf, fixedBits } from "../../ir/size.ts";
import { plus, V } from "./read.ts";
import type { Schemas, SchemaTable } from "./tables.ts";
import { byTiedBits } from "./variants.ts";

/** What a field holds. */
interface Fact {
  readonly value: number;
  /** Its bits, and where they stand in the header. */
  readonly raw: number;
  readonly bit: number;
  readonly bits: number;
}

/** A header of fixed size in one of its forms. */
export interface KnownHeader {
  readonly layout: Layout;
  readonly variant: Variant;
  /** Of the fields that decide on the header's form, its size and what follows. */
  readonly facts: ReadonlyMap<string, Fact>;
  /** Those of its fields that are of a fixed size; the others are empty. */
  readonly fields: readonly FieldIR[];
  readonly empty: readonly FieldIR[];
  /** In bytes. */
  readonly size: number;
}

export interface UsualWay {
  readonly headers: readonly KnownHeader[];
  /** The header behind them. */
  readonly last: Layout;
}

/** The first layout that a key leads to, if that hangs on nothing else. */
function leadsTo(table: SchemaTable | undefined, key: number): Layout | undefined {
  const [first] = table?.exact.get(key) ?? [];
  return table?.forced.get(key) ?? (first?.magic === "" ? first.layout : undefined);
}

/** Undefined where the field cannot hold the value, and where its place hangs on others. */
function fact({ fields }: Variant, name: string, value: number): Fact | undefined {
  const found = bitOffsetOf(fields, name);
  if (found === undefined) return undefined;
  const { field, offset } = found;
  const bits = fixedBits(field);
  const isUnsigned = field.kind === "uint" && !field.wide && !field.signed && field.endian === "big";
  if (bits === undefined || (field.kind !== "flag" && !isUnsigned)) return undefined;
  if (field.kind === "uint" && field.constant !== undefined && field.constant !== value) return undefined;
  const raw = field.kind === "uint" ? (value - field.bias) / field.scale : value;
  return Number.isInteger(raw) && raw >= 0 && raw < 2 ** bits ? { value, raw, bit: offset, bits } : undefined;
}

/** Do the facts decide for the form, among all of its schema? */
function isDecided({ variants }: Layout, variant: Variant, facts: ReadonlyMap<string, Fact>): boolean {
  for (const one of byTiedBits(variants)) {
    const held = one.where.map(({ bitOffset, bits, ranges }) => {
      const stated = [...facts.values()].find((each) => each.bit === bitOffset && each.bits === bits);
      return stated && ranges.some(([low, high]) => low <= stated.raw && stated.raw <= high);
    });
    if (held.includes(false)) continue;
    return one === variant && !held.includes(undefined);
  }
  return false;
}

/** Is it empty where nothing is left? */
function takesRest(field: FieldIR): boolean {
  if (field.when.length > 0 || field.optional) return false;
  return (field.kind === "options" || field.kind === "bytes") && field.size.kind === "rest";
}

/** A form that leads on by its first entry. */
function headerBefore(
  layout: Layout,
  variant: Variant,
  next: Next,
  key: number | undefined,
): KnownHeader | undefined {
  const isSized = (field: FieldIR): boolean => fixedBits(field) !== undefined;
  const count = variant.fields.findIndex((field) => !isSized(field));
  const fields = count < 0 ? variant.fields : variant.fields.slice(0, count);
  const empty = variant.fields.slice(fields.length);
  const bits = fields.reduce((sum, field) => sum + (fixedBits(field) ?? 0), 0);
  const { headerLength } = layout;
  const wanted: [string, number][] = next.when.map(({ field, value }) => [field, value]);
  if (next.key.kind === "field" && key !== undefined) wanted.push([next.key.field, key]);
  if (headerLength?.kind === "linear")
    wanted.push([headerLength.field, (bits / 8 - headerLength.bias) / headerLength.scale]);
  else if (empty.length > 0) return undefined;
  if (!empty.every(takesRest)) return undefined;
  const facts = new Map<string, Fact>();
  for (const [name, value] of wanted) {
    const found = fact(variant, name, value);
    if (found === undefined || (facts.get(name)?.value ?? value) !== value) return undefined;
    facts.set(name, found);
  }
  if (bits % 8 !== 0 || !isDecided(layout, variant, facts)) return undefined;
  return { layout, variant, facts, fields, empty, size: bits / 8 };
}

/** The header as it stands before another one; undefined where more than a few words tell so. */
function before(layout: Layout, following: Layout, schemas: Schemas): KnownHeader | undefined {
  for (const variant of layout.variants) {
    const [next] = variant.payload?.next ?? [];
    const table = next && schemas.table(next.table);
    if (next === undefined || table === undefined) continue;
    const keys = next.key.kind === "constant" ? [next.key.value] : [...table.exact.keys()];
    const key = keys.find((one) => leadsTo(table, one) === following);
    const found = key === undefined ? undefined : headerBefore(layout, variant, next, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Does the header say where its payload ends? Then the next one may end earlier than the captured bytes do. */
function statesEnd({ variant }: KnownHeader): boolean {
  return variant.payload?.end !== undefined;
}

/**
 * Along the headers that were met, to the first of them that a header can lead to and none before it can: behind IPv4 that is
 * no IPv6, which stands behind Ethernet far more often. It ends behind a header that states an end.
 */
export function usualWay(linkType: number, met: Iterable<Layout>, schemas: Schemas): UsualWay | undefined {
  const rest = new Set(met);
  const headers: KnownHeader[] = [];
  let last = leadsTo(schemas.table("link.type"), linkType);
  while (last !== undefined && rest.delete(last)) {
    const current: Layout = last;
    const following = [...rest].filter((layout) => before(current, layout, schemas) !== undefined);
    const [next] = following;
    const header = next && before(current, next, schemas);
    if (header === undefined) break;
    headers.push(header);
    last = next;
    if (statesEnd(header)) break;
    for (const other of following) if (other !== next) rest.delete(other);
  }
  return last === undefined || headers.length === 0 ? undefined : { headers, last };
}

const WORD = 4;

/** Bytes by place: which of their bits have to hold what. */
function bytesOf(headers: readonly KnownHeader[], size: number): { masks: Uint8Array; values: Uint8Array } {
  const masks = new Uint8Array(size);
  const values = new Uint8Array(size);
  let start = 0;
  for (const { facts, size: own } of headers) {
    for (const { raw, bit, bits } of facts.values()) {
      writeBits(masks, start + bit, bits, 2n ** BigInt(bits) - 1n);
      writeBits(values, start + bit, bits, BigInt(raw));
    }
    start += own * 8;
  }
  return { masks, values };
}

/** Truth of the bytes from `at` to `end` not beginning with the headers, or holding nothing behind them. */
export function isUnusual({ headers }: UsualWay, at: Name, end: Name): Code {
  const size = headers.reduce((sum, one) => sum + one.size, 0);
  const { masks, values } = bytesOf(headers, Math.max(WORD, size));
  const mask = new DataView(masks.buffer);
  const value = new DataView(values.buffer);
  const tests = [code`${end} - ${at} <= ${Math.max(WORD - 1, size)}`];
  for (let place = masks.findIndex((one) => one !== 0); place >= 0; ) {
    const first = Math.min(place, masks.length - WORD);
    const word = code`${V}.getUint32(${plus(at, first)})`;
    tests.push(code`(${word} & ${mask.getInt32(first)}) !== ${value.getInt32(first)}`);
    place = masks.findIndex((one, index) => index >= first + WORD && one !== 0);
  }
  return join(tests, " || ");
}
