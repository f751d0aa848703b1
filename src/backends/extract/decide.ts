/** The functions that are made around a predicate's block: for one frame, and for the records of a chunk of a capture. */

import { optionsFit } from "../../capture/options.ts";
import { type Code, code } from "../../codegen/code.ts";
import { compileFunction } from "../../codegen/function.ts";
import type { Predicate } from "./predicate.ts";

/** Verdict on one frame: 0, 1, or that others must decide. */
export type Decide = (
  b: Uint8Array,
  v: DataView,
  start: number,
  captured: number,
  original: number,
  link: number,
  number: number,
) => number;

export interface Generated<F> {
  readonly run: F;
  readonly source: string;
}

export function compileDecide(predicate: Predicate, label: string): Generated<Decide> {
  return compileFunction<Decide>({
    label: `filter/${label}`,
    parameters: ["b", "v", "start", "captured", "original", "link", "number"],
    body: code`let verdict = 0;\n${predicate.block}\nreturn verdict;`,
    bindings: predicate.bindings,
  });
}

/** What a scan leaves behind: where it stopped, the number of the last frame that it went over, and the matches. */
export interface ScanState {
  position: number;
  number: number;
  /** Start and size of each matching record, and the frame's number. */
  readonly starts: Int32Array;
  readonly sizes: Int32Array;
  readonly numbers: Float64Array;
}

/** Goes over records in `b[from, to)`; returns how many match. Stops before a record that it leaves to others. */
export type Scan = (b: Uint8Array, v: DataView, from: number, to: number, out: ScanState) => number;

export interface ScanFormat {
  readonly format: "pcap" | "pcapng";
  readonly littleEndian: boolean;
  readonly maxPacketLength: number;
  /** pcapng: interfaces of the section, all of one link type. */
  readonly interfaces: number;
}

/** Record header of pcap: `start`, `captured`, `original`, and `next` behind the record. */
function pcapRecord({ littleEndian, maxPacketLength }: ScanFormat): Code {
  return code`if (to - record < 16) break;
const captured = v.getUint32(record + 8, ${littleEndian});
const start = record + 16, next = start + captured;
if (captured > ${maxPacketLength} || next > to) break;
const original = v.getUint32(record + 12, ${littleEndian});`;
}

/** Enhanced Packet Blocks (draft-ietf-opsawg-pcapng section 4.3); any other block is left to the reader. */
function enhancedPacket({ littleEndian, maxPacketLength, interfaces }: ScanFormat): Code {
  const little = littleEndian;
  return code`if (to - record < 32 || v.getUint32(record, ${little}) !== 6) break;
const total = v.getUint32(record + 4, ${little}), next = record + total;
if (total < 32 || (total & 3) !== 0 || next > to || v.getUint32(next - 4, ${little}) !== total) break;
const captured = v.getUint32(record + 20, ${little}), start = record + 28, behind = start + (captured + 3 & -4);
if (captured > ${maxPacketLength} || behind > next - 4 || v.getUint32(record + 8, ${little}) >= ${interfaces}) break;
if (behind < next - 4 && !optionsFit(v, behind, next - 4, ${little})) break;
const original = v.getUint32(record + 24, ${little});`;
}

export function compileScan(predicate: Predicate, format: ScanFormat, label: string): Generated<Scan> {
  return compileFunction<Scan>({
    label: `scan/${label}`,
    parameters: ["b", "v", "first", "to", "out"],
    body: code`const starts = out.starts, sizes = out.sizes, numbers = out.numbers, room = starts.length;
let record = first, number = out.number, matches = 0;
while (matches < room) {
${format.format === "pcap" ? pcapRecord(format) : enhancedPacket(format)}
number++;
let verdict = 0;
${predicate.block}
if (verdict !== 0) {
if (verdict !== 1) { number--; break; }
starts[matches] = record; sizes[matches] = next - record; numbers[matches] = number; matches++;
}
record = next;
}
out.position = record;
out.number = number;
return matches;`,
    bindings: { ...predicate.bindings, optionsFit },
  });
}
