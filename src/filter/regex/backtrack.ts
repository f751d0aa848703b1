/** Runs what an automaton cannot: back-references, lookaround, atomic groups. The number of steps is bounded. */
import { isWordByte } from "./byte-sets.ts";
import type { Assertion } from "./nodes.ts";
import type { Program } from "./program.ts";

/** As PCRE2's match limit: a value that needs more steps does not match. */
const maximumSteps = 2_000_000;

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

class Machine {
  readonly #bytes: Uint8Array;
  readonly #slots: Int32Array;
  #steps = 0;

  constructor(bytes: Uint8Array, slots: number) {
    this.#bytes = bytes;
    this.#slots = new Int32Array(slots);
  }

  test(program: Program): boolean {
    for (let start = 0; start <= this.#bytes.length && this.#steps <= maximumSteps; start++) {
      this.#slots.fill(-1);
      if (this.#run(program, start, -1) >= 0) return true;
    }
    return false;
  }

  /** End of a match that begins at `start`, or -1. `mustEnd`: where it has to end, unless negative. */
  #run(program: Program, start: number, mustEnd: number): number {
    const { code } = program;
    // Pairs: a place and a position to go back to, or the complement of a slot and the value it had.
    const stack: number[] = [];
    let place = 0;
    let at = start;
    const save = (slot: number, value: number): void => {
      stack.push(~slot, this.#slots[slot] ?? -1);
      this.#slots[slot] = value;
    };
    for (;;) {
      if (++this.#steps > maximumSteps) return -1;
      const instruction = code[place];
      let failed = false;
      place++;
      switch (instruction?.kind) {
        case "set":
          if (at < this.#bytes.length && instruction.set[this.#bytes[at] ?? 0] === 1) at++;
          else failed = true;
          break;
        case "split":
          stack.push(instruction.second, at);
          place = instruction.first;
          break;
        case "jump":
          place = instruction.to;
          break;
        case "assertion":
          failed = !this.#asserts(instruction.assertion, at);
          break;
        case "save":
        case "mark":
          save(instruction.slot, at);
          break;
        case "progress":
          if (this.#slots[instruction.slot] === at) place = instruction.exit;
          break;
        case "back-reference": {
          const end = this.#repeat(instruction.group, instruction.fold, at);
          if (end < 0) failed = true;
          else at = end;
          break;
        }
        case "look": {
          const starts =
            instruction.behind.length === 0 ? [at] : instruction.behind.map((length) => at - length);
          const limit = instruction.behind.length === 0 ? -1 : at;
          const found = starts.some(
            (from) => from >= 0 && this.#inner(instruction.program, from, limit, stack) >= 0,
          );
          failed = found === instruction.negative;
          break;
        }
        case "atomic": {
          const end = this.#inner(instruction.program, at, -1, stack);
          if (end < 0) failed = true;
          else at = end;
          break;
        }
        case "match":
          if (mustEnd < 0 || at === mustEnd) return at;
          failed = true;
          break;
        default:
          failed = true;
      }
      if (!failed) continue;
      const back = this.#goBack(stack);
      if (back === undefined) return -1;
      [place, at] = back;
    }
  }

  /** Undoes slots down to the last choice. */
  #goBack(stack: number[]): [number, number] | undefined {
    for (;;) {
      const value = stack.pop();
      const target = stack.pop();
      if (value === undefined || target === undefined) return undefined;
      if (target >= 0) return [target, value];
      this.#slots[~target] = value;
    }
  }

  /** Runs a group that is not entered again; what it captured is undone with `stack`. */
  #inner(program: Program, start: number, mustEnd: number, stack: number[]): number {
    const before = this.#slots.slice();
    const end = this.#run(program, start, mustEnd);
    if (end < 0) this.#slots.set(before);
    else
      before.forEach((value, slot) => {
        if (this.#slots[slot] !== value) stack.push(~slot, value);
      });
    return end;
  }

  /** End of what the group captured, found again at `at`. A group that took no part matches nothing. */
  #repeat(group: number, fold: boolean, at: number): number {
    const start = this.#slots[2 * group] ?? -1;
    const end = this.#slots[2 * group + 1] ?? -1;
    if (start < 0 || end < start) return -1;
    const length = end - start;
    if (at + length > this.#bytes.length) return -1;
    for (let i = 0; i < length; i++) {
      const a = this.#bytes[start + i] ?? 0;
      const b = this.#bytes[at + i] ?? 0;
      if (a !== b && !(fold && lower(a) === lower(b))) return -1;
    }
    this.#steps += length;
    return at + length;
  }

  #asserts(assertion: Assertion, at: number): boolean {
    const bytes = this.#bytes;
    const end = at === bytes.length;
    const wordBefore = at > 0 && isWordByte(bytes[at - 1] ?? 0);
    const wordAfter = !end && isWordByte(bytes[at] ?? 0);
    switch (assertion) {
      case "start":
        return at === 0;
      case "line-start":
        return at === 0 || (bytes[at - 1] === 10 && !end);
      case "end":
        return end;
      case "end-or-newline":
        return end || (at === bytes.length - 1 && bytes[at] === 10);
      case "line-end":
        return end || bytes[at] === 10;
      case "word-boundary":
        return wordBefore !== wordAfter;
      case "not-word-boundary":
        return wordBefore === wordAfter;
      default:
        return assertion satisfies never;
    }
  }
}

/** Does the pattern match anywhere? False also when the step limit is reached. */
export function backtrack(program: Program, bytes: Uint8Array): boolean {
  return new Machine(bytes, program.slots).test(program);
}
