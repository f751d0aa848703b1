/** The xxHash sums of zstd and lz4 frames. Where WebAssembly is forbidden they are not verified. */
import type { XXHashAPI } from "xxhash-wasm";
import { CaptureError } from "../errors.ts";

export type Hashes = XXHashAPI | undefined;

/** A content security policy may forbid it. */
export async function loadHashes(): Promise<Hashes> {
  const { default: xxhash } = await import("xxhash-wasm");
  return xxhash().catch(() => undefined);
}

/** @param at - where the sum stands in the compressed bytes. */
export function checkSum(stated: number, found: number, name: string, of: string, at: number): void {
  if (stated === found) return;
  const message = `the ${name} data are damaged: the checksum of ${of} at byte ${at} is wrong`;
  throw new CaptureError("damaged", message);
}
