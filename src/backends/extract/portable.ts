/** Generated scans as text that another thread makes functions of. */
import type { RecordScan } from "../../capture/scan.ts";
import { reviveFunction } from "../../codegen/function.ts";
import type { GeneratedScan } from "./decide.ts";
import { Needle } from "./needle.ts";
import { READ_BINDINGS } from "./read.ts";
import { equalBytes, orderBytes } from "./scan-bytes.ts";
import { TieredScan } from "./tiered.ts";

/** What every thread has by name. */
const HELPERS: Readonly<Record<string, unknown>> = { ...READ_BINDINGS, equalBytes, orderBytes };

/** A value that the code names: a helper, bytes, or bytes that are searched. */
type PackedBinding = { readonly helper: string } | { readonly bytes: Uint8Array; readonly needle: boolean };

/** Can be sent to another thread. */
export interface ScanProgram {
  readonly source: string;
  /** See {@link ScanSource}. */
  readonly walk: string;
  readonly bindings: Readonly<Record<string, PackedBinding>>;
}

/** Undefined where the code names what cannot be sent. */
export function packScan({ source, walk, bindings }: GeneratedScan): ScanProgram | undefined {
  const packed: Record<string, PackedBinding> = {};
  for (const [name, value] of Object.entries(bindings)) {
    if (value instanceof Needle) packed[name] = { bytes: value.bytes, needle: true };
    else if (value instanceof Uint8Array) packed[name] = { bytes: value, needle: false };
    else if (Object.hasOwn(HELPERS, name) && HELPERS[name] === value) packed[name] = { helper: name };
    else return undefined;
  }
  return { source, walk, bindings: packed };
}

export function unpackScan({ source, walk, bindings }: ScanProgram): RecordScan {
  const values: Record<string, unknown> = {};
  for (const [name, binding] of Object.entries(bindings)) {
    if ("helper" in binding) values[name] = HELPERS[binding.helper];
    else values[name] = binding.needle ? new Needle(binding.bytes) : binding.bytes;
  }
  // The reader warmed it up. Each slot's bytes have a scan of their own.
  const made = { run: reviveFunction<RecordScan>(source, values), walk, bindings: values };
  const scans = new Map<Uint8Array, TieredScan>();
  return (bytes, view, from, to, out) => {
    let scan = scans.get(bytes);
    if (scan === undefined) {
      scan = new TieredScan(made, 0);
      scans.set(bytes, scan);
    }
    scan.run(bytes, view, from, to, out);
  };
}
