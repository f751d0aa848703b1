/** Reading captures whole, and what tshark says of them. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import type { CaptureInput } from "../../src/capture/source.ts";
import type { CapturedFrame } from "../../src/capture/types.ts";
import type { WritableFrame } from "../../src/capture/write-common.ts";
import { type CaptureWriterOptions, createCaptureWriter } from "../../src/capture/writer.ts";
import { CaptureError } from "../../src/errors.ts";

/** Whether a command of Wireshark's is installed. */
export function installed(command: string): boolean {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
}
export const hasTshark: boolean = installed("tshark");

/** A folder that is gone after the test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "subflow-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
export function scratchFile(name: string, bytes: Uint8Array | string): string {
  const path = join(scratch(), name);
  writeFileSync(path, bytes);
  return path;
}

export interface Outcome {
  readonly frames: readonly CapturedFrame[];
  readonly error: CaptureError | undefined;
}
/** All frames, and the error that ended them. Anything thrown that is no CaptureError fails the test. */
export async function readAll(input: CaptureInput): Promise<Outcome> {
  const frames: CapturedFrame[] = [];
  try {
    for await (const frame of await openCapture(input)) frames.push(frame);
  } catch (thrown) {
    if (!(thrown instanceof CaptureError)) throw thrown;
    return { frames, error: thrown };
  }
  return { frames, error: undefined };
}

/** The frames of a capture that must be whole. */
export async function framesOf(input: CaptureInput): Promise<readonly CapturedFrame[]> {
  const { frames, error } = await readAll(input);
  if (error !== undefined) throw error;
  return frames;
}

/** What the writer makes of frames. */
export async function write(
  frames: Iterable<WritableFrame>,
  options: CaptureWriterOptions = {},
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const writer = createCaptureWriter((chunk) => void chunks.push(chunk), options);
  for (const frame of frames) await writer.write(frame);
  await writer.close();
  return new Uint8Array(Buffer.concat(chunks));
}

/** The input in pieces that end at the given places. */
export async function* pieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts, bytes.length]
    .map((place) => Math.min(place, bytes.length))
    .sort((a, b) => a - b)) {
    yield bytes.slice(from, cut);
    from = cut;
  }
}

const COLUMNS = [
  "frame.number",
  "frame.time_epoch",
  "frame.len",
  "frame.cap_len",
  "frame.interface_name",
  "frame.comment",
];

function seconds(timestamp: bigint): string {
  const magnitude = timestamp < 0n ? -timestamp : timestamp;
  const fraction = String(magnitude % 1_000_000_000n).padStart(9, "0");
  return `${timestamp < 0n ? "-" : ""}${magnitude / 1_000_000_000n}.${fraction}`;
}

/** One line a frame, in the form of {@link tshark}. */
export function linesOf(frames: readonly CapturedFrame[]): readonly string[] {
  return frames.map((frame) =>
    [
      frame.number,
      frame.timestamp === undefined ? "" : seconds(frame.timestamp),
      frame.originalLength,
      frame.capturedLength,
      // so tshark names pcapng interfaces that have no name
      frame.interfaceName ?? frame.interfaceDescription ?? (frame.interfaceId === undefined ? "" : "unknown"),
      (frame.comments ?? []).join(","),
    ].join("|"),
  );
}

export interface TsharkOutcome {
  readonly status: number | null;
  readonly lines: readonly string[];
}
export function tshark(path: string): TsharkOutcome {
  const columns = COLUMNS.flatMap((column) => ["-e", column]);
  const run = spawnSync("tshark", ["-n", "-r", path, "-T", "fields", "-E", "separator=|", ...columns], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { status: run.status, lines: run.stdout.split("\n").filter((line) => line !== "") };
}

/** Runs one of Wireshark's commands; gives its standard output. */
export function run(command: string, ...words: readonly string[]): string {
  return execFileSync(command, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}
