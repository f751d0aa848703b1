/** Names of one generated function: readable, and each used once. */
import { isName, Name } from "../../codegen/code.ts";

/** Names that count: variables of tests, constants that the code names, states, and arrays of the rows. */
const OWN = /^(?:[kst]|late)\d+$|^row\d+(?:Firsts|Highs)$/;
const LONGEST = 100;

export class Scope {
  readonly #taken: Set<string>;
  /** How often a hint was given. */
  readonly #given: Map<string, number> = new Map();

  constructor(reserved: readonly string[]) {
    this.#taken = new Set(reserved);
  }

  /** `hint`, or `hint_2` and so on where it is taken or means something in JavaScript. */
  fresh(hint: string): Name {
    const short = hint.slice(0, LONGEST);
    for (let count = (this.#given.get(short) ?? 0) + 1; ; count++) {
      const text = count === 1 ? short : `${short}_${count}`;
      if (this.#taken.has(text) || OWN.test(text) || !isName(text)) continue;
      this.#given.set(short, count);
      this.#taken.add(text);
      return new Name(text);
    }
  }
}
