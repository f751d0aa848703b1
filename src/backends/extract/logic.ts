/**
 * What is known of a filter while its tests are still being decided: `sure` is true once it holds whatever comes, `open`
 * is false once it cannot hold any more. Expressions over the tests' variables, with constants folded away.
 */
import { type Code, code, join, Name } from "../../codegen/code.ts";

/** A filter over numbered tests. `late`: one that is decided at the walk's end. `unknown`: a part that generated code leaves to others. */
export type Logic =
  | { readonly kind: "constant"; readonly value: boolean }
  | { readonly kind: "test"; readonly index: number }
  | { readonly kind: "late"; readonly index: number }
  | { readonly kind: "unknown" }
  | { readonly kind: "and" | "or" | "xor"; readonly operands: readonly Logic[] }
  | { readonly kind: "not"; readonly operand: Logic };

/** A test's variable: 0 while nothing was found, 1 once something fits, 2 once something contradicts (`every` only). */
export interface TestState {
  readonly name: Name;
  readonly every: boolean;
}

/** Variable of a test that is decided at the walk's end. */
export function lateName(index: number): Name {
  return new Name(`late${index}`);
}

export interface Bounds {
  readonly sure: Code | boolean;
  readonly open: Code | boolean;
}

/** By each part of a filter, which operand a test belongs to. */
export type Owners = ReadonlyMap<Logic, ReadonlyMap<number, Logic>>;

export function ownersIn(logic: Logic, found: Map<Logic, Map<number, Logic>> = new Map()): Owners {
  const operands = logic.kind === "not" ? [logic.operand] : "operands" in logic ? logic.operands : [];
  const own = new Map<number, Logic>();
  for (const operand of operands) {
    ownersIn(operand, found);
    if (operand.kind === "test") own.set(operand.index, operand);
    for (const index of found.get(operand)?.keys() ?? []) own.set(index, operand);
  }
  found.set(logic, own);
  return found;
}

function all(parts: readonly (Code | boolean)[]): Code | boolean {
  if (parts.includes(false)) return false;
  const codes = parts.filter((part): part is Code => typeof part !== "boolean");
  if (codes.length === 0) return true;
  return codes.length === 1 ? (codes[0] as Code) : code`(${join(codes, " && ")})`; // there is one
}

function any(parts: readonly (Code | boolean)[]): Code | boolean {
  if (parts.includes(true)) return true;
  const codes = parts.filter((part): part is Code => typeof part !== "boolean");
  if (codes.length === 0) return false;
  return codes.length === 1 ? (codes[0] as Code) : code`(${join(codes, " || ")})`; // there is one
}

function negated(part: Code | boolean): Code | boolean {
  return typeof part === "boolean" ? !part : code`!${part.text.startsWith("(") ? part : code`(${part})`}`;
}

/**
 * Bounds at a point where test `decided` was just found to be `value`, others as their variables say. `atEnd`: no more
 * occurrences can come, so that tests without any are false; `late`: nor are those open that wait for this. `owners`: spares a
 * look at all other tests where the one decides.
 */
export function bounds(
  logic: Logic,
  tests: readonly TestState[],
  decided: { readonly index: number; readonly value: boolean } | undefined,
  atEnd: boolean,
  late: boolean = atEnd,
  owners?: Owners,
): Bounds {
  switch (logic.kind) {
    case "constant":
      return { sure: logic.value, open: logic.value };
    case "unknown":
      return { sure: false, open: true };
    case "late": {
      if (!late) return { sure: false, open: true };
      const holds = code`${lateName(logic.index)} === 1`;
      return { sure: holds, open: holds };
    }
    case "test": {
      if (decided?.index === logic.index) return { sure: decided.value, open: decided.value };
      const test = tests[logic.index];
      if (test === undefined) return { sure: false, open: true };
      const found = code`${test.name} === 1`;
      if (atEnd) return { sure: found, open: found };
      return test.every ? { sure: false, open: code`${test.name} !== 2` } : { sure: found, open: true };
    }
    case "not": {
      const inner = bounds(logic.operand, tests, decided, atEnd, late, owners);
      return { sure: negated(inner.open), open: negated(inner.sure) };
    }
    case "and":
    case "or": {
      const value = logic.kind === "or";
      const owner = decided && owners?.get(logic)?.get(decided.index);
      if (owner !== undefined) {
        const own = bounds(owner, tests, decided, atEnd, late, owners);
        if (own.sure === value && own.open === value) return own;
      }
      const parts = logic.operands.map((operand) => bounds(operand, tests, decided, atEnd, late, owners));
      const combine = logic.kind === "and" ? all : any;
      return { sure: combine(parts.map((part) => part.sure)), open: combine(parts.map((part) => part.open)) };
    }
    case "xor":
      return logic.operands
        .map((operand) => bounds(operand, tests, decided, atEnd, late, owners))
        .reduce((a, b) => ({
          sure: any([all([a.sure, negated(b.open)]), all([negated(a.open), b.sure])]),
          open: any([all([a.open, negated(b.sure)]), all([negated(a.sure), b.open])]),
        }));
    default:
      return logic satisfies never;
  }
}
