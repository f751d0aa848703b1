/** The analysis of a whole capture. */
import type { BatchFilter } from "../capture/scan.ts";
import type { CaptureReader } from "../capture/types.ts";
import type { Engine, Pass } from "../engine/api.ts";
import type { Frame } from "../ir/frame.ts";
import type { Row, Tracker, TrackerState } from "../plugin.ts";
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
  await readThrough(frames, pass);
  return analyzer.finish();
}

/** Connections by `mptcp.stream`, from the one whose segments carried most payload on, for what it costs to tell them apart. */
export async function busiestConnections(
  engine: Engine,
  frames: AsyncIterable<Frame>,
): Promise<readonly number[]> {
  const bytes: number[] = [];
  const update = (row: Row): void => {
    const stream = row.firsts[0] ?? Number.NaN;
    if (!Number.isNaN(stream)) bytes[stream] = (bytes[stream] ?? 0) + (row.firsts[1] || 0);
  };
  const create = (): TrackerState => ({ update, forgotten: 0 });
  const requires = ["mptcp.stream", "tcp.len"];
  const tracker: Tracker = { id: "subflow.busiest", requires, provides: [], create };
  await readThrough(frames, engine.createPass({ trackers: [tracker] }));
  return [...bytes.keys()].sort((a, b) => (bytes[b] ?? 0) - (bytes[a] ?? 0));
}

async function readThrough(frames: AsyncIterable<Frame>, pass: Pass): Promise<void> {
  if (isReader(frames)) await showRecords(frames, pass);
  else for await (const frame of frames) pass.next(frame);
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
