import { SubflowError } from "../errors.ts";

/** A law does not hold; fast-check adds the counterexample and the seed. */
export class LawError extends SubflowError<"law-broken"> {
  constructor(message: string) {
    super("LawError", "law-broken", message);
  }
}
