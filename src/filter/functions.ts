/** The functions: one row each. */
import { formatEther, formatIpv4, formatIpv6 } from "../bytes/address.ts";
import { type FieldInfo, type FieldType, lookupValueString } from "../ir/fields.ts";
import { type SpecialBlock, specialBlock, specialTest } from "./address-kinds.ts";
import { compareData } from "./compare.ts";
import { type Datum, encodeText, SignedInteger } from "./datum.ts";
import { isWide, types } from "./types.ts";

/** What arguments may be. `field`: nothing but a field. `value`: also calls, arithmetic, references, constants. */
export type ParameterKind = "field" | "value";

/** What an argument gave in a frame. */
export interface ArgumentValues {
  readonly values: readonly Datum[];
  readonly type: FieldType;
  readonly info: FieldInfo | undefined;
}

export interface FunctionRow {
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly parameter: ParameterKind;
  /** Is a value of this type a legal argument? */
  readonly accepts: (type: FieldType, info: FieldInfo | undefined) => boolean;
  /** Type of the result, from that of the first argument. */
  readonly result: (type: FieldType) => FieldType;
  /** Gets the arguments that are present; at least one. Undefined: there is nothing to compare. */
  readonly call: (values: readonly ArgumentValues[]) => readonly Datum[] | undefined;
  readonly description: string;
}

type Each = (value: Datum, type: FieldType, info: FieldInfo | undefined) => Datum;

function map(each: Each): FunctionRow["call"] {
  return ([first]) =>
    first === undefined ? [] : first.values.map((value) => each(value, first.type, first.info));
}

function extreme(sign: 1 | -1): FunctionRow["call"] {
  return (given) => {
    const type = given[0]?.type ?? "FT_NONE";
    let best: Datum | undefined;
    for (const { values } of given)
      for (const value of values)
        if (best === undefined || sign * (compareData(types[type].family, value, best) ?? 0) > 0)
          best = value;
    return best === undefined ? [] : [best];
  };
}

function changeCase(low: number, high: number): Each {
  return (value) =>
    value instanceof Uint8Array
      ? value.map((byte) => (byte >= low && byte <= high ? byte ^ 0x20 : byte))
      : value;
}

function bare(value: Datum): number | bigint {
  if (value instanceof SignedInteger) return value.value;
  return typeof value === "object" ? 0 : value;
}

const length: Each = (value, type) => {
  const { family, size } = types[type];
  const counted = family === "string" || family === "bytes" || family === "protocol";
  return counted && value instanceof Uint8Array ? value.length : size;
};

const text: Each = (value, type) => {
  if (!(value instanceof Uint8Array)) return encodeText(String(bare(value)));
  const { family } = types[type];
  if (family === "ipv4" && value.length === 4) return encodeText(formatIpv4(value));
  if (family === "ipv6" && value.length === 16) return encodeText(formatIpv6(value));
  return encodeText(formatEther(value));
};

const hexadecimal: Each = (value, type) => {
  const number = BigInt.asUintN(isWide(type) ? 64 : 32, BigInt(bare(value)));
  return encodeText(`0x${number.toString(16).padStart(types[type].bits / 4, "0")}`);
};

const absolute: Each = (value) => {
  const number = bare(value);
  if (number >= 0) return value;
  const positive = typeof number === "bigint" ? -number : -number;
  return value instanceof SignedInteger ? new SignedInteger(positive) : positive;
};

function isInteger(type: FieldType): boolean {
  return types[type].family === "integer";
}

function hasText(type: FieldType): boolean {
  const { family } = types[type];
  // Wireshark has no text for 24-bit signed numbers and characters here.
  if (family === "integer") return type !== "FT_CHAR" && type !== "FT_INT24";
  return (
    family === "ipv4" || family === "ipv6" || family === "ether" || family === "float" || family === "eui64"
  );
}

function isNumber(type: FieldType): boolean {
  const { family } = types[type];
  return family === "integer" || family === "boolean" || family === "float" || family === "relative-time";
}

function isAddress(type: FieldType): boolean {
  return type === "FT_IPv4" || type === "FT_IPv6";
}

