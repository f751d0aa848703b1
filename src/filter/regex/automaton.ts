/**
 * Runs a program in time linear in the input: a deterministic automaton, built while it is used, whose states are sets of
 * instructions. Its cache is bounded: when it is full, it starts anew from where it is.
 */
import { isWordByte } from "./byte-sets.ts";
import type { Assertion } from "./nodes.ts";
import type { Program } from "./program.ts";

/** What stood before the current place. */
type Before = "start" | "newline" | "word" | "other";

interface State {
  /** Instructions to go on from, before jumps and assertions are followed. */
  readonly places: readonly number[];
  readonly before: Before;
  /** By symbol; null: matched. */
  readonly next: (State | null | undefined)[];
}

/** What comes next, as far as assertions ask. */
interface InputSymbol {
  readonly byte: number; // any byte of the class; -1: end of input
  readonly final: boolean; // the line feed that ends the input
}

const maximumStates = 1000;
const newline = 10;

function beforeOf(byte: number): Before {
  if (byte === newline) return "newline";
  return isWordByte(byte) ? "word" : "other";
}

function asserts(assertion: Assertion, before: Before, { byte, final }: InputSymbol): boolean {
  const end = byte < 0;
  switch (assertion) {
    case "start":
      return before === "start";
    case "line-start":
      return before === "start" || (before === "newline" && !end);
    case "end":
      return end;
    case "end-or-newline":
      return end || final;
    case "line-end":
      return end || byte === newline;
    case "word-boundary":
      return (before === "word") !== isWordByte(byte);
    case "not-word-boundary":
      return (before === "word") === isWordByte(byte);
    default:
      return assertion satisfies never;
  }
}

export class Automaton {
  readonly #program: Program;
  /** Bytes that no instruction tells apart share a class. */
  readonly #classes: Uint8Array;
  readonly #symbols: readonly InputSymbol[];
  readonly #finalNewline: number;
  readonly #end: number;
  readonly #hasAssertions: boolean;
  #states = new Map<string, State>();
  #start: State;

  constructor(program: Program) {
    this.#program = program;
    this.#hasAssertions = program.code.some(({ kind }) => kind === "assertion");
    this.#classes = this.#makeClasses();
    const symbols: InputSymbol[] = [];
    this.#classes.forEach((id, byte) => {
      symbols[id] ??= { byte, final: false };
    });
    this.#finalNewline = symbols.push({ byte: newline, final: true }) - 1;
    this.#end = symbols.push({ byte: -1, final: false }) - 1;
    this.#symbols = symbols;
    this.#start = this.#intern([0], "start");
  }

  /** Does the pattern match anywhere? */
  test(bytes: Uint8Array): boolean {
    let state = this.#start;
    const last = bytes.length - 1;
    for (let at = 0; at <= last; at++) {
      const byte = bytes[at] ?? 0;
      const symbol = at === last && byte === newline ? this.#finalNewline : (this.#classes[byte] ?? 0);
      const known = state.next[symbol];
      const next = known === undefined ? this.#step(state, symbol) : known;
      if (next === null) return true;
      state = next;
    }
    const known = state.next[this.#end];
    return (known === undefined ? this.#step(state, this.#end) : known) === null;
  }

  #makeClasses(): Uint8Array {
    let classes = new Uint8Array(256);
    const refine = (member: (byte: number) => boolean): void => {
      const ids = new Map<number, number>();
      classes = classes.map((old, byte) => {
        const key = old * 2 + (member(byte) ? 1 : 0);
        const id = ids.get(key) ?? ids.size;
        ids.set(key, id);
        return id;
      });
    };
    for (const instruction of this.#program.code)
      if (instruction.kind === "set") refine((byte) => instruction.set[byte] === 1);
    if (this.#hasAssertions) {
      refine(isWordByte);
      refine((byte) => byte === newline);
    }
    return classes;
  }

  #intern(places: readonly number[], before: Before): State {
    const kept = this.#hasAssertions ? before : "other";
    const key = `${kept} ${places.join(",")}`;
    const found = this.#states.get(key);
    if (found !== undefined) return found;
    const state: State = { places, before: kept, next: new Array(this.#symbols.length).fill(undefined) };
    if (this.#states.size >= maximumStates) {
      this.#states = new Map();
      this.#start = this.#intern([0], "start");
    }
    this.#states.set(key, state);
    return state;
  }

  #step(state: State, symbolId: number): State | null {
    const symbol = this.#symbols[symbolId] ?? { byte: -1, final: false };
    const { code } = this.#program;
    const seen = new Uint8Array(code.length);
    const targets = new Set<number>();
    const stack = [...state.places];
    let matched = false;
    for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
      if (seen[place] === 1) continue;
      seen[place] = 1;
      const instruction = code[place];
      switch (instruction?.kind) {
        case "match":
          matched = true;
          break;
        case "set":
          if (symbol.byte >= 0 && instruction.set[symbol.byte] === 1) targets.add(place + 1);
          break;
        case "split":
          stack.push(instruction.second, instruction.first);
          break;
        case "jump":
          stack.push(instruction.to);
          break;
        case "assertion":
          if (asserts(instruction.assertion, state.before, symbol)) stack.push(place + 1);
          break;
        case "progress":
          // A round that took nothing adds no place that the loop does not have already.
          stack.push(place + 1, instruction.exit);
          break;
        default:
          stack.push(place + 1);
      }
    }
    let next: State | null = null;
    if (!matched) {
      // The pattern may also begin at the next byte.
      targets.add(0);
      const places = [...targets].sort((a, b) => a - b);
      next = this.#intern(places, symbol.byte < 0 ? "other" : beforeOf(symbol.byte));
    }
    state.next[symbolId] = next;
    return next;
  }
}
