/** What a person would point at in a connection, in plain words, each with the frames and the filter that show it. */
import { late, oneSided, twice } from "./observe-capture.ts";
import {
  CHECK_NAMES,
  eachEvent,
  filterOf,
  goingOn,
  type Observer,
  since,
  subtypeName,
  who,
} from "./observe-common.ts";
import {
  firstUse,
  idleBackup,
  reinjections,
  reordering,
  repeats,
  shares,
  standstill,
  sums,
  widths,
  zeroWindows,
} from "./observe-traffic.ts";
import type { ConnectionAnalysis, Observation, Side } from "./types.ts";
import { size } from "./units.ts";

const fallback: Observer = ({ fallback: found }) =>
  found === undefined
    ? undefined
    : {
        text: `The connection falls back to plain TCP: ${goingOn(found.text)}.`,
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

function askedText(asked: readonly Side[]): string {
  const [one, two] = asked;
  if (one === undefined || two !== undefined) return "client and server ask for them";
  return `the ${who(one)} asks for them, the ${who(one === 0 ? 1 : 0)} does not`;
}

const checksums: Observer = (connection) => {
  if (connection.index === undefined) return undefined;
  const asked = ([0, 1] as const).filter((side) => connection.hosts[side].checksumRequired === true);
  const text =
    asked.length === 0
      ? connection.complete
        ? "DSS checksums are off: neither side asks for them."
        : undefined
      : `DSS checksums are on: ${askedText(asked)}.`;
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
      const outcome = subflow?.established === true || unheard ? "" : ", and does not come into use";
      return {
        text: `At ${since(connection, event)}: ${event.text}, the ${who(event.side === 0 ? 1 : 0)}'s token and the backup flag ${subflow?.sides[event.side].offer?.backup ? "set" : "clear"}${outcome}.`,
        frames: [event.frame],
        filter: filterOf(connection, 1),
      };
    });

/** A path that offers another segment size than the first one. */
const segmentSizes: Observer = ({ subflows: [first, ...others] }) =>
  others.flatMap((one) => {
    const offer = one.sides[one.opener].offer;
    const before = first?.sides[one.opener].offer;
    if (offer?.mss === undefined || before?.mss === undefined || offer.mss === before.mss) return [];
    const how = offer.mss > before.mss ? "longer" : "shorter";
    const scale =
      offer.windowShift === before.windowShift
        ? `, with the same window scale (${offer.windowShift ?? "none"})`
        : `, with window scale ${offer.windowShift ?? "none"}, not ${before.windowShift ?? "none"}`;
    return {
      text: `Stream ${one.stream} offers ${how} segments than the first subflow: ${offer.mss} bytes, not ${before.mss}${scale}.`,
      frames: [offer.frame],
      filter: `tcp.options.mss_val && tcp.stream == ${one.stream}`,
    };
  });

const confirmed: Observer = (connection) => {
  const echo = connection.notableChecks.find(
    ({ kind, verdict }) => kind === "key-echo" && verdict === "good",
  );
  if (echo === undefined) return undefined;
  const more = connection.checksums ? ", checksums with it" : "";
  return {
    text: `The third ACK's MP_CAPABLE repeats both keys and confirms the handshake${more}.`,
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
      text: `${check.verdict === "bad" ? "Wrong" : "Older form of"} ${CHECK_NAMES[check.kind]}: ${check.detail ?? "it does not agree"}.`,
      frames: [check.frame],
      filter: `frame.number == ${check.frame}`,
    }));

const ends: Observer = (connection) =>
  connection.subflows.flatMap((one) => {
    const event = connection.events.find(({ kind, stream }) => kind === "reset" && stream === one.stream);
    if (event === undefined) return [];
    const behind = one.sides[event.side === 0 ? 1 : 0].bytesBehindReset;
    const late = behind === 0 ? "" : `; ${size(behind)} were under way and arrive behind it`;
    const text = `At ${since(connection, event)}: ${event.text} (stream ${one.stream})${late}.`;
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
  firstUse,
  segmentSizes,
  eachEvent(["join-refused"]),
  eachEvent(["priority"], 5),
  eachEvent(["announce", "echo"], 3),
  eachEvent(["remove"], 4),
  eachEvent(["handover"], 2),
  shares,
  widths,
  reinjections,
  repeats,
  reordering,
  standstill,
  zeroWindows,
  idleBackup,
  sums,
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
