/** The data that a stream carried, from the frames of a capture. */
import type { Engine } from "../../engine/api.ts";
import type { Frame } from "../../ir/frame.ts";
import type { Tracker } from "../../plugin.ts";
import { MptcpFollower } from "./mptcp.ts";
import { TcpFollower } from "./tcp.ts";
import type { Follower, FollowOptions, FollowProtocol, StreamPiece, TakePiece } from "./types.ts";
import { UdpFollower } from "./udp.ts";

/** `stream`: undefined where the caller chooses the frames, which Multipath TCP does not know. */
export function createFollower(
  protocol: FollowProtocol,
  stream: number | undefined,
  take: TakePiece,
  options: FollowOptions = {},
): Follower {
  switch (protocol) {
    case "tcp":
      return new TcpFollower(stream, take, options);
    case "udp":
      return new UdpFollower(stream, take);
    case "mptcp":
      return new MptcpFollower(stream ?? 0, take, options);
  }
}

/**
 * Follows one stream: the bytes of both sides in order, each once, whatever was repeated, overtaken or sent again on
 * another subflow. Bytes that the capture lacks are told of as pieces without data. `stream` is the number that
 * `tcp.stream`, `udp.stream` or `mptcp.stream` has in the same reading. Multipath TCP is put together by data sequence
 * number (RFC 8684 section 3.3), with MP_CAPABLE's data, data of SYNs, and plain TCP behind a fallback (sections 3.1, 3.7,
 * appendix B). No other stream is held; bytes that wait behind a hole are bounded by `maxHeld`.
 *
 * @example
 * for await (const { side, data } of followStream(engine, frames, "mptcp", 0)) files[side].write(data ?? gap);
 */
export async function* followStream(
  engine: Engine,
  frames: AsyncIterable<Frame>,
  protocol: FollowProtocol,
  stream: number,
  options: FollowOptions = {},
): AsyncGenerator<StreamPiece> {
  const pieces: StreamPiece[] = [];
  const follower = createFollower(protocol, stream, (piece) => pieces.push(piece), options);
  const tracker: Tracker = {
    id: "subflow.follow",
    requires: follower.requires,
    provides: [],
    create: () => ({ update: (row) => follower.watch(row), forgotten: 0 }),
  };
  const pass = engine.createPass({ trackers: [tracker] });
  for await (const frame of frames) {
    pass.next(frame);
    if (pieces.length > 0) yield* pieces.splice(0);
  }
  follower.end();
  yield* pieces;
}
