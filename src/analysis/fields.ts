/** What the analysis finds, as filter fields: verification, data-level times and queues, fallback, handover. */
import { maxStreams } from "../../dissectors/trackers/bounded-map.ts";
import { givenKeys } from "../../dissectors/trackers/mptcp-keys.ts";
import { provided } from "../../dissectors/trackers/provided.ts";
import {
  type Dissector,
  defineDissector,
  type FieldInfo,
  type FieldType,
  type Preferences,
  type Provide,
  type ProvidedField,
  type Row,
  type Tracker,
  type TrackerState,
  type ValueStrings,
} from "../plugin.ts";
import { Analyzer } from "./analyzer.ts";
import { SEGMENT_FIELDS } from "./segment.ts";
import type { DataMark } from "./sink.ts";
import type { Check, CheckKind, FallbackReason, Verdict } from "./types.ts";

/** 0 to 2 as in Wireshark's `tcp.checksum.status`. */
const VERDICTS: readonly Verdict[] = ["bad", "good", "unchecked", "legacy"];
const REASONS: readonly FallbackReason[] = [
  "syn-ack-bare",
  "syn-blackholed",
  "ack-bare",
  "data-bare",
  "dss-stripped",
  "mp-fail",
  "infinite-mapping",
];

function named(texts: readonly string[]): ValueStrings {
  return { kind: "values", rows: texts.map((text, value) => ({ low: value, high: value, text })) };
}

const STATUS: ValueStrings = named(["Bad", "Good", "Unverified", "Legacy"]);
const REASON_NAMES: ValueStrings = named([
  "No MPTCP in the SYN/ACK",
  "SYN with MPTCP unanswered",
  "No MPTCP in the third ACK",
  "No MPTCP in the first data",
  "DSS stripped",
  "MP_FAIL",
  "Infinite mapping",
]);

const own = (name: string, type: FieldType, description: string, strings?: ValueStrings): ProvidedField => {
  const field = provided(`mptcp.${name}`, type, description, { under: "mptcp.analysis", layer: "tcp" });
  return { ...field, info: { ...field.info, own: true, ...(strings === undefined ? {} : { strings }) } };
};

/** By kind of check: the field's name and what it tells. */
const CHECKS: readonly (readonly [CheckKind, string, string])[] = [
  ["key-echo", "key_echo", "Whether the key that comes back is the one that was sent (RFC 8684 section 3.1)"],
  ["join-token", "join_token", "Whether the token of an MP_JOIN is that of a known connection (section 3.2)"],
  [
    "join-syn-ack-hmac",
    "join_hmac",
    "Whether the HMAC of an MP_JOIN is what keys and nonces make (section 3.2)",
  ],
  ["join-ack-hmac", "join_hmac", ""],
  [
    "add-addr-hmac",
    "add_addr_hmac",
    "Whether the HMAC of an ADD_ADDR is right, or of an older form (section 3.4.1)",
  ],
  [
    "dss-checksum",
    "dss_checksum",
    "Whether a DSS checksum is right; stands in the frame that completes the data (section 3.3.1)",
  ],
  ["fast-close-key", "fast_close_key", "Whether the key of an MP_FASTCLOSE is the receiver's (section 3.5)"],
];

const FIELDS: readonly ProvidedField[] = [
  ...CHECKS.filter(([, , description]) => description !== "").map(([, name, description]) =>
    own(`verify.${name}`, "FT_UINT8", description, STATUS),
  ),
  own("verify.frame", "FT_FRAMENUM", "Frame that carried the option which was verified"),
  own("verify.detail", "FT_STRING", "Why it is bad or not verified, or which older form it has"),
  own("analysis.ack_rtt", "FT_RELATIVE_TIME", "Time from the first sending of the data to their DATA_ACK"),
  own(
    "analysis.bytes_in_flight",
    "FT_UINT64",
    "Bytes of the connection sent and not acknowledged by a DATA_ACK, with these",
  ),
  own(
    "analysis.reorder_bytes",
    "FT_UINT64",
    "Bytes that wait behind a hole in the connection's data, with these",
  ),
  own("analysis.reinjection", "FT_FRAMENUM", "Frame that carried these data first, on another subflow"),
  own(
    "analysis.handover",
    "FT_FRAMENUM",
    "Frame from which on the side's new data moved to this subflow; stands in the 32nd of them",
  ),
  own(
    "analysis.fallback",
    "FT_UINT8",
    "Why the connection goes on as plain TCP; stands in the first frame that shows it",
    REASON_NAMES,
  ),
];
const place = (name: string): number => FIELDS.findIndex(({ info }) => info.name === `mptcp.${name}`);
const STATUS_PLACES = new Map(CHECKS.map(([kind, name]) => [kind, place(`verify.${name}`)]));
const P_FRAME: number = place("verify.frame");
const P_DETAIL: number = place("verify.detail");
const P_RTT: number = place("analysis.ack_rtt");
const P_FLIGHT: number = place("analysis.bytes_in_flight");
const P_REORDER: number = place("analysis.reorder_bytes");
const P_REINJECTION: number = place("analysis.reinjection");
const P_HANDOVER: number = place("analysis.handover");
const P_FALLBACK: number = place("analysis.fallback");

