/** What following a stream yields. */
import type { Row } from "../../plugin.ts";
import type { Side } from "../types.ts";

export type FollowProtocol = "tcp" | "udp" | "mptcp";

/** Bytes of one side's stream that stand behind those yielded before, or bytes of it that are not in the capture. */
export interface StreamPiece {
  /** 0 sent the first packet of the stream; in a Multipath TCP connection, the side that opened it. */
  readonly side: Side;
  /** Place of the first byte in its side's stream, from 0. */
  readonly start: number;
  readonly length: number;
  /** A copy; undefined where the bytes are missing. */
  readonly data: Uint8Array | undefined;
  /** Why: no frame carried them, or the frame that did was captured in part. */
  readonly missing: "lost" | "cut" | undefined;
  /** The frame came before one with bytes in front of these. */
  readonly waited: boolean;
  /** Frame that carried them first; of missing bytes, the one behind which the hole was given up. */
  readonly frame: number;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  /** `tcp.stream` or `udp.stream` that carried them. */
  readonly stream: number;
}

export interface FollowOptions {
  /** Keys by token, for captures that begin after the handshake. */
  readonly keys?: ReadonlyMap<number, bigint> | undefined;
  /** Bytes that may wait behind holes; beyond them the first hole is given up. Default 64 MiB. */
  readonly maxHeld?: number | undefined;
}

/** Takes frames in order. */
export interface Follower {
  /** Columns of the rows for `watch`. */
  readonly requires: readonly string[];
  watch(row: Row): void;
  /** No more frames: what waits behind holes is given out. */
  end(): void;
  /** `address:port` of both sides, once seen. */
  readonly ends: readonly [string | undefined, string | undefined];
  /** Streams and tokens that were dropped to keep memory bounded. */
  readonly forgotten: number;
}

export type TakePiece = (piece: StreamPiece) => void;

export const DEFAULT_MAX_HELD: number = 1 << 26;
