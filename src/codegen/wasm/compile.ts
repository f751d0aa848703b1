/**
 * Statements that the extractor wrote, as a function of WebAssembly: whole numbers in registers, and reads without checks of
 * their own. It does what the same statements do as JavaScript, on bytes that stand in a WebAssembly memory.
 */
import { memoryOf } from "../../bytes/room.ts";
import { type Local, VALUE_TYPES } from "./assembler.ts";
import { F64, I64, NOTHING, OP, TRUNCATE } from "./binary.ts";
import { Emitter } from "./emit.ts";
import { Host } from "./host.ts";
import { bindModule, compileModule } from "./instance.ts";
import { parseStatements } from "./parse.ts";
import type { WasmProgram } from "./program.ts";
import { type Expression, NotCompilable, type Statement } from "./tree.ts";

export interface WasmSource {
  /** Whole numbers. */
  readonly parameters: readonly string[];
  /** Text of statements. What it names is looked up among the bindings, and nowhere else. */
  readonly body: string;
  /** Variables that the body declares outside of all blocks, and of which the function gives the last values. */
  readonly results: readonly string[];
  readonly bindings: Readonly<Record<string, unknown>>;
  /** The bytes that the body calls `b`, and the view over them that it calls `v`. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Where `break` and `continue` of a statement lead. */
interface Exit {
  readonly label: string | undefined;
  readonly isLoop: boolean;
  /** Blocks that are open around what is left, and around what is begun anew. */
  readonly leave: number;
  readonly again: number;
}

/** A value that is given to several; no variable of the statements has this name. */
const HELD = { kind: "name", name: "held$" } as const;

class Compiler {
  readonly emitter: Emitter;
  readonly #host: Host;
  #depth = 0;
  #exits: readonly Exit[] = [];

  constructor(emitter: Emitter, host: Host) {
    this.emitter = emitter;
    this.#host = host;
  }

  all(statements: readonly Statement[]): void {
    for (const statement of statements) this.#statement(statement);
  }

  #begin(op: number): number {
    this.emitter.put(op, NOTHING);
    this.#depth++;
    return this.#depth;
  }