function one(
  name: string,
  parameter: ParameterKind,
  accepts: FunctionRow["accepts"],
  result: FieldType | undefined,
  call: FunctionRow["call"],
  description: string,
): FunctionRow {
  return {
    name,
    minimum: 1,
    maximum: 1,
    parameter,
    accepts,
    result: (type) => result ?? type,
    call,
    description,
  };
}

const isString = (type: FieldType): boolean => type === "FT_STRING";
const always = (): boolean => true;
const comparable = (type: FieldType): boolean => types[type].can.has("compare");
const many = Number.POSITIVE_INFINITY;

const addressTests = (["multicast", "linklocal", "rfc1918", "ula"] as const).map((kind) =>
  one(
    `ip_${kind}`,
    "field",
    isAddress,
    "FT_BOOLEAN",
    map((value) => (value instanceof Uint8Array && specialTest(kind, value) ? 1 : 0)),
    `is the address ${kind === "rfc1918" ? "private (RFC 1918)" : kind === "ula" ? "unique local (RFC 4193)" : kind === "linklocal" ? "link-local" : "multicast"}?`,
  ),
);

export const functions: readonly FunctionRow[] = [
  one("upper", "field", isString, undefined, map(changeCase(0x61, 0x7a)), "ASCII letters in upper case"),
  one("lower", "field", isString, undefined, map(changeCase(0x41, 0x5a)), "ASCII letters in lower case"),
  one("len", "field", always, "FT_UINT32", map(length), "length in bytes"),
  one(
    "count",
    "field",
    always,
    "FT_UINT32",
    ([first]) => [first?.values.length ?? 0],
    "number of occurrences",
  ),
  one("string", "field", hasText, "FT_STRING", map(text), "the value as text"),
  {
    ...one("max", "value", comparable, undefined, extreme(1), "largest value of all arguments"),
    maximum: many,
  },
  {
    ...one("min", "value", comparable, undefined, extreme(-1), "smallest value of all arguments"),
    maximum: many,
  },
  one("abs", "value", isNumber, undefined, map(absolute), "value without its sign"),
  one(
    "vals",
    "field",
    (_type, info) => info?.strings !== undefined,
    "FT_STRING",
    map((value, _type, info) => {
      const strings = info?.strings;
      return encodeText((strings && lookupValueString(strings, Number(bare(value)))) ?? String(bare(value)));
    }),
    "the value string",
  ),
  one(
    "dec",
    "field",
    isInteger,
    "FT_STRING",
    map((value) => encodeText(String(bare(value)))),
    "decimal text",
  ),
  one("hex", "field", isInteger, "FT_STRING", map(hexadecimal), "hexadecimal text"),
  one(
    "float",
    "value",
    isNumber,
    "FT_FLOAT",
    map((value, type) => Math.fround(real(value, type))),
    "single precision number",
  ),
  one(
    "double",
    "value",
    isNumber,
    "FT_DOUBLE",
    map((value, type) => real(value, type)),
    "double precision number",
  ),
  ...addressTests,
  one(
    "ip_special_name",
    "field",
    isAddress,
    "FT_STRING",
    special(({ name }) => encodeText(name)),
    "name of the special-purpose block that the address is in (RFC 6890)",
  ),
  one(
    "ip_special_mask",
    "field",
    isAddress,
    "FT_UINT32",
    special(({ mask }) => mask),
    "what the block is for: 16 source, 8 destination, 4 forwardable, 2 globally reachable, 1 reserved by protocol (RFC 6890)",
  ),
];

/** Addresses in no special block have no value. */
function special(each: (found: SpecialBlock) => Datum): FunctionRow["call"] {
  return ([first]) => {
    const found = first?.values.flatMap((value) => {
      const known = value instanceof Uint8Array ? specialBlock(value) : undefined;
      return known === undefined ? [] : [each(known)];
    });
    return found === undefined || found.length === 0 ? undefined : found;
  };
}

function real(value: Datum, type: FieldType): number {
  // Times are nanoseconds, but count in seconds.
  return types[type].family === "relative-time" ? Number(bare(value)) / 1e9 : Number(bare(value));
}

const byName = new Map(functions.map((row) => [row.name, row]));

export function functionByName(name: string): FunctionRow | undefined {
  return byName.get(name);
}
