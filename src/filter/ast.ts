/** The checked tree: names are looked up, constants converted, quantifiers decided. Plain data, told apart by `kind`. */
import type { Span } from "../errors.ts";
import type { FieldInfo, FieldType, Occurrence } from "../ir/fields.ts";
import type { Datum } from "./datum.ts";
import type { FunctionRow } from "./functions.ts";
import type { ArithmeticOperator, ComparisonOperator, Quantifier } from "./operators.ts";
import type { Pattern } from "./regex/compile.ts";
import type { RangeItem } from "./syntax.ts";

export type { Datum, Network, SignedInteger } from "./datum.ts";
export type { RangeItem } from "./syntax.ts";

interface Typed {
  readonly span: Span;
  /** Type of every value that the node yields. */
  readonly type: FieldType;
}

export interface FieldValue extends Typed {
  readonly kind: "field";
  readonly info: FieldInfo;
  /** `@field`: the bytes that it was read from, as FT_BYTES. */
  readonly raw: boolean;
  readonly layers: readonly RangeItem[] | undefined;
}

/** `${field}`: values in the selected frame, known when the filter is compiled. */
export interface ReferenceValue extends Typed {
  readonly kind: "reference";
  readonly info: FieldInfo;
  readonly layers: readonly RangeItem[] | undefined;
  /** Undefined without a selected frame. */
  readonly occurrences: readonly Occurrence[] | undefined;
}

export interface ConstantValue extends Typed {
  readonly kind: "constant";
  readonly value: Datum;
}

export interface SliceValue extends Typed {
  readonly kind: "slice";
  readonly base: Value;
  readonly ranges: readonly RangeItem[];
}

export interface CallValue extends Typed {
  readonly kind: "call";
  readonly function: FunctionRow;
  readonly arguments: readonly Value[];
}

export interface NegateValue extends Typed {
  readonly kind: "negate";
  readonly operand: Value;
}

export interface ArithmeticValue extends Typed {
  readonly kind: "arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: Value;
  readonly right: Value;
}

/** Yields a list of values, or nothing at all when its source is absent from the frame. */
export type Value =
  | FieldValue
  | ReferenceValue
  | ConstantValue
  | SliceValue
  | CallValue
  | NegateValue
  | ArithmeticValue;

export interface SetItem {
  readonly low: Value;
  /** A range `low .. high`, both included. */
  readonly high: Value | undefined;
}

export type Test =
  | { readonly kind: "true"; readonly span: Span } // the empty filter
  | { readonly kind: "and" | "or" | "xor"; readonly operands: readonly Test[]; readonly span: Span }
  | { readonly kind: "not"; readonly operand: Test; readonly span: Span }
  /** The field occurs, whatever its value. */
  | { readonly kind: "exists"; readonly field: FieldValue; readonly span: Span }
  /** Some value is non-empty (slices) or other than zero (arithmetic, boolean calls). */
  | { readonly kind: "bare"; readonly operand: Value; readonly span: Span }
  | {
      readonly kind: "compare";
      readonly operator: ComparisonOperator;
      readonly quantifier: Quantifier;
      readonly left: Value;
      readonly right: Value;
      readonly span: Span;
    }
  | {
      readonly kind: "contains";
      readonly quantifier: Quantifier;
      readonly left: Value;
      readonly right: Value;
      readonly span: Span;
    }
  | {
      readonly kind: "matches";
      readonly quantifier: Quantifier;
      readonly left: Value;
      readonly pattern: Pattern;
      readonly span: Span;
    }
  /** Items are tried in turn; the quantifier holds for each single item. */
  | {
      readonly kind: "in";
      readonly quantifier: Quantifier;
      readonly left: Value;
      readonly items: readonly SetItem[];
      readonly span: Span;
    };
