/** What a generated block may say of a frame beside 0 and 1. */
import { type Code, code } from "../../codegen/code.ts";

/** The interpreter has to look at the frame. */
export const IRREGULAR = 2;
/** It was gone over to its end, and a part of the filter is left to others. */
export const UNDECIDED = 3;
/** The frame has something that few have: other code takes it from its beginning. */
export const SELDOM = 4;
/** A header leads back to one that was passed, and the code knows no way back. From here on the code has to grow. */
export const AGAIN = 15;
/** From here on a verdict names a schema that has no code yet: its number among the states of a walk is added. */
export const COLD = 16;

/** Sets the verdict and leaves. */
export function leave(verdict: Code): Code {
  return code`{ verdict = ${verdict}; break frame; }`;
}
