/** A small capture made here: a SYN with MP_CAPABLE, its answer, an ARP request. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromHex } from "../../src/bytes/hex.ts";

const SYN =
  "06f4b33fd67c 9a697fa381f5 0800 45000040786840004006ac4d0a0001010a000102" +
  "d4fc23291612ffe100000000b002faf023910000 020405b40402080a481a8e3b000000000103030a1e040101";
const SYN_ACK =
  "9a697fa381f5 06f4b33fd67c 0800 450000480000400040 0624ae0a0001020a000101" +
  "2329d4fc92866d281612ffe2d012fe88d9a00000 020405b40402080a242fa75b481a8e3b0103030a1e0c01018ff603b46caf5aa3";
const ARP = "ffffffffffff 9a697fa381f5 0806 00010800060400019a697fa381f50a0001010000000000000a000102";

function bytes(hex: string): Uint8Array {
  const found = fromHex(hex);
  if (found === undefined) throw new TypeError(`not hex: ${hex}`);
  return found;
}

/** Classic pcap, little-endian, microseconds, Ethernet (draft-ietf-opsawg-pcap). */
export function pcapBytes(frames: readonly Uint8Array[] = [SYN, SYN_ACK, ARP].map(bytes)): Uint8Array {
  const parts: number[] = [...bytes("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000")];
  for (const [index, frame] of frames.entries()) {
    const head = new DataView(new ArrayBuffer(16));
    // 2026-11-22 06:30:58.433731 UTC and each 20.665 ms later.
    head.setUint32(0, 1795329058, true);
    head.setUint32(4, 433731 + index * 20665, true);
    head.setUint32(8, frame.length, true);
    head.setUint32(12, frame.length, true);
    parts.push(...new Uint8Array(head.buffer), ...frame);
  }
  return Uint8Array.from(parts);
}

/** A new folder of its own, and a path in it for each name. */
export function scratch(): (name: string, content?: Uint8Array | string) => string {
  const folder = mkdtempSync(join(tmpdir(), "subflow-"));
  return (name, content) => {
    const path = join(folder, name);
    if (content !== undefined) writeFileSync(path, content);
    return path;
  };
}