/** New data in so many segments in a row, on another subflow than before, are a handover, and no scheduler's choice. */
const HANDOVER_SEGMENTS = 32;

/** Where the new data of one side travel. */
interface Route {
  active: number;
  candidate: number;
  since: number;
  segments: number;
}

class MptcpAnalysis implements TrackerState {
  readonly #analyzer: TrackerState;
  readonly #routes = new Map<number, Route>();
  #frame = 0;
  #provide: Provide = () => {};

  constructor(preferences: Preferences) {
    const analyzer = new Analyzer({
      keys: givenKeys(preferences),
      maxConnections: Math.min(100_000, maxStreams(preferences)),
      sink: {
        check: (_connection, check) => this.#check(check),
        data: (mark) => this.#data(mark),
        ack: ({ frame, rtt }) => {
          if (frame === this.#frame && rtt !== undefined) this.#provide(P_RTT, BigInt(Math.round(rtt)));
        },
        fallback: (_connection, { reason }) => this.#provide(P_FALLBACK, REASONS.indexOf(reason)),
      },
    });
    this.#analyzer = analyzer.tracker.create(preferences, () => false);
  }

  get forgotten(): number {
    return this.#analyzer.forgotten;
  }

  update(row: Row, provide: Provide): void {
    this.#frame = row.frameNumber;
    this.#provide = provide;
    this.#analyzer.update(row, provide);
  }

  #check({ kind, frame, verdict, detail }: Check): void {
    const status = STATUS_PLACES.get(kind);
    if (status === undefined) return;
    this.#provide(status, VERDICTS.indexOf(verdict));
    this.#provide(P_FRAME, frame);
    if (detail !== undefined) this.#provide(P_DETAIL, detail);
  }

  #data(mark: DataMark): void {
    // Data that waited for their mapping belong to an earlier frame.
    if (mark.frame !== this.#frame) return;
    this.#provide(P_FLIGHT, BigInt(mark.inFlight));
    if (mark.waiting > 0) this.#provide(P_REORDER, BigInt(mark.waiting));
    if (mark.kind === "reinjection" && mark.firstFrame !== undefined)
      this.#provide(P_REINJECTION, mark.firstFrame);
    if (mark.kind === "new") this.#follow(mark);
  }

  #follow({ connection, side, stream, frame }: DataMark): void {
    const key = connection * 2 + side;
    const route = this.#routes.get(key);
    if (route === undefined) {
      this.#routes.set(key, { active: stream, candidate: stream, since: frame, segments: 0 });
      return;
    }
    if (stream !== route.candidate) {
      route.candidate = stream;
      route.since = frame;
      route.segments = 0;
    }
    if (++route.segments !== HANDOVER_SEGMENTS || stream === route.active) return;
    route.active = stream;
    this.#provide(P_HANDOVER, route.since);
  }
}

/**
 * The analysis behind `subflow report`, one pass: a field tells what is known when its frame has been read. Preferences:
 * `subflow.max_streams`, `subflow.mptcp_keys`.
 */
const mptcpFields: Tracker = {
  id: "mptcp.checks",
  requires: SEGMENT_FIELDS,
  provides: FIELDS,
  create: (preferences) => new MptcpAnalysis(preferences),
};

/** What the fields tell, for their documentation. */
export const analysisFields: readonly FieldInfo[] = FIELDS.map(({ info }) => info);

/** Fields of subflow's own beside Wireshark's `mptcp.*`. */
export const mptcpAnalysis: Dissector = defineDissector({
  name: "mptcp.analysis",
  trackers: [mptcpFields],
});
