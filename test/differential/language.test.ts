/**
 * Where the filter language differs from tshark 4.0: each filter of the section `language` of test/deviations.json gives the
 * stated answer here, and tshark's is another one still.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import { FilterError } from "../../src/errors.ts";
import { hasTshark, tshark } from "./tshark.ts";

process.env["TZ"] = "UTC";

/** Number of frames, or what became of the filter instead. */
type Answer = number | "accepted" | "refused" | "crash";

interface LanguageDeviation {
  readonly filter: string;
  /** File in examples/captures. */
  readonly capture: string;
  readonly selectedFrame?: number;
  readonly tshark: Answer;
  readonly subflow: Answer;
  readonly reason: string;
  readonly source: string;
}

const file: { readonly language: readonly LanguageDeviation[] } = JSON.parse(
  readFileSync(new URL("../deviations.json", import.meta.url), "utf8"),
);
const pathOf = (capture: string): string =>
  fileURLToPath(new URL(`../../examples/captures/${capture}`, import.meta.url));
const engine = createEngine();

async function ours({ filter: text, capture, selectedFrame }: LanguageDeviation): Promise<Answer> {
  const pass = engine.createPass({ columns: ["frame.time_delta"] });
  const dissections = [];
  for await (const frame of await openCapture(pathOf(capture)))
    dissections.push(pass.next({ ...frame, data: frame.data.slice() }).dissection);
  const selected = dissections.find(({ frame }) => frame.number === selectedFrame);
  try {
    const filter = engine.compileFilter(text, { selectedFrame: selected });
    return dissections.filter(({ frame }) => filter(frame)).length;
  } catch (error) {
    if (error instanceof FilterError) return "refused";
    throw error;
  }
}

function theirs({ filter, capture, selectedFrame, tshark: stated }: LanguageDeviation): Answer {
  const selection = selectedFrame === undefined ? [] : ["-2", `--selected-frame=${selectedFrame}`];
  const { status, stdout } = tshark([
    "-r",
    pathOf(capture),
    ...selection,
    "-Y",
    filter,
    "-T",
    "fields",
    "-e",
    "ip.id",
  ]);
  if (status === null) return "crash";
  if (status !== 0) return "refused";
  return stated === "accepted" ? "accepted" : stdout.split("\n").length - 1;
}

describe("stated differences of the language", () => {
  it.each(file.language)("$filter", async (deviation) => {
    expect(await ours(deviation)).toBe(deviation.subflow);
    if (hasTshark) expect(theirs(deviation)).toBe(deviation.tshark);
  });
});
