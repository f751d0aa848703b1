/** Generated scans as what another thread makes functions of. */
import type { MatchLists, RecordScan } from "../../capture/scan.ts";
import { reviveFunction } from "../../codegen/function.ts";
import { bindProgram, type WasmProgram } from "../../codegen/wasm/program.ts";
import type { GeneratedScan } from "./decide.ts";
import { Needle } from "./needle.ts";
import { READ_BINDINGS } from "./read.ts";
import { equalBytes, orderBytes } from "./scan-bytes.ts";
import { wasmScan } from "./wasm-scan.ts";

/** What every thread has by name. */
const HELPERS: Readonly<Record<string, unknown>> = { ...READ_BINDINGS, equalBytes, orderBytes };

/** A value that the code names: a helper, bytes, or bytes that are searched. */
type PackedBinding = { readonly helper: string } | { readonly bytes: Uint8Array; readonly needle: boolean };
type PackedBindings = Readonly<Record<string, PackedBinding>>;

/** Can be sent to another thread. */
export interface ScanProgram {
  readonly source: string;
  readonly bindings: PackedBindings;
  /** The same for memories that are laid out as those of all threads are; undefined where there is no WebAssembly. */
  readonly wasm: WasmProgram | undefined;
}

/** Undefined where the code names what cannot be sent. */
export function packBindings(bindings: GeneratedScan["bindings"]): PackedBindings | undefined {
  const packed: Record<string, PackedBinding> = {};
  for (const [name, value] of Object.entries(bindings)) {
    if (value instanceof Needle) packed[name] = { bytes: value.bytes, needle: true };
    else if (value instanceof Uint8Array) packed[name] = { bytes: value, needle: false };
    else if (Object.hasOwn(HELPERS, name) && HELPERS[name] === value) packed[name] = { helper: name };
    else return undefined;
  }
  return packed;
}

function unpackBindings(packed: PackedBindings): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, binding] of Object.entries(packed)) {
    if ("helper" in binding) values[name] = HELPERS[binding.helper];
    else values[name] = binding.needle ? new Needle(binding.bytes) : binding.bytes;
  }
  return values;
}

export function unpackScan({ source, bindings, wasm }: ScanProgram): RecordScan {
  const values = unpackBindings(bindings);
  const plain = reviveFunction<RecordScan>(source, values);
  const bind = (b: Uint8Array, v: DataView, { starts, sizes, numbers }: MatchLists): RecordScan => {
    const all = { ...values, b, v, starts, sizes, numbers };
    const run = wasm && bindProgram<(...values: number[]) => number[]>(wasm, b, all);
    return run === undefined ? plain : wasmScan(run);
  };
  const scans = new Map<Uint8Array, RecordScan>();
  return (bytes, view, from, to, out) => {
    const scan = scans.get(bytes) ?? bind(bytes, view, out);
    scans.set(bytes, scan);
    scan(bytes, view, from, to, out);
  };
}
