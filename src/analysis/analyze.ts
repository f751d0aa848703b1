/** The analysis of a whole capture. */
import type { BatchFilter } from "../capture/scan.ts";
import type { CaptureReader } from "../capture/types.ts";
import type { Engine, Pass } from "../engine/api.ts";
import type { Frame } from "../ir/frame.ts";
import { Analyzer, type AnalyzerOptions } from "./analyzer.ts";
import type { CaptureAnalysis } from "./types.ts";

/**
 * Follows the MPTCP connections of a capture: subflows, data by 64-bit sequence number, checks of tokens, HMACs and
 * checksums, and what became of them (RFC 6824, RFC 8684). Frames come in order; memory is bounded.
 *
 * @example
 * const analysis = await analyzeCapture(createEngine(), await openCapture("trace.pcap"));
 */
export async function analyzeCapture(
  engine: Engine,
  frames: AsyncIterable<Frame>,
  options: AnalyzerOptions = {},
): Promise<CaptureAnalysis> {
  const analyzer = new Analyzer({ parse: (area) => engine.parseOptions(area), ...options });
  const pass = engine.createPass({ trackers: [analyzer.tracker] });
  if (isReader(frames)) await showRecords(frames, pass);
  else for await (const frame of frames) pass.next(frame);
  return analyzer.finish();
}

function isReader(frames: AsyncIterable<Frame>): frames is CaptureReader {
  return "matches" in frames;
}

/** Without an object for each frame. */
async function showRecords(reader: CaptureReader, pass: Pass): Promise<void> {
  const show = (frame: Frame): boolean => {
    pass.next(frame);
    return false;
  };
  const filter: BatchFilter = Object.assign(show, { scan: pass.scan });
  for await (const _ of reader.matches(filter));
}
