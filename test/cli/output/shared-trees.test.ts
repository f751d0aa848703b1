/** A tree that frames share is, for each of them, the tree of its own; and so are the texts that are made of it. */
import { readdirSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openCapture } from "../../../src/capture/open.ts";
import { ekOutput } from "../../../src/cli/output/ek.ts";
import { jsonOutput } from "../../../src/cli/output/json.ts";
import { pdmlOutput } from "../../../src/cli/output/pdml.ts";
import type { Output, Shown } from "../../../src/cli/output/shown.ts";
import { textOutput } from "../../../src/cli/output/text.ts";
import { Clock } from "../../../src/cli/output/time-column.ts";
import { createEngine } from "../../../src/default-engine.ts";
import type { Frame } from "../../../src/ir/frame.ts";
import { differentialCaptures } from "../../differential/captures.ts";
import { captureFiles } from "../../shared.ts";
import { outputContext } from "./context.ts";

const folder = new URL("../../../examples/captures/", import.meta.url);
const examples = readdirSync(folder).map((name) => new URL(name, folder).pathname);
const SOME = /\/(crafted|ipv6|join_mixed|tcp_sack|tcp_md5|mptcp_tfo)\/client|\/tcpdump\//;
/** Captures of which most frames are plain. */
const IS_PLAIN = /handover|bulk-down|tcp_md5/;
const files = [
  ...examples,
  ...captureFiles().filter((name) => SOME.test(name)),
  ...(await differentialCaptures()),
];
const engine = createEngine();
const context = outputContext(engine);
const columns = engine
  .fields()
  .flatMap(({ name, tracker, own }) => (tracker === undefined || own === true ? [] : [name]));

async function framesOf(file: string, most: number): Promise<Frame[]> {
  const found: Frame[] = [];
  await using source = await openCapture(file);
  for await (const frame of source) {
    if (frame.number > most) break;
    found.push({ ...frame, data: Uint8Array.from(frame.data) });
  }
  return found;
}

function outputs(): readonly Output[] {
  return [
    jsonOutput({ fields: [], text: true, raw: false, duplicateKeys: true }, context),
    jsonOutput({ fields: [], text: true, raw: true, duplicateKeys: true }, context),
    pdmlOutput({ fields: [], file: "" }, context),
    ekOutput({ fields: [], raw: true }, context),
    textOutput({ summary: true, tree: false, hex: false }, context),
    textOutput({ summary: false, tree: true, hex: false }, context),
  ];
}

function textOf(output: Output, shown: Shown): string {
  const written = output.frame(shown);
  return typeof written === "string"
    ? Buffer.from(written, output.encoding).toString()
    : Buffer.from(written).toString();
}

/** Frames whose tree was shared. */
function compare(frames: readonly Frame[]): number {
  const own = engine.createPass({ columns });
  const shared = engine.createPass({ columns, transient: true });
  const ownOutputs = outputs();
  const sharedOutputs = outputs();
  const clock = new Clock();
  let count = 0;
  for (const [index, given] of frames.entries()) {
    const frame = { ...given, number: index + 1 };
    const timing = clock.next(frame.timestamp, 9);
    const right = own.next(frame).dissection;
    const found = shared.next(frame).dissection;
    if (found.shape !== undefined) count++;
    // Each output is the first one to look at some of the trees.
    for (let turn = 0; turn < sharedOutputs.length; turn++) {
      const nth = (turn + index) % sharedOutputs.length;
      const text = textOf(sharedOutputs[nth] as Output, { frame, timing, dissection: found }); // below the length
      const wanted = textOf(ownOutputs[nth] as Output, { frame, timing, dissection: right }); // one of each
      if (text !== wanted) expect(text).toBe(wanted);
    }
    // The cheaper of the two says what differs only to those who need not know.
    if (!isDeepStrictEqual(found.layers, right.layers)) expect(found.layers).toEqual(right.layers);
    expect(found.problems).toEqual(right.problems);
    const [foundValues, rightValues] = [found, right].map(({ layers }) => layers.map(({ value }) => value));
    if (!isDeepStrictEqual(foundValues, rightValues)) expect(foundValues).toEqual(rightValues);
  }
  return count;
}

const few = await Promise.all(files.map((file) => framesOf(file, 6)));

describe("trees that frames share", () => {
  it.each(files)("%s", async (file) => {
    const frames = await framesOf(file, 14);
    // Each shape is met often enough for a tree and a template to be kept.
    const count = compare([...frames, ...frames, ...frames, ...frames]);
    if (IS_PLAIN.test(file)) expect(count).toBeGreaterThan(frames.length * 2);
  });

  it("of frames that are cut", () => {
    for (const [first] of few) {
      if (first === undefined) continue;
      const sizes = Array.from({ length: Math.min(first.data.length, 120) / 9 }, (_, ninth) => ninth * 9);
      const cut = sizes.flatMap((size): Frame[] => {
        const one = { ...first, data: first.data.subarray(0, size), capturedLength: size };
        return [one, { ...one, originalLength: size }];
      });
      compare([first, first, first, ...cut, ...cut, ...cut, first]);
    }
  });

  it("of frames with other bytes here and there", () => {
    const change = fc.array(fc.tuple(fc.nat(120), fc.oneof(fc.nat(255), fc.constant(0))), { maxLength: 3 });
    const size = fc.option(fc.nat(130), { freq: 4 });
    const list = fc.array(fc.tuple(change, size), { minLength: 8, maxLength: 12 });
    fc.assert(
      fc.property(fc.constantFrom(...few.filter(({ length }) => length > 0)), list, (frames, changes) => {
        const changed = changes.map(([bytes, cut], index): Frame => {
          const { data: whole, ...frame } = frames[index % frames.length] as Frame; // below its length
          const data = whole.slice(0, cut ?? whole.length);
          for (const [at, byte] of bytes) if (at < data.length) data[at] = byte;
          return { ...frame, data, capturedLength: data.length };
        });
        compare([...frames, ...frames, ...frames, ...frames, ...changed, ...changed, ...changed]);
      }),
      { numRuns: 12 },
    );
  });
});
