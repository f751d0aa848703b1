/** What a person would point at in a connection, in plain words, each with the frames and the filter that show it. */

import type { ConnectionAnalysis, ConnectionEvent, EventKind, Observation, Side } from "./types.ts";
import { duration, percent, size } from "./units.ts";

type Observer = (connection: ConnectionAnalysis) => Observation | readonly Observation[] | undefined;

const SUBTYPE_NAMES: readonly string[] = [
  "MP_CAPABLE",
  "MP_JOIN",
  "DSS",
  "ADD_ADDR",
  "REMOVE_ADDR",
  "MP_PRIO",
  "MP_FAIL",
  "MP_FASTCLOSE",
  "MP_TCPRST",
];

export function subtypeName(subtype: number): string {
  return SUBTYPE_NAMES[subtype] ?? `subtype ${subtype}`;
}

function filterOf({ index, subflows }: ConnectionAnalysis, subtype: number): string {
  const test = `tcp.options.mptcp.subtype == ${subtype}`;
  // A SYN of version 1 carries no key, so that it belongs to no connection yet.
  if (subtype === 0 && subflows[0] !== undefined) return `${test} && tcp.stream == ${subflows[0].stream}`;
  return index === undefined ? test : `${test} && mptcp.stream == ${index}`;
}

function since({ firstTime }: ConnectionAnalysis, { time }: ConnectionEvent): string {
  return duration(Number(time - firstTime));
}

/** One observation for each event of a kind, with a filter for the option, or else for the stream. */
function eachEvent(kinds: readonly EventKind[], subtype?: number): Observer {
  return (connection) =>
    connection.events
      .filter((event) => kinds.includes(event.kind))
      .slice(0, 20)
      .map((event) => ({
        text: `At ${since(connection, event)}: ${event.text}.`,
        frames: [event.frame],
        filter: subtype === undefined ? `tcp.stream == ${event.stream}` : filterOf(connection, subtype),
      }));
}

const who = (side: Side): string => (side === 0 ? "client" : "server");

const fallback: Observer = ({ fallback: found }) =>
  found === undefined
    ? undefined
    : {
        text: `The connection falls back to plain TCP: ${found.text}.`,
        frames: [found.frame],
        filter: `tcp.stream == ${found.stream}`,
      };

const keys: Observer = (connection) => {
  const carrying = connection.subflows[0]?.sides[0].offer;
  if (connection.version !== 1 || carrying?.mptcp !== "MP_CAPABLE" || connection.index === undefined)
    return undefined;
  return {
    text: "Version 1: the client's key travels in the third ACK, not in the SYN.",
    frames: [carrying.frame],
    filter: filterOf(connection, 0),
  };
};

const checksums: Observer = (connection) => {
  if (connection.index === undefined) return undefined;
  const asked = ([0, 1] as const).filter((side) => connection.hosts[side].checksumRequired === true);
  const text =
    asked.length === 0
      ? connection.complete
        ? "DSS checksums are off: neither side asks for them."
        : undefined
      : `DSS checksums are on: ${asked.map(who).join(" and ")} ask${asked.length === 1 ? "s" : ""} for them.`;
  return text === undefined
    ? undefined
    : { text, frames: [connection.firstFrame], filter: filterOf(connection, 0) };
};

const joins: Observer = (connection) =>
  connection.events
    .filter((event) => event.kind === "join")
    .slice(0, 20)
    .map((event) => {
      const subflow = connection.subflows.find((one) => one.stream === event.stream);
      const unheard = subflow?.sides.some((side) => side.segments === 0) === true;
      const outcome = subflow?.established === true || unheard ? "" : " and does not come into use";
      return {
        text: `At ${since(connection, event)}: ${event.text}${outcome}.`,
        frames: [event.frame],
        filter: filterOf(connection, 1),
      };
    });

const reinjections: Observer = (connection) =>
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

