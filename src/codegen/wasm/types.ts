/** Which type an expression has, and the instructions for operators and reads by type. */
import type { Type } from "./assembler.ts";
import { OP } from "./binary.ts";
import type { Expression } from "./tree.ts";

export const COMPARE: Readonly<Record<string, readonly [whole: number, float: number]>> = {
  "===": [OP.i64Eq, OP.f64Eq],
  "!==": [OP.i64Ne, OP.f64Ne],
  "<": [OP.i64LtS, OP.f64Lt],
  ">": [OP.i64GtS, OP.f64Gt],
  "<=": [OP.i64LeS, OP.f64Le],
  ">=": [OP.i64GeS, OP.f64Ge],
};

export const RECKON: Readonly<Record<string, readonly [whole: number, float: number | undefined]>> = {
  "+": [OP.i64Add, OP.f64Add],
  "-": [OP.i64Sub, OP.f64Sub],
  "*": [OP.i64Mul, OP.f64Mul],
  // The statements divide only what they found to leave no rest.
  "/": [OP.i64DivS, undefined],
  "%": [OP.i64RemS, undefined],
};

/** Methods of a DataView. */
export interface Read {
  /** Instruction that reads little-endian bytes as they are wanted. */
  readonly little: number;
  /** Instructions that read bytes to be swapped, and make them 64 bits wide. */
  readonly load: number;
  readonly extend: number;
  readonly bits: number;
}

export const READS: Readonly<Record<string, Read>> = {
  getUint16: { little: OP.i64Load16U, load: OP.i32Load16U, extend: OP.i64ExtendI32U, bits: 16 },
  getUint32: { little: OP.i64Load32U, load: OP.i32Load, extend: OP.i64ExtendI32U, bits: 32 },
  getInt32: {
    little: OP.i64Load32S,
    load: OP.i32Load,
    extend: OP.i64ExtendI32S,
    bits: Number.POSITIVE_INFINITY,
  },
};

export interface TypeInput {
  readonly local: (name: string) => Type | undefined;
  /** Is it an array of floats? */
  readonly isFloats: (object: Expression) => boolean;
  /** Names of the bytes, and of the DataView over them. */
  readonly bytes: string;
  readonly view: string;
}

/** What comes from outside is a float, as all numbers of JavaScript are. */
export function typeOf(expression: Expression, input: TypeInput): Type {
  switch (expression.kind) {
    case "number":
      return "whole";
    case "boolean":
      return "truth";
    case "name":
      return expression.name === "NaN" ? "float" : (input.local(expression.name) ?? "float");
    case "member":
      return "float";
    case "index": {
      const { object } = expression;
      if (object.kind === "name" && object.name === input.bytes) return "whole";
      return input.isFloats(object) ? "float" : "whole";
    }
    case "call": {
      const { callee } = expression;
      if (callee.kind !== "member" || callee.object.kind !== "name") return "float";
      return callee.object.name === input.view || callee.object.name === "Math" ? "whole" : "float";
    }
    case "unary":
      return expression.operator === "!" ? "truth" : "whole";
    case "binary": {
      const { operator, left, right } = expression;
      if (operator === "&&" || operator === "||" || Object.hasOwn(COMPARE, operator)) return "truth";
      return Object.hasOwn(RECKON, operator) ? commonType(left, right, input) : "whole";
    }
    case "choice": {
      const { yes, no } = expression;
      const truths = typeOf(yes, input) === "truth" && typeOf(no, input) === "truth";
      return truths ? "truth" : commonType(yes, no, input);
    }
  }
}

/** The type in which two values are reckoned with. */
export function commonType(left: Expression, right: Expression, input: TypeInput): "whole" | "float" {
  return typeOf(left, input) === "float" || typeOf(right, input) === "float" ? "float" : "whole";
}
