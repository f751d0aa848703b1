/** The analysis of a whole capture. */
import type { Engine } from "../engine/api.ts";
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
  const analyzer = new Analyzer(options);
  const pass = engine.createPass({ trackers: [analyzer.tracker] });
  for await (const frame of frames) pass.next(frame);
  return analyzer.finish();
}
