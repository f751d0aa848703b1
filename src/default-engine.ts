/** The only library file that knows the built-in dissectors. */
import type { BuiltinFields } from "../dissectors/generated/fields.ts";
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

declare module "./ir/tree.ts" {
  /** Names of the built-in fields tell the types of what `get` gives. */
  interface FieldValues extends BuiltinFields {}
}

/** The dissectors that `createEngine` registers; add your own behind them. */
export const builtin: readonly Dissector[] = [...dissectors, mptcpAnalysis];

/**
 * A new engine: nothing is shared between two of them.
 *
 * @param options - `dissectors` replaces the built-in ones: `[...builtin, mine]` adds to them, as `registerDissector` does.
 * @throws SchemaError where a dissector's schema is refused, or its id or a filter name is taken.
 */
export function createEngine(
  options: { readonly dissectors?: readonly Dissector[] | undefined } = {},
): Engine {
  return createBareEngine(options.dissectors ?? builtin);
}
