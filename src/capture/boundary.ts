/**
 * Finding the next record from anywhere in a capture (draft-ietf-opsawg-pcap section 5, draft-ietf-opsawg-pcapng section 3.1). Neither format marks where records begin, so this is a guess, for
 * whoever can verify it: the reader does, as it knows where the stretch before ended.
 */
import { PCAP_RECORD_LENGTH } from "./pcap.ts";
import { KNOWN_BLOCKS } from "./pcapng.ts";
import type { ScanFormat } from "./scan.ts";

/** Records that must follow each other, as far as the bytes reach. */
const CHAIN = 6;
/** Times of one pcap capture lie within about two years. */
const SECONDS = 2 ** 26;

export interface Sought extends ScanFormat {
  /** pcap: seconds since the epoch of some record of the capture. */
  readonly seconds: number;
}

/** Size in bytes of the record at an index, judged by its header alone; 0 where it makes no sense, -1 where it is cut. */
export function recordSize(view: DataView, at: number, end: number, format: ScanFormat): number {
  const little = format.littleEndian;
  if (format.format === "pcap") {
    if (end - at < PCAP_RECORD_LENGTH) return -1;
    const captured = view.getUint32(at + 8, little);
    return captured > format.maxPacketLength ? 0 : PCAP_RECORD_LENGTH + captured;
  }
  if (end - at < 8) return -1;
  const total = view.getUint32(at + 4, little);
  return total < 12 || total % 4 !== 0 || total > format.maxPacketLength + 65_536 ? 0 : total;
}

/** Whether what stands at an index looks like a record. */
function plausible(view: DataView, at: number, size: number, end: number, sought: Sought): boolean {
  const little = sought.littleEndian;
  if (sought.format === "pcap") {
    const ahead = Math.abs(view.getUint32(at, little) - sought.seconds) < SECONDS;
    const captured = size - PCAP_RECORD_LENGTH;
    return (
      ahead &&
      view.getUint32(at + 4, little) < 1e9 &&
      captured > 0 &&
      captured <= view.getUint32(at + 12, little)
    );
  }
  if (!KNOWN_BLOCKS.has(view.getUint32(at, little))) return false;
  return at + size > end || view.getUint32(at + size - 4, little) === size;
}

/** Index in `[from, to)` of what is likely the first record there; -1 if nothing looks like one. `end`: of the bytes. */
export function findRecord(view: DataView, from: number, to: number, end: number, sought: Sought): number {
  for (let start = from; start < to; start++) {
    let at = start;
    let links = 0;
    while (links < CHAIN) {
      const size = recordSize(view, at, end, sought);
      if (size < 0) break;
      if (size === 0 || !plausible(view, at, size, end, sought)) {
        links = -1;
        break;
      }
      at += size;
      links++;
    }
    if (links > 0) return start;
  }
  return -1;
}
