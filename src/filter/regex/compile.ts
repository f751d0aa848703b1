/** Patterns of `matches`: PCRE2's meaning on bytes, never JavaScript's RegExp. */
import { Automaton } from "./automaton.ts";
import { backtrack } from "./backtrack.ts";
import { parsePattern } from "./parse.ts";
import { makeProgram } from "./program.ts";

export { PatternError } from "./nodes.ts";

export interface Pattern {
  /** The pattern as given. */
  readonly bytes: Uint8Array;
  /** `automaton`: time linear in the input. `backtracking`: bounded steps; beyond them a value does not match. */
  readonly engine: "automaton" | "backtracking";
  /** Does it match anywhere in `value`? */
  test(value: Uint8Array): boolean;
}

/** Compiles a pattern: case-insensitive, one byte a character. Throws PatternError. */
export function compilePattern(bytes: Uint8Array): Pattern {
  const program = makeProgram(parsePattern(bytes));
  if (program.needsBacktracking)
    return { bytes, engine: "backtracking", test: (value) => backtrack(program, value) };
  const automaton = new Automaton(program);
  return { bytes, engine: "automaton", test: (value) => automaton.test(value) };
}
