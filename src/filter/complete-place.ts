/** Where a completion goes: the word at the cursor, what is open before it, and the field that it would be compared with. */
import { FilterError, type Span } from "../errors.ts";
import type { FieldInfo } from "../ir/fields.ts";
import type { FieldTable } from "./field-table.ts";
import { Lexer, type Token } from "./lexer.ts";
import { Source } from "./source-error.ts";

export interface Place {
  /** The text before the word at the cursor. */
  readonly base: string;
  /** The part of the word before the cursor, without a quote. */
  readonly typed: string;
  /** The word begins with a quote: only values fit. */
  readonly quoted: boolean;
  readonly span: Span;
  /** Brackets that close what is open in `base`. */
  readonly close: string;
  /** The field on the left of the relation that the cursor is in. */
  readonly field: FieldInfo | undefined;
}

function tokensOf(text: string): { tokens: readonly Token[]; failed: boolean } {
  const lexer = new Lexer(new Source(text));
  const tokens: Token[] = [];
  try {
    for (;;) {
      const token = lexer.next();
      if (token.kind === "end") return { tokens, failed: false };
      tokens.push(token);
      if (token.kind !== "punctuation") continue;
      if (token.text === "[") lexer.ranges();
      else if (token.text === "#") lexer.layer();
    }
  } catch (error) {
    if (error instanceof FilterError) return { tokens, failed: true };
    throw error;
  }
}

/** Start of a string that is still open at the end of the text, or -1. */
function openQuote(text: string): number {
  let open = -1;
  let raw = false;
  for (let at = 0; at < text.length; at++) {
    if (open >= 0 && text[at] === "\\") at++;
    else if (text[at] === '"') {
      raw = open < 0 && /[rR]/.test(text[at - 1] ?? "");
      open = open < 0 ? at : -1;
    }
  }
  return raw ? -1 : open;
}

/** Undefined where nothing can be completed: inside a slice, or behind text that is no filter. */
export function completionPlace(text: string, cursor: number, table: FieldTable): Place | undefined {
  const end = Math.max(0, Math.min(cursor, text.length));
  const before = text.slice(0, end);
  const quote = openQuote(before);
  const quoted = quote >= 0;
  const word = /(?:[A-Za-z0-9_.][A-Za-z0-9_.-]*|[=!<>&|~^]+)?$/.exec(before)?.[0] ?? "";
  const start = quoted ? quote : end - word.length;
  const behind = quoted ? /^[^"]*"/ : /^[A-Za-z0-9_.-]*/;
  const rest = /^[A-Za-z0-9_.]/.test(word) || quoted ? (behind.exec(text.slice(end))?.[0] ?? "") : "";
  const base = text.slice(0, start);
  const { tokens, failed } = tokensOf(base);
  if (failed) return undefined;
  let close = "";
  let field: FieldInfo | undefined;
  let candidate: FieldInfo | undefined;
  for (const token of tokens) {
    if (token.kind === "punctuation") {
      if (token.text === "(") close = `)${close}`;
      else if (token.text === "{") close = `}${close}`;
      else if (token.text === ")" || token.text === "}") close = close.slice(1);
    } else if (token.kind === "word" || token.kind === "name")
      candidate = table.get(token.text.replace(/^\./, "")) ?? candidate;
    else if (token.kind === "operator") {
      if (token.row.group === "comparison" || token.row.id === "in") field = candidate;
      else if (token.row.group === "logic") field = undefined;
    }
  }
  const typed = quoted ? before.slice(quote + 1) : word;
  return { base, typed, quoted, span: { start, end: end + rest.length }, close, field };
}
