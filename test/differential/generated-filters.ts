/** Random filters that lean on the values of a capture, so that most of them match some of its frames and not all. */
import fc from "fast-check";
import { toHex } from "../../src/bytes/hex.ts";
import { operators } from "../../src/filter/operators.ts";
import { can, types } from "../../src/filter/types.ts";
import type { FieldInfo, RawValue } from "../../src/ir/fields.ts";
import { formatFieldText } from "../../src/ir/format.ts";
import { constantFor } from "../filter/generate.ts";

/** A field and the values that it has in the capture, each once. */
export interface SeenField {
  readonly info: FieldInfo;
  readonly values: readonly RawValue[];
}

function isBytes(value: RawValue): value is Uint8Array {
  return value instanceof Uint8Array;
}

const pairs = (bytes: Uint8Array): string => toHex(bytes, ":");

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** A value as a filter writes it, which is the whole value or, of long bytes, its beginning. */
function literal(info: FieldInfo, value: RawValue): string {
  if (typeof value === "string") return quoted(value);
  if (info.type === "FT_ABSOLUTE_TIME") {
    const time = BigInt(Number(value) < 0 ? 0 : (value as bigint)); // times are bigints
    const fraction = String(time % 1_000_000_000n).padStart(9, "0");
    return `"${new Date(Number(time / 1_000_000n)).toISOString().slice(0, 19)}.${fraction}Z"`;
  }
  if (isBytes(value) && (info.type === "FT_BYTES" || info.type === "FT_PROTOCOL"))
    return value.length === 0 ? '""' : pairs(value.subarray(0, 40));
  return formatFieldText(info, value);
}

/** Names of a value that stands for no other. */
function nameOf(info: FieldInfo, value: RawValue): string | undefined {
  if (info.strings?.kind !== "values") return undefined;
  const row = info.strings.rows.find(({ low, high }) => low === high && low === Number(value));
  return info.strings.rows.filter(({ text }) => text === row?.text).length === 1 ? row?.text : undefined;
}

/** Mostly a value of the capture. */
function constant({ info, values }: SeenField): fc.Arbitrary<string> {
  const seen = fc.constantFrom(...values).map((value) => literal(info, value));
  return fc.oneof({ weight: 6, arbitrary: seen }, { weight: 1, arbitrary: constantFor(info) });
}

const comparisons = operators.filter(({ group }) => group === "comparison").map(({ id }) => id);
const comparison = fc.constantFrom(...comparisons);
const equality = fc.constantFrom("==", "!=", "===", "!==");

function numbers(values: readonly RawValue[]): (number | bigint)[] {
  return values.filter((value) => typeof value === "number" || typeof value === "bigint");
}

/** What a type with arithmetic adds, with results that occur. */
function arithmetic({ info, values }: SeenField): fc.Arbitrary<string>[] {
  const { bits } = types[info.type];
  const largest = (1n << BigInt(bits)) - 1n;
  const seen = numbers(values).map(BigInt);
  const value = fc.constantFrom(...seen);
  const small = fc.bigInt(1n, 9n);
  return [
    fc
      .tuple(value, small, comparison)
      .map(([a, b, op]) => `${info.name} + ${b} ${op} ${a + b <= largest ? a + b : largest}`),
    fc
      .tuple(value, small, comparison)
      .map(([a, b, op]) => `${info.name} - ${b} ${op} ${a >= b ? a - b : 0n}`),
    fc.tuple(value, small, comparison).map(([a, b, op]) => `${info.name} / ${b} ${op} ${a / b}`),
    fc.tuple(value, small, comparison).map(([a, b, op]) => `${info.name} % ${b} ${op} ${a % b}`),
    fc.tuple(value, value, equality).map(([a, b, op]) => `${info.name} & ${a} ${op} ${a & b}`),
    value.map((mask) => `${info.name} & ${mask}`),
  ];
}

/** What a type with slices adds. */
function slices({ info, values }: SeenField): fc.Arbitrary<string>[] {
  const found = values.filter(isBytes).filter(({ length }) => length > 0);
  if (found.length === 0) return [];
  const place = fc.constantFrom(...found).chain((bytes) =>
    fc.tuple(fc.nat(Math.min(bytes.length, 60) - 1), fc.integer({ min: 1, max: 4 })).map(([from, length]) => {
      const part = bytes.subarray(from, from + length);
      return { from, end: from - bytes.length, part, text: pairs(part) };
    }),
  );
  const { name } = info;
  const forms = [
    fc
      .tuple(place, comparison)
      .map(([{ from, part, text }, op]) => `${name}[${from}:${part.length}] ${op} ${text}`),
    fc
      .tuple(place, equality)
      .map(([{ from, part, text }, op]) => `${name}[${from}-${from + part.length - 1}] ${op} ${text}`),
    fc
      .tuple(place, equality)
      .map(([{ end, part, text }, op]) => `${name}[${end}:${part.length}] ${op} ${text}`),
    place.map(({ from }) => `${name}[${from}]`),
    place.map(({ from, text }) => `${name}[${from}:] contains ${text}`),
  ];
  if (can(info.type, "contains")) forms.push(place.map(({ text }) => `${name} contains ${text}`));
  if (can(info.type, "matches"))
    forms.push(
      place.map(
        ({ part }) =>
          `${name} matches "${Array.from(part, (byte) => `\\\\x${toHex(Uint8Array.of(byte))}`).join("")}"`,
      ),
    );
  return forms;
}

