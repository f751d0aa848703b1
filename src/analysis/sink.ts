/** What a reader of the capture may watch while it is analysed: the points that plots are made of. */
import type { Check, ConnectionEvent, Fallback, Side } from "./types.ts";

/** Data of one segment, in bytes from the sender's first one (which is 1, as SYNs count in TCP). */
export interface DataMark {
  readonly connection: number;
  /** `mptcp.stream`, where it is known. */
  readonly index: number | undefined;
  readonly side: Side;
  readonly stream: number;
  readonly frame: number;
  /** Nanoseconds from the capture's first frame. */
  readonly time: number;
  readonly start: number;
  readonly end: number;
  readonly kind: "new" | "retransmission" | "reinjection";
  /** Frame and stream that carried reinjected data first. */
  readonly firstFrame: number | undefined;
  readonly firstStream: number | undefined;
  /** Bytes that wait behind a hole, and bytes sent but not acknowledged by a DATA_ACK, with this segment. */
  readonly waiting: number;
  readonly inFlight: number;
  /** Bytes that TCP has not acknowledged on this subflow. */
  readonly subflowInFlight: number;
}

/** A DATA_ACK of the data that `side` sent. */
export interface AckMark {
  readonly connection: number;
  /** `mptcp.stream`, where it is known. */
  readonly index: number | undefined;
  readonly side: Side;
  readonly stream: number;
  readonly frame: number;
  readonly time: number;
  readonly upTo: number;
  /** Round-trip time that it shows, nanoseconds. */
  readonly rtt: number | undefined;
  /** Window of the segment that carries it, bytes. */
  readonly window: number;
}

/** Members that are absent cost nothing. */
export interface AnalysisSink {
  /** Are data and acknowledgments of the connection wanted? Its `mptcp.stream`, where it is known. Those of all unless given. */
  readonly only?: ((index: number | undefined) => boolean) | undefined;
  readonly data?: (mark: DataMark) => void;
  readonly ack?: (mark: AckMark) => void;
  /** `time` as in the other marks. */
  readonly event?: (connection: number, event: ConnectionEvent, time: number) => void;
  readonly check?: (connection: number, check: Check) => void;
  readonly fallback?: (connection: number, fallback: Fallback) => void;
}
