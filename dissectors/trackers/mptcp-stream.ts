/** MPTCP connections: `mptcp.stream`, tokens and numbers from keys, data sequence numbers counted from the first. */

import type {
  FieldType,
  Preferences,
  Provide,
  ProvidedField,
  Row,
  Tracker,
  TrackerState,
} from "../../src/plugin.ts";
import { idsnOf, tokenOf } from "../mptcp-crypto.ts";
import { maxStreams } from "./bounded-map.ts";
import { directionOf, ENDPOINT_FIELDS, isQuoted } from "./endpoints.ts";
import { FrameLists } from "./frame-lists.ts";
import { dsnSub } from "./mptcp-dsn.ts";
import { givenKeys } from "./mptcp-keys.ts";
import { DataMap, type Place } from "./mptcp-mappings.ts";
import { MptcpModel, otherSide, type Subflow } from "./mptcp-model.ts";
import { MPTCP_FIELDS, type MptcpOption, readMptcpOptions, SELDOM_MPTCP_FIELDS } from "./mptcp-options.ts";
import { countOf, numberAt, provided } from "./provided.ts";
import { ACK, SYN } from "./tcp-flags.ts";

const TCP = 6;

const COLUMNS: readonly string[] = [
  ...ENDPOINT_FIELDS,
  "tcp.srcport",
  "tcp.dstport",
  "tcp.stream",
  "tcp.seq_raw",
  "tcp.flags",
  "tcp.len",
  ...MPTCP_FIELDS,
];
const SOURCE_PORT: number = COLUMNS.indexOf("tcp.srcport");
const DESTINATION_PORT: number = COLUMNS.indexOf("tcp.dstport");
const STREAM: number = COLUMNS.indexOf("tcp.stream");
const SEQ: number = COLUMNS.indexOf("tcp.seq_raw");
const FLAGS: number = COLUMNS.indexOf("tcp.flags");
const LENGTH: number = COLUMNS.indexOf("tcp.len");
const OPTIONS: number = COLUMNS.length - MPTCP_FIELDS.length;
const SUBTYPE: number = COLUMNS.indexOf("tcp.options.mptcp.subtype");
const MAPPED: number = COLUMNS.indexOf("tcp.options.mptcp.dseqnpresent.flag");
const DATA_LENGTH: number = COLUMNS.indexOf("tcp.options.mptcp.datalvllen");
const DSS = 2;

const inAnalysis = (name: string, type: FieldType, description: string): ProvidedField =>
  provided(name, type, description, { under: "mptcp.analysis", layer: "tcp" });
/** Directly behind the n-th field of this name. */
const behind = (name: string, type: FieldType, field: string, description: string): ProvidedField =>
  provided(name, type, description, { after: `tcp.options.mptcp.${field}`, layer: "tcp" });

const MAPPINGS = "(preference mptcp.analyze_mappings)";
const FIELDS: readonly ProvidedField[] = [
  provided("mptcp.analysis", "FT_NONE", "What belongs to the MPTCP connection", { layer: "tcp" }),
  inAnalysis("mptcp.master", "FT_BOOLEAN", "Whether this is the connection's first subflow"),
  inAnalysis("mptcp.stream", "FT_UINT32", "Number of the MPTCP connection in this reading, from 0"),
  inAnalysis("mptcp.analysis.subflows", "FT_STRING", "Streams of the connection so far, the newest first"),
  inAnalysis("mptcp.related_mapping", "FT_FRAMENUM", `Frame that mapped this segment's data ${MAPPINGS}`),
  inAnalysis("mptcp.rawdsn64", "FT_UINT64", `Data sequence number of the first byte, 64 bits ${MAPPINGS}`),
  inAnalysis("mptcp.dsn", "FT_UINT64", `The same, counted from the connection's first ${MAPPINGS}`),
  inAnalysis(
    "mptcp.reinjection_of",
    "FT_FRAMENUM",
    "Frame that carried these data first, on another subflow (preference mptcp.intersubflows_retransmission)",
  ),
  inAnalysis(
    "mptcp.reinjected_in",
    "FT_FRAMENUM",
    "Frames that carried these data again, on other subflows; with -2 alone (same preference)",
  ),
  // Of two behind one key the one that stands first is provided last.
  behind("mptcp.expected_idsn", "FT_UINT64", "sendkey", "Initial data sequence number that the key makes"),
  behind("mptcp.expected_token", "FT_UINT32", "sendkey", "Token that the key makes"),
  behind("mptcp.ack", "FT_UINT64", "rawdataack", "Data ACK, counted from the connection's first number"),
  behind("mptcp.dss.dsn", "FT_UINT64", "datalvllen", "DSS's number, counted from the connection's first"),
  behind("mptcp.dss.infinite_mapping", "FT_NONE", "datalvllen", "Maps all that follows: fallback to TCP"),
  inAnalysis("mptcp.dss.missing_mapping", "FT_NONE", `Data that no mapping covers ${MAPPINGS}`),
  behind(
    "mptcp.connection.echoed_key_mismatch",
    "FT_NONE",
    "recvkey",
    "The key that comes back is not the one that was sent",
  ),
  behind("mptcp.connection.missing_algorithm", "FT_NONE", "version", "No HMAC algorithm is offered"),
  behind(
    "mptcp.connection.unsupported_algorithm",
    "FT_NONE",
    "version",
    "An HMAC algorithm that no RFC defines",
  ),
];
const place = (name: string): number => FIELDS.findIndex(({ info }) => info.name === name);
const P_ANALYSIS: number = place("mptcp.analysis");
const P_MASTER: number = place("mptcp.master");
const P_STREAM: number = place("mptcp.stream");
const P_SUBFLOWS: number = place("mptcp.analysis.subflows");
const P_MAPPING: number = place("mptcp.related_mapping");
const P_RAW_DSN: number = place("mptcp.rawdsn64");
const P_DSN: number = place("mptcp.dsn");
const P_REINJECTED: number = place("mptcp.reinjected_in");
const P_REINJECTION: number = place("mptcp.reinjection_of");
const P_IDSN: number = place("mptcp.expected_idsn");
const P_TOKEN: number = place("mptcp.expected_token");
const P_ACK: number = place("mptcp.ack");
const P_DSS_DSN: number = place("mptcp.dss.dsn");
const P_INFINITE: number = place("mptcp.dss.infinite_mapping");
const P_MISSING: number = place("mptcp.dss.missing_mapping");
const P_MISMATCH: number = place("mptcp.connection.echoed_key_mismatch");
const P_NO_ALGORITHM: number = place("mptcp.connection.missing_algorithm");
const P_OTHER_ALGORITHM: number = place("mptcp.connection.unsupported_algorithm");

