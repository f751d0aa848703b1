/** Bytes as `-x` shows them: offset, sixteen bytes, printable ASCII. */
import { toHex } from "../../bytes/hex.ts";

const HEX_WIDTH = 16 * 3 - 1;

function ascii(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join(
    "",
  );
}

/** Lines without a newline at the end; none for no bytes. `first` is the offset that the first byte is shown under. */
export function hexDump(data: Uint8Array, first = 0): string[] {
  const lines: string[] = [];
  const digits = Math.max(4, (first + data.length - 1).toString(16).length);
  for (let at = 0; at < data.length; at += 16) {
    const row = data.subarray(at, at + 16);
    const offset = (first + at).toString(16).padStart(digits, "0");
    lines.push(`${offset}  ${toHex(row, " ").padEnd(HEX_WIDTH)}   ${ascii(row)}`);
  }
  return lines;
}
