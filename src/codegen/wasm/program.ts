/** Compiled WebAssembly that can be sent to other threads, for memories that are laid out as the first one is. */
import { reviveFunction } from "../function.ts";
import { bindModule } from "./instance.ts";

export interface WasmProgram {
  readonly module: WebAssembly.Module;
  /** Of each function that it imports, as `compileFunction` gives it. */
  readonly imports: readonly string[];
}

/** `bindings`: all that the source of the program named, for this memory; undefined where it does not fit the program. */
export function bindProgram<F extends (...values: number[]) => unknown>(
  { module, imports }: WasmProgram,
  bytes: Uint8Array,
  bindings: Readonly<Record<string, unknown>>,
): F | undefined {
  const functions = imports.map((source) =>
    reviveFunction<(...values: unknown[]) => unknown>(source, bindings),
  );
  return bindModule<F>(module, bytes.buffer, functions);
}