/** Fields that tell numbers of a DSS. */
const DSS_FIELDS: readonly string[] = ["mptcp.ack", "mptcp.dss.dsn"];

/** Which occurrence of each anchor field comes next. */
interface Anchors {
  sendKey: number;
  receiverKey: number;
  dataAck: number;
  dataLength: number;
  version: number;
}

class MptcpStreams implements TrackerState {
  readonly #model: MptcpModel;
  readonly #data: DataMap | undefined;
  readonly #reinjections: boolean;
  readonly #relative: boolean;
  /** Numbers of a DSS matter. */
  readonly #numbers: boolean;
  readonly #lists: boolean;
  /** By frame, where a second reading may ask for them: the frames that carried its data again. */
  readonly #again: FrameLists | undefined;
  /** Of an earlier reading. */
  readonly #knownModel: MptcpModel | undefined;
  readonly #knownAgain: FrameLists | undefined;

  constructor(preferences: Preferences, wants: (name: string) => boolean, hindsight?: TrackerState) {
    if (hindsight instanceof MptcpStreams) {
      this.#knownModel = hindsight.#model;
      this.#knownAgain = hindsight.#again;
    }
    const limit = maxStreams(preferences);
    const keys = givenKeys(preferences);
    this.#model = new MptcpModel(limit, { keys });
    this.#relative = preferences.get("mptcp.relative_sequence_numbers") !== false;
    this.#reinjections = preferences.get("mptcp.intersubflows_retransmission") === true;
    const wanted = preferences.get("mptcp.analyze_mappings") === true || this.#reinjections;
    this.#data = wanted ? new DataMap(limit) : undefined;
    // Numbers tell which keys that were given are a connection's.
    this.#numbers = wanted || keys.size > 0 || DSS_FIELDS.some(wants);
    this.#lists = wants("mptcp.analysis.subflows");
    this.#again = wants("mptcp.reinjected_in") ? new FrameLists(limit) : undefined;
  }

  get forgotten(): number {
    return this.#model.forgotten + (this.#data?.forgotten ?? 0) + (this.#again?.forgotten ?? 0);
  }

