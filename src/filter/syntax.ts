/** The tree that the parser makes from text alone: names are not yet looked up. */
import type { Span } from "../errors.ts";
import type { ArithmeticOperator, ComparisonOperator, LogicOperator } from "./operators.ts";

/** One item of `[…]`. A number counts from the end when negative. */
export type RangeItem =
  | { readonly kind: "one"; readonly start: number }
  | { readonly kind: "length"; readonly start: number; readonly length: number }
  | { readonly kind: "span"; readonly start: number; readonly end: number } // end included
  | { readonly kind: "rest"; readonly start: number };

interface Placed {
  readonly span: Span;
}

/** A constant as written. */
export type ConstantSyntax =
  | (Placed & { readonly kind: "word"; readonly text: string }) // a field if the table knows it
  | (Placed & { readonly kind: "literal"; readonly text: string }) // begins with a colon: never a field
  | (Placed & { readonly kind: "string"; readonly bytes: Uint8Array })
  | (Placed & { readonly kind: "char"; readonly value: number });

/** A name that must be a field: `.name`, or a name with `#` or `@`. */
export interface NameSyntax extends Placed {
  readonly kind: "name";
  readonly name: string;
  /** `.name`: it had a leading dot. */
  readonly dotted: boolean;
  /** `@name`: the field's bytes instead of its value. */
  readonly raw: boolean;
  readonly layers: readonly RangeItem[] | undefined;
}

export interface ReferenceSyntax extends Placed {
  readonly kind: "reference";
  readonly name: string;
  readonly layers: readonly RangeItem[] | undefined;
}

export interface SliceSyntax extends Placed {
  readonly kind: "slice";
  readonly base: EntitySyntax;
  readonly ranges: readonly RangeItem[];
}

export interface CallSyntax extends Placed {
  readonly kind: "call";
  readonly name: string;
  readonly arguments: readonly ArithmeticSyntax[];
}

export type EntitySyntax = ConstantSyntax | NameSyntax | ReferenceSyntax | SliceSyntax | CallSyntax;

export type SignedSyntax =
  | EntitySyntax
  | (Placed & { readonly kind: "unary"; readonly operator: "+" | "-"; readonly operand: EntitySyntax });

export type ArithmeticSyntax =
  | SignedSyntax
  | (Placed & {
      readonly kind: "binary";
      readonly operator: ArithmeticOperator;
      readonly left: ArithmeticSyntax;
      readonly right: ArithmeticSyntax;
    });

export interface SetItemSyntax {
  readonly low: SignedSyntax;
  /** The item is a range `low .. high`. */
  readonly high: SignedSyntax | undefined;
}

export type QuantifierWord = "any" | "all" | undefined;

export type TestSyntax =
  | (Placed & { readonly kind: "empty" })
  | (Placed & {
      readonly kind: "logic";
      readonly operator: LogicOperator;
      readonly operands: readonly TestSyntax[];
    })
  | (Placed & { readonly kind: "not"; readonly operand: TestSyntax })
  | (Placed & { readonly kind: "bare"; readonly operand: ArithmeticSyntax })
  | (Placed & {
      /** `a < b < c`: `operators[i]` stands between `operands[i]` and `operands[i + 1]`. */
      readonly kind: "comparison";
      readonly quantifier: QuantifierWord;
      readonly operands: readonly ArithmeticSyntax[];
      readonly operators: readonly ComparisonOperator[];
      /** Where the operands stand, with all that belongs to them: the `span` of each is what a mistake in it is marked by. */
      readonly extents: readonly Span[];
    })
  | (Placed & {
      readonly kind: "contains";
      readonly quantifier: QuantifierWord;
      readonly left: EntitySyntax;
      readonly right: EntitySyntax;
    })
  | (Placed & {
      readonly kind: "matches";
      readonly quantifier: QuantifierWord;
      readonly left: EntitySyntax;
      readonly right: EntitySyntax;
    })
  | (Placed & {
      readonly kind: "in";
      readonly quantifier: QuantifierWord;
      readonly negated: boolean;
      readonly left: EntitySyntax;
      readonly items: readonly SetItemSyntax[];
    });
