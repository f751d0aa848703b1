/** A scan that begins as JavaScript and goes on as WebAssembly, once it was worth while to make it. */
import type { MatchLists, ScanState } from "../../capture/scan.ts";
import type { WasmProgram } from "../../codegen/wasm/program.ts";
import { compileWasmScan, type GeneratedScan } from "./decide.ts";

/** Bytes that show what a capture holds; fewer do not pay for another function. */
const WARM_UP = 32_768;

export type ScanSource = Pick<GeneratedScan, "run" | "walk" | "bindings">;

export class TieredScan {
  readonly #source: ScanSource;
  /** Bytes that were gone over. */
  #seen = 0;
  /** By the bytes that it is bound to; undefined where there can be none. */
  readonly #quick: WeakMap<
    Uint8Array,
    { readonly starts: Int32Array; readonly made: ReturnType<typeof compileWasmScan> }
  > = new WeakMap();

  constructor(source: ScanSource) {
    this.#source = source;
  }

  /** How many bytes of `from` to `to` were gone over is told in `out`, as any scan does. */
  run(bytes: Uint8Array, view: DataView, from: number, to: number, out: ScanState): void {
    out.position = from;
    if (this.#seen < WARM_UP) {
      this.#source.run(bytes, view, from, Math.min(to, from + WARM_UP), out);
      this.#seen += out.position - from;
      if (out.verdict !== 0 || out.count >= out.starts.length) return;
    }
    const begun = out.position;
    const run = this.#seen >= WARM_UP ? this.#quickFor(bytes, view, to - begun, out)?.run : undefined;
    (run ?? this.#source.run)(bytes, view, begun, to, out);
    this.#seen += out.position - begun;
  }

  /** For all memories that bytes and lists stand in as they do in theirs. */
  program(bytes: Uint8Array, view: DataView, lists: MatchLists): WasmProgram | undefined {
    return this.#quickFor(bytes, view, Number.POSITIVE_INFINITY, lists)?.program;
  }

  /** `size`: of what it is wanted for. */
  #quickFor(
    bytes: Uint8Array,
    view: DataView,
    size: number,
    lists: MatchLists,
  ): ReturnType<typeof compileWasmScan> {
    const known = this.#quick.get(bytes);
    if (known?.starts === lists.starts) return known.made;
    if (size < WARM_UP) return undefined;
    const { walk, bindings } = this.#source;
    const made = compileWasmScan(walk, bindings, bytes, view, lists);
    this.#quick.set(bytes, { starts: lists.starts, made });
    return made;
  }
}
