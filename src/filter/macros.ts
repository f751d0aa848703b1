/** Macros are replaced before anything else looks at the text: `${name}`, `${name:argument;argument}`, `$name(argument,argument)`. */
import type { Span } from "../errors.ts";
import { type FieldTable, isReferable } from "./field-table.ts";
import { Source } from "./source-error.ts";

/** As deep as Wireshark goes. */
const maximumDepth = 31;
/** Bodies that call each other twice would double the work with every level. */
const maximumExpansions = 10_000;

interface Call {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly end: number;
}

/** Text with all macro calls replaced; `${field}` stays. In strings, the forms with braces alone are calls, as in Wireshark 4.0. */
export function expandMacros(
  text: string,
  macros: Readonly<Record<string, string>>,
  table: FieldTable,
  maximumLength: number,
): string {
  return new Expander(macros, table, maximumLength).expand(new Source(text), 0);
}

class Expander {
  readonly #macros: Readonly<Record<string, string>>;
  readonly #table: FieldTable;
  readonly #maximumLength: number;
  #expansions = 0;

  constructor(macros: Readonly<Record<string, string>>, table: FieldTable, maximumLength: number) {
    this.#macros = macros;
    this.#table = table;
    this.#maximumLength = maximumLength;
  }

  expand(source: Source, depth: number): string {
    const { text } = source;
    let result = "";
    let at = 0;
    let quote = "";
    while (at < text.length) {
      const rest = text.slice(at, at + 1);
      if (rest === "$") {
        const piece = this.#replace(source, at, depth, quote === "");
        result += piece.text;
        at = piece.end;
        this.#checkLength(source, { start: at, end: at }, result);
        continue;
      }
      // What stands behind a backslash in quotes neither ends them nor begins a call of its own.
      if (quote !== "" && rest === "\\" && text[at + 1] !== "$") {
        result += text.slice(at, at + 2);
        at += 2;
        continue;
      }
      if (quote === "" && (rest === '"' || rest === "'")) quote = rest;
      else if (rest === quote) quote = "";
      result += rest;
      at++;
    }
    return result;
  }

  /** What stands for the text from `$` on, and where that ends. */
  #replace(source: Source, open: number, depth: number, isOutside: boolean): { text: string; end: number } {
    const { text } = source;
    const braced = text[open + 1] === "{";
    if (braced) {
      // A `#` ends the name of a reference: ${tcp.port#1}.
      const name = /[^}#]*/y;
      name.lastIndex = open + 2;
      const reference = name.exec(text)?.[0] ?? "";
      const info = this.#table.get(reference);
      const end = open + 2 + reference.length;
      if (info !== undefined && isReferable(info)) return { text: text.slice(open, end), end };
    } else if (!isOutside || !isParenthesized(text, open)) return { text: "$", end: open + 1 };
    const call = braced ? readCall(source, open) : readParenthesized(source, open);
    return { text: this.#call(source, open, call, depth), end: call.end };
  }

  #call(source: Source, open: number, call: Call, depth: number): string {
    const span = { start: open, end: call.end };
    const body = Object.hasOwn(this.#macros, call.name) ? this.#macros[call.name] : undefined;
    if (body === undefined) return source.fail("unknown-macro", span, `macro "${call.name}" does not exist`);
    const wanted = Math.max(0, ...[...body.matchAll(/\$(\d+)/g)].map((match) => Number(match[1])));
    if (wanted !== call.arguments.length)
      source.fail(
        "bad-macro",
        span,
        `macro "${call.name}" takes ${wanted} arguments, not ${call.arguments.length}`,
      );
    if (depth >= maximumDepth || ++this.#expansions > maximumExpansions)
      source.fail("limit-exceeded", span, "macros call each other too often");
    const filled = body.replace(/\$(\d+)/g, (_, index: string) => call.arguments[Number(index) - 1] ?? "");
    this.#checkLength(source, span, filled);
    return this.expand(new Source(filled), depth + 1);
  }

  #checkLength(source: Source, span: Span, text: string): void {
    if (text.length > this.#maximumLength)
      source.fail(
        "limit-exceeded",
        span,
        `the expanded filter is longer than ${this.#maximumLength} characters`,
      );
  }
}

const parenthesized = /\$([A-Za-z_][A-Za-z0-9_.-]*)\(/y;

function isParenthesized(text: string, open: number): boolean {
  parenthesized.lastIndex = open;
  return parenthesized.test(text);
}

/** `$name(argument,argument)`, as in Wireshark 4.4; parentheses and quotes in arguments hold together what is in them. */
function readParenthesized(source: Source, open: number): Call {
  const { text } = source;
  const name = /\$([^(]*)\(/y;
  name.lastIndex = open;
  const found = name.exec(text)?.[1] ?? "";
  const values: string[] = [];
  let start = open + found.length + 2;
  let depth = 1;
  let quote = "";
  for (let at = start; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== "") {
      if (char === "\\") at++;
      else if (char === quote) quote = "";
    } else if (char === '"' || char === "'") quote = char;
    else if (char === "(") depth++;
    else if (char === ")" && --depth === 0) {
      const last = text.slice(start, at).trim();
      if (values.length > 0 || last !== "") values.push(last);
      return { name: found, arguments: values, end: at + 1 };
    } else if (depth === 1 && (char === "," || char === ";")) {
      values.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return source.fail(
    "bad-macro",
    { start: open, end: text.length },
    "the filter ends in the middle of a macro",
  );
}

function readCall(source: Source, open: number): Call {
  const text = source.text;
  const namePattern = /[A-Za-z0-9_.-]*/y;
  namePattern.lastIndex = open + 2;
  const name = namePattern.exec(text)?.[0] ?? "";
  let at = open + 2 + name.length;
  const cut = (): never =>
    source.fail("bad-macro", { start: open, end: text.length }, "the filter ends in the middle of a macro");
  if (at >= text.length) return cut();
  const values: string[] = [];
  if (text[at] === ":" || text[at] === ";") {
    let value = "";
    for (at++; text[at] !== "}"; at++) {
      if (at >= text.length) return cut();
      if (text[at] === ";") {
        values.push(value);
        value = "";
      } else {
        if (text[at] === "\\") at++;
        value += text[at] ?? "";
      }
    }
    values.push(value);
  }
  if (text[at] !== "}")
    return source.fail(
      "bad-macro",
      { start: at, end: at + 1 },
      `invalid character "${text[at]}" in a macro's name`,
    );
  return { name, arguments: values, end: at + 1 };
}
