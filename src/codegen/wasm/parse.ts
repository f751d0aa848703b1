/**
 * Reads the statements that the extractor writes: the part of JavaScript that is arithmetic on whole numbers, tests and loops.
 * What it does not know is refused, and stays JavaScript.
 */

import { type Declared, type Expression, NotCompilable, type Statement } from "./tree.ts";

/** Words, numbers and signs; anything else is a token that nothing expects. */
const TOKENS = /[A-Za-z_$][\w$]*|\d[\w$]*(?:\.\d+)?|>>>|[!=]==|<<|>>|[<>]=|&&|\|\||\+\+|--|[+|]=|\S/g;

/** How tightly binary operators bind (ECMA-262 section 13); all of them from the left. */
const BINDS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    "||": 1,
    "&&": 2,
    "|": 3,
    "^": 4,
    "&": 5,
    "===": 6,
    "!==": 6,
    "<": 7,
    ">": 7,
    "<=": 7,
    ">=": 7,
    "<<": 8,
    ">>": 8,
    ">>>": 8,
    "+": 9,
    "-": 9,
    "*": 10,
    "/": 10,
    "%": 10,
  }),
);

/**
 * Runs once or twice a process, on some kilobytes: what counts is what it takes before any of it is optimized. One search cuts
 * all tokens out, as a loop of our own would be found worth optimizing, at its end.
 */
class Parser {
  readonly #tokens: readonly string[];
  #at = 0;
  /** The token at hand; empty at the end. */
  #token: string;

  constructor(text: string) {
    this.#tokens = text.match(TOKENS) ?? [];
    this.#token = this.#tokens[0] ?? "";
  }

