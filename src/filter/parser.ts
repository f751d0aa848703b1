/** Pratt parser: tokens to the tree of syntax.ts. Powers come from the operator table. */
import type { FilterErrorCode, Span } from "../errors.ts";
import { Lexer, type Punctuation, type Token } from "./lexer.ts";
import { type FilterLimits, fillLimits } from "./limits.ts";
import {
  type ArithmeticOperator,
  type ComparisonOperator,
  isComparison,
  type LogicOperator,
  power,
} from "./operators.ts";
import { Source } from "./source-error.ts";
import type {
  ArithmeticSyntax,
  CallSyntax,
  EntitySyntax,
  NameSyntax,
  QuantifierWord,
  RangeItem,
  ReferenceSyntax,
  SetItemSyntax,
  SignedSyntax,
  TestSyntax,
} from "./syntax.ts";

/** What a value looked like: `contains` and `in` take bare entities, no `-x`, `{x}` or `x + y`. */
interface Value {
  readonly node: ArithmeticSyntax;
  readonly entity: EntitySyntax | undefined;
}

/**
 * Parses a filter whose macros are expanded. Throws FilterError. Deprecated spellings are accepted, with a line in
 * `warnings`.
 */
export function parseFilter(
  text: string | Source,
  limits?: FilterLimits,
  warnings: string[] = [],
): TestSyntax {
  const source = typeof text === "string" ? new Source(text) : text;
  return new Parser(source, limits, warnings).filter();
}

class Parser {
  readonly #source: Source;
  readonly #lexer: Lexer;
  readonly #limits: Required<FilterLimits>;
  readonly #warnings: string[];
  #depth = 0;

  constructor(source: Source, limits: FilterLimits | undefined, warnings: string[]) {
    this.#source = source;
    this.#warnings = warnings;
    this.#lexer = new Lexer(source);
    this.#limits = fillLimits(limits);
    if (source.text.length > this.#limits.length)
      this.#fail(
        "limit-exceeded",
        { start: 0, end: 0 },
        `the filter is longer than ${this.#limits.length} characters`,
      );
  }

  filter(): TestSyntax {
    const first = this.#lexer.peek();
    if (first.kind === "end") return { kind: "empty", span: first.span };
    const test = this.#test(0);
    const rest = this.#lexer.next();
    return rest.kind === "end" ? test : this.#unexpected(rest);
  }

