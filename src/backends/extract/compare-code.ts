/** `value operator constant` as an expression, for each family of types. The counterpart is the filter's `holds`. */
import { type Code, code, join, type Name } from "../../codegen/code.ts";
import { type Datum, Network, SignedInteger } from "../../filter/datum.ts";
import type { ComparisonOperator } from "../../filter/operators.ts";
import { types } from "../../filter/types.ts";
import type { FieldType } from "../../ir/fields.ts";
import { B, plus, V } from "./read.ts";
import type { ByteRange, SiteValue } from "./site.ts";
import { NotExtractable } from "./tables.ts";

/** Keeps a value for the generated code to name. */
export type Bind = (value: unknown) => Name;

/** Undecidable pairs neither hold nor fail. */
export interface Outcome {
  readonly holds: Code;
  readonly fails: Code;
}

const NEITHER: Outcome = { holds: code`false`, fails: code`false` };
const SIGNED_MAXIMUM = (1n << 63n) - 1n;

function outcome(holds: Code): Outcome {
  return { holds, fails: code`!(${holds})` };
}

function operator(op: ComparisonOperator, a: Code | Name, b: Code | Name): Code {
  switch (op) {
    case "==":
    case "===":
      return code`${a} === ${b}`;
    case "!=":
    case "!==":
      return code`${a} !== ${b}`;
    case ">":
      return code`${a} > ${b}`;
    case ">=":
      return code`${a} >= ${b}`;
    case "<":
      return code`${a} < ${b}`;
    case "<=":
      return code`${a} <= ${b}`;
    default:
      return op satisfies never;
  }
}

function isEquality(op: ComparisonOperator): boolean {
  return op === "==" || op === "===" || op === "!=" || op === "!==";
}

function equality(op: ComparisonOperator, same: Code): Outcome {
  return outcome(op === "==" || op === "===" ? same : code`!(${same})`);
}

function integer(op: ComparisonOperator, value: SiteValue, type: FieldType, right: Datum): Outcome {
  const bare = right instanceof SignedInteger ? right.value : right;
  if (typeof bare === "object") return NEITHER;
  if (types[type].signed) {
    if (!(right instanceof SignedInteger) && bare > SIGNED_MAXIMUM) return NEITHER;
  } else if (right instanceof SignedInteger && bare < 0) return NEITHER;
  if (value.kind === "number") {
    const number = Number(bare);
    if (!Number.isSafeInteger(number)) throw new NotExtractable("a constant is too large for a number");
    return outcome(operator(op, value.number, code`${number}`));
  }
  if (value.kind !== "wide" || types[type].signed) throw new NotExtractable("no unsigned integer");
  const wide = BigInt(bare);
  const high = code`${Number(wide >> 32n)}`;
  const low = code`${Number(wide & 0xffff_ffffn)}`;
  if (isEquality(op)) return equality(op, code`(${value.low} === ${low} && ${value.high} === ${high})`);
  const strict = op === ">" || op === ">=" ? ">" : "<";
  return outcome(
    code`(${operator(strict, value.high, high)} || (${value.high} === ${high} && ${operator(op, value.low, low)}))`,
  );
}

/** Words of 4, then 2, then 1 byte. */
function words(size: number): { at: number; bytes: number }[] {
  const found: { at: number; bytes: number }[] = [];
  for (let at = 0; at < size; ) {
    const bytes = size - at >= 4 ? 4 : size - at >= 2 ? 2 : 1;
    found.push({ at, bytes });
    at += bytes;
  }
  return found;
}

function wordAt(start: Name | Code, at: number, bytes: number): Code {
  const index = plus(start, at);
  if (bytes === 4) return code`${V}.getInt32(${index})`;
  return bytes === 2 ? code`${V}.getUint16(${index})` : code`${B}[${index}]`;
}

/** Longest stretch that is compared word by word in place. */
const INLINE = 16;

function sameBytes(range: ByteRange, wanted: Uint8Array, prefix: number, bind: Bind): Code {
  if (range.size !== undefined && range.size !== wanted.length) return code`false`;
  if (wanted.length > INLINE)
    return code`${bind("equalBytes")}(${B}, ${range.start}, ${range.end}, ${bind(wanted)})`;
  const view = new DataView(wanted.buffer, wanted.byteOffset, wanted.length);
  const terms: Code[] =
    range.size === undefined ? [code`${range.end} - (${range.start}) === ${wanted.length}`] : [];
  for (const { at, bytes } of words(wanted.length)) {
    const bits = Math.max(0, Math.min(bytes * 8, prefix - at * 8));
    if (bits === 0) continue;
    const value = bytes === 4 ? view.getInt32(at) : bytes === 2 ? view.getUint16(at) : view.getUint8(at);
    if (bits === bytes * 8) terms.push(code`${wordAt(range.start, at, bytes)} === ${value}`);
    else {
      // All ones above, zeros below; as a signed number, since that is what `&` gives.
      const mask = bytes === 4 ? -(2 ** (32 - bits)) | 0 : 2 ** (bytes * 8) - 2 ** (bytes * 8 - bits);
      terms.push(code`(${wordAt(range.start, at, bytes)} & ${mask}) === ${value & mask}`);
    }
  }
  return terms.length === 0 ? code`true` : code`(${join(terms, " && ")})`;
}

function bytes(op: ComparisonOperator, value: SiteValue, right: Datum, bind: Bind): Outcome {
  if (value.kind !== "bytes") throw new NotExtractable("a value that is not bytes");
  const wanted = right instanceof Network ? right.address : right;
  if (!(wanted instanceof Uint8Array)) return NEITHER;
  const prefix = right instanceof Network ? Math.min(right.prefix, wanted.length * 8) : wanted.length * 8;
  if (right instanceof Network && value.range.size !== wanted.length)
    throw new NotExtractable("a network against bytes of another size");
  if (isEquality(op)) return equality(op, sameBytes(value.range, wanted, prefix, bind));
  const order = code`${bind("orderBytes")}(${B}, ${value.range.start}, ${value.range.end}, ${bind(wanted)}, ${prefix})`;
  return outcome(operator(op, order, code`0`));
}

/** @throws NotExtractable where the evaluator has to compare. */
export function compareCode(
  op: ComparisonOperator,
  type: FieldType,
  value: SiteValue,
  right: Datum,
  bind: Bind,
): Outcome {
  const { family } = types[type];
  switch (family) {
    case "integer":
    case "boolean":
      return integer(op, value, type, right);
    case "ipv4":
    case "ipv6":
    case "bytes":
    case "ether":
    case "protocol":
      return bytes(op, value, right, bind);
    case "eui64":
    case "string":
    case "float":
    case "absolute-time":
    case "relative-time":
    case "label":
      throw new NotExtractable(`values of type ${type} are compared by the evaluator`);
    default:
      return family satisfies never;
  }
}
