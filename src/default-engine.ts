/** The only library file that knows the built-in dissectors. */
import type { BuiltinShapes } from "../dissectors/generated/index.ts";
import { builtin as dissectors } from "../dissectors/index.ts";
import { mptcpAnalysis } from "./analysis/fields.ts";
import type { Engine } from "./engine/api.ts";
import { createBareEngine } from "./engine/engine.ts";
import type { Dissector } from "./plugin.ts";

declare module "./engine/api.ts" {
  /** Ids of the built-in schemas tell the types of what `parse` gives. */
  interface Shapes extends BuiltinShapes {}
}

/** The dissectors that `createEngine` registers; add your own behind them. */
export const builtin: readonly Dissector[] = [...dissectors, mptcpAnalysis];

/** A new engine: nothing is shared between two of them. `dissectors` replaces the built-in ones. */
export function createEngine(
  options: { readonly dissectors?: readonly Dissector[] | undefined } = {},
): Engine {
  return createBareEngine(options.dissectors ?? builtin);
}
