/** The report, apart from how it is written: headings, tables, lists. */
import { CHECK_KINDS } from "./checks.ts";
import { CHECK_NAMES, subtypeName } from "./observe-common.ts";
import type { CaptureAnalysis, ConnectionAnalysis, Offer, Side, Spread, SubflowAnalysis } from "./types.ts";
import { duration, hex32, percent, rate, size } from "./units.ts";

export interface Table {
  readonly kind: "table";
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Item {
  readonly text: string;
  /** Frames and filter, set apart from the text. */
  readonly source: string | undefined;
}

export type Block =
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly Item[] }
  | Table;

const heading = (level: 1 | 2 | 3, text: string): Block => ({ kind: "heading", level, text });
const paragraph = (text: string): Block => ({ kind: "paragraph", text });
const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;
const seconds = (from: bigint, to: bigint): string => duration(Number(to - from));

/** What is said of the capture as a whole. `title` names it. */
export function captureBlocks(analysis: CaptureAnalysis, title: string): readonly Block[] {
  const { connections, firstTime, lastTime } = analysis;
  const span =
    firstTime === undefined || lastTime === undefined ? "" : ` over ${seconds(firstTime, lastTime)}`;
  const plain =
    analysis.plainStreams === 0
      ? ""
      : `, and ${plural(analysis.plainStreams, "TCP connection")} without MPTCP`;
  const blocks: Block[] = [
    heading(1, `MPTCP in ${title}`),
    paragraph(
      `${plural(analysis.frames, "frame")}${span}; ${plural(connections.length, "connection")} with MPTCP${plain}.`,
    ),
  ];
  if (analysis.forgotten > 0) {
    blocks.push(
      paragraph(
        `${plural(analysis.forgotten, "entry").replace("entrys", "entries")} dropped to keep memory bounded.`,
      ),
    );
  }
  return connections.length > 1 ? [...blocks, overview(connections)] : blocks;
}

/** Connections that have a row of their own before each is told of. */
const MOST_ROWS = 1000;

function overview(connections: readonly ConnectionAnalysis[]): Block {
  const head = [
    "connection",
    "first frame",
    "client",
    "server",
    "version",
    "subflows",
    "client sent",
    "server sent",
    "took",
  ];
  const rows = connections.slice(0, MOST_ROWS).map((one): readonly string[] => {
    const [first] = one.subflows;
    return [
      one.fallback === undefined ? nameOf(one) : `${nameOf(one)} (fell back)`,
      String(one.firstFrame),
      first?.sides[0].end ?? "",
      first?.sides[1].end ?? "",
      shown(one.version),
      String(one.subflows.length),
      size(one.hosts[0].bytes),
      size(one.hosts[1].bytes),
      seconds(one.firstTime, one.lastTime),
    ];
  });
  const left = connections.length - rows.length;
  if (left > 0) rows.push([`and ${left} more`, ...head.slice(1).map(() => "")]);
  return { kind: "table", head, rows };
}

export function nameOf(connection: ConnectionAnalysis): string {
  return connection.index === undefined
    ? `TCP stream ${connection.subflows[0]?.stream ?? "?"}`
    : `Connection ${connection.index}`;
}

export function connectionBlocks(connection: ConnectionAnalysis): readonly Block[] {
  const [first] = connection.subflows;
  const ends = first === undefined ? "" : `${first.sides[0].end} to ${first.sides[1].end}`;
  const version = connection.version === undefined ? "version unknown" : `version ${connection.version}`;
  const state = connection.fallback === undefined ? "" : ", fell back to TCP";
  return [
    heading(2, `${nameOf(connection)}: ${ends}, ${version}${state}`),
    paragraph(summary(connection)),
    ...(connection.observations.length === 0 ? [] : [heading(3, "Observations"), observations(connection)]),
    heading(3, "What each side offered"),
    offers(connection),
    heading(3, "Subflows"),
    subflows(connection),
    ...(connection.addresses.length === 0 ? [] : [heading(3, "Addresses"), addresses(connection)]),
    heading(3, "Timeline"),
    timeline(connection),
    heading(3, "Checks"),
    checks(connection),
    paragraph(`Options seen: ${connection.subtypes.map(subtypeName).join(", ") || "none"}.`),
  ];
}

/** One time where the smallest and the largest read the same. */
function spread({ min, mean, max }: Spread): string {
  const [least, most] = [duration(min), duration(max)];
  return least === most ? least : `${least} to ${most} (mean ${duration(mean)})`;
}

function sideSummary(connection: ConnectionAnalysis, side: Side): string {
  const host = connection.hosts[side];
  const token = host.token === undefined ? "token unknown" : `token ${hex32(host.token)}`;
  const speed = host.goodput === undefined ? "" : `, ${rate(host.goodput)}`;
  const { dataRtt } = host;
  const rtt = dataRtt === undefined ? "" : `, data-level round trip ${spread(dataRtt)}`;
  return `${side === 0 ? "Client" : "Server"} (${token}) sent ${size(host.bytes)}${speed}${rtt}.`;
}

