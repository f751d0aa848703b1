/** The functions that are made around a predicate's block: for one frame, and for the records of a chunk of a capture. */

import { PCAP_RECORD_LENGTH } from "../../capture/pcap.ts";
import { BLOCK_ENHANCED_PACKET, LEAST_ENHANCED_PACKET } from "../../capture/pcapng.ts";
import type { MatchLists, RecordScan, ScanFormat } from "../../capture/scan.ts";
import { type Code, code, EMPTY } from "../../codegen/code.ts";
import { compileFunction } from "../../codegen/function.ts";
import { compileWasm } from "../../codegen/wasm/compile.ts";
import type { WasmProgram } from "../../codegen/wasm/program.ts";
import type { Layout } from "../../ir/nodes.ts";
import { wasmScan } from "./wasm-scan.ts";

/** Statements for one frame, with what they name. */
export interface Block {
  /** The block `frame: { … }` that sets `verdict`. */
  readonly block: Code;
  readonly bindings: Readonly<Record<string, unknown>>;
  /** Declarations of what outlives a frame, as long as nobody overwrites the bytes. */
  readonly kept: Code;
  /** Schemas by number, for verdicts that name one without code. */
  readonly states: readonly Layout[];
  /** The verdict rests on nothing but the record: neither on its number nor on earlier ones. */
  readonly alone: boolean;
}

/** Verdict on one frame: 0, 1, or that others must decide. */
export type Decide = (
  b: Uint8Array,
  v: DataView,
  start: number,
  captured: number,
  original: number,
  link: number,
  number: number,
  /** Index of the frame's record, where the block was made to ask for it. */
  record?: number,
) => number;

export interface Generated<F> {
  readonly run: F;
  readonly source: string;
  readonly bindings: Readonly<Record<string, unknown>>;
}

/** `atRecord`: the block asks for the record's index. */
export function compileDecide(predicate: Block, label: string, atRecord = false): Generated<Decide> {
  const { bindings } = predicate;
  const { kept, block } = predicate;
  const own = kept.text === "" ? EMPTY : code`const to = start + captured;\n${kept}\n`;
  const parameters = ["b", "v", "start", "captured", "original", "link", "number"];
  const made = compileFunction<Decide>({
    label: `filter/${label}`,
    parameters: atRecord ? [...parameters, "record"] : parameters,
    body: code`let verdict = 0;\n${own}${block}\nreturn verdict;`,
    bindings,
  });
  return { ...made, bindings };
}

/** Record header of pcap: `start`, `captured`, `original`, and `next` behind the record. Large captured lengths are the reader's. */
function pcapRecord({ littleEndian, maxPacketLength }: ScanFormat): Code {
  return code`if (record > last) break;
const captured = v.getInt32(record + 8, ${littleEndian});
const start = record + 16, next = start + captured;
if (captured >>> 0 > ${maxPacketLength} || next > to) break;
const original = v.getUint32(record + 12, ${littleEndian});`;
}

/**
 * Enhanced Packet Blocks (draft-ietf-opsawg-pcapng section 4.3); any other block is left to the reader. A block without options
 * is as long as its packet says, so that all is well with its length.
 */
function enhancedPacket({ littleEndian, maxPacketLength, interfaces }: ScanFormat): Code {
  const little = littleEndian;
  return code`if (record > last || v.getInt32(record, ${little}) !== ${BLOCK_ENHANCED_PACKET}) break;
const total = v.getInt32(record + 4, ${little}), next = record + total;
const captured = v.getInt32(record + 20, ${little}), start = record + 28;
if (captured >>> 0 > ${maxPacketLength} || next > to) break;
let behind = start + (captured + 3 & -4);
if (behind !== next - 4) {
if ((total & 3) !== 0) break;
while (next - behind >= 8 && v.getUint16(behind, ${little}) !== 0) behind += 4 + (v.getUint16(behind + 2, ${little}) + 3 & -4);
if (behind > next - 4) break;
}
if (v.getInt32(next - 4, ${little}) !== total || v.getUint32(record + 8, ${little}) >= ${interfaces}) break;
const original = v.getUint32(record + 24, ${little});`;
}

/** The walk over records, from `record` on until `to` or until `room` matches are found; `stopped`: the verdict that ended it. */
function walkRecords(predicate: Block, format: ScanFormat): Code {
  const isPcap = format.format === "pcap";
  return code`${predicate.kept}
const last = to - ${isPcap ? PCAP_RECORD_LENGTH : LEAST_ENHANCED_PACKET};
if (matches < room) while (true) {
${isPcap ? pcapRecord(format) : enhancedPacket(format)}
number = number + 1;
let verdict = 0;
${predicate.block}
if (verdict !== 0) {
if (verdict !== 1) { number--; stopped = verdict; break; }
starts[matches] = record; sizes[matches] = next - record; numbers[matches] = number; matches++;
if (matches === room) { record = next; break; }
}
record = next;
}`;
}

export interface GeneratedScan extends Generated<RecordScan> {
  /** The statements that {@link compileWasmScan} takes. */
  readonly walk: string;
}

export function compileScan(predicate: Block, format: ScanFormat, label: string): GeneratedScan {
  const { bindings } = predicate;
  const walk = walkRecords(predicate, format);
  const made = compileFunction<RecordScan>({
    label: `scan/${label}`,
    parameters: ["b", "v", "first", "to", "out"],
    body: code`const starts = out.starts, sizes = out.sizes, numbers = out.numbers, room = starts.length;
let record = first | 0, number = out.number, matches = out.count | 0, stopped = 0;
${walk}
out.verdict = stopped;
out.position = record;
out.number = number;
out.count = matches;`,
    bindings,
  });
  return { ...made, bindings, walk: walk.text };
}

/** A scan again, bound to the bytes and lists that it is for; undefined where WebAssembly does not reach them or cannot do it. */
export function compileWasmScan(
  walk: string,
  bindings: Readonly<Record<string, unknown>>,
  bytes: Uint8Array,
  view: DataView,
  { starts, sizes, numbers }: MatchLists,
): { readonly run: RecordScan; readonly program: WasmProgram } | undefined {
  const made = compileWasm({
    parameters: ["first", "to", "before", "found", "room"],
    body: `let record = first, number = before, matches = found, stopped = 0;\n${walk}`,
    results: ["record", "number", "matches", "stopped"],
    bindings: { ...bindings, starts, sizes, numbers },
    bytes,
    view,
  });
  if (made === undefined) return undefined;
  const { run, module, imports } = made;
  return { run: wasmScan(run), program: { module, imports } };
}
