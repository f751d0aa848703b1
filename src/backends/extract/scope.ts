/** Names of one generated function: readable, and each used once. */
import { Name } from "../../codegen/code.ts";

/** Words that a schema may use as a field's name and that program text may not (ECMA-262 section 12.7.2). */
const JAVASCRIPT: ReadonlySet<string> = new Set(
  (
    "arguments async await break case catch class const continue debugger default delete do else enum eval export " +
    "extends false finally for function get if implements import in instanceof interface let new null of package " +
    "private protected public return set static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);

/** Variables of tests, and constants that the code names. */
const OWN = /^[tk]\d+$/;

export class Scope {
  readonly #taken: Map<string, number> = new Map();

  constructor(reserved: readonly string[]) {
    for (const name of reserved) this.#taken.set(name, 1);
  }

  /** `hint`, or `hint_2` and so on where it is taken or means something in JavaScript. */
  fresh(hint: string): Name {
    const count = (this.#taken.get(hint) ?? 0) + 1;
    this.#taken.set(hint, count);
    return new Name(count === 1 && !JAVASCRIPT.has(hint) && !OWN.test(hint) ? hint : `${hint}_${count}`);
  }
}