  #next(): void {
    this.#at++;
    this.#token = this.#tokens[this.#at] ?? "";
  }

  get #isNumber(): boolean {
    const first = this.#token.charCodeAt(0);
    return first >= 0x30 && first <= 0x39;
  }

  get #isWord(): boolean {
    const first = this.#token.charCodeAt(0);
    const letter = first | 0x20;
    return (letter >= 0x61 && letter <= 0x7a) || first === 0x5f || first === 0x24;
  }

  #is(token: string): boolean {
    return this.#token === token;
  }

  #take(token: string): boolean {
    if (this.#token !== token) return false;
    this.#next();
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new NotCompilable(`${token} expected at token ${this.#at}`);
  }

  #word(): string {
    if (!this.#isWord) throw new NotCompilable(`a name expected at token ${this.#at}`);
    const word = this.#token;
    this.#next();
    return word;
  }

  statements(end: readonly string[]): Statement[] {
    const found: Statement[] = [];
    while (!end.includes(this.#token)) if (!this.#take(";")) found.push(this.#statement());
    return found;
  }

  #statement(label?: string): Statement {
    if (this.#take("{")) {
      const body = this.statements(["}"]);
      this.#expect("}");
      return { kind: "block", body, label };
    }
    if (!this.#isWord) return this.#simple();
    switch (this.#token) {
      case "if":
        return this.#if();
      case "for":
        return this.#for(label);
      case "while": {
        this.#next();
        this.#expect("(");
        const test = this.#expression();
        this.#expect(")");
        return { kind: "loop", first: [], test, step: [], body: this.#statement(), label };
      }
      case "switch":
        return this.#switch();
      case "break":
      case "continue": {
        const kind = this.#token;
        this.#next();
        const to = this.#isWord ? this.#word() : undefined;
        this.#take(";");
        return { kind, label: to };
      }
      default:
        return this.#simple();
    }
  }

  #if(): Statement {
    this.#next();
    this.#expect("(");
    const test = this.#expression();
    this.#expect(")");
    const yes = this.#statement();
    return { kind: "if", test, yes, no: this.#take("else") ? this.#statement() : undefined };
  }

  #for(label: string | undefined): Statement {
    this.#next();
    this.#expect("(");
    const first = this.#is(";") ? [] : [this.#clause()];
    this.#expect(";");
    const test = this.#is(";") ? undefined : this.#expression();
    this.#expect(";");
    const step = this.#is(")") ? [] : [this.#clause()];
    this.#expect(")");
    return { kind: "loop", first, test, step, body: this.#statement(), label };
  }

  #switch(): Statement {
    this.#next();
    this.#expect("(");
    const on = this.#expression();
    this.#expect(")");
    this.#expect("{");
    const cases: { keys: Expression[]; body: Statement[] }[] = [];
    let keys: Expression[] = [];
    while (!this.#take("}")) {
      if (this.#take("case")) keys.push(this.#expression());
      else this.#expect("default");
      this.#expect(":");
      const body = this.statements(["case", "default", "}"]);
      if (body.length === 0) continue;
      // Cases do not run into each other here: each ends with a break, but for the last.
      const last = body.at(-1);
      if (last?.kind === "break" && last.label === undefined) body.pop();
      else if (!this.#is("}")) throw new NotCompilable("a case runs into the next");
      cases.push({ keys, body });
      keys = [];
    }
    return { kind: "switch", on, cases };
  }

  /** A declaration, an assignment, a call; or a label with what it stands before. */
  #simple(): Statement {
    const found = this.#clause();
    if (found.kind === "do" && found.what.kind === "name" && this.#take(":"))
      return this.#labelled(found.what.name);
    if (!this.#is("}")) this.#expect(";");
    return found;
  }

  #labelled(label: string): Statement {
    const found = this.#statement(label);
    return found.kind === "block" || found.kind === "loop" ? found : { kind: "block", body: [found], label };
  }

  #clause(): Statement {
    if (this.#take("let") || this.#take("const")) {
      const names: Declared[] = [];
      do {
        const name = this.#word();
        this.#expect("=");
        names.push({ name, value: this.#expression() });
      } while (this.#take(","));
      return { kind: "declare", names };
    }
    if (this.#is("++") || this.#is("--")) {
      const operator = this.#token;
      this.#next();
      return step(this.#postfix(), operator);
    }
    const target = this.#expression();
    if (this.#is("++") || this.#is("--")) {
      const operator = this.#token;
      this.#next();
      return step(target, operator);
    }
    if (this.#is("+=") || this.#is("|=")) {
      const operator = this.#token.charAt(0);
      this.#next();
      const value: Expression = { kind: "binary", operator, left: target, right: this.#expression() };
      return { kind: "assign", targets: [target], value };
    }
    if (!this.#is("=")) return { kind: "do", what: target };
    const targets: Expression[] = [target];
    let value = target;
    while (this.#take("=")) {
      value = this.#expression();
      targets.push(value);
    }
    targets.pop();
    return { kind: "assign", targets, value };
  }

  #expression(): Expression {
    const test = this.#binary(1);
    if (!this.#take("?")) return test;
    const yes = this.#expression();
    this.#expect(":");
    return { kind: "choice", test, yes, no: this.#expression() };
  }

  #binary(least: number): Expression {
    let left = this.#unary();
    for (;;) {
      const operator = this.#token;
      const binds = BINDS.get(operator);
      if (binds === undefined || binds < least) return left;
      this.#next();
      left = { kind: "binary", operator, left, right: this.#binary(binds + 1) };
    }
  }

  #unary(): Expression {
    if (!this.#is("!") && !this.#is("-")) return this.#postfix();
    const operator = this.#token;
    this.#next();
    return { kind: "unary", operator, operand: this.#unary() };
  }

  #postfix(): Expression {
    let found = this.#primary();
    for (;;)
      switch (this.#token) {
        case ".":
          this.#next();
          found = { kind: "member", object: found, name: this.#word() };
          break;
        case "[":
          this.#next();
          found = { kind: "index", object: found, index: this.#expression() };
          this.#expect("]");
          break;
        case "(":
          this.#next();
          found = { kind: "call", callee: found, args: this.#arguments() };
          break;
        default:
          return found;
      }
  }

  #arguments(): Expression[] {
    const args: Expression[] = [];
    while (!this.#is(")")) {
      args.push(this.#expression());
      if (!this.#take(",")) break;
    }
    this.#expect(")");
    return args;
  }

  #primary(): Expression {
    if (this.#isNumber) {
      const value = Number(this.#token);
      if (Number.isNaN(value)) throw new NotCompilable(`no number at token ${this.#at}`);
      this.#next();
      return { kind: "number", value };
    }
    if (this.#take("(")) {
      const inner = this.#expression();
      this.#expect(")");
      return inner;
    }
    const name = this.#word();
    return name === "true" || name === "false"
      ? { kind: "boolean", value: name === "true" }
      : { kind: "name", name };
  }
}

function step(target: Expression, operator: string): Statement {
  const one: Expression = { kind: "number", value: 1 };
  return {
    kind: "assign",
    targets: [target],
    value: { kind: "binary", operator: operator === "++" ? "+" : "-", left: target, right: one },
  };
}

/**
 * Reads statements.
 *
 * @throws NotCompilable at what it does not know.
 */
export function parseStatements(text: string): readonly Statement[] {
  return new Parser(text).statements([""]);
}
