/** What the statements name from outside: arrays in the memory, and objects whose methods are called. */
import { type Code, code, join, Name } from "../code.ts";
import { compileFunction } from "../function.ts";
import { F64, type FunctionType, type ValueType } from "./binary.ts";
import { type Expression, NotCompilable } from "./tree.ts";

/** A typed array in the memory. */
export interface ArrayPlace {
  readonly offset: number;
  readonly kind: "bytes" | "words" | "floats";
}

type Callable = (...values: unknown[]) => unknown;

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

export class Host {
  readonly types: FunctionType[] = [];
  readonly functions: Callable[] = [];
  /** Text of the functions, which names nothing but the bindings. */
  readonly sources: string[] = [];
  readonly #bindings: Map<string, unknown>;
  readonly #memory: WebAssembly.Memory;
  /** By what an object is called besides. */
  readonly #aliases = new Map<string, Code>();

  constructor(bindings: Map<string, unknown>, memory: WebAssembly.Memory) {
    this.#bindings = bindings;
    this.#memory = memory;
  }

  /** The object that an expression stands for, if it stands for one that is known by now. */
  object(expression: Expression): object | undefined {
    switch (expression.kind) {
      case "name": {
        const bound = this.#bindings.get(expression.name);
        return isObject(bound) ? bound : undefined;
      }
      case "member":
        return this.#part(expression.object, expression.name);
      case "index":
        return expression.index.kind === "number"
          ? this.#part(expression.object, expression.index.value)
          : undefined;
      default:
        return undefined;
    }
  }

  #part(of: Expression, key: string | number): object | undefined {
    const whole = this.object(of);
    if (whole === undefined || (ArrayBuffer.isView(whole) && typeof key === "number")) return undefined;
    const part: unknown = Reflect.get(whole, key);
    return isObject(part) ? part : undefined;
  }

  array(expression: Expression): ArrayPlace | undefined {
    const found = this.object(expression);
    if (!ArrayBuffer.isView(found)) return undefined;
    if (found.buffer !== this.#memory.buffer) throw new NotCompilable("an array stands elsewhere");
    const offset = found.byteOffset;
    if (found instanceof Uint8Array) return { offset, kind: "bytes" };
    if (found instanceof Int32Array) return { offset, kind: "words" };
    if (found instanceof Float64Array) return { offset, kind: "floats" };
    throw new NotCompilable("an array of another kind");
  }

  /** Another name for the object that an expression stands for. */
  alias(name: string, expression: Expression): void {
    this.#aliases.set(name, this.#text(expression));
    this.#bindings.set(name, this.object(expression));
  }

  /** Number of the import that calls a function. `bound`: for each argument, whether it is an object that is known by now. */
  call(
    callee: Expression,
    args: readonly Expression[],
    bound: readonly boolean[],
    result: ValueType | undefined,
  ): number {
    if (typeof this.object(callee) !== "function") throw new NotCompilable("a function that is not known");
    const parameters: Name[] = [];
    const values = args.map((arg, index) => {
      if (bound[index] === true) return this.#text(arg);
      const parameter = new Name(`p${index}`);
      parameters.push(parameter);
      return code`${parameter}`;
    });
    return this.#import(
      { parameters: parameters.map((): ValueType => F64), results: result === undefined ? [] : [result] },
      parameters,
      code`return ${this.#text(callee)}(${join(values, ", ")});`,
    );
  }

  /** The text of what {@link object} knows. */
  #text(expression: Expression): Code {
    switch (expression.kind) {
      case "name":
        return this.#aliases.get(expression.name) ?? code`${new Name(expression.name)}`;
      case "member":
        return code`${this.#text(expression.object)}.${new Name(expression.name)}`;
      case "index":
        if (expression.index.kind === "number")
          return code`${this.#text(expression.object)}[${expression.index.value}]`;
    }
    throw new NotCompilable(`the text of a ${expression.kind}`);
  }

  /** A function of its own for each: the engine calls it straight, and looks nothing up. */
  #import(type: FunctionType, parameters: readonly Name[], body: Code): number {
    this.types.push(type);
    const { run, source } = compileFunction<Callable>({
      label: "wasm/import",
      parameters: parameters.map(({ text }) => text),
      body,
      bindings: Object.fromEntries(this.#bindings),
    });
    this.sources.push(source);
    return this.functions.push(run) - 1;
  }
}
