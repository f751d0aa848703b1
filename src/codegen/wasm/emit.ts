/**
 * Instructions for expressions. Whole numbers are 64 bits wide, in which everything the statements reckon is exact, as it is
 * in JavaScript's numbers; bit operations give 32 bits with a sign, as there (ECMA-262 section 13.12).
 */
import { Assembler, type Given, type Type, VALUE_TYPES } from "./assembler.ts";
import { F64, float, I32, OP, signed, TRUNCATE, type ValueType } from "./binary.ts";
import type { Host } from "./host.ts";
import { swappedTest } from "./swap.ts";
import { type Expression, NotCompilable } from "./tree.ts";
import { COMPARE, commonType, READS, RECKON, type TypeInput, typeOf } from "./types.ts";

const TRUTH: Given = { type: "truth", bits: 1 };
const FLOAT: Given = { type: "float", bits: Number.POSITIVE_INFINITY };
const WORD = 2 ** 32 - 1;

function whole(bits: number = Number.POSITIVE_INFINITY): Given {
  return { type: "whole", bits };
}

export interface EmitInput {
  readonly host: Host;
  /** Names of the bytes, and of the DataView over them. */
  readonly bytes: string;
  readonly view: string;
  /** Index of the bytes' first in the memory. */
  readonly base: number;
}

export class Emitter extends Assembler {
  readonly #input: EmitInput;
  readonly #types: TypeInput;

