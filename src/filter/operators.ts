/** The operators: one row each. Lexer, parser, checker, evaluator, completion and documentation read this table only. */
import type { Capability } from "./types.ts";

export type ComparisonOperator = "==" | "!=" | "===" | "!==" | ">" | ">=" | "<" | "<=";
export type RelationOperator = ComparisonOperator | "contains" | "matches" | "in";
export type ArithmeticOperator = "&" | "+" | "-" | "*" | "/" | "%";
export type LogicOperator = "and" | "xor" | "or";
export type OperatorId =
  | RelationOperator
  | ArithmeticOperator
  | LogicOperator
  | "not"
  | "any"
  | "all"
  | "raw";

/** `some`: one pair of values suffices; `every`: all pairs must pass. */
export type Quantifier = "some" | "every";

export interface OperatorRow {
  readonly id: OperatorId;
  readonly group: "logic" | "prefix" | "quantifier" | "comparison" | "relation" | "arithmetic";
  /** The first one is printed. */
  readonly spellings: readonly string[];
  readonly deprecated?: readonly string[];
  /** Higher binds tighter. Unlike in C, `&` binds tighter than comparisons. */
  readonly power: number;
  /** What the left operand's type must be able to do. */
  readonly needs?: Capability;
  readonly quantifier?: Quantifier;
  readonly description: string;
}

export const power = {
  or: 10,
  xor: 15,
  and: 20,
  not: 30,
  quantifier: 40,
  relation: 50,
  bitwise: 60,
  add: 70,
  multiply: 80,
  unary: 90,
} as const;

function relation(
  id: RelationOperator,
  spellings: readonly string[],
  needs: Capability,
  description: string,
  quantifier: Quantifier = "some",
): OperatorRow {
  const group = id === "contains" || id === "matches" || id === "in" ? "relation" : "comparison";
  return { id, group, spellings, power: power.relation, needs, quantifier, description };
}

export const operators: readonly OperatorRow[] = [
  {
    id: "or",
    group: "logic",
    spellings: ["or", "||"],
    power: power.or,
    description: "one of both tests holds",
  },
  {
    id: "xor",
    group: "logic",
    spellings: ["xor", "^^"],
    power: power.xor,
    description: "exactly one of both tests holds",
  },
  { id: "and", group: "logic", spellings: ["and", "&&"], power: power.and, description: "both tests hold" },
  {
    id: "not",
    group: "prefix",
    spellings: ["not", "!"],
    power: power.not,
    description: "the test does not hold",
  },
  {
    id: "any",
    group: "quantifier",
    spellings: ["any"],
    power: power.quantifier,
    quantifier: "some",
    description: "the relation holds for one pair of values",
  },
  {
    id: "all",
    group: "quantifier",
    spellings: ["all"],
    power: power.quantifier,
    quantifier: "every",
    description: "the relation holds for every pair of values",
  },
  relation("==", ["==", "eq", "any_eq"], "compare", "some value is equal"),
  relation("!=", ["!=", "ne", "all_ne"], "compare", "every value differs", "every"),
  relation("===", ["===", "all_eq"], "compare", "every value is equal", "every"),
  { ...relation("!==", ["!==", "any_ne"], "compare", "some value differs"), deprecated: ["~="] },
  relation(">", [">", "gt"], "compare", "some value is greater"),
  relation(">=", [">=", "ge"], "compare", "some value is greater or equal"),
  relation("<", ["<", "lt"], "compare", "some value is smaller"),
  relation("<=", ["<=", "le"], "compare", "some value is smaller or equal"),
  relation("contains", ["contains"], "contains", "some value has the bytes in it"),
  relation("matches", ["matches", "~"], "matches", "some value matches the regular expression"),
  relation("in", ["in"], "compare", "some value is in the set"),
  {
    id: "&",
    group: "arithmetic",
    spellings: ["&", "bitwise_and", "bitand"],
    power: power.bitwise,
    needs: "bitwise",
    description: "bitwise and",
  },
  { id: "+", group: "arithmetic", spellings: ["+"], power: power.add, needs: "add", description: "sum" },
  {
    id: "-",
    group: "arithmetic",
    spellings: ["-"],
    power: power.add,
    needs: "add",
    description: "difference",
  },
  {
    id: "*",
    group: "arithmetic",
    spellings: ["*"],
    power: power.multiply,
    needs: "multiply",
    description: "product",
  },
  {
    id: "/",
    group: "arithmetic",
    spellings: ["/"],
    power: power.multiply,
    needs: "multiply",
    description: "quotient, truncated for integers",
  },
  {
    id: "%",
    group: "arithmetic",
    spellings: ["%"],
    power: power.multiply,
    needs: "modulo",
    description: "remainder",
  },
  {
    id: "raw",
    group: "prefix",
    spellings: ["@"],
    power: power.unary,
    description: "the bytes that the field was read from",
  },
];

const rows = new Map<string, OperatorRow>();
const byId = new Map<OperatorId, OperatorRow>();
for (const row of operators) {
  byId.set(row.id, row);
  for (const spelling of [...row.spellings, ...(row.deprecated ?? [])]) rows.set(spelling, row);
}

/** Row of a spelling, also of a deprecated one. */
export function operatorBySpelling(spelling: string): OperatorRow | undefined {
  return rows.get(spelling);
}

export function operatorById(id: OperatorId): OperatorRow {
  // Every id has a row: the table above is the only place where rows are made.
  return byId.get(id) as OperatorRow;
}

/** Spellings made of punctuation, longest first, for the lexer. */
export const symbols: readonly string[] = [...rows.keys()]
  .filter((spelling) => !/^[a-z]/.test(spelling))
  .sort((a, b) => b.length - a.length);

export function isComparison(id: OperatorId): id is ComparisonOperator {
  return operatorById(id).group === "comparison";
}
