/**
 * The statements of all headers that a walk may meet, one state each, and the ways between them. Where no header is met twice
 * in a frame, they stand one behind the other, so that a compiler knows what is known at each; else a loop goes through them.
 */
import { type Code, code, lines, Name } from "../../codegen/code.ts";
import type { Layout } from "../../ir/nodes.ts";
import { AGAIN, COLD, IRREGULAR, leave } from "./verdict.ts";

/** As the engine's limit. */
const MAX_LAYERS = 64;

const STATE = new Name("state");
const DEPTH = new Name("depth");

/** What a capture held so far, and so what the code is for. */
export interface Met {
  readonly layouts: ReadonlySet<Layout>;
  /** Frames lead back to a header whose code stands before. */
  readonly again: boolean;
}

/** Label of a state's statements, or of those before them. */
function labelOf(state: number): Name {
  return new Name(`s${state}`);
}

export class States {
  readonly #numbers: Map<Layout, number> = new Map();
  readonly #met: Met | undefined;

  /** `met`: the walk leaves the frame at what is not in it. Undefined: all that it may meet gets code. */
  constructor(met: Met | undefined) {
    this.#met = met;
  }

  get layouts(): readonly Layout[] {
    return [...this.#numbers.keys()];
  }

  get #isLoop(): boolean {
    return this.#met?.again !== false;
  }

  /** Was it met? Undefined where that is not asked. */
  isMet(layout: Layout): boolean | undefined {
    return this.#met?.layouts.has(layout);
  }

  #numberOf(layout: Layout): number {
    const known = this.#numbers.get(layout);
    if (known !== undefined) return known;
    const number = this.#numbers.size + 1;
    this.#numbers.set(layout, number);
    return number;
  }

  /** Statements that go on with a schema; `from`: those of another's state. */
  go(layout: Layout, from?: Layout): Code {
    const number = this.#numberOf(layout);
    if (this.isMet(layout) === false) return leave(code`${COLD + number - 1}`);
    const own = from === undefined ? 0 : this.#numberOf(from);
    if (!this.#isLoop) return own < number ? code`break ${labelOf(number)};` : leave(code`${AGAIN}`);
    if (from === undefined) return code`${STATE} = ${number};`;
    // States stand in the order of their numbers: what comes behind is reached without another turn of the loop.
    return own < number
      ? code`${STATE} = ${number}; ${DEPTH}++; break ${labelOf(own)};`
      : code`${STATE} = ${number}; continue walk;`;
  }

  /**
   * `first`: goes to where the walk begins. `write`: a state's statements, which leave the block `walk` at the end. `shortcut`:
   * statements before the first that may go to any state at once.
   */
  code(first: Code, write: (layout: Layout) => Code, shortcut: () => Code): Code {
    const states: { readonly number: number; readonly body: Code }[] = [];
    // Writing one state may find others.
    for (let done = 0; done < this.#numbers.size; done++) {
      const [layout, number] = [...this.#numbers][done] as [Layout, number]; // the index is in range
      if (this.isMet(layout) !== false) states.push({ number, body: write(layout) });
    }
    if (states.length === 0) return first;
    if (this.#isLoop) {
      const cases = states.map(
        ({ number, body }) => code`if (${STATE} === ${number}) ${labelOf(number)}: {\n${body}\n}`,
      );
      // One turn may go through all states.
      return code`let ${STATE} = 0;\n${first}
walk: for (let ${DEPTH} = 1; ${STATE} !== 0; ${DEPTH}++) {
if (${DEPTH} > ${Math.max(1, MAX_LAYERS - cases.length)}) ${leave(code`${IRREGULAR}`)}
${cases}
}`;
    }
    const inner = states.reduce(
      (before, { number, body }) => code`${labelOf(number)}: {\n${before}\n}\n${body}`,
      lines([shortcut(), first, code`break walk;`]),
    );
    return code`walk: {\n${inner}\n}`;
  }
}