const zeroWindows: Observer = (connection) =>
  connection.subflows.flatMap((one) =>
    one.sides.flatMap((side) => {
      const first = connection.events.find(
        ({ kind, stream }) => kind === "zero-window" && stream === one.stream,
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

const reordering: Observer = (connection) =>
  ([0, 1] as const).flatMap((side) => {
    const { reorderBytes, reorderTime } = connection.hosts[side];
    if (reorderBytes === 0) return [];
    const text = `Of the ${who(side)}'s data up to ${size(reorderBytes)} wait out of order at a time, for ${duration(reorderTime)} at most.`;
    return { text, frames: [], filter: undefined };
  });

const idleBackup: Observer = (connection) =>
  connection.subflows
    .filter((one) => one.backup && one.established && one.sides[0].newBytes + one.sides[1].newBytes === 0)
    .map((one) => ({
      text: `The backup subflow (stream ${one.stream}) carries no data.`,
      frames: [one.firstFrame],
      filter: `tcp.stream == ${one.stream}`,
    }));

const shares: Observer = (connection) => {
  const used = connection.subflows.filter((one) => one.sides[0].newBytes + one.sides[1].newBytes > 0);
  if (used.length < 2) return undefined;
  const side: Side = connection.hosts[0].bytes > connection.hosts[1].bytes ? 0 : 1;
  const total = used.reduce((sum, one) => sum + one.sides[side].newBytes, 0);
  if (total === 0) return undefined;
  const parts = used.map((one) => `stream ${one.stream} ${percent(one.sides[side].newBytes / total)}`);
  return { text: `The ${who(side)}'s data travel on ${parts.join(", ")}.`, frames: [], filter: undefined };
};

const widths: Observer = ({ widths: { dsn, ack }, subflows: [first] }) => {
  if (dsn.length === 0 || first === undefined) return undefined;
  const bytes = (list: readonly number[]): string => list.join(" or ");
  const acks = ack.length === 0 ? "" : `, DATA_ACKs ${bytes(ack)}`;
  return {
    text: `Data sequence numbers are ${bytes(dsn)} bytes wide${acks}.`,
    frames: [],
    filter: undefined,
  };
};

/** A path that offers another segment size than the first one. */
const segmentSizes: Observer = ({ subflows: [first, ...others] }) =>
  others.flatMap((one) => {
    const offer = one.sides[one.opener].offer;
    const before = first?.sides[one.opener].offer;
    if (offer?.mss === undefined || before?.mss === undefined || offer.mss === before.mss) return [];
    const how = offer.mss > before.mss ? "longer" : "shorter";
    return {
      text: `Stream ${one.stream} offers ${how} segments than the first subflow: ${offer.mss} bytes, not ${before.mss}.`,
      frames: [offer.frame],
      filter: `tcp.options.mss_val && tcp.stream == ${one.stream}`,
    };
  });

const confirmed: Observer = (connection) => {
  const echo = connection.notableChecks.find(
    ({ kind, verdict }) => kind === "key-echo" && verdict === "good",
  );
  if (echo === undefined) return undefined;
  return {
    text: "The third ACK's MP_CAPABLE repeats both keys and confirms the handshake.",
    frames: [echo.frame],
    filter: filterOf(connection, 0),
  };
};

const unseen: Observer = (connection) => {
  if (connection.index === undefined || !connection.complete) return undefined;
  const last = connection.version === 0 ? 7 : 8;
  const missing = Array.from({ length: last + 1 }, (_, subtype) => subtype).filter(
    (subtype) => !connection.subtypes.includes(subtype),
  );
  if (missing.length === 0) return undefined;
  const text = `Not seen in this connection: ${missing.map(subtypeName).join(", ")}.`;
  return { text, frames: [], filter: filterOf(connection, missing[0] ?? 0) };
};

const failures: Observer = (connection) =>
  connection.notableChecks
    .filter((check) => check.verdict === "bad" || check.verdict === "legacy")
    .slice(0, 20)
    .map((check) => ({
      text: `${check.verdict === "bad" ? "Wrong" : "Older form of"} ${check.kind.replaceAll("-", " ")}: ${check.detail ?? "it does not agree"}.`,
      frames: [check.frame],
      filter: `frame.number == ${check.frame}`,
    }));

const late: Observer = (connection) =>
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
const oneSided: Observer = ({ subflows }) =>
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

const twice: Observer = ({ duplicates, views, subflows }) => {
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

const ends: Observer = (connection) =>
  connection.subflows.flatMap((one) => {
    const event = connection.events.find(({ kind, stream }) => kind === "reset" && stream === one.stream);
    if (event === undefined) return [];
    const text = `At ${since(connection, event)}: ${event.text} (stream ${one.stream}).`;
    return [{ text, frames: [event.frame], filter: `tcp.flags.reset == 1 && tcp.stream == ${one.stream}` }];
  });

/** Of what one frame shows, in the order in which the report says it; else in the order of frames. */
const OBSERVERS: readonly Observer[] = [
  late,
  twice,
  oneSided,
  fallback,
  keys,
  checksums,
  confirmed,
  joins,
  segmentSizes,
  eachEvent(["join-refused"]),
  eachEvent(["priority"], 5),
  eachEvent(["announce", "echo"], 3),
  eachEvent(["remove"], 4),
  eachEvent(["handover"], 2),
  shares,
  widths,
  reinjections,
  reordering,
  zeroWindows,
  idleBackup,
  eachEvent(["fail"], 6),
  eachEvent(["infinite-mapping"], 2),
  eachEvent(["fast-close"], 7),
  ends,
  failures,
  unseen,
];

export function observe(connection: ConnectionAnalysis): readonly Observation[] {
  const found = OBSERVERS.flatMap((observer) => observer(connection) ?? []);
  const place = ({ frames }: Observation): number => frames[0] ?? Number.MAX_SAFE_INTEGER;
  return [...found].sort((a, b) => place(a) - place(b));
}