  #end(): void {
    this.emitter.put(OP.end);
    this.#depth--;
  }

  #statement(statement: Statement): void {
    switch (statement.kind) {
      case "block":
        this.#block(statement.body, statement.label);
        break;
      case "if":
        this.#if(statement.test, statement.yes, statement.no);
        break;
      case "loop":
        this.#loop(statement);
        break;
      case "switch":
        this.#switch(statement.on, statement.cases);
        break;
      case "declare":
        for (const { name, value } of statement.names) this.#declare(name, value);
        break;
      case "assign":
        this.#assignAll(statement.targets, statement.value);
        break;
      case "do":
        this.#do(statement.what);
        break;
      default:
        this.#jump(statement.kind, statement.label);
    }
  }

  #scoped(statements: readonly Statement[]): void {
    this.emitter.open();
    this.all(statements);
    this.emitter.close();
  }

  #within(exit: Exit, act: () => void): void {
    const before = this.#exits;
    this.#exits = [...before, exit];
    act();
    this.#exits = before;
  }

  #block(body: readonly Statement[], label: string | undefined): void {
    if (label === undefined) {
      this.#scoped(body);
      return;
    }
    const leave = this.#begin(OP.block);
    this.#within({ label, isLoop: false, leave, again: leave }, () => this.#scoped(body));
    this.#end();
  }

  /** Goes to a block's exit where a test is `when`. Each part of a test decides by a jump of its own. */
  #branch(test: Expression, when: boolean, to: number): void {
    if (test.kind === "unary" && test.operator === "!") {
      this.#branch(test.operand, !when, to);
      return;
    }
    if (test.kind === "binary" && (test.operator === "&&" || test.operator === "||")) {
      // The left side alone decides for a jump, or against one.
      if ((test.operator === "||") === when) {
        this.#branch(test.left, when, to);
        this.#branch(test.right, when, to);
        return;
      }
      const past = this.#begin(OP.block);
      this.#branch(test.left, !when, past);
      this.#branch(test.right, when, to);
      this.#end();
      return;
    }
    this.emitter.truth(test);
    if (!when) this.emitter.put(OP.i32Eqz);
    this.emitter.withIndex(OP.brIf, this.#depth - to);
  }

  #if(test: Expression, yes: Statement, no: Statement | undefined): void {
    const jump = soleJump(yes);
    if (jump !== undefined) {
      this.#branch(test, true, this.#target(jump.kind, jump.label));
      if (no !== undefined) this.#scoped([no]);
      return;
    }
    const behind = no === undefined ? undefined : this.#begin(OP.block);
    const past = this.#begin(OP.block);
    this.#branch(test, false, past);
    this.#scoped([yes]);
    if (behind !== undefined) this.emitter.withIndex(OP.br, this.#depth - behind);
    this.#end();
    if (no === undefined) return;
    this.#scoped([no]);
    this.#end();
  }

  #loop({ first, test, step, body, label }: Extract<Statement, { kind: "loop" }>): void {
    this.emitter.open();
    this.all(first);
    const leave = this.#begin(OP.block);
    const top = this.#begin(OP.loop);
    if (test !== undefined) this.#branch(test, false, leave);
    const again = this.#begin(OP.block);
    this.#within({ label, isLoop: true, leave, again }, () => this.#scoped([body]));
    this.#end();
    this.all(step);
    this.emitter.withIndex(OP.br, this.#depth - top);
    this.#end();
    this.#end();
    this.emitter.close();
  }

  #switch(on: Expression, cases: Extract<Statement, { kind: "switch" }>["cases"]): void {
    const leave = this.#begin(OP.block);
    this.emitter.open();
    const local = this.emitter.declare("", this.emitter.whole(on));
    this.emitter.withIndex(OP.localSet, local.index);
    for (const { keys, body } of cases) {
      if (keys.length > 0) {
        for (const [index, key] of keys.entries()) {
          this.emitter.withIndex(OP.localGet, local.index);
          this.emitter.whole(key);
          this.emitter.put(OP.i64Eq);
          if (index > 0) this.emitter.put(OP.i32Or);
        }
        this.#begin(OP.if);
      }
      // `break` without a label leaves the switch.
      this.#within({ label: undefined, isLoop: false, leave, again: leave }, () => this.#scoped(body));
      this.emitter.withIndex(OP.br, this.#depth - leave);
      if (keys.length > 0) this.#end();
    }
    this.emitter.close();
    this.#end();
  }

  #declare(name: string, value: Expression): void {
    if (this.#isOutside(value)) {
      this.#host.alias(name, value);
      return;
    }
    const type = this.emitter.typeOf(value);
    this.emitter.as(type, value);
    const local = this.emitter.declare(name, { type, bits: Number.POSITIVE_INFINITY });
    this.emitter.withIndex(OP.localSet, local.index);
  }

  /** Is an expression another name for an object? */
  #isOutside(value: Expression): boolean {
    const isLocal = value.kind === "name" && this.emitter.local(value.name) !== undefined;
    return !isLocal && this.#host.object(value) !== undefined;
  }

  #assignAll(targets: readonly Expression[], value: Expression): void {
    const [only] = targets;
    if (targets.length === 1 && only !== undefined) {
      this.#assign(only, value);
      return;
    }
    this.emitter.open();
    this.#declare(HELD.name, value);
    for (const target of targets) this.#assign(target, HELD);
    this.emitter.close();
  }

  #assign(target: Expression, value: Expression): void {
    if (target.kind === "name") {
      const local = this.emitter.local(target.name);
      if (local === undefined) throw new NotCompilable(`${target.name} is not known`);
      // What a function outside gives to such a variable is whole.
      if (local.type === "whole" && value.kind !== "call" && this.emitter.typeOf(value) === "float")
        throw new NotCompilable(`a float for ${target.name}`);
      this.emitter.as(local.type, value);
      this.emitter.withIndex(OP.localSet, local.index);
      return;
    }
    if (target.kind !== "index") throw new NotCompilable(`an assignment to a ${target.kind}`);
    const array = this.#host.array(target.object);
    if (array === undefined) throw new NotCompilable("an array that is not known");
    if (array.kind === "bytes") {
      const offset = this.emitter.address(target.index, array.offset);
      this.emitter.whole(value);
      this.emitter.memory(OP.i64Store8, offset);
      return;
    }
    const isWords = array.kind === "words";
    const offset = this.emitter.element(target.index, array.offset, isWords ? 2 : 3);
    this.emitter.as(isWords ? "whole" : "float", value);
    this.emitter.memory(isWords ? OP.i64Store32 : OP.f64Store, offset);
  }

  #do(what: Expression): void {
    if (what.kind !== "call") throw new NotCompilable(`a ${what.kind} as a statement`);
    this.emitter.callHost(what.callee, what.args, undefined);
  }

  #target(kind: "break" | "continue", label: string | undefined): number {
    const exit = this.#exits.findLast((one) =>
      label === undefined ? one.label === undefined || one.isLoop : one.label === label,
    );
    if (exit === undefined) throw new NotCompilable(`no way to ${kind} ${label ?? ""}`);
    if (kind === "break") return exit.leave;
    const loop = label === undefined ? this.#exits.findLast((one) => one.isLoop) : exit;
    if (loop === undefined || !loop.isLoop) throw new NotCompilable("nothing to continue");
    return loop.again;
  }

  #jump(kind: "break" | "continue", label: string | undefined): void {
    this.emitter.withIndex(OP.br, this.#depth - this.#target(kind, label));
  }
}

