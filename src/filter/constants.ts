/** Constants take the type of the value on their left. */
import type { FieldInfo, FieldType, ValueStrings } from "../ir/fields.ts";
import { type Datum, encodeText } from "./datum.ts";
import { parseAddress, parseBytes, parseHardwareAddress } from "./literals-bytes.ts";
import {
  findValueString,
  integerFromBigint,
  parseBoolean,
  parseFloatText,
  parseInteger,
  plainBooleans,
} from "./literals-number.ts";
import { parseAbsoluteTime, parseRelativeTime, type TimeZone } from "./literals-time.ts";
import { Refusal } from "./source-error.ts";
import type { ConstantSyntax } from "./syntax.ts";
import { types } from "./types.ts";

/** What a constant is converted to. */
export interface Target {
  readonly type: FieldType;
  /** The field on the left, whose value strings count. */
  readonly info: FieldInfo | undefined;
  /** For `contains`: a part of an address will do. */
  readonly partial?: boolean;
}

const decoder = new TextDecoder();

function stringsOf(target: Target): ValueStrings | undefined {
  const { info, type } = target;
  const family = types[type].family;
  if (info === undefined) return undefined;
  if (family === "boolean") return info.strings?.kind === "booleans" ? info.strings : plainBooleans;
  // Ranges have no number of their own, and a custom form shows other text than the table.
  return family === "integer" && info.strings?.kind === "values" && info.base !== "custom"
    ? info.strings
    : undefined;
}

function fromText(text: string, target: Target, timeZone: TimeZone): Datum | Refusal {
  const { type } = target;
  const row = types[type];
  switch (row.family) {
    case "integer":
      return parseInteger(text, type);
    case "boolean":
      return parseBoolean(text);
    case "float":
      return parseFloatText(text, type);
    case "string":
      return encodeText(text);
    case "bytes":
    case "protocol":
      return parseBytes(text);
    case "ether":
    case "eui64":
      return parseHardwareAddress(text, row.size, target.partial === true);
    case "ipv4":
      return parseAddress(text, 4);
    case "ipv6":
      return parseAddress(text, 6);
    case "absolute-time":
      return parseAbsoluteTime(text, timeZone);
    case "relative-time":
      return parseRelativeTime(text);
    case "label":
      return new Refusal("bad-constant", "a label has no values");
    default:
      return row.family satisfies never;
  }
}

function fromString(bytes: Uint8Array, target: Target, timeZone: TimeZone): Datum | Refusal {
  const row = types[target.type];
  if (row.family === "string" || row.family === "bytes" || row.family === "protocol") return bytes;
  const text = decoder.decode(bytes);
  if (row.family === "absolute-time") return parseAbsoluteTime(text, timeZone);
  return new Refusal("bad-constant", `a value of type ${row.noun} cannot be made from the string "${text}"`);
}

function fromCharacter(value: number, target: Target): Datum | Refusal {
  const row = types[target.type];
  if (row.family === "integer") return integerFromBigint(BigInt(value), target.type);
  if (row.family === "boolean") return value === 0 ? 0 : 1;
  if (row.family !== "string" && row.family !== "bytes" && row.family !== "protocol")
    return new Refusal("bad-constant", `a character constant cannot be a value of type ${row.noun}`);
  return value > 255 ? new Refusal("out-of-range", `${value} is too large for a byte`) : Uint8Array.of(value);
}

/** Value of a constant, or why it has none. */
export function convertConstant(node: ConstantSyntax, target: Target, timeZone: TimeZone): Datum | Refusal {
  if (node.kind === "char") return fromCharacter(node.value, target);
  const direct =
    node.kind === "string" ? fromString(node.bytes, target, timeZone) : fromText(node.text, target, timeZone);
  const strings = stringsOf(target);
  if (!(direct instanceof Refusal) || strings === undefined) return direct;
  // A field with a table reports every failure as a missing entry, also a number that is too large.
  const text = node.kind === "string" ? decoder.decode(node.bytes) : node.text;
  const found = findValueString(strings, text);
  if (found !== undefined) return integerFromBigint(BigInt(found), target.type);
  return new Refusal(
    "unknown-value-string",
    `"${text}" is not among the values of ${target.info?.name ?? "the field"}`,
  );
}