  update(row: Row, provide: Provide): void {
    // Options of several headers cannot be told apart, and a quoted header is older than the segments around it.
    if (countOf(row, STREAM) !== 1 || isQuoted(row)) return;
    if (this.#isData(row)) {
      const known = (this.#knownModel ?? this.#model).find((row.firsts[STREAM] ?? 0) | 0);
      if (known !== undefined) {
        this.#provideConnection(known, provide);
        return;
      }
    }
    const options = readMptcpOptions(row, OPTIONS);
    const stream = numberAt(row, STREAM, 0);
    const flags = numberAt(row, FLAGS, 0);
    const direction = directionOf(row, TCP, row.number(SOURCE_PORT), row.number(DESTINATION_PORT));
    if (direction === undefined) return;
    const syn = (flags & SYN) !== 0;
    const subflow = this.#model.accept({ stream, direction, syn, ack: (flags & ACK) !== 0, options });
    const anchors: Anchors = { sendKey: 0, receiverKey: 0, dataAck: 0, dataLength: 0, version: 0 };
    for (const option of options) this.#option(option, subflow, direction, anchors, provide);
    const known = this.#knownModel?.find(stream) ?? subflow;
    // As in Wireshark, segments without an option are not marked, though they may belong to the connection.
    if (options.length > 0 && known !== undefined) this.#provideConnection(known, provide);
    if (subflow === undefined || this.#data === undefined) return;
    const found = this.#data.accept(row.frameNumber, subflow, direction, {
      sequence: numberAt(row, SEQ, 0),
      length: numberAt(row, LENGTH, 0),
      syn,
      options,
    });
    if (found === undefined || options.length === 0) return;
    this.#provideData(found, subflow, direction, provide);
    if (this.#reinjections) this.#provideReinjections(row.frameNumber, found.reinjectionOf, provide);
  }

  /** Nothing in the segment is asked for but which connection it belongs to: it has one DSS and no other option. */
  #isData(row: Row): boolean {
    const { firsts } = row;
    if (this.#numbers || firsts[SUBTYPE] !== DSS || countOf(row, SUBTYPE) !== 1) return false;
    // A mapping without end is told of.
    return firsts[MAPPED] !== 1 || firsts[DATA_LENGTH] !== 0;
  }

  #provideConnection(subflow: Subflow, provide: Provide): void {
    const { connection } = subflow;
    provide(P_ANALYSIS, true);
    provide(P_MASTER, connection.master === subflow);
    provide(P_STREAM, connection.index);
    if (!this.#lists) return;
    const opened = connection.subflows.filter((one) => one.origin !== "late");
    const streams = opened.map((one) => `${one.stream} `);
    if (streams.length > 0) provide(P_SUBFLOWS, streams.reverse().join(""));
  }

  #provideData(found: Place, subflow: Subflow, direction: 0 | 1, provide: Provide): void {
    const host = subflow.connection.hosts[subflow.side(direction)];
    if (found.missing) provide(P_MISSING, true);
    if (found.frame !== undefined) provide(P_MAPPING, found.frame);
    if (found.dsn === undefined) return;
    provide(P_RAW_DSN, found.dsn);
    if (host.idsn !== undefined) provide(P_DSN, dsnSub(found.dsn, host.idsn));
  }

  #provideReinjections(frame: number, reinjectionOf: readonly number[], provide: Provide): void {
    for (const original of reinjectionOf) {
      provide(P_REINJECTION, original);
      this.#again?.add(original, frame);
    }
    for (const later of this.#knownAgain?.of(frame) ?? []) provide(P_REINJECTED, later);
  }

  #option(
    option: MptcpOption,
    subflow: Subflow | undefined,
    direction: 0 | 1,
    anchors: Anchors,
    provide: Provide,
  ): void {
    const side = subflow?.side(direction);
    const sender = side === undefined ? undefined : subflow?.connection.hosts[side];
    const receiver = side === undefined ? undefined : subflow?.connection.hosts[otherSide(side)];
    if (option.kind === "fastClose") anchors.receiverKey++;
    if (option.kind === "capable") {
      const version = option.version === 0 ? 0 : 1;
      if (option.algorithm === "none") provide(P_NO_ALGORITHM, true, anchors.version);
      if (option.algorithm === "other") provide(P_OTHER_ALGORITHM, true, anchors.version);
      anchors.version++;
      if (option.length !== undefined) anchors.dataLength++;
      if (option.senderKey === undefined) return;
      provide(P_IDSN, idsnOf(option.senderKey, version), anchors.sendKey);
      provide(P_TOKEN, tokenOf(option.senderKey, version), anchors.sendKey++);
      if (option.receiverKey === undefined) return;
      if (receiver?.key !== option.receiverKey) provide(P_MISMATCH, true, anchors.receiverKey);
      anchors.receiverKey++;
    }
    if (option.kind !== "dss") return;
    if (option.ack !== undefined) {
      const ack = receiver?.expand(option.ack);
      const base = this.#relative ? receiver?.idsn : 0n;
      if (ack !== undefined && base !== undefined) provide(P_ACK, dsnSub(ack, base), anchors.dataAck);
      anchors.dataAck++;
    }
    if (option.mapping !== undefined) {
      const dsn = sender?.expand(option.mapping.dsn);
      const base = this.#relative ? sender?.idsn : 0n;
      if (dsn !== undefined && base !== undefined) provide(P_DSS_DSN, dsnSub(dsn, base), anchors.dataLength);
      if (option.mapping.length === 0) provide(P_INFINITE, true, anchors.dataLength);
      anchors.dataLength++;
    }
  }
}

/**
 * MPTCP connections in the order in which they are seen. Rests on `tcp.stream`. Preferences, with Wireshark's defaults:
 * `mptcp.relative_sequence_numbers` (true), `mptcp.analyze_mappings` (false), `mptcp.intersubflows_retransmission`
 * (false); `subflow.max_streams`, `subflow.mptcp_keys`.
 */
export const mptcpStream: Tracker = {
  id: "mptcp.stream",
  requires: COLUMNS,
  seldom: SELDOM_MPTCP_FIELDS,
  provides: FIELDS,
  create: (preferences, wants, hindsight) => new MptcpStreams(preferences, wants, hindsight),
};
