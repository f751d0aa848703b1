/** The tree as a list of instructions, for the automaton and for the backtracking engine. */
import { type Assertion, type ByteSet, bad, PatternError, type RegexNode, unsupported } from "./nodes.ts";
import type { ParsedPattern } from "./parse.ts";

export type Instruction =
  | { readonly kind: "set"; readonly set: ByteSet }
  | { kind: "split"; first: number; second: number } // the first one is preferred
  | { kind: "jump"; to: number }
  | { readonly kind: "assertion"; readonly assertion: Assertion }
  | { readonly kind: "save"; readonly slot: number }
  | { readonly kind: "mark"; readonly slot: number } // a loop's round begins
  | { kind: "progress"; readonly slot: number; exit: number } // leaves the loop if the round took nothing
  | { readonly kind: "back-reference"; readonly group: number; readonly fold: boolean }
  | {
      readonly kind: "look";
      readonly program: Program;
      readonly behind: readonly number[];
      readonly negative: boolean;
    }
  | { readonly kind: "atomic"; readonly program: Program }
  | { readonly kind: "match" };

export interface Program {
  readonly code: readonly Instruction[];
  /** Slots for captures (two a group) and loops. */
  readonly slots: number;
  /** Back-references, lookaround or atomic groups: the automaton cannot do these. */
  readonly needsBacktracking: boolean;
}

/** Bounded repetitions are written out; this bounds the result. */
const maximumInstructions = 10_000;

interface Shared {
  readonly names: ReadonlyMap<string, number>;
  readonly groups: number;
  slots: number;
  total: number;
  needsBacktracking: boolean;
}

/** Throws PatternError if the program gets too large or names a group that does not exist. */
export function makeProgram({ node, names, groups }: ParsedPattern): Program {
  const shared: Shared = { names, groups, slots: 2 * (groups + 1), total: 0, needsBacktracking: false };
  const code = emitAll(node, shared);
  return { code, slots: shared.slots, needsBacktracking: shared.needsBacktracking };
}

function emitAll(node: RegexNode, shared: Shared): Instruction[] {
  const code: Instruction[] = [];
  emit(node, code, shared);
  code.push({ kind: "match" });
  return code;
}

/** Counts work, also rounds that write nothing: `(?:(?:){65535}){65535}`. */
function tick(shared: Shared): void {
  if (++shared.total > maximumInstructions)
    throw new PatternError(
      "unsupported-pattern",
      "the pattern is too large when its repetitions are written out",
    );
}

function push<Kind extends Instruction>(code: Instruction[], shared: Shared, instruction: Kind): Kind {
  tick(shared);
  code.push(instruction);
  return instruction;
}

function emit(node: RegexNode, code: Instruction[], shared: Shared): void {
  switch (node.kind) {
    case "set":
      push(code, shared, { kind: "set", set: node.set });
      return;
    case "sequence":
      for (const part of node.parts) emit(part, code, shared);
      return;
    case "either":
      emitEither(node.branches, code, shared);
      return;
    case "repeat":
      emitRepeat(node, code, shared);
      return;
    case "assertion":
      push(code, shared, { kind: "assertion", assertion: node.assertion });
      return;
    case "capture":
      push(code, shared, { kind: "save", slot: 2 * node.index });
      emit(node.node, code, shared);
      push(code, shared, { kind: "save", slot: 2 * node.index + 1 });
      return;
    case "back-reference": {
      const group = typeof node.group === "number" ? node.group : shared.names.get(node.group);
      if (group === undefined || group > shared.groups)
        throw bad("reference to a group that does not exist", 0);
      shared.needsBacktracking = true;
      push(code, shared, { kind: "back-reference", group, fold: node.fold });
      return;
    }
    case "look": {
      shared.needsBacktracking = true;
      const behind = node.behind ? fixedLengths(node.node) : [];
      push(code, shared, {
        kind: "look",
        program: inner(node.node, shared),
        behind,
        negative: node.negative,
      });
      return;
    }
    case "atomic":
      shared.needsBacktracking = true;
      push(code, shared, { kind: "atomic", program: inner(node.node, shared) });
      return;
    default:
      node satisfies never;
  }
}

function inner(node: RegexNode, shared: Shared): Program {
  return { code: emitAll(node, shared), slots: 0, needsBacktracking: true };
}

function emitEither(branches: readonly RegexNode[], code: Instruction[], shared: Shared): void {
  const jumps: { kind: "jump"; to: number }[] = [];
  branches.forEach((branch, index) => {
    if (index === branches.length - 1) {
      emit(branch, code, shared);
      return;
    }
    const split = push(code, shared, { kind: "split", first: code.length + 1, second: 0 });
    emit(branch, code, shared);
    jumps.push(push(code, shared, { kind: "jump", to: 0 }));
    split.second = code.length;
  });
  for (const jump of jumps) jump.to = code.length;
}

function emitRepeat(node: Extract<RegexNode, { kind: "repeat" }>, code: Instruction[], shared: Shared): void {
  const { minimum, maximum, lazy } = node;
  const choice = (): { kind: "split"; first: number; second: number } =>
    push(code, shared, { kind: "split", first: code.length + 1, second: code.length + 1 });
  const leave = (split: { first: number; second: number }): void => {
    if (lazy) split.first = code.length;
    else split.second = code.length;
  };
  for (let i = 0; i < minimum; i++) {
    tick(shared);
    emit(node.node, code, shared);
  }
  if (maximum === Number.POSITIVE_INFINITY) {
    const start = code.length;
    const split = choice();
    const slot = shared.slots++;
    push(code, shared, { kind: "mark", slot });
    emit(node.node, code, shared);
    const progress = push(code, shared, { kind: "progress", slot, exit: 0 });
    push(code, shared, { kind: "jump", to: start });
    leave(split);
    progress.exit = code.length;
    return;
  }
  const splits: { first: number; second: number }[] = [];
  for (let i = minimum; i < maximum; i++) {
    splits.push(choice());
    emit(node.node, code, shared);
  }
  for (const split of splits) leave(split);
}

/** Lengths that a lookbehind may have: each branch at the top has its own, fixed one. */
function fixedLengths(node: RegexNode): readonly number[] {
  const branches = node.kind === "either" ? node.branches : [node];
  return [...new Set(branches.map(fixedLength))];
}

function fixedLength(node: RegexNode): number {
  switch (node.kind) {
    case "set":
      return 1;
    case "sequence":
      return node.parts.reduce((sum, part) => sum + fixedLength(part), 0);
    case "either": {
      const lengths = new Set(node.branches.map(fixedLength));
      const [only = 0] = lengths;
      if (lengths.size > 1) throw bad("lookbehind assertion is not fixed length", 0);
      return only;
    }
    case "repeat":
      if (node.minimum !== node.maximum) throw bad("lookbehind assertion is not fixed length", 0);
      return node.minimum * fixedLength(node.node);
    case "assertion":
    case "look":
      return 0;
    case "capture":
    case "atomic":
      return fixedLength(node.node);
    case "back-reference":
      throw unsupported("back-references inside lookbehinds");
    default:
      return node satisfies never;
  }
}
