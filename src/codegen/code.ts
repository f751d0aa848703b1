/**
 * The only place where text becomes program text. A {@link Code} is made by the {@link code} template alone: every hole
 * is quoted as a literal unless it is a checked {@link Name} or Code itself, so that nothing from a schema or a filter can
 * become anything but data.
 */
import { SchemaError } from "../errors.ts";

/** Characters of one generated function; far above what a schema of 256 fields makes. */
export const MAX_CODE_LENGTH: number = 2 ** 20;
/** Code within code; far above eight levels of schema nesting or a filter's parentheses. */
export const MAX_CODE_DEPTH = 512;

const NAME = /^[A-Za-z_$][\w$]*$/;
const MAX_NAME_LENGTH = 128;
/** Reserved words (ECMA-262 section 12.7.2, strict mode), and names that would reach what is around the function. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "arguments async await break case catch class const continue debugger default delete do else enum eval export " +
    "extends false finally for function get globalThis if implements import in instanceof interface let new null of " +
    "package private protected public return set static super switch this throw true try typeof undefined var void " +
    "while with yield Infinity NaN Function Object Symbol Reflect Proxy constructor prototype __proto__"
  ).split(" "),
);

/** May the text be an identifier of generated code? */
export function isName(text: string): boolean {
  return NAME.test(text) && text.length <= MAX_NAME_LENGTH && !RESERVED.has(text);
}

/** An identifier that was checked. */
export class Name {
  readonly text: string;
  constructor(text: string) {
    if (!isName(text))
      throw new SchemaError("unsafe-name", "", `${quote(text.slice(0, 80))} cannot be an identifier`);
    this.text = text;
  }
}

/** Stops a class of the same shape, or parsed JSON, from passing as code: only this module holds the key. */
const KEY: unique symbol = Symbol("code");

/** Program text. Made by {@link code} and {@link join} alone. */
export class Code {
  readonly text: string;
  readonly depth: number;
  constructor(key: typeof KEY, text: string, depth: number) {
    if (key !== KEY) throw new SchemaError("unsafe-name", "", "code is made by the code template only");
    if (text.length > MAX_CODE_LENGTH)
      throw new SchemaError(
        "limit-exceeded",
        "",
        `generated code is longer than ${MAX_CODE_LENGTH} characters`,
      );
    if (depth > MAX_CODE_DEPTH)
      throw new SchemaError("limit-exceeded", "", `generated code nests deeper than ${MAX_CODE_DEPTH}`);
    this.text = text;
    this.depth = depth;
  }
}

export type Literal = string | number | bigint | boolean | null | undefined;
export type Hole = Literal | Name | Code | readonly Code[];

/**
 * Template for program text.
 *
 * @example code`const ${new Name("total")} = ${value} + ${other};`
 */
export function code(parts: TemplateStringsArray, ...holes: readonly Hole[]): Code {
  // A template's parts are program text that its author wrote; a plain array could come from anywhere.
  if (!Object.isFrozen(parts) || !Array.isArray(parts.raw))
    throw new SchemaError("unsafe-name", "", "code is called as a template only");
  let text = parts[0] ?? "";
  let depth = 0;
  holes.forEach((hole, index) => {
    text += holeText(hole) + (parts[index + 1] ?? "");
    depth = Math.max(depth, holeDepth(hole));
  });
  return new Code(KEY, text, depth + 1);
}

/** Code with `separator` between the pieces. */
export function join(
  pieces: readonly Code[],
  separator: "\n" | ", " | " + " | " && " | " || " | " | ",
): Code {
  return new Code(
    KEY,
    pieces.map(textOf).join(separator),
    Math.max(0, ...pieces.map((piece) => piece.depth)),
  );
}

/** Statements below each other, without the empty ones. */
export function lines(statements: readonly Code[]): Code {
  return join(
    statements.filter((one) => one.text !== ""),
    "\n",
  );
}

/**
 * What `make` gives; undefined where it would be more code than there may be, or code within code deeper than this or the
 * stack allows.
 */
export function unlessTooLarge<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    if (thrown instanceof SchemaError && thrown.code === "limit-exceeded") return undefined;
    throw thrown;
  }
}

export const EMPTY: Code = new Code(KEY, "", 0);

function textOf(piece: Code): string {
  if (!(piece instanceof Code))
    throw new SchemaError("unsafe-name", "", "a list in a template holds code only");
  return piece.text;
}

function holeText(hole: Hole): string {
  if (hole instanceof Name || hole instanceof Code) return hole.text;
  if (Array.isArray(hole)) return hole.map(textOf).join("\n");
  // Array.isArray does not narrow a readonly array away; what is left was checked to be no list.
  return literal(hole as Literal);
}

function holeDepth(hole: Hole): number {
  if (hole instanceof Code) return hole.depth;
  return Array.isArray(hole) ? Math.max(0, ...hole.map((piece: Code) => piece.depth)) : 0;
}

function literal(value: Literal): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
      return numberText(value);
    case "bigint":
      return value < 0n ? `(${value}n)` : `${value}n`;
    case "boolean":
      return value ? "true" : "false";
    case "undefined":
      return "undefined";
    default:
      if (value === null) return "null";
      throw new SchemaError("unsafe-name", "", `a ${typeof value} cannot be a literal in generated code`);
  }
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "(0/0)";
  if (!Number.isFinite(value)) return value < 0 ? "(-1/0)" : "(1/0)";
  // Parentheses keep `a -${-1}` from becoming a decrement, and `1.toString` from being a syntax error.
  return value < 0 || Object.is(value, -0) ? `(${Object.is(value, -0) ? "-0" : value})` : String(value);
}

/** JSON escapes quotes, backslashes and control characters; the rest is escaped so that the text is plain ASCII. */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
