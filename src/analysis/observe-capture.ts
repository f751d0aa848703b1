/** What the capture itself is like: late, of one direction, taken twice. */
import type { Observer } from "./observe-common.ts";
import type { ConnectionAnalysis } from "./types.ts";

export const late: Observer = (connection) =>
  connection.complete
    ? undefined
    : {
        text: lateText(connection),
        frames: [connection.firstFrame],
        filter: undefined,
      };

/** What can still be known, and from which frame on. */
function lateText({ hosts, firstFrame, firstMapping, firstDataAck, subflows }: ConnectionAnalysis): string {
  const keys = hosts.filter((host) => host.key !== undefined).length;
  const parts = [
    `The capture does not hold the handshake. Streams are known from frame ${firstFrame} on`,
    firstMapping === undefined ? "no data are mapped" : `data sequence numbers from frame ${firstMapping} on`,
    firstDataAck === undefined ? "no DATA_ACK has a place" : `DATA_ACKs from frame ${firstDataAck} on`,
  ];
  const streams =
    subflows.length > 1 ? " Streams were put together by their tokens and data sequence numbers." : "";
  const missing =
    keys === 2
      ? " Both keys are known: numbers count from the first byte, and HMACs can be checked."
      : keys === 1
        ? " One key is known: numbers of that side count from the first byte; HMACs need both (--key TOKEN=KEY)."
        : " Keys are unknown: numbers count from the first that was seen, HMACs cannot be checked, and which side opened the connection is a guess (give the keys with --key TOKEN=KEY).";
  return `${parts.join(", ")}.${streams}${missing}`;
}

/** Of a stream only one direction was captured. */
export const oneSided: Observer = ({ subflows }) =>
  subflows.flatMap(({ stream, sides, firstFrame }) => {
    const silent = sides.findIndex((side) => side.segments === 0);
    const heard = sides[silent === 0 ? 1 : 0];
    if (silent < 0 || heard.segments < 3) return [];
    return {
      text: `Of stream ${stream} only what ${heard.end} sent is in the capture; of the other side only what it acknowledges is known.`,
      frames: [firstFrame],
      filter: `tcp.stream == ${stream}`,
    };
  });

export const twice: Observer = ({ duplicates, views, subflows }) => {
  if (duplicates === 0) return undefined;
  const [view] = views;
  if (view === undefined) {
    return {
      text: `The capture was taken at two places of the path: ${duplicates} frames show a packet again and are not counted.`,
      frames: [],
      filter: undefined,
    };
  }
  const pairs = views.map(({ stream, of }) => `stream ${stream} shows the packets of stream ${of}`);
  return {
    text: `The capture was taken at two places of the path, with other addresses: ${pairs.join(", ")} (${duplicates} frames, not counted).`,
    frames: [view.frame],
    filter: `tcp.stream in {${[...views.map(({ stream }) => stream), ...subflows.map(({ stream }) => stream)].join(", ")}}`,
  };
};