  constructor(input: EmitInput, parameters: number) {
    super(parameters);
    this.#input = input;
    this.#types = {
      local: (name) => this.local(name)?.type,
      isFloats: (object) => input.host.array(object)?.kind === "floats",
      bytes: input.bytes,
      view: input.view,
    };
  }

  number(value: number): Given {
    if (!Number.isSafeInteger(value)) throw new NotCompilable("a number that is not whole");
    this.put(OP.i64Const, ...signed(value));
    return whole(value < 0 ? Number.POSITIVE_INFINITY : Math.ceil(Math.log2(value + 1)));
  }

  truth(expression: Expression): void {
    if (expression.kind === "call" && this.typeOf(expression) === "float") {
      this.callHost(expression.callee, expression.args, I32);
      return;
    }
    const { type } = this.value(expression);
    if (type === "whole") this.put(OP.i64Eqz, OP.i32Eqz);
    if (type === "float") throw new NotCompilable("a float as a truth");
  }

  whole(expression: Expression): Given {
    const given = this.value(expression);
    if (given.type === "float") {
      this.put(...TRUNCATE);
      return whole();
    }
    if (given.type === "truth") this.put(OP.i64ExtendI32U);
    return given.type === "truth" ? whole(1) : given;
  }

  float(expression: Expression): void {
    const { type } = this.value(expression);
    if (type === "whole") this.put(OP.f64ConvertI64S);
    if (type === "truth") this.put(OP.f64ConvertI32U);
  }

  /** The expression as a value of the type. */
  as(type: Type, expression: Expression): void {
    if (type === "whole") this.whole(expression);
    else if (type === "float") this.float(expression);
    else this.truth(expression);
  }

  value(expression: Expression): Given {
    switch (expression.kind) {
      case "number":
        return this.number(expression.value);
      case "boolean":
        this.put(OP.i32Const, Number(expression.value));
        return TRUTH;
      case "name":
        return this.#name(expression.name);
      case "member":
        throw new NotCompilable(`the property ${expression.name}`);
      case "index":
        return this.#element(expression.object, expression.index);
      case "call":
        return this.#call(expression.callee, expression.args);
      case "unary":
        return this.#unary(expression.operator, expression.operand);
      case "binary":
        return this.#binary(expression.operator, expression.left, expression.right);
      case "choice":
        return this.#choice(expression.test, expression.yes, expression.no);
    }
  }

  #name(name: string): Given {
    if (name === "NaN") {
      this.put(OP.f64Const, ...float(Number.NaN));
      return FLOAT;
    }
    const local = this.local(name);
    if (local === undefined) throw new NotCompilable(`${name} is not known`);
    this.withIndex(OP.localGet, local.index);
    return local;
  }

  /** Type that the expression will have. */
  typeOf(expression: Expression): Type {
    return typeOf(expression, this.#types);
  }

  #unary(operator: string, operand: Expression): Given {
    if (operator === "!") {
      this.truth(operand);
      this.put(OP.i32Eqz);
      return TRUTH;
    }
    if (operand.kind === "number") return this.number(-operand.value);
    this.number(0);
    this.whole(operand);
    this.put(OP.i64Sub);
    return whole();
  }

  #binary(operator: string, left: Expression, right: Expression): Given {
    if (operator === "&&" || operator === "||") {
      this.truth(left);
      this.put(OP.if, I32);
      if (operator === "&&") this.truth(right);
      else this.put(OP.i32Const, 1);
      this.put(OP.else);
      if (operator === "&&") this.put(OP.i32Const, 0);
      else this.truth(right);
      this.put(OP.end);
      return TRUTH;
    }
    if (Object.hasOwn(COMPARE, operator)) return this.#compare(operator, left, right);
    if (Object.hasOwn(RECKON, operator)) return this.#reckon(operator, left, right);
    return this.#bitwise(operator, left, right);
  }

  #compare(operator: string, left: Expression, right: Expression): Given {
    if (this.#swapped(operator, left, right) || this.#swapped(operator, right, left)) return TRUTH;
    const type = commonType(left, right, this.#types);
    this.as(type, left);
    this.as(type, right);
    this.put(COMPARE[operator]?.[type === "float" ? 1 : 0] ?? 0);
    return TRUTH;
  }

  #swapped(operator: string, read: Expression, other: Expression): boolean {
    if (operator !== "===" && operator !== "!==") return false;
    const test = swappedTest(read, other, this.#input.view);
    if (test === undefined) return false;
    this.#load(test.load, test.index);
    if (test.mask !== undefined) this.put(OP.i32Const, ...signed(test.mask), OP.i32And);
    this.put(OP.i32Const, ...signed(test.value), operator === "===" ? OP.i32Eq : OP.i32Ne);
    return true;
  }

  #reckon(operator: string, left: Expression, right: Expression): Given {
    const type = commonType(left, right, this.#types);
    const op = RECKON[operator]?.[type === "float" ? 1 : 0];
    if (op === undefined) throw new NotCompilable(`${operator} of floats`);
    if (type === "float") {
      this.float(left);
      this.float(right);
      this.put(op);
      return FLOAT;
    }
    const a = this.whole(left);
    const b = this.whole(right);
    this.put(op);
    if (operator === "+") return whole(Math.max(a.bits, b.bits) + 1);
    return operator === "*" ? whole(a.bits + b.bits) : whole();
  }

  #bitwise(operator: string, left: Expression, right: Expression): Given {
    const a = this.whole(left);
    if (operator === "|" && right.kind === "number" && right.value === 0) return this.#word(a.bits);
    if (operator === "<<" || operator === ">>" || operator === ">>>")
      return this.#shift(operator, a.bits, right);
    const b = this.whole(right);
    if (operator === "&") this.put(OP.i64And);
    else if (operator === "|") this.put(OP.i64Or);
    else if (operator === "^") this.put(OP.i64Xor);
    else throw new NotCompilable(`the operator ${operator}`);
    const bits = operator === "&" ? Math.min(a.bits, b.bits) : Math.max(a.bits, b.bits);
    return this.#word(bits);
  }

  /** What is on the stack as 32 bits with a sign. */
  #word(bits: number): Given {
    if (bits < 32) return whole(bits);
    this.put(OP.i64Extend32S);
    return whole();
  }

  #shift(operator: string, bits: number, by: Expression): Given {
    const steps = by.kind === "number" ? by.value & 31 : undefined;
    const shift = (): void => {
      if (steps !== undefined) this.number(steps);
      else {
        this.whole(by);
        this.number(31);
        this.put(OP.i64And);
      }
    };
    if (operator === "<<") {
      shift();
      this.put(OP.i64Shl);
      return this.#word(bits + (steps ?? 31));
    }
    if (operator === ">>") {
      const given = this.#word(bits);
      shift();
      this.put(OP.i64ShrS);
      return whole(given.bits - (steps ?? 0));
    }
    if (bits > 32) {
      this.number(WORD);
      this.put(OP.i64And);
    }
    shift();
    this.put(OP.i64ShrU);
    return whole(Math.min(bits, 32) - (steps ?? 0));
  }

  #choice(test: Expression, yes: Expression, no: Expression): Given {
    const type = this.typeOf({ kind: "choice", test, yes, no });
    if (isPlain(yes) && isPlain(no)) {
      this.as(type, yes);
      this.as(type, no);
      this.truth(test);
      this.put(OP.select);
    } else {
      this.truth(test);
      this.put(OP.if, VALUE_TYPES[type]);
      this.as(type, yes);
      this.put(OP.else);
      this.as(type, no);
      this.put(OP.end);
    }
    return { type, bits: Number.POSITIVE_INFINITY };
  }

  #isBytes(object: Expression): boolean {
    return object.kind === "name" && object.name === this.#input.bytes;
  }

  /** Address of a byte as an `i32`; gives the offset that the instruction adds. */
  address(index: Expression, offset: number): number {
    if (index.kind === "binary" && (index.operator === "+" || index.operator === "-")) {
      const added = index.right.kind === "number" ? index.right.value : undefined;
      const moved = offset + (index.operator === "+" ? (added ?? 0) : -(added ?? 0));
      if (added !== undefined && moved >= 0) return this.address(index.left, moved);
    }
    this.whole(index);
    this.put(OP.i32WrapI64);
    return offset;
  }

  #load(op: number, index: Expression, base: number = this.#input.base): void {
    const offset = this.address(index, base);
    this.memory(op, offset);
  }

  #element(object: Expression, index: Expression): Given {
    if (this.#isBytes(object)) {
      this.#load(OP.i64Load8U, index);
      return whole(8);
    }
    const array = this.#input.host.array(object);
    if (array === undefined) throw new NotCompilable("an array that is not known");
    if (array.kind === "bytes") {
      this.#load(OP.i64Load8U, index, array.offset);
      return whole(8);
    }
    const offset = this.element(index, array.offset, array.kind === "words" ? 2 : 3);
    this.memory(array.kind === "words" ? OP.i64Load32S : OP.f64Load, offset);
    return array.kind === "words" ? whole() : FLOAT;
  }

  /** Address of an element of 2 to `shift` bytes; gives the offset that the instruction adds. */
  element(index: Expression, base: number, shift: number): number {
    if (index.kind === "number") {
      this.put(OP.i32Const, 0);
      return base + index.value * 2 ** shift;
    }
    if (index.kind === "binary" && index.operator === "+" && index.left.kind === "number")
      return this.element(index.right, base + index.left.value * 2 ** shift, shift);
    this.whole(index);
    this.put(OP.i32WrapI64, OP.i32Const, shift, OP.i32Shl);
    return base;
  }

  #call(callee: Expression, args: readonly Expression[]): Given {
    if (callee.kind === "member" && callee.object.kind === "name") {
      if (callee.object.name === this.#input.view) return this.#read(callee.name, args);
      if (callee.object.name === "Math") return this.#math(callee.name, args);
    }
    this.callHost(callee, args, F64);
    return FLOAT;
  }

  callHost(callee: Expression, args: readonly Expression[], result: ValueType | undefined): void {
    const { host } = this.#input;
    const bound = args.map((arg) => !this.#isLocal(arg) && host.object(arg) !== undefined);
    for (const [index, arg] of args.entries()) if (bound[index] !== true) this.float(arg);
    this.withIndex(OP.call, host.call(callee, args, bound, result));
  }

  #isLocal(expression: Expression): boolean {
    return expression.kind === "name" && this.local(expression.name) !== undefined;
  }

  #read(method: string, args: readonly Expression[]): Given {
    const [index, order] = args;
    const read = Object.hasOwn(READS, method) ? READS[method] : undefined;
    if (index === undefined || read === undefined) throw new NotCompilable(method);
    if (order?.kind === "boolean" && order.value) this.#load(read.little, index);
    else {
      this.#load(read.load, index);
      if (read.load === OP.i32Load16U) this.swap16();
      else this.swap32();
      this.put(read.extend);
    }
    return whole(read.bits);
  }

  #math(method: string, args: readonly Expression[]): Given {
    const [left, right] = args;
    if (left === undefined || right === undefined || args.length > 2)
      throw new NotCompilable(`Math.${method}`);
    this.whole(left);
    this.whole(right);
    switch (method) {
      case "max":
      case "min":
        this.choose(method === "max" ? OP.i64GtS : OP.i64LtS);
        return whole();
      case "imul":
        // The lower bits of a product hang on none above them.
        this.put(OP.i64Mul);
        return this.#word(Number.POSITIVE_INFINITY);
      default:
        throw new NotCompilable(`Math.${method}`);
    }
  }
}

/** Free of effects, and cheap: both sides may be worked out. */
function isPlain(expression: Expression): boolean {
  return expression.kind === "name" || expression.kind === "number";
}
