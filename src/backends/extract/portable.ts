/** Generated scans as text that another thread makes functions of. */
import { optionsFit } from "../../capture/options.ts";
import type { RecordScan } from "../../capture/scan.ts";
import { reviveFunction } from "../../codegen/function.ts";
import { READ_BINDINGS } from "./read.ts";
import { equalBytes, Needle, orderBytes } from "./scan-bytes.ts";

/** What every thread has by name. */
const HELPERS: Readonly<Record<string, unknown>> = { ...READ_BINDINGS, equalBytes, orderBytes, optionsFit };

/** A value that the code names: a helper, bytes, or bytes that are searched. */
type PackedBinding = { readonly helper: string } | { readonly bytes: Uint8Array; readonly needle: boolean };

/** Can be sent to another thread. */
export interface ScanProgram {
  readonly source: string;
  readonly bindings: Readonly<Record<string, PackedBinding>>;
}

/** Undefined where the code names what cannot be sent. */
export function packScan(
  source: string,
  bindings: Readonly<Record<string, unknown>>,
): ScanProgram | undefined {
  const packed: Record<string, PackedBinding> = {};
  for (const [name, value] of Object.entries(bindings)) {
    if (value instanceof Needle) packed[name] = { bytes: value.bytes, needle: true };
    else if (value instanceof Uint8Array) packed[name] = { bytes: value, needle: false };
    else if (Object.hasOwn(HELPERS, name) && HELPERS[name] === value) packed[name] = { helper: name };
    else return undefined;
  }
  return { source, bindings: packed };
}

export function unpackScan({ source, bindings }: ScanProgram): RecordScan {
  const needles: Needle[] = [];
  const values = Object.entries(bindings).map(([name, binding]): [string, unknown] => {
    if ("helper" in binding) return [name, HELPERS[binding.helper]];
    if (!binding.needle) return [name, binding.bytes];
    const needle = new Needle(binding.bytes);
    needles.push(needle);
    return [name, needle];
  });
  const scan = reviveFunction<RecordScan>(source, Object.fromEntries(values));
  return (bytes, view, from, to, out) => {
    for (const needle of needles) needle.forget();
    scan(bytes, view, from, to, out);
  };
}
