/** How data travelled: over which subflows, again, out of order, against closed windows. */
import { filterOf, type Observer, since, who } from "./observe-common.ts";
import type { Side } from "./types.ts";
import { duration, percent, size } from "./units.ts";

export const reinjections: Observer = (connection) =>
  ([0, 1] as const).flatMap((side) => {
    const host = connection.hosts[side];
    const first = connection.events.find((event) => event.kind === "reinjection" && event.side === side);
    if (host.reinjections === 0 || first === undefined) return [];
    const redundant =
      host.redundantBytes === 0 ? "" : `, ${size(host.redundantBytes)} of them acknowledged before`;
    return {
      text: `The ${who(side)} sends ${size(host.reinjectedBytes)} again on another subflow in ${host.reinjections} segments (reinjection), from ${since(connection, first)} on${redundant}.`,
      frames: [first.frame],
      filter: `frame.number in {${host.reinjectionFrames.join(", ")}}`,
    };
  });

/** MPTCP sends data again that TCP has sent, on the subflow that had carried them (RFC 8684 section 3.3.6). */
export const repeats: Observer = ({ hosts }) =>
  ([0, 1] as const).flatMap((side) => {
    const host = hosts[side];
    const [first] = host.repeatFrames;
    if (first === undefined) return [];
    return {
      text: `The ${who(side)} sends ${size(host.repeatedBytes)} again on the subflow that had carried them, under new TCP sequence numbers, in ${host.repeats} segments.`,
      frames: [first],
      filter: `frame.number in {${host.repeatFrames.join(", ")}}`,
    };
  });

export const zeroWindows: Observer = (connection) =>
  connection.subflows.flatMap((one) =>
    one.sides.flatMap((side, index) => {
      const first = connection.events.find(
        (event) => event.kind === "zero-window" && event.stream === one.stream && event.side === index,
      );
      if (side.zeroWindows === 0 || first === undefined) return [];
      const times = side.zeroWindows === 1 ? "once" : `${side.zeroWindows} times`;
      return {
        text: `${side.end} closes its window ${times} (stream ${one.stream}), first at ${since(connection, first)}.`,
        frames: [first.frame],
        filter: `tcp.window_size == 0 && tcp.stream == ${one.stream}`,
      };
    }),
  );

export const reordering: Observer = (connection) =>
  ([0, 1] as const).flatMap((side) => {
    const { reorderBytes, reorderTime } = connection.hosts[side];
    if (reorderBytes === 0) return [];
    const text = `Of the ${who(side)}'s data up to ${size(reorderBytes)} wait out of order at a time, for ${duration(reorderTime)} at most.`;
    return { text, frames: [], filter: undefined };
  });

export const idleBackup: Observer = (connection) =>
  connection.subflows
    .filter((one) => one.backup && one.established && one.sides[0].newBytes + one.sides[1].newBytes === 0)
    .map((one) => ({
      text: `The backup subflow (stream ${one.stream}) carries no data.`,
      frames: [one.firstFrame],
      filter: `tcp.stream == ${one.stream}`,
    }));

export const shares: Observer = (connection) => {
  const used = connection.subflows.filter((one) => one.sides[0].newBytes + one.sides[1].newBytes > 0);
  if (used.length < 2) return undefined;
  const side: Side = connection.hosts[0].bytes > connection.hosts[1].bytes ? 0 : 1;
  const total = used.reduce((sum, one) => sum + one.sides[side].newBytes, 0);
  if (total === 0) return undefined;
  const parts = used.map((one) => `stream ${one.stream} ${percent(one.sides[side].newBytes / total)}`);
  return { text: `The ${who(side)}'s data travel on ${parts.join(", ")}.`, frames: [], filter: undefined };
};

export const widths: Observer = ({ widths: { dsn, ack }, subflows: [first] }) => {
  if (dsn.length === 0 || first === undefined) return undefined;
  const bytes = (list: readonly number[]): string => list.join(" or ");
  const acks = ack.length === 0 ? "" : `, DATA_ACKs ${bytes(ack)}`;
  return {
    text: `Data sequence numbers are ${bytes(dsn)} bytes wide${acks}.`,
    frames: [],
    filter: undefined,
  };
};

/** How soon a subflow that joined was used. */
export const firstUse: Observer = (connection) =>
  connection.subflows.flatMap(({ stream, origin, sides }) => {
    const used = connection.events.find(
      (event) => event.kind === "join-established" && event.stream === stream,
    );
    if (origin !== "join" || used === undefined) return [];
    const [time] = sides.flatMap(({ firstNew }) => firstNew ?? []).toSorted((a, b) => Number(a - b));
    if (time === undefined) return [];
    const wait = Number(time - used.time);
    const soon = wait <= 0 ? "as soon as it is in use" : `${duration(wait)} after it came into use`;
    return {
      text: `Stream ${stream} carries new data ${soon}.`,
      frames: [used.frame],
      filter: `tcp.len > 0 && tcp.stream == ${stream} || frame.number == ${used.frame}`,
    };
  });

/** Standstills shorter than this, or than a few round trips, are none. Nanoseconds. */
const STANDSTILL = 1e8;
const ROUND_TRIPS = 4;

export const standstill: Observer = (connection) =>
  ([0, 1] as const).flatMap((side) => {
    const { longestStall, dataRtt } = connection.hosts[side];
    if (longestStall === undefined) return [];
    if (longestStall.duration < Math.max(STANDSTILL, ROUND_TRIPS * (dataRtt?.mean ?? 0))) return [];
    const when = duration(Number(longestStall.time - connection.firstTime));
    return {
      text: `The DATA_ACKs of the ${who(side)}'s data stand still for ${duration(longestStall.duration)} from ${when} on, with data in flight.`,
      frames: [],
      filter: undefined,
    };
  });

export const sums: Observer = (connection) => {
  const { good, bad } = connection.checks["dss-checksum"];
  if (good === 0 || bad > 0) return undefined;
  return {
    text: `All ${good} DSS checksums whose data were captured whole are right.`,
    frames: [],
    filter: filterOf(connection, 2),
  };
};
