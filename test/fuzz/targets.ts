/** What hostile input may reach: filter texts, capture files, frames. Each target throws where a rule is broken. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import type { Pass } from "../../src/engine/api.ts";
import { CaptureError, FilterError } from "../../src/errors.ts";
import { functions } from "../../src/filter/functions.ts";
import { operators } from "../../src/filter/operators.ts";
import type { Frame } from "../../src/ir/frame.ts";
import { type Dice, damagedBytes, damagedText } from "./mutate.ts";

/** Tries one input. */
export type Target = (dice: Dice) => Promise<void> | void;

const root = fileURLToPath(new URL("../../", import.meta.url));
const bytesOf = (name: string): Uint8Array => readFileSync(`${root}examples/captures/${name}`);

async function framesOf(name: string, limit: number): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of await openCapture(bytesOf(name))) {
    frames.push({ ...frame, data: frame.data.slice() });
    if (frames.length === limit) break;
  }
  return frames;
}

/** Filters compile or are refused with a place; what compiles runs on any frame. */
export async function filterTarget(): Promise<Target> {
  const engine = createEngine();
  const page = readFileSync(`${root}FILTERS.md`, "utf8");
  const corpus = [...page.matchAll(/ -Y '(.*)' {3}#/g)].map(([, text = ""]) => text);
  const words = [
    ...operators.flatMap(({ spellings }) => spellings),
    ...functions.map(({ name }) => `${name}(`),
    ...engine.fields().map(({ name }) => name),
    ...`( ) [ ] { } , .. 0 1 -1 0xff 1.5 10.0.0.1/8 ::1 ff:ee "a" r"(a+)+$" 'a' [0:2] #1 #[-1]`.split(" "),
    // A dollar and a brace begin a reference.
    ...["ip.src}", "m:1;2}"].map((text) => `$\{${text}`),
  ];
  const frames = await framesOf("every-subtype.pcap", 6);
  return (dice) => {
    const text = damagedText(dice, corpus, words);
    try {
      const filter = engine.compileFilter(text);
      if (typeof filter(dice.pick(frames)) !== "boolean") throw new TypeError(`no verdict: ${text}`);
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      const { span, source } = error;
      if (span !== undefined && !(0 <= span.start && span.start <= span.end && span.end <= source.length))
        throw new TypeError(`a place outside the text: ${JSON.stringify(text)}`);
    }
  };
}

/** Captures give frames that lie in the file, until they end or CaptureError says why not. */
export async function captureTarget(): Promise<Target> {
  const head = (name: string, length: number): Uint8Array => bytesOf(name).subarray(0, length);
  const plain = [
    head("every-subtype.pcap", 700),
    head("checksums.nsec.pcap", 500),
    head("join-mixed.sll.pcap", 400),
    head("bulk-down.pcapng", 900),
  ];
  const corpus = [...plain, ...plain.map((bytes) => gzipSync(bytes, { level: 1 }))];
  return async (dice) => {
    const bytes = damagedBytes(dice, corpus);
    try {
      await using reader = await openCapture(bytes);
      let number = 0;
      for await (const frame of reader) {
        number++;
        if (frame.number !== number || frame.data.length !== frame.capturedLength)
          throw new TypeError("a frame that disagrees with itself");
        // No record takes fewer than 12 bytes; compressed input may hold more.
        if (number > 100_000) throw new TypeError("more frames than bytes");
      }
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
    }
  };
}

/** Link types that have a dissector, and one that has none. */
const LINK_TYPES = [0, 1, 9, 12, 14, 101, 108, 113, 149, 228, 229, 258, 276, 9999] as const;
/** Frames of one reading: what trackers keep grows with their number. */
const FRAMES_PER_PASS = 20_000;

/** Frames never throw, whatever is in them, and no problem or layer lies outside of them. */
export async function dissectorTarget(): Promise<Target> {
  const engine = createEngine();
  const sets = [
    await framesOf("every-subtype.pcap", 58),
    await framesOf("add-addr-port.pcap", 20),
    await framesOf("checksums.nsec.pcap", 20),
    await framesOf("join-mixed.sll.pcap", 20),
  ];
  const columns = engine
    .fields()
    .filter(({ tracker }) => tracker !== undefined)
    .map(({ name }) => name);
  let pass: Pass | undefined;
  let number = 0;
  return (dice) => {
    const set = dice.pick(sets);
    const data = damagedBytes(
      dice,
      set.map((frame) => frame.data),
    );
    const linkType = dice.below(4) === 0 ? dice.pick(LINK_TYPES) : (set[0]?.linkType ?? 1);
    if (number % FRAMES_PER_PASS === 0) pass = engine.createPass({ columns });
    number++;
    const frame: Frame = {
      data,
      number: ((number - 1) % FRAMES_PER_PASS) + 1,
      timestamp: BigInt(number) * 1_000_000n,
      capturedLength: data.length,
      originalLength: data.length + (dice.below(8) === 0 ? dice.below(2000) : 0),
      linkType,
    };
    const dissection = pass?.next(frame).dissection ?? engine.dissect(frame);
    for (const layer of dissection.layers)
      if (layer.start > layer.end || layer.end > data.length)
        throw new TypeError(`${layer.protocol} lies outside the frame: ${Buffer.from(data).toString("hex")}`);
    dissection.occurrences("tcp.options.mptcp.subtype");
    if (dice.below(16) === 0) for (const layer of dissection.layers) void layer.value;
  };
}

export const targets: Readonly<Record<string, () => Promise<Target>>> = {
  filter: filterTarget,
  capture: captureTarget,
  dissector: dissectorTarget,
};
