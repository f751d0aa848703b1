/** Bits in network byte order that are compared with a number: the number is swapped, once and for all. */
import { OP } from "./binary.ts";
import type { Expression } from "./tree.ts";

/** A read of little-endian bits, some of them left out, that are to equal a value or not. All are `i32`. */
export interface SwappedTest {
  /** Instruction that reads. */
  readonly load: number;
  readonly index: Expression;
  readonly mask: number | undefined;
  readonly value: number;
}

function swapped16(value: number): number {
  return ((value & 0xff) << 8) | ((value >> 8) & 0xff);
}

function swapped32(value: number): number {
  return (swapped16(value) << 16) | swapped16(value >>> 16);
}

function numberOf(expression: Expression): number | undefined {
  if (expression.kind === "number") return expression.value;
  if (expression.kind !== "unary" || expression.operator !== "-") return undefined;
  return expression.operand.kind === "number" ? -expression.operand.value : undefined;
}

/** What the expression reads from the view in network byte order. */
function readOf(
  expression: Expression,
  view: string,
): { readonly method: string; readonly index: Expression } | undefined {
  if (expression.kind !== "call" || expression.callee.kind !== "member") return undefined;
  const { object, name } = expression.callee;
  const [index, order] = expression.args;
  if (object.kind !== "name" || object.name !== view || index === undefined || order !== undefined)
    return undefined;
  return { method: name, index };
}

/** `left` as a read, or as one under a mask; undefined for anything else. `view`: name of the DataView. */
export function swappedTest(left: Expression, right: Expression, view: string): SwappedTest | undefined {
  const value = numberOf(right);
  const isMasked = left.kind === "binary" && left.operator === "&";
  const mask = isMasked ? numberOf(left.right) : undefined;
  if (value === undefined || (isMasked && mask === undefined)) return undefined;
  const read = readOf(isMasked ? left.left : left, view);
  if (read === undefined) return undefined;
  const isWithin = (low: number, high: number): boolean => low <= value && value <= high;
  const given = { index: read.index };
  if (read.method === "getUint16") {
    if (!isWithin(0, 0xffff)) return undefined;
    return { ...given, load: OP.i32Load16U, mask: mask && swapped16(mask), value: swapped16(value) };
  }
  // What is masked has a sign (ECMA-262 section 13.12).
  if (read.method !== "getUint32" || !(isMasked ? value === (value | 0) : isWithin(0, 0xffff_ffff)))
    return undefined;
  return { ...given, load: OP.i32Load, mask: mask && swapped32(mask), value: swapped32(value) };
}
