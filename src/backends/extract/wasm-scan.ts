/** How a scan of WebAssembly, bound to its bytes and lists, is called. */
import type { RecordScan } from "../../capture/scan.ts";

/** `run`: takes `first, to, before, found, room` and gives `record, number, matches, stopped`. */
export function wasmScan(run: (...values: number[]) => number[]): RecordScan {
  return (_bytes, _view, from, to, out) => {
    const told = run(from, to, out.number, out.count, out.starts.length);
    out.position = told[0] ?? from;
    out.number = told[1] ?? 0;
    out.count = told[2] ?? 0;
    out.verdict = told[3] ?? 0;
  };
}
