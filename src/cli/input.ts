/** The captures that a run reads. */
import { type Stats, statSync } from "node:fs";
import { mergeCaptures } from "../capture/merge.ts";
import { openCapture } from "../capture/open.ts";
import type { CapturedFrame, FrameSource } from "../capture/types.ts";
import type { Pass } from "../engine/api.ts";
import { CaptureError } from "../errors.ts";
import type { Dissection } from "../ir/tree.ts";
import { CliError, EXIT, FileError } from "./errors.ts";

/** What one run reads: frames in order, several captures merged by time. */
export interface Input {
  /** Undefined for empty files, which tshark reads as captures without packets. */
  readonly source: FrameSource | undefined;
  /** For messages. */
  readonly name: string;
  /** Bytes in all files; undefined when one is not a plain file. */
  readonly size: number | undefined;
}

function fileSize(path: string): number | undefined {
  if (path === "-") return undefined;
  let found: Stats | undefined;
  try {
    found = statSync(path);
  } catch {
    // Whoever opens it says so.
  }
  if (found?.isDirectory())
    throw new CliError(`"${path}" is a directory (folder), not a file.`, EXIT.badInput);
  return found?.isFile() ? found.size : undefined;
}

async function open(path: string): Promise<FrameSource> {
  try {
    return await openCapture(path);
  } catch (thrown) {
    throw thrown instanceof CaptureError ? new FileError(thrown, path) : thrown;
  }
}

export async function openInput(paths: readonly string[]): Promise<Input> {
  const sizes = paths.map(fileSize);
  const readers: FrameSource[] = [];
  for (const [index, path] of paths.entries()) {
    if (sizes[index] !== 0) readers.push(await open(path));
  }
  const [only] = readers;
  const total = sizes.reduce<number>((sum, size) => sum + (size ?? Number.NaN), 0);
  return {
    source: only === undefined || readers.length === 1 ? only : mergeCaptures(readers),
    name: paths.join(", "),
    size: Number.isNaN(total) ? undefined : total,
  };
}

/** The frame that `${field}` refers to, with all that earlier ones tell of it; undefined when the capture is shorter. */
export async function findSelected(
  paths: readonly string[],
  number: number,
  pass: Pass,
): Promise<Dissection | undefined> {
  const { source } = await openInput(paths);
  if (source === undefined) return undefined;
  try {
    for await (const frame of source) {
      const { dissection } = pass.next(frame);
      if (frame.number === number) return dissection;
    }
  } catch (thrown) {
    // The reading that follows meets the same place and says so.
    if (!(thrown instanceof CaptureError)) throw thrown;
  }
  return undefined;
}

/** Digits of a second that the frame's capture stores. */
export function timePrecision(frame: CapturedFrame, format: FrameSource["format"]): number {
  if (format === "nsecpcap") return 9;
  if (format === "pcap") return 6;
  const { tsresol } = frame.interface;
  // A power of two is shown with the digits that it needs at most, nine as tshark keeps no more.
  const digits = tsresol & 0x80 ? Math.ceil((tsresol & 0x7f) * Math.log10(2)) : tsresol;
  return Math.min(9, digits);
}