function summary(connection: ConnectionAnalysis): string {
  const { firstTime, lastTime, frames } = connection;
  const span = `${plural(frames, "frame")} in ${seconds(firstTime, lastTime)}, from frame ${connection.firstFrame} on.`;
  return [span, sideSummary(connection, 0), sideSummary(connection, 1)].join(" ");
}

function observations({ observations: found }: ConnectionAnalysis): Block {
  const items = found.map(({ text, frames, filter }) => {
    const where = frames.length === 0 ? undefined : `frame ${frames.join(", ")}`;
    const source = [where, filter].filter((part) => part !== undefined).join(": ");
    return { text, source: source === "" ? undefined : source };
  });
  return { kind: "list", items };
}

const yes = (value: boolean | undefined): string => (value === undefined ? "" : value ? "yes" : "no");
const shown = (value: number | undefined): string => (value === undefined ? "" : String(value));

function offerRow(subflow: SubflowAnalysis, side: Side, offer: Offer): readonly string[] {
  return [
    String(subflow.stream),
    subflow.sides[side].end,
    String(offer.frame),
    offer.mptcp === "none"
      ? "no MPTCP"
      : offer.version === undefined
        ? offer.mptcp
        : `${offer.mptcp} v${offer.version}`,
    shown(offer.mss),
    shown(offer.windowShift),
    yes(offer.sackPermitted),
    yes(offer.timestamps),
    yes(offer.checksumRequired),
    yes(offer.backup),
    shown(offer.addressId),
    offer.token === undefined ? "" : hex32(offer.token),
  ];
}

function offers(connection: ConnectionAnalysis): Block {
  const head = [
    "stream",
    "from",
    "frame",
    "MPTCP",
    "MSS",
    "window scale",
    "SACK",
    "timestamps",
    "checksum",
    "backup",
    "id",
    "token",
  ];
  const rows = connection.subflows.flatMap((subflow) =>
    ([subflow.opener, subflow.opener === 0 ? 1 : 0] as const).flatMap((side) => {
      const { offer } = subflow.sides[side];
      return offer === undefined ? [] : [offerRow(subflow, side, offer)];
    }),
  );
  return { kind: "table", head, rows };
}

function subflows(connection: ConnectionAnalysis): Block {
  const head = [
    "stream",
    "side",
    "from",
    "segments",
    "bytes",
    "new bytes",
    "share",
    "retransmitted bytes",
    "reinjected bytes",
    "repeated bytes",
    "zero windows",
    "end",
  ];
  const rows = connection.subflows.flatMap((subflow) =>
    ([0, 1] as const).map((side) => {
      const one = subflow.sides[side];
      const total = connection.subflows.reduce((sum, other) => sum + other.sides[side].newBytes, 0);
      return [
        String(subflow.stream),
        side === 0 ? "client" : "server",
        one.end,
        String(one.segments),
        String(one.bytes),
        String(one.newBytes),
        total === 0 ? "" : percent(one.newBytes / total),
        String(one.retransmittedBytes),
        String(one.reinjectedBytes),
        String(one.repeatedBytes),
        String(one.zeroWindows),
        subflow.end,
      ];
    }),
  );
  return { kind: "table", head, rows };
}

/** Streams that an address carries; refused joins are told apart. */
function streamsAt(connection: ConnectionAnalysis, streams: readonly number[]): string {
  const refused = (stream: number): boolean =>
    connection.subflows.some((one) => one.stream === stream && one.origin === "join" && !one.established);
  return streams.map((stream) => `${stream}${refused(stream) ? " (refused)" : ""}`).join(", ");
}

function addresses(connection: ConnectionAnalysis): Block {
  const head = [
    "side",
    "id",
    "address",
    "port",
    "announced in frame",
    "confirmed in frame",
    "used by stream",
    "removed in frame",
  ];
  const rows = connection.addresses.map((one) => [
    one.side === 0 ? "client" : "server",
    String(one.id),
    one.address ?? "unknown",
    shown(one.port),
    `${shown(one.announcedIn)}${one.announcements > 1 ? ` (${one.announcements} times)` : ""}`,
    shown(one.confirmedIn),
    streamsAt(connection, one.streams),
    shown(one.removedIn),
  ]);
  return { kind: "table", head, rows };
}

function timeline(connection: ConnectionAnalysis): Block {
  const rows = connection.events.map((event) => [
    (Number(event.time - connection.firstTime) / 1e9).toFixed(6),
    String(event.frame),
    String(event.stream),
    event.count === 1 ? event.text : `${event.text} (and ${event.count - 1} more like it)`,
  ]);
  if (connection.droppedEvents > 0) rows.push(["", "", "", `${connection.droppedEvents} more events`]);
  return { kind: "table", head: ["seconds", "frame", "stream", "event"], rows };
}

function checks(connection: ConnectionAnalysis): Block {
  const rows = CHECK_KINDS.map((kind) => [kind, connection.checks[kind]] as const)
    .filter(([, counts]) => counts.good + counts.legacy + counts.bad + counts.unchecked > 0)
    .map(([kind, { good, legacy, bad, unchecked }]) => [
      CHECK_NAMES[kind],
      String(good),
      String(legacy),
      String(bad),
      String(unchecked),
    ]);
  return { kind: "table", head: ["check", "good", "older form", "wrong", "not checkable"], rows };
}