/** A jump that is all of a statement. */
function soleJump(statement: Statement): Extract<Statement, { kind: "break" | "continue" }> | undefined {
  if (statement.kind === "break" || statement.kind === "continue") return statement;
  if (statement.kind !== "block" || statement.label !== undefined || statement.body.length !== 1)
    return undefined;
  const [only] = statement.body;
  return only === undefined ? undefined : soleJump(only);
}

export interface WasmFunction extends WasmProgram {
  readonly run: (...values: number[]) => number[];
}

/**
 * Makes the function; undefined where the statements are more than this can, where the bytes stand in no WebAssembly memory,
 * and where none may be compiled.
 */
export function compileWasm(source: WasmSource): WasmFunction | undefined {
  const { buffer } = source.bytes;
  const memory = memoryOf(buffer);
  if (memory === undefined) return undefined;
  const bindings = new Map<string, unknown>(Object.entries(source.bindings));
  bindings.set("b", source.bytes).set("v", source.view);
  const host = new Host(bindings, memory);
  const emitter = new Emitter(
    { host, bytes: "b", view: "v", base: source.bytes.byteOffset },
    source.parameters.length,
  );
  try {
    for (const [index, name] of source.parameters.entries()) {
      const local = emitter.declare(name, { type: "whole", bits: Number.POSITIVE_INFINITY });
      emitter.withIndex(OP.localGet, index);
      emitter.put(...TRUNCATE);
      emitter.withIndex(OP.localSet, local.index);
    }
    new Compiler(emitter, host).all(parseStatements(source.body));
    for (const name of source.results) {
      const local: Local | undefined = emitter.local(name);
      if (local === undefined) throw new NotCompilable(`${name} is not known`);
      emitter.withIndex(OP.localGet, local.index);
      if (VALUE_TYPES[local.type] !== I64) throw new NotCompilable(`${name} is not whole`);
      emitter.put(OP.f64ConvertI64S);
    }
    const module = compileModule(
      {
        imports: host.types,
        type: { parameters: source.parameters.map(() => F64), results: source.results.map(() => F64) },
        locals: emitter.locals,
        code: emitter.code,
      },
      buffer,
    );
    const run = module && bindModule<WasmFunction["run"]>(module, buffer, host.functions);
    return module && run && { module, imports: host.sources, run };
  } catch (thrown) {
    // A RangeError: expressions that nest deeper than the stack.
    if (thrown instanceof NotCompilable || thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}