  /** A test made of operators that bind tighter than `minimum`. */
  #test(minimum: number): TestSyntax {
    return this.#nested(() => {
      const { start } = this.#lexer.peek().span;
      let left = this.#testPrefix();
      for (;;) {
        const token = this.#lexer.peek();
        if (token.kind !== "operator" || token.row.group !== "logic" || token.row.power <= minimum)
          return left;
        this.#lexer.next();
        const operator = token.row.id as LogicOperator; // every row of the group is a logic operator
        const right = this.#test(token.row.power);
        const span = { start, end: this.#lexer.position };
        // One flat list for `a or b or c`, so that long filters do not nest.
        const operands =
          left.kind === "logic" && left.operator === operator ? [...left.operands, right] : [left, right];
        left = { kind: "logic", operator, operands, span };
      }
    });
  }

  #testPrefix(): TestSyntax {
    const token = this.#lexer.peek();
    if (token.kind === "operator" && token.row.id === "not") {
      this.#lexer.next();
      const operand = this.#test(power.not);
      return { kind: "not", operand, span: { start: token.span.start, end: this.#lexer.position } };
    }
    if (token.kind === "punctuation" && token.text === "(") {
      this.#lexer.next();
      const test = this.#test(0);
      this.#expect(")");
      return test;
    }
    if (token.kind === "operator" && token.row.group === "quantifier") {
      this.#lexer.next();
      return this.#relation(token.row.id === "any" ? "any" : "all", token.span.start);
    }
    return this.#relation(undefined, token.span.start);
  }

  /** A relation, or without a quantifier a bare value. */
  #relation(quantifier: QuantifierWord, start: number): TestSyntax {
    const left = this.#value(power.relation);
    const token = this.#lexer.peek();
    const span = (): Span => ({ start, end: this.#lexer.position });
    if (token.kind === "operator" && isComparison(token.row.id))
      return this.#chain(quantifier, left.node, start);
    if (token.kind === "operator" && left.entity !== undefined) {
      const id = token.row.id;
      if (id === "contains" || id === "matches") {
        this.#lexer.next();
        const right = this.#entity();
        return { kind: id, quantifier, left: left.entity, right, span: span() };
      }
      if (id === "not" || id === "in") {
        this.#lexer.next();
        const following = id === "not" ? this.#lexer.next() : token;
        if (following.kind !== "operator" || following.row.id !== "in") return this.#unexpected(following);
        const items = this.#set();
        const negated = id === "not";
        this.#expect("}");
        return { kind: "in", quantifier, negated, left: left.entity, items, span: span() };
      }
    }
    if (quantifier !== undefined || this.#startsRelation(token)) return this.#unexpected(token);
    return { kind: "bare", operand: left.node, span: span() };
  }

  #startsRelation(token: Token): boolean {
    return token.kind === "operator" && token.row.group !== "logic";
  }

  #chain(quantifier: QuantifierWord, first: ArithmeticSyntax, start: number): TestSyntax {
    const operands = [first];
    const operators: ComparisonOperator[] = [];
    const extents: Span[] = [{ start, end: this.#lexer.position }];
    for (;;) {
      const token = this.#lexer.peek();
      if (token.kind !== "operator" || !isComparison(token.row.id)) break;
      this.#lexer.next();
      operators.push(token.row.id);
      if (token.row.deprecated?.includes(token.text) === true)
        this.#warnings.push(`"${token.text}" is deprecated: write "${token.row.spellings[0] ?? ""}"`);
      const from = this.#lexer.peek().span.start;
      operands.push(this.#value(power.relation).node);
      extents.push({ start: from, end: this.#lexer.position });
    }
    const token = this.#lexer.peek();
    if (this.#startsRelation(token)) return this.#unexpected(token);
    const span = { start, end: this.#lexer.position };
    return { kind: "comparison", quantifier, operands, operators, extents, span };
  }

  /** Arithmetic of operators that bind tighter than `minimum`. */
  #value(minimum: number): Value {
    return this.#nested(() => {
      let left = this.#valuePrefix();
      let height = 0;
      for (;;) {
        const token = this.#lexer.peek();
        if (token.kind !== "operator" || token.row.group !== "arithmetic" || token.row.power <= minimum)
          return left;
        this.#lexer.next();
        const right = this.#value(token.row.power).node;
        // A long sum nests on its left side.
        if (this.#depth + ++height > this.#limits.nesting) this.#tooDeep(token.span);
        const operator = token.row.id as ArithmeticOperator; // every row of the group is one
        const span = left.node.span;
        left = { node: { kind: "binary", operator, left: left.node, right, span }, entity: undefined };
      }
    });
  }

  #valuePrefix(): Value {
    const token = this.#lexer.peek();
    if (token.kind === "punctuation" && token.text === "{") {
      this.#lexer.next();
      const { node } = this.#value(power.relation);
      this.#expect("}");
      return { node, entity: undefined };
    }
    const node = this.#signed();
    return { node, entity: node.kind === "unary" ? undefined : node };
  }

  #signed(): SignedSyntax {
    const token = this.#lexer.peek();
    if (token.kind !== "operator" || (token.row.id !== "+" && token.row.id !== "-")) return this.#entity();
    this.#lexer.next();
    const operand = this.#entity();
    return { kind: "unary", operator: token.row.id, operand, span: operand.span };
  }

  #entity(): EntitySyntax {
    let entity = this.#entityPrefix();
    let height = 0;
    for (;;) {
      const token = this.#lexer.peek();
      if (token.kind !== "punctuation" || token.text !== "[") return entity;
      this.#lexer.next();
      const ranges = this.#lexer.ranges();
      if (this.#depth + ++height > this.#limits.nesting) this.#tooDeep(token.span);
      const span = { start: entity.span.start, end: this.#lexer.position };
      entity = { kind: "slice", base: entity, ranges, span };
    }
  }

  #entityPrefix(): EntitySyntax {
    const token = this.#lexer.next();
    if (token.kind === "string" || token.kind === "char") return token;
    if (token.kind === "literal") return { kind: "literal", text: token.text, span: token.span };
    if (token.kind === "name") return this.#name(token.text.slice(1), true, false, token.span);
    if (token.kind === "operator" && token.row.id === "raw") {
      const name = this.#lexer.next();
      if (name.kind === "word") return this.#name(name.text, false, true, name.span);
      if (name.kind === "name") return this.#name(name.text.slice(1), true, true, name.span);
      return this.#unexpected(name);
    }
    if (token.kind === "punctuation" && token.text === "$") return this.#reference();
    if (token.kind !== "word") return this.#unexpected(token);
    const { text, span } = token;
    const following = this.#lexer.peek();
    if (following.kind === "punctuation" && following.text === "(") return this.#call(text, span);
    if (following.kind === "punctuation" && following.text === "#")
      return this.#name(text, false, false, span);
    return { kind: "word", text, span };
  }

  #layers(): readonly RangeItem[] | undefined {
    const token = this.#lexer.peek();
    if (token.kind !== "punctuation" || token.text !== "#") return undefined;
    this.#lexer.next();
    return this.#lexer.layer();
  }

  #name(name: string, dotted: boolean, raw: boolean, span: Span): NameSyntax {
    return { kind: "name", name, dotted, raw, layers: this.#layers(), span };
  }

  /** `${field}`, or `$field` as in Wireshark 4.4. */
  #reference(): ReferenceSyntax {
    const first = this.#lexer.next();
    const isBraced = first.kind === "punctuation" && first.text === "{";
    const token = isBraced ? this.#lexer.next() : first;
    if (token.kind !== "word" && token.kind !== "name") return this.#unexpected(token);
    const name = token.kind === "name" ? token.text.slice(1) : token.text;
    const layers = this.#layers();
    if (isBraced) this.#expect("}");
    return { kind: "reference", name, layers, span: token.span };
  }

  #call(name: string, span: Span): CallSyntax {
    return this.#nested(() => {
      this.#expect("(");
      const values: ArithmeticSyntax[] = [];
      const token = this.#lexer.peek();
      if (token.kind === "punctuation" && token.text === ")") {
        this.#lexer.next();
        return { kind: "call", name, arguments: values, span };
      }
      for (;;) {
        values.push(this.#value(power.relation).node);
        const stop = this.#lexer.next();
        if (stop.kind === "punctuation" && stop.text === ")")
          return { kind: "call", name, arguments: values, span };
        if (stop.kind !== "punctuation" || stop.text !== ",") return this.#unexpected(stop);
      }
    });
  }

  /** Items up to the closing brace, which is left. */
  #set(): readonly SetItemSyntax[] {
    this.#expect("{");
    const items: SetItemSyntax[] = [];
    for (;;) {
      const low = this.#signed();
      let stop = this.#lexer.peek();
      let high: SignedSyntax | undefined;
      if (stop.kind === "punctuation" && stop.text === "..") {
        this.#lexer.next();
        high = this.#signed();
        stop = this.#lexer.peek();
      }
      items.push({ low, high });
      if (items.length > this.#limits.setSize)
        this.#fail("limit-exceeded", low.span, `a set may have at most ${this.#limits.setSize} items`);
      if (stop.kind === "punctuation" && stop.text === "}") return items;
      if (stop.kind !== "punctuation" || stop.text !== ",") return this.#unexpected(stop);
      this.#lexer.next();
    }
  }

  #expect(text: Punctuation): Token {
    const token = this.#lexer.next();
    return token.kind === "punctuation" && token.text === text ? token : this.#unexpected(token);
  }

  #unexpected(token: Token): never {
    if (token.kind === "end") return this.#fail("unexpected-end", token.span, "unexpected end of the filter");
    return this.#fail(
      "unexpected-token",
      token.span,
      `"${this.#source.slice(token.span)}" was unexpected in this context`,
    );
  }

  #nested<Result>(parse: () => Result): Result {
    this.#depth++;
    if (this.#depth > this.#limits.nesting) this.#tooDeep(this.#lexer.peek().span);
    const result = parse();
    this.#depth--;
    return result;
  }

  #tooDeep(span: Span): never {
    return this.#fail("limit-exceeded", span, `the filter nests deeper than ${this.#limits.nesting} levels`);
  }

  #fail(code: FilterErrorCode, span: Span, message: string): never {
    return this.#source.fail(code, span, message);
  }
}
