/** Text to tokens, one at a time: an error deep in the text surfaces only when the parser gets there. */
import type { Span } from "../errors.ts";
import { readCharacter, readString } from "./escapes.ts";
import { type OperatorRow, operatorBySpelling, symbols } from "./operators.ts";
import { rangeItem } from "./ranges.ts";
import { shapeAt } from "./shapes.ts";
import type { Source } from "./source-error.ts";
import type { RangeItem } from "./syntax.ts";

export type Punctuation = "(" | ")" | "," | "{" | "}" | ".." | "$" | "#" | "[" | "]";

export type Token =
  | { readonly kind: "end"; readonly span: Span }
  | { readonly kind: "punctuation"; readonly text: Punctuation; readonly span: Span }
  | { readonly kind: "operator"; readonly row: OperatorRow; readonly text: string; readonly span: Span }
  | { readonly kind: "word" | "literal" | "name"; readonly text: string; readonly span: Span }
  | { readonly kind: "string"; readonly bytes: Uint8Array; readonly span: Span }
  | { readonly kind: "char"; readonly value: number; readonly span: Span };

const punctuation: readonly Punctuation[] = ["(", ")", ",", "{", "}", "..", "$", "#", "[", "]"];

export class Lexer {
  readonly source: Source;
  #at = 0;
  /** Behind what was taken last. */
  #position = 0;
  #ahead: Token | undefined;

  constructor(source: Source) {
    this.source = source;
  }

  /** Next token, left where it is. */
  peek(): Token {
    this.#ahead ??= this.#read();
    return this.#ahead;
  }

  next(): Token {
    const token = this.peek();
    this.#ahead = undefined;
    this.#position = token.span.end;
    return token;
  }

  /** Behind `[`: items up to and including `]`. */
  ranges(): readonly RangeItem[] {
    const items: RangeItem[] = [];
    const text = this.source.text;
    for (;;) {
      const start = this.#at;
      while (this.#at < text.length && text[this.#at] !== "]" && text[this.#at] !== ",") this.#at++;
      const span = { start, end: this.#at };
      if (this.#at > start) items.push(rangeItem(this.source, span));
      if (this.#at >= text.length)
        this.source.fail(
          "unexpected-end",
          { start: this.#at, end: this.#at },
          "the right bracket is missing",
        );
      const stop = { start: this.#at, end: this.#at + 1 };
      if (this.#at === start)
        this.source.fail("unexpected-token", stop, `"${text[this.#at]}" was unexpected in this context`);
      this.#position = ++this.#at;
      if (text[this.#at - 1] === "]") return items;
    }
  }

  /** Behind `#`: digits or `[...]`, without a blank. */
  layer(): readonly RangeItem[] {
    const text = this.source.text;
    const start = this.#at;
    if (text[start] === "[") {
      this.#at++;
      return this.ranges();
    }
    while (/[0-9]/.test(text[this.#at] ?? "")) this.#at++;
    this.#position = this.#at;
    const span = { start, end: this.#at };
    if (this.#at > start) return [rangeItem(this.source, span)];
    if (start >= text.length)
      this.source.fail("unexpected-end", span, 'expected a digit or "[" at the end of the filter');
    return this.source.fail(
      "bad-layer",
      { start, end: start + 1 },
      `expected a digit or "[", not "${text[start]}"`,
    );
  }

  /** End of the last token that was taken. */
  get position(): number {
    return this.#position;
  }

  #read(): Token {
    const text = this.source.text;
    while (text[this.#at] === " " || text[this.#at] === "\t" || text[this.#at] === "\n") this.#at++;
    const start = this.#at;
    const char = text[start];
    if (char === undefined) return { kind: "end", span: { start, end: start } };
    const raw = (char === "r" || char === "R") && text[start + 1] === '"';
    if (char === '"' || raw) {
      const { bytes, end } = readString(this.source, raw ? start + 1 : start, raw);
      return { kind: "string", bytes, span: this.#take(end) };
    }
    if (char === "'") {
      const { value, end } = readCharacter(this.source, start);
      return { kind: "char", value, span: this.#take(end) };
    }
    const mark = punctuation.find((candidate) => text.startsWith(candidate, start));
    const symbol = symbols.find((candidate) => text.startsWith(candidate, start));
    const shape = shapeAt(text, start);
    if (shape !== undefined) {
      const span = this.#take(start + shape.length);
      const word = this.source.slice(span);
      const row = shape.kind === "word" ? operatorBySpelling(word) : undefined;
      return row === undefined
        ? { kind: shape.kind, text: word, span }
        : { kind: "operator", row, text: word, span };
    }
    if (mark !== undefined) return { kind: "punctuation", text: mark, span: this.#take(start + mark.length) };
    const row = symbol === undefined ? undefined : operatorBySpelling(symbol);
    if (symbol !== undefined && row !== undefined)
      return { kind: "operator", row, text: symbol, span: this.#take(start + symbol.length) };
    const point = text.codePointAt(start) ?? 0;
    const span = { start, end: start + (point > 0xffff ? 2 : 1) };
    if (point < 32 || point > 126)
      return this.source.fail(
        "unexpected-character",
        span,
        "characters other than printable ASCII may only appear inside double quotes",
      );
    return this.source.fail("unexpected-character", span, `"${char}" was unexpected in this context`);
  }

  #take(end: number): Span {
    const span = { start: this.#at, end };
    this.#at = end;
    return span;
  }
}
