/** All cases through the engine: tshark's answers on real captures. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import { FilterError } from "../../src/errors.ts";
import type { Frame } from "../../src/ir/frame.ts";
import type { Dissection } from "../../src/ir/tree.ts";
import { sharedDir } from "../shared.ts";
import { byteRange, readCases } from "./cases.ts";

const engine = createEngine();
const captures = new Map<string, Promise<readonly Frame[]>>();

async function readFrames(path: string): Promise<readonly Frame[]> {
  const frames: Frame[] = [];
  const reader = await openCapture(join(sharedDir ?? "", "captures", path));
  // A reader may use its buffer again for the next frame.
  for await (const frame of reader) frames.push({ ...frame, data: frame.data.slice() });
  return frames;
}

function framesOf(capture: string): Promise<readonly Frame[]> {
  const frames = captures.get(capture) ?? readFrames(capture);
  captures.set(capture, frames);
  return frames;
}

/** Fields that need earlier frames. */
const tracked = engine.fields().flatMap((field) => (field.tracker === undefined ? [] : [field.name]));

/** The frame that `${field}` refers to, with what earlier ones tell of it. */
function select(frames: readonly Frame[], number: number): Dissection | undefined {
  const pass = engine.createPass({ columns: tracked });
  return frames.slice(0, number).map((frame) => pass.next(frame).dissection)[number - 1];
}

/** What an answer rests on, and a field that shows whether the engine provides it. */
const markers: Readonly<Record<string, string>> = {
  "tcp-analysis": "tcp.stream",
  "mptcp-analysis": "mptcp.stream",
  "frame-timing": "frame.time_delta",
  "tcp.flags.str": "tcp.flags.str",
  dns: "dns.qry.name",
  display: "frame.time_delta_displayed",
  names: "frame.number",
};
const known = new Set(engine.fields().map((field) => field.name));
/** tshark's defects: what we answer instead. */
const sane: Readonly<Record<string, readonly number[]>> = {
  "own.quirk.004": [1],
  "own.quirk.010": [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  "own.quirk.011": [],
  "own.quirk.012": [3, 4, 5, 6, 7, 8, 9, 10, 11],
};

describe.skipIf(sharedDir === undefined)("filter cases through the engine", () => {
  const cases = readCases().filter(({ needs = [] }) => needs.every((need) => known.has(markers[need] ?? "")));
  test.each(cases)("$id: $filter", async ({ id, capture, filter, selectedFrame, tag, expect: wanted }) => {
    const frames = await framesOf(capture);
    const selected = selectedFrame === undefined ? undefined : select(frames, selectedFrame);
    const run = (): number[] => {
      const compiled = engine.compileFilter(filter, { selectedFrame: selected });
      return frames.filter((frame) => compiled(frame)).map((frame) => frame.number);
    };
    if ("error" in wanted) {
      let error: unknown;
      try {
        run();
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(FilterError);
      if (wanted.col !== undefined && error instanceof FilterError && error.span !== undefined)
        expect(byteRange(filter, error.span).col).toBe(wanted.col);
      return;
    }
    const found = run();
    const corrected = sane[id];
    if (corrected !== undefined) expect(found).toEqual(corrected);
    else if ("frames" in wanted && tag !== "bug-4.0") expect(found).toEqual(wanted.frames);
  });
});
