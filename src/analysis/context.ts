/** What belongs to one segment: given to all who take something from it. */
import type { ConnectionState } from "./connection-state.ts";
import type { Segment } from "./segment.ts";
import type { SideState } from "./side-state.ts";
import type { AnalysisSink } from "./sink.ts";
import { type DirectionState, opposite, type SubflowState } from "./subflow-state.ts";
import type { Side } from "./types.ts";

/** The same for all segments of one direction of a stream. */
export class Context {
  /** Of TCP. */
  readonly stream: number;
  /** Asked for since it was last looked at. */
  touched = false;
  /** The stream shows the packets of another one again. */
  view = false;
  readonly connection: ConnectionState;
  readonly subflow: SubflowState;
  /** Of the subflow, the sender's direction and the other one. */
  readonly direction: DirectionState;
  readonly reverse: DirectionState;
  /** Of the connection, the sender's data and its peer's. */
  readonly data: SideState;
  readonly peerData: SideState;
  /** Who sends. */
  readonly side: Side;
  readonly segment: Segment;
  readonly sink: AnalysisSink;

  constructor(
    stream: number,
    connection: ConnectionState,
    subflow: SubflowState,
    side: Side,
    segment: Segment,
    sink: AnalysisSink,
  ) {
    const peer = opposite(side);
    this.stream = stream;
    this.connection = connection;
    this.subflow = subflow;
    this.direction = subflow.sides[side];
    this.reverse = subflow.sides[peer];
    this.data = connection.sides[side];
    this.peerData = connection.sides[peer];
    this.side = side;
    this.segment = segment;
    this.sink = sink;
  }
}
