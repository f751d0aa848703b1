/** Arithmetic on two values. An operation without a result (division by zero, overflow) gives undefined: the pair is dropped. */

import type { FieldType } from "../ir/fields.ts";
import { type Datum, Network, SignedInteger } from "./datum.ts";
import type { ArithmeticOperator } from "./operators.ts";
import { isWide, types } from "./types.ts";

function number(value: Datum): bigint {
  const bare = value instanceof SignedInteger ? value.value : value;
  return typeof bare === "bigint" ? bare : typeof bare === "number" ? BigInt(Math.trunc(bare)) : 0n;
}

function fitInteger(value: bigint, bits: number, signed: boolean): Datum | undefined {
  const exact = signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  if (exact !== value) return undefined;
  const bare = bits > 32 ? value : Number(value);
  return signed ? new SignedInteger(bare) : bare;
}

function compute(operator: ArithmeticOperator, a: bigint, b: bigint): bigint | undefined {
  switch (operator) {
    case "&":
      return a & b;
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0n ? undefined : a / b;
    case "%":
      return b === 0n ? undefined : a % b;
    default:
      return operator satisfies never;
  }
}

/**
 * Integers compute in 32 bits, or in 64 when the left type is wider. The left value says whether they are signed; the right
 * one's low bits are read the same way, as Wireshark does.
 */
function integers(
  operator: ArithmeticOperator,
  left: Datum,
  right: Datum,
  type: FieldType,
  rightType: FieldType,
): Datum | undefined {
  const bits = isWide(type) ? 64 : 32;
  const signed = left instanceof SignedInteger;
  const a = number(left);
  const memory = BigInt.asUintN(isWide(rightType) ? 64 : 32, number(right));
  const b = signed ? BigInt.asIntN(bits, memory) : BigInt.asUintN(bits, memory);
  const result = compute(operator, a, b);
  if (result === undefined) return undefined;
  if (operator === "-" && !signed && b > a) {
    // The difference becomes signed, if both fit.
    const maximum = (1n << BigInt(bits - 1)) - 1n;
    return a > maximum || b > maximum ? undefined : fitInteger(result, bits, true);
  }
  return fitInteger(result, bits, signed);
}

function floats(operator: ArithmeticOperator, a: number, b: number): number | undefined {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0 ? undefined : a / b;
    default:
      return undefined;
  }
}

/** Bytes of both, as long as the shorter one. A network masks with its prefix too. */
function maskBytes(left: Uint8Array, right: Uint8Array | Network): Uint8Array {
  const mask = right instanceof Network ? right.address : right;
  const bytes = new Uint8Array(Math.min(left.length, mask.length));
  for (let i = 0; i < bytes.length; i++) bytes[i] = (left[i] ?? 0) & (mask[i] ?? 0);
  return right instanceof Network ? maskPrefix(bytes, right.prefix) : bytes;
}

/** The first `prefix` bits; the rest is zero. */
export function maskPrefix(bytes: Uint8Array, prefix: number): Uint8Array {
  const masked = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const bits = Math.max(0, Math.min(8, prefix - i * 8));
    masked[i] = (bytes[i] ?? 0) & (0xff00 >> bits) & 0xff;
  }
  return masked;
}

/** `left operator right`; `type` is the left operand's. */
export function calculate(
  operator: ArithmeticOperator,
  left: Datum,
  right: Datum,
  type: FieldType,
  rightType: FieldType,
): Datum | undefined {
  switch (types[type].family) {
    case "integer":
      return integers(operator, left, right, type, rightType);
    case "float":
      return typeof left === "number" && typeof right === "number"
        ? floats(operator, left, right)
        : undefined;
    case "relative-time":
      if (operator === "+") return number(left) + number(right);
      return operator === "-" ? number(left) - number(right) : undefined;
    default: {
      if (operator !== "&") return undefined;
      const bytes = left instanceof Network ? maskPrefix(left.address, left.prefix) : left;
      if (!(bytes instanceof Uint8Array) || !(right instanceof Uint8Array || right instanceof Network))
        return undefined;
      return maskBytes(bytes, right);
    }
  }
}

/** `-value`. Unsigned integers become signed; what has no negative is dropped. */
export function negate(value: Datum, type: FieldType): Datum | undefined {
  const row = types[type];
  if (row.family === "float") return typeof value === "number" ? -value : undefined;
  if (row.family === "relative-time") return -number(value);
  const bits = isWide(type) ? 64 : 32;
  const plain = number(value);
  // The smallest signed number has no counterpart, and an unsigned one must fit the signed type first.
  if (plain !== BigInt.asIntN(bits, plain)) return undefined;
  return fitInteger(-plain, bits, true);
}

/** Bare arithmetic is a test: is the result other than zero? */
export function isNonZero(value: Datum): boolean {
  if (value instanceof Uint8Array) return value.some((byte) => byte !== 0);
  if (value instanceof Network) return value.address.some((byte) => byte !== 0);
  return typeof value === "bigint" || value instanceof SignedInteger ? number(value) !== 0n : value !== 0;
}
