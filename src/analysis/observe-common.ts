/** What observers share: who, when, and the filter that shows it. */
import type {
  CheckKind,
  ConnectionAnalysis,
  ConnectionEvent,
  EventKind,
  Observation,
  Side,
} from "./types.ts";
import { duration } from "./units.ts";

export type Observer = (connection: ConnectionAnalysis) => Observation | readonly Observation[] | undefined;

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

export function filterOf({ index, subflows }: ConnectionAnalysis, subtype: number): string {
  const test = `tcp.options.mptcp.subtype == ${subtype}`;
  // A SYN of version 1 carries no key, so that it belongs to no connection yet.
  if (subtype === 0 && subflows[0] !== undefined) return `${test} && tcp.stream == ${subflows[0].stream}`;
  return index === undefined ? test : `${test} && mptcp.stream == ${index}`;
}

export function since({ firstTime }: ConnectionAnalysis, { time }: ConnectionEvent): string {
  return duration(Number(time - firstTime));
}

/** One observation for each event of a kind, with a filter for the option, or else for the stream. */
export function eachEvent(kinds: readonly EventKind[], subtype?: number): Observer {
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

export const who = (side: Side): string => (side === 0 ? "client" : "server");

/** What each check looks at. */
export const CHECK_NAMES: Readonly<Record<CheckKind, string>> = {
  "key-echo": "echoed key",
  "join-token": "token of MP_JOIN",
  "join-syn-ack-hmac": "HMAC of MP_JOIN in the SYN/ACK",
  "join-ack-hmac": "HMAC of MP_JOIN in the third ACK",
  "add-addr-hmac": "HMAC of ADD_ADDR",
  "dss-checksum": "DSS checksum",
  "fast-close-key": "key of MP_FASTCLOSE",
};

/** A text behind a colon: a first word that is no name begins small. */
export function goingOn(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}
