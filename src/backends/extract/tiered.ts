/** A scan that begins as JavaScript and goes on as WebAssembly, once it was worth while to make it. */
import type { RecordScan, ScanState } from "../../capture/scan.ts";
import { compileWasmScan, type GeneratedScan } from "./decide.ts";

/** Bytes that show what a capture holds; fewer do not pay for another function. */
const WARM_UP = 32_768;

export type ScanSource = Pick<GeneratedScan, "run" | "walk" | "bindings">;

export class TieredScan {
  readonly #source: ScanSource;
  readonly #warmUp: number;
  /** Bytes that were gone over. */
  #seen = 0;
  /** By the bytes that it is bound to; undefined where there can be none. */
  readonly #quick: WeakMap<
    Uint8Array,
    { readonly starts: Int32Array; readonly run: RecordScan | undefined }
  > = new WeakMap();

  constructor(source: ScanSource, warmUp: number = WARM_UP) {
    this.#source = source;
    this.#warmUp = warmUp;
  }

  /** How many bytes of `from` to `to` were gone over is told in `out`, as any scan does. */
  run(bytes: Uint8Array, view: DataView, from: number, to: number, out: ScanState): void {
    out.position = from;
    if (this.#seen < this.#warmUp) {
      this.#source.run(bytes, view, from, Math.min(to, from + this.#warmUp), out);
      this.#seen += out.position - from;
      if (out.verdict !== 0 || out.count >= out.starts.length) return;
    }
    const begun = out.position;
    const run = this.#seen >= this.#warmUp ? this.#quickFor(bytes, view, to - begun, out) : undefined;
    (run ?? this.#source.run)(bytes, view, begun, to, out);
    this.#seen += out.position - begun;
  }

  #quickFor(bytes: Uint8Array, view: DataView, size: number, out: ScanState): RecordScan | undefined {
    const known = this.#quick.get(bytes);
    if (known?.starts === out.starts) return known.run;
    if (size < WARM_UP) return undefined;
    const { walk, bindings } = this.#source;
    const run = compileWasmScan(walk, bindings, bytes, view, out)?.run;
    this.#quick.set(bytes, { starts: out.starts, run });
    return run;
  }
}
