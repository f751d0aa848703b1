/** A module's function, over the memory that some bytes stand in. */
import { memoryOf, PAGE } from "../../bytes/room.ts";
import { type ModuleParts, moduleBytes } from "./binary.ts";

/** A memory that threads share says how large it may grow; one of {@link takeShared} does not grow. */
function pagesOf(buffer: ArrayBufferLike): number | undefined {
  return buffer instanceof ArrayBuffer ? undefined : buffer.byteLength / PAGE;
}

/** Undefined where instructions may not or cannot be compiled: a policy may forbid it, or the machine may have no vectors. */
export function compileModule(
  parts: Omit<ModuleParts, "sharedPages">,
  buffer: ArrayBufferLike,
): WebAssembly.Module | undefined {
  const { CompileError, Module } = WebAssembly;
  try {
    return new Module(moduleBytes({ ...parts, sharedPages: pagesOf(buffer) }) as BufferSource);
  } catch (thrown) {
    if (thrown instanceof CompileError) return undefined;
    throw thrown;
  }
}

/**
 * The module's function, whose type the caller answers for; undefined where the buffer is of no WebAssembly memory of ours, or of
 * one that the module was not compiled for. `functions`: for each import.
 */
export function bindModule<F extends (...values: number[]) => unknown>(
  module: WebAssembly.Module,
  buffer: ArrayBufferLike,
  functions: readonly ((...values: unknown[]) => unknown)[],
): F | undefined {
  const memory = memoryOf(buffer);
  if (memory === undefined) return undefined;
  const { LinkError, Instance } = WebAssembly;
  try {
    const imports = Object.fromEntries(functions.map((one, index) => [`f${index}`, one]));
    return new Instance(module, { e: { memory, ...imports } }).exports["run"] as F; // its type is the module's
  } catch (thrown) {
    if (thrown instanceof LinkError) return undefined;
    throw thrown;
  }
}

/** Both, for a function without imports. */
export function instantiate<F extends (...values: number[]) => unknown>(
  parts: Omit<ModuleParts, "sharedPages" | "imports">,
  buffer: ArrayBufferLike,
): F | undefined {
  if (memoryOf(buffer) === undefined) return undefined;
  const module = compileModule({ ...parts, imports: [] }, buffer);
  return module && bindModule<F>(module, buffer, []);
}