function texts({ info, values }: SeenField): fc.Arbitrary<string>[] {
  // Only plain letters mean themselves everywhere.
  const plain = values.map((value) => String(value).replaceAll(/[^\w:]+/g, "")).filter((text) => text !== "");
  if (plain.length === 0) return [];
  const part = fc
    .constantFrom(...plain)
    .chain((text) =>
      fc
        .tuple(fc.nat(text.length - 1), fc.integer({ min: 1, max: 5 }))
        .map(([from, length]) => text.slice(from, from + length)),
    );
  return [
    part.map((text) => `${info.name} contains ${quoted(text)}`),
    part.map((text) => `${info.name} matches "${text.toUpperCase()}"`),
    part.map((text) => `lower(${info.name}) contains ${quoted(text.toLowerCase())}`),
    part.map((text) => `upper(${info.name}) matches "(?-i)${text.toUpperCase()}"`),
  ];
}

function relation(field: SeenField, all: readonly SeenField[]): fc.Arbitrary<string> {
  const { info, values } = field;
  const { name, type } = info;
  const present = fc.constantFrom(name, `${name}#1`, `${name}#[-1]`);
  if (!can(type, "compare") || values.length === 0) return present;
  const right = constant(field);
  const peers = all.filter(
    ({ info: peer }) => peer.type === type && type !== "FT_PROTOCOL" && peer.name !== name,
  );
  const quantifier = fc.constantFrom("", "", "any ", "all ");
  const lists = fc.array(
    fc.oneof(
      right,
      fc.tuple(right, right).map(([low, high]) => `${low} .. ${high}`),
    ),
    { minLength: 1, maxLength: 3 },
  );
  const named = values.flatMap((value) => nameOf(info, value) ?? []);
  const counts = fc.tuple(comparison, fc.integer({ min: 0, max: 4 }));
  const forms = [
    present,
    fc.tuple(quantifier, comparison, right).map(([word, op, text]) => `${word}${name} ${op} ${text}`),
    fc
      .tuple(fc.constantFrom("in", "not in"), lists)
      .map(([op, items]) => `${name} ${op} {${items.join(", ")}}`),
    fc
      .tuple(fc.constantFrom("max", "min"), comparison, right)
      .map(([call, op, text]) => `${call}(${name}) ${op} ${text}`),
    fc.tuple(comparison, right).map(([op, text]) => `${name}#[-1] ${op} ${text}`),
    counts.map(([op, count]) => `count(${name}) ${op} ${count}`),
  ];
  if (peers.length > 0)
    forms.push(
      fc.tuple(comparison, fc.constantFrom(...peers)).map(([op, peer]) => `${name} ${op} ${peer.info.name}`),
    );
  if (named.length > 0)
    forms.push(
      fc.tuple(equality, fc.constantFrom(...named)).map(([op, text]) => `${name} ${op} ${quoted(text)}`),
    );
  const { family } = types[type];
  if (family === "integer") forms.push(...arithmetic(field));
  if (family === "string") forms.push(...texts(field));
  else if (can(type, "slice")) forms.push(...slices(field));
  if (family === "bytes" || family === "protocol" || family === "string")
    forms.push(fc.tuple(comparison, fc.nat(60)).map(([op, size]) => `len(${name}) ${op} ${size}`));
  return fc.oneof(...forms);
}

/** Filters over the fields given. */
export function leaningFilters(fields: readonly SeenField[]): fc.Arbitrary<string> {
  const one = fc.constantFrom(...fields).chain((field) => relation(field, fields));
  const { test } = fc.letrec<{ test: string }>((tie) => ({
    test: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 5, arbitrary: one },
      {
        weight: 2,
        arbitrary: fc
          .tuple(tie("test"), fc.constantFrom("and", "or", "&&", "||"), tie("test"))
          .map(([a, op, b]) => `(${a}) ${op} (${b})`),
      },
      { weight: 1, arbitrary: tie("test").map((inner) => `not (${inner})`) },
    ),
  }));
  return test;
}
