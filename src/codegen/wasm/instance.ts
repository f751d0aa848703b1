/** A module's function, over the memory that some bytes stand in. */
import { memoryOf, PAGE } from "../../bytes/room.ts";
import { type ModuleParts, moduleBytes } from "./binary.ts";

/** A memory that threads share says how large it may grow; one of {@link takeShared} does not grow. */
function pagesOf(buffer: ArrayBufferLike): number | undefined {
  return buffer instanceof ArrayBuffer ? undefined : buffer.byteLength / PAGE;
}

/**
 * The function, whose type the caller answers for; undefined where the buffer is of no WebAssembly memory of ours, and where
 * its instructions may not or cannot be compiled. `functions`: for each import.
 */
export function instantiate<F extends (...values: number[]) => unknown>(
  parts: Omit<ModuleParts, "sharedPages">,
  buffer: ArrayBufferLike,
  functions: readonly ((...values: unknown[]) => unknown)[] = [],
): F | undefined {
  const memory = memoryOf(buffer);
  if (memory === undefined) return undefined;
  const { CompileError, LinkError, Module, Instance } = WebAssembly;
  try {
    const module = new Module(moduleBytes({ ...parts, sharedPages: pagesOf(buffer) }) as BufferSource);
    const imports = Object.fromEntries(functions.map((one, index) => [`f${index}`, one]));
    return new Instance(module, { e: { memory, ...imports } }).exports["run"] as F; // its type is the module's
  } catch (thrown) {
    // A policy may forbid to compile, the machine may have no vectors, and a memory that is not of `room.ts` may be larger than stated.
    if (thrown instanceof CompileError || thrown instanceof LinkError) return undefined;
    throw thrown;
  }
}
