/** What a file is, by its first bytes. */
import { CaptureError } from "../errors.ts";
import { isSkippable } from "./compressed-frames.ts";
import { gunzip } from "./gzip.ts";
import { unlz4 } from "./lz4.ts";
import { MAGIC_MICRO, MAGIC_MODIFIED, MAGIC_NANO } from "./pcap.ts";
import { BLOCK_SECTION } from "./pcapng.ts";
import { type ByteSource, sourceOf } from "./source.ts";
import type { Compression } from "./types.ts";
import { unzstd } from "./zstd.ts";

/** Bytes that {@link detect} wants to see. */
export const MAGIC_LENGTH = 4;

export type Detected =
  | { readonly kind: "pcap"; readonly littleEndian: boolean }
  | { readonly kind: "pcapng" }
  | { readonly kind: "compressed"; readonly compression: Compression }
  | { readonly kind: "unsupported"; readonly name: string };

/** Undefined: none of the known kinds. */
export function detect(first: Uint8Array): Detected | undefined {
  if (first.length < MAGIC_LENGTH) return undefined;
  const view = new DataView(first.buffer, first.byteOffset, first.length);
  const big = view.getUint32(0);
  const little = view.getUint32(0, true);
  if (big === BLOCK_SECTION) return { kind: "pcapng" };
  for (const magic of [MAGIC_MICRO, MAGIC_NANO]) {
    if (magic === big || magic === little) return { kind: "pcap", littleEndian: magic === little };
  }
  if (MAGIC_MODIFIED === big || MAGIC_MODIFIED === little) {
    return { kind: "unsupported", name: "pcap files with the modified (Kuznetzov) record header" };
  }
  if (big >>> 16 === 0x1f8b) return { kind: "compressed", compression: "gzip" };
  if (little === 0xfd2fb528 || isSkippable(little)) return { kind: "compressed", compression: "zstd" };
  if (little === 0x184d2204) return { kind: "compressed", compression: "lz4" };
  if (big >>> 8 === 0x425a68) return { kind: "unsupported", name: "bzip2" };
  if (big === 0xfd377a58) return { kind: "unsupported", name: "xz" };
  return undefined;
}

const DECODERS: Readonly<Record<Compression, (source: ByteSource) => AsyncIterable<Uint8Array>>> = {
  gzip: gunzip,
  zstd: unzstd,
  lz4: unlz4,
};

/** The content of a compressed source. */
export function decompress(source: ByteSource, compression: Compression): ByteSource {
  return sourceOf(DECODERS[compression](source), () => source.close());
}

/** Error for bytes that {@link detect} does not know. */
export function unknownFormat(first: Uint8Array): CaptureError {
  return new CaptureError(
    "unknown-format",
    first.length === 0
      ? "the file is empty"
      : "this is neither pcap nor pcapng, nor compressed by a known method",
    { byteOffset: 0 },
  );
}
