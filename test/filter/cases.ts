/** The filter cases: text, and what tshark 4.0.17 says to it. */
import { readFileSync } from "node:fs";

export interface FilterCase {
  readonly id: string;
  readonly capture: string;
  readonly filter: string;
  readonly selectedFrame?: number;
  readonly expect:
    | { readonly count: number; readonly frames: readonly number[] }
    | { readonly error: true; readonly col?: number; readonly len?: number }
    | { readonly ok: true }
    | { readonly crash: string };
  /**
   * What the answer rests on: a protocol or a tracker; `names` that tshark's lists in test/data lack; the `display` of the frames
   * before.
   */
  readonly needs?: readonly string[];
  readonly tag?: string;
}

/** One case a line. The answers are those of `tshark -n -r CAPTURE -Y FILTER`, version 4.0.17, in UTC. */
const FILES: readonly string[] = ["cases/display-filter.jsonl", "cases/user.jsonl"];

export function readCases(): FilterCase[] {
  return FILES.flatMap((file) => readFileSync(new URL(file, import.meta.url), "utf8").split("\n"))
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as FilterCase); // the files are ours; their form is stated above
}

/** tshark counts bytes, a span counts UTF-16 code units. */
export function byteRange(text: string, span: { start: number; end: number }): { col: number; len: number } {
  const bytes = (part: string): number => new TextEncoder().encode(part).length;
  return { col: bytes(text.slice(0, span.start)), len: Math.max(1, bytes(text.slice(span.start, span.end))) };
}
