/** What `tcp.stream` reads and provides, and which segments it learns nothing of. */
import type { CachedFlows, CachedValue, ProvidedField } from "../../src/plugin.ts";
import { ENDPOINT_FIELDS } from "./endpoints.ts";
import { provided } from "./provided.ts";
import { ACK, FIN, SYN } from "./tcp-flags.ts";

/** Of one segment, whoever follows its connection. */
export const SEGMENT_FIELDS: readonly string[] = [
  ...ENDPOINT_FIELDS,
  "tcp.srcport",
  "tcp.dstport",
  "tcp.seq_raw",
  "tcp.ack_raw",
  "tcp.flags",
  "tcp.window_size_value",
  "tcp.len",
  "tcp.options.wscale.shift",
];
export const FIRST: number = ENDPOINT_FIELDS.length;
export const SOURCE_PORT: number = FIRST;
export const DESTINATION_PORT: number = FIRST + 1;
export const SEQ_RAW: number = FIRST + 2;
export const ACK_RAW: number = FIRST + 3;
export const FLAGS: number = FIRST + 4;
export const WINDOW: number = FIRST + 5;
export const LENGTH: number = FIRST + 6;
export const SHIFT: number = FIRST + 7;

/** Indices into `provides`. */
export const P_SEQ = 0;
export const P_STREAM = 1;
export const P_ACK = 2;
export const P_NEXT = 3;
export const P_WINDOW = 4;
export const P_FACTOR = 5;
export const P_RELATIVE = 6;
export const P_DELTA = 7;
export const P_COMPLETENESS = 8;
export const P_REUSED = 9;

// What shares an anchor is provided in reverse, as each takes the place right behind it.
export const PROVIDES: readonly ProvidedField[] = [
  provided("tcp.seq", "FT_UINT32", "Sequence number, counted from the connection's first", {
    after: "tcp.dstport",
  }),
  provided("tcp.stream", "FT_UINT32", "Number of the connection in this reading, from 0", {
    after: "tcp.dstport",
  }),
  provided("tcp.ack", "FT_UINT32", "Acknowledgment number, counted from the connection's first", {
    after: "tcp.seq_raw",
  }),
  provided("tcp.nxtseq", "FT_UINT32", "Sequence number behind this segment", { after: "tcp.seq_raw" }),
  provided("tcp.window_size", "FT_UINT32", "Window in bytes, scaled as the connection agreed", {
    after: "tcp.window_size_value",
  }),
  provided(
    "tcp.window_size_scalefactor",
    "FT_INT32",
    "What the window is multiplied by; -1 unknown, -2 not used",
    { after: "tcp.window_size" },
  ),
  provided("tcp.time_relative", "FT_RELATIVE_TIME", "Time since the connection's first segment", {
    under: "Timestamps",
  }),
  provided("tcp.time_delta", "FT_RELATIVE_TIME", "Time since the connection's segment before", {
    under: "Timestamps",
  }),
  provided(
    "tcp.completeness",
    "FT_UINT8",
    "Parts of the connection seen before this segment, with -2 all: SYN 1, SYN-ACK 2, ACK 4, data 8, FIN 16, RST 32",
    { after: "tcp.dstport" },
  ),
  provided("tcp.analysis.reused_ports", "FT_NONE", "A new connection between the ends of an earlier one", {
    under: "tcp.analysis",
  }),
];

/** What rests on times, on window scales, on the length of the payload. */
export const TIMED: readonly string[] = ["tcp.time_relative", "tcp.time_delta"];
export const SCALED: readonly string[] = ["tcp.window_size", "tcp.window_size_scalefactor"];
export const MEASURED: readonly string[] = ["tcp.nxtseq", "tcp.completeness"];

export function nameOf(index: number): string {
  return PROVIDES[index]?.info.name ?? "";
}

export function wantsAny(wants: (name: string) => boolean, names: readonly string[]): boolean {
  return names.some((name) => wants(name));
}

/** What a segment in the middle of a connection is given from what is known of its flow. */
export const CACHED: ReadonlyMap<number, CachedValue> = new Map<number, CachedValue>([
  [P_SEQ, { kind: "difference", columns: ["tcp.seq_raw"] }],
  [P_STREAM, { kind: "shared" }],
  [P_ACK, { kind: "difference", columns: ["tcp.ack_raw"] }],
  [P_NEXT, { kind: "difference", columns: ["tcp.seq_raw", "tcp.len"] }],
  [P_WINDOW, { kind: "shifted", column: "tcp.window_size_value" }],
  [P_FACTOR, { kind: "kept" }],
]);

/**
 * All segments but SYNs, of connections that are known. Times and completeness hang on every segment; a FIN counts as a byte
 * (RFC 9293 section 3.4), and only with ACK the acknowledgment number is one (section 3.1).
 */
export function cachedFlows(wants: (name: string) => boolean): CachedFlows | undefined {
  if (wantsAny(wants, [...TIMED, "tcp.completeness"])) return undefined;
  const addresses = ["ip.src", "ip.dst", "ip.proto"];
  const length = wantsAny(wants, MEASURED) ? ["tcp.len"] : [];
  const ack = wants("tcp.ack") ? ACK : 0;
  return {
    source: "ip.src",
    destination: "ip.dst",
    sourcePort: "tcp.srcport",
    destinationPort: "tcp.dstport",
    has: [...addresses, ...SEGMENT_FIELDS.slice(FIRST, LENGTH), ...length],
    when: { field: "tcp.flags", mask: SYN | ack | (wants("tcp.nxtseq") ? FIN : 0), bits: ack },
    values: new Map([...CACHED].filter(([index]) => wants(nameOf(index)))),
  };
}
