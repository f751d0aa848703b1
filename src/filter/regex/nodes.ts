/** The tree of a regular expression over bytes. */

/** 256 entries; 1 where the byte belongs to the set. */
export type ByteSet = Uint8Array;

export type Assertion =
  | "start" // \A, and ^ without (?m)
  | "line-start"
  | "end" // \z
  | "end-or-newline" // \Z, and $ without (?m): also before a final line feed
  | "line-end"
  | "word-boundary"
  | "not-word-boundary";

export type RegexNode =
  | { readonly kind: "set"; readonly set: ByteSet }
  | { readonly kind: "sequence"; readonly parts: readonly RegexNode[] }
  | { readonly kind: "either"; readonly branches: readonly RegexNode[] }
  | {
      readonly kind: "repeat";
      readonly node: RegexNode;
      readonly minimum: number;
      readonly maximum: number; // Infinity: without bound
      readonly lazy: boolean;
    }
  | { readonly kind: "assertion"; readonly assertion: Assertion }
  | { readonly kind: "capture"; readonly index: number; readonly node: RegexNode }
  | { readonly kind: "back-reference"; readonly group: number | string; readonly fold: boolean }
  | {
      readonly kind: "look";
      readonly behind: boolean;
      readonly negative: boolean;
      readonly node: RegexNode;
    }
  | { readonly kind: "atomic"; readonly node: RegexNode };

export type PatternErrorCode = "bad-pattern" | "unsupported-pattern";

/** A pattern is wrong, or beyond what this engine does. Turned into a FilterError by the checker. */
export class PatternError {
  readonly code: PatternErrorCode;
  readonly message: string;
  constructor(code: PatternErrorCode, message: string) {
    this.code = code;
    this.message = message;
  }
}

export function bad(message: string, offset: number): PatternError {
  return new PatternError("bad-pattern", `${message} at offset ${offset} of the pattern`);
}

export function unsupported(what: string): PatternError {
  return new PatternError("unsupported-pattern", `${what} are not supported in patterns`);
}
