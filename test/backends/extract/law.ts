/** What the laws of generated code share: filters, frames, and the oracle's verdict on them. */
import { readFileSync } from "node:fs";
import { builtin } from "../../../dissectors/index.ts";
import { compileDecide, type Decide } from "../../../src/backends/extract/decide.ts";
import { type Predicate, PredicateMaker } from "../../../src/backends/extract/predicate.ts";
import { openCapture } from "../../../src/capture/open.ts";
import { dissectFrame } from "../../../src/engine/dissect.ts";
import { Registry } from "../../../src/engine/registry.ts";
import { CaptureError, FilterError } from "../../../src/errors.ts";
import { type CheckedFilter, compileFilterText } from "../../../src/filter/compile.ts";
import { type Evaluator, toEvaluator } from "../../../src/filter/evaluate.ts";
import type { Frame } from "../../../src/ir/frame.ts";
import { readCases } from "../../filter/cases.ts";

export function builtinRegistry(): Registry {
  const registry = new Registry();
  for (const dissector of builtin) registry.register(dissector);
  return registry;
}

export interface Prepared {
  readonly text: string;
  readonly checked: CheckedFilter;
  readonly evaluate: Evaluator;
  readonly predicate: Predicate;
  readonly decide: Decide;
  readonly source: string;
  /** The frame whose time is asked for. */
  readonly at: { time: bigint | undefined };
}

/** Undefined for a text that is no filter, or one over fields that need earlier frames. */
export function prepare(registry: Registry, text: string): Prepared | undefined {
  let checked: CheckedFilter;
  try {
    checked = compileFilterText(text, registry.fieldTable(), { timeZone: "utc" });
  } catch (error) {
    if (error instanceof FilterError) return undefined;
    throw error;
  }
  if (checked.fields.some((name) => registry.fields.get(name)?.tracker !== undefined)) return undefined;
  const at: Prepared["at"] = { time: undefined };
  const predicate = new PredicateMaker(registry, checked.ast, undefined, () => at.time).make();
  const { run, source } = compileDecide(predicate, "law");
  return { text, checked, evaluate: toEvaluator(checked), predicate, decide: run, source, at };
}

/** Every filter of the cases that is legal, each once. */
export function caseFilters(registry: Registry): Prepared[] {
  const texts = new Set(readCases().map((one) => one.filter));
  return [...texts].flatMap((text): readonly Prepared[] => {
    const one = prepare(registry, text);
    return one === undefined ? [] : [one];
  });
}

export function decideFrame({ decide, at }: Prepared, frame: Frame): number {
  at.time = frame.timestamp;
  const { data } = frame;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return decide(data, view, 0, data.length, frame.originalLength, frame.linkType, frame.number);
}

export interface Tally {
  decided: number;
  irregular: number;
  undecided: number;
  /** Filter, frame number and both verdicts of what differs. */
  readonly wrong: string[];
}

export function newTally(): Tally {
  return { decided: 0, irregular: 0, undecided: 0, wrong: [] };
}

/** Compares all filters on one frame. */
export function compareOn(
  registry: Registry,
  filters: readonly Prepared[],
  frame: Frame,
  tally: Tally,
): void {
  const dissection = dissectFrame(registry, frame);
  for (const filter of filters) {
    const verdict = decideFrame(filter, frame);
    if (verdict === 2) tally.irregular++;
    else if (verdict === 3) tally.undecided++;
    else {
      tally.decided++;
      const right = filter.evaluate((name) => dissection.occurrences(name));
      if (right !== (verdict === 1))
        tally.wrong.push(
          `${filter.text} on frame ${frame.number} (${hex(frame.data)}, link type ${frame.linkType}): ${verdict}`,
        );
    }
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 100), (byte: number): string =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** The frames of a capture up to a damaged place, each with bytes of its own. */
export async function framesOf(path: string, limit: number = Number.POSITIVE_INFINITY): Promise<Frame[]> {
  const frames: Frame[] = [];
  try {
    for await (const frame of await openCapture(path)) {
      frames.push({ ...frame, data: frame.data.slice() });
      if (frames.length >= limit) break;
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
  }
  return frames;
}

/** A pcap file of the frames, a millisecond apart. */
export function pcapOf(linkType: number, frames: readonly Uint8Array[]): Uint8Array {
  const size = frames.reduce((sum, data) => sum + 16 + data.length, 24);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xa1b2c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, 65_535, true);
  view.setUint32(20, linkType, true);
  let at = 24;
  for (const [index, data] of frames.entries()) {
    view.setUint32(at, 1_700_000_000, true);
    view.setUint32(at + 4, index * 1000, true);
    view.setUint32(at + 8, data.length, true);
    // Some are of a longer packet.
    view.setUint32(at + 12, data.length + (index % 3) * 100, true);
    bytes.set(data, at + 16);
    at += 16 + data.length;
  }
  return bytes;
}

export function readLines(url: URL): string[] {
  return readFileSync(url, "utf8")
    .split("\n")
    .filter((line) => line !== "");
}
