/** Constants of integers, booleans and floats. */
import type { FieldType, ValueStrings } from "../ir/fields.ts";
import { type Datum, SignedInteger } from "./datum.ts";
import { Refusal } from "./source-error.ts";
import { types } from "./types.ts";

/** Decimal, `0x`, leading-0 octal, `0b`; no sign and no `_`. */
export function parseUnsigned(text: string): bigint | undefined {
  if (/^(?:0|[1-9][0-9]*|0[xX][0-9a-fA-F]+|0[bB][01]+)$/.test(text))
    return text.length > 80 ? 1n << 80n : BigInt(text);
  if (/^0[0-7]+$/.test(text)) return text.length > 80 ? 1n << 80n : BigInt(`0o${text}`);
  return undefined;
}

export function integerFromBigint(value: bigint, type: FieldType): Datum {
  const { bits, signed } = types[type];
  const bare = bits > 32 ? value : Number(value);
  return signed ? new SignedInteger(bare) : bare;
}

/** An unquoted number. A signed type takes at most its maximum: the sign is an operator. */
export function parseInteger(text: string, type: FieldType): Datum | Refusal {
  const value = parseUnsigned(text);
  if (value === undefined) return new Refusal("bad-constant", `"${text}" is not a valid number`);
  const { bits, signed } = types[type];
  const maximum = (1n << BigInt(signed ? bits - 1 : bits)) - 1n;
  if (value > maximum)
    return new Refusal("out-of-range", `"${text}" is too big for this field, the maximum is ${maximum}`);
  return integerFromBigint(value, type);
}

/** Case matters; any number up to 64 bits is true unless zero. */
export function parseBoolean(text: string): Datum | Refusal {
  if (text === "True" || text === "TRUE") return 1;
  if (text === "False" || text === "FALSE") return 0;
  const value = parseUnsigned(text);
  if (value === undefined) return new Refusal("bad-constant", `"${text}" is not a valid number`);
  if (value >= 1n << 64n) return new Refusal("out-of-range", `"${text}" is too big for a boolean`);
  return value === 0n ? 0 : 1;
}

export function parseFloatText(text: string, type: FieldType): Datum | Refusal {
  if (!/^[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(text))
    return new Refusal("bad-constant", `"${text}" is not a valid floating point number`);
  const value = type === "FT_FLOAT" ? Math.fround(Number(text)) : Number(text);
  if (!Number.isFinite(value)) return new Refusal("out-of-range", `"${text}" is too big for this field`);
  return value;
}

/** ASCII letters only: the tables hold none that fold otherwise. */
function fold(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Number of a value string: whole entry, any case, first hit. Undefined when it is not in the table. */
export function findValueString(strings: ValueStrings, text: string): number | undefined {
  const wanted = fold(text);
  if (strings.kind === "booleans") {
    if (fold(strings.set) === wanted) return 1;
    return fold(strings.clear) === wanted ? 0 : undefined;
  }
  return strings.rows.find((row) => fold(row.text) === wanted)?.low;
}

/** Labels of a boolean that names none. */
export const plainBooleans: ValueStrings = { kind: "booleans", set: "True", clear: "False" };
