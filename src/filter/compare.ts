/** Order of two values of one family. */
import { maskPrefix } from "./arithmetic.ts";
import { type Datum, Network, SignedInteger } from "./datum.ts";
import type { ComparisonOperator } from "./operators.ts";
import type { Family } from "./types.ts";

const signedMaximum = (1n << 63n) - 1n;

/** Byte by byte, unsigned; a prefix sorts first. */
export function compareText(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Bytes are not text: the shorter one sorts first, whatever is in it. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return a.length === b.length ? compareText(a, b) : a.length - b.length;
}

function order(a: number | bigint, b: number | bigint): number | undefined {
  if (a < b) return -1;
  if (a > b) return 1;
  // Also false for two NaN.
  return a <= b ? 0 : undefined;
}

/** Undecidable (undefined) when the right value does not fit the left one's signedness. */
function compareIntegers(left: Datum, right: Datum): number | undefined {
  const a = left instanceof SignedInteger ? left.value : left;
  const b = right instanceof SignedInteger ? right.value : right;
  if (typeof a === "object" || typeof b === "object") return undefined;
  if (left instanceof SignedInteger) {
    if (!(right instanceof SignedInteger) && b > signedMaximum) return undefined;
  } else if (right instanceof SignedInteger && b < 0) return undefined;
  return order(a, b);
}

/** Both are masked with the shorter prefix, also for order. */
function compareAddresses(left: Datum, right: Datum): number | undefined {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return compareBytes(left, right);
  const a = left instanceof Network ? left.address : left;
  const b = right instanceof Network ? right.address : right;
  if (!(a instanceof Uint8Array) || !(b instanceof Uint8Array)) return undefined;
  const prefix = Math.min(
    left instanceof Network ? left.prefix : a.length * 8,
    right instanceof Network ? right.prefix : b.length * 8,
  );
  return compareBytes(maskPrefix(a, prefix), maskPrefix(b, prefix));
}

/** Negative, zero or positive; undefined if it cannot be decided. */
export function compareData(family: Family, left: Datum, right: Datum): number | undefined {
  switch (family) {
    case "integer":
    case "boolean":
      return compareIntegers(left, right);
    case "ipv4":
    case "ipv6":
      return compareAddresses(left, right);
    case "string":
      return left instanceof Uint8Array && right instanceof Uint8Array ? compareText(left, right) : undefined;
    case "bytes":
    case "ether":
    case "eui64":
    case "protocol":
      return left instanceof Uint8Array && right instanceof Uint8Array
        ? compareBytes(left, right)
        : undefined;
    case "float":
    case "absolute-time":
    case "relative-time":
      return typeof left === "object" || typeof right === "object" ? undefined : order(left, right);
    case "label":
      return undefined;
    default:
      return family satisfies never;
  }
}

/** Does `left operator right` hold? Undefined if it cannot be decided. */
export function holds(
  operator: ComparisonOperator,
  family: Family,
  left: Datum,
  right: Datum,
): boolean | undefined {
  const result = compareData(family, left, right);
  if (result === undefined) return undefined;
  switch (operator) {
    case "==":
    case "===":
      return result === 0;
    case "!=":
    case "!==":
      return result !== 0;
    case ">":
      return result > 0;
    case ">=":
      return result >= 0;
    case "<":
      return result < 0;
    case "<=":
      return result <= 0;
    default:
      return operator satisfies never;
  }
}
