/** What belongs to one segment: given to all who take something from it. */
import type { ParsedOption } from "../engine/api.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { Segment } from "./segment.ts";
import type { AnalysisSink } from "./sink.ts";
import type { SubflowState } from "./subflow-state.ts";
import type { Side } from "./types.ts";

/** Reads an area of TCP options. */
export type OptionParser = (area: Uint8Array) => readonly ParsedOption[];

export interface Context {
  readonly connection: ConnectionState;
  readonly subflow: SubflowState;
  readonly segment: Segment;
  /** Who sent the segment. */
  readonly side: Side;
  readonly parse: OptionParser;
  readonly sink: AnalysisSink;
}
