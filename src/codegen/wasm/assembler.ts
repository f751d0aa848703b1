/** Instructions in a row, the locals they use, and the names that stand for locals. */
import { F64, I32, I64, OP, signed, unsigned, type ValueType } from "./binary.ts";

/** What an expression leaves on the stack: a truth is an `i32` of 0 or 1. */
export type Type = "whole" | "float" | "truth";

export const VALUE_TYPES: Readonly<Record<Type, ValueType>> = { whole: I64, float: F64, truth: I32 };

export interface Given {
  readonly type: Type;
  /** A whole number is at least 0 and below 2 to this; infinite where that is not known. */
  readonly bits: number;
}

export interface Local extends Given {
  readonly index: number;
}

export class Assembler {
  readonly code: number[] = [];
  readonly locals: ValueType[] = [];
  readonly #parameters: number;
  readonly #scratch: Map<string, number> = new Map();
  /** What each name stands for here. */
  readonly #names: Map<string, Local> = new Map();
  /** Of each open scope, the innermost last: what its names stand for outside. */
  readonly #outside: [name: string, local: Local | undefined][][] = [[]];

  /** `parameters`: how many the function has; they are its first locals. */
  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  put(...bytes: readonly number[]): void {
    this.code.push(...bytes);
  }

  withIndex(op: number, index: number): void {
    this.put(op, ...unsigned(index));
  }

  /** An access that need not be aligned. */
  memory(op: number, offset: number): void {
    this.put(op, 0, ...unsigned(offset));
  }

  open(): void {
    this.#outside.push([]);
  }

  close(): void {
    for (const [name, local] of this.#outside.pop()?.reverse() ?? []) {
      if (local === undefined) this.#names.delete(name);
      else this.#names.set(name, local);
    }
  }

  /** A name of the innermost scope. */
  declare(name: string, given: Given): Local {
    const local = { ...given, index: this.fresh(VALUE_TYPES[given.type]) };
    this.#outside.at(-1)?.push([name, this.#names.get(name)]);
    this.#names.set(name, local);
    return local;
  }

  local(name: string): Local | undefined {
    return this.#names.get(name);
  }

  /** A local without a name. */
  fresh(type: ValueType): number {
    return this.#parameters + this.locals.push(type) - 1;
  }

  /** A local for what is used at once. */
  #temporary(use: string, type: ValueType): number {
    const known = this.#scratch.get(use);
    if (known !== undefined) return known;
    const index = this.fresh(type);
    this.#scratch.set(use, index);
    return index;
  }

  /** The two bytes of an `i32` change places. */
  swap16(): void {
    const held = this.#temporary("swap", I32);
    this.withIndex(OP.localTee, held);
    this.put(OP.i32Const, 8, OP.i32ShrU);
    this.withIndex(OP.localGet, held);
    this.put(OP.i32Const, ...signed(0xff), OP.i32And, OP.i32Const, 8, OP.i32Shl, OP.i32Or);
  }

  /** The four bytes of an `i32` in the other order. */
  swap32(): void {
    const held = this.#temporary("swap", I32);
    this.withIndex(OP.localTee, held);
    this.put(OP.i32Const, 8, OP.i32Rotl, OP.i32Const, ...signed(0x00ff00ff), OP.i32And);
    this.withIndex(OP.localGet, held);
    this.put(OP.i32Const, 24, OP.i32Rotl, OP.i32Const, ...signed(0xff00ff00 | 0), OP.i32And, OP.i32Or);
  }

  /** Of two `i64` the first where `op` holds of them, else the second. */
  choose(op: number): void {
    const [left, right] = [this.#temporary("left", I64), this.#temporary("right", I64)];
    this.withIndex(OP.localSet, right);
    this.withIndex(OP.localTee, left);
    this.withIndex(OP.localGet, right);
    this.withIndex(OP.localGet, left);
    this.withIndex(OP.localGet, right);
    this.put(op, OP.select);
  }
}
