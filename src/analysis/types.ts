/** What an analysis finds. Times are nanoseconds since the epoch, durations nanoseconds; sides: 0 opened the connection. */
import type { SynOffer } from "./segment.ts";

export type Side = 0 | 1;

/** A check that was made. `unchecked`: something it needs is not in the capture. */
export type Verdict = "good" | "legacy" | "bad" | "unchecked";

export type CheckKind =
  | "key-echo"
  | "join-token"
  | "join-syn-ack-hmac"
  | "join-ack-hmac"
  | "add-addr-hmac"
  | "dss-checksum"
  | "fast-close-key";

export interface Check {
  readonly kind: CheckKind;
  readonly frame: number;
  readonly stream: number;
  readonly verdict: Verdict;
  /** Why it is bad or unchecked, or which older form it follows. */
  readonly detail: string | undefined;
}

export type EventKind =
  | "open"
  | "established"
  | "join"
  | "join-established"
  | "join-refused"
  | "backup"
  | "priority"
  | "announce"
  | "echo"
  | "remove"
  | "fail"
  | "infinite-mapping"
  | "fast-close"
  | "reset"
  | "data-fin"
  | "fin"
  | "zero-window"
  | "reinjection"
  | "handover"
  | "fallback";

/** One thing that happened. */
export interface ConnectionEvent {
  readonly kind: EventKind;
  readonly frame: number;
  readonly time: bigint;
  readonly stream: number;
  readonly side: Side;
  readonly text: string;
  /** How many of the same kind in a row this stands for. */
  readonly count: number;
}

export type FallbackReason =
  | "syn-ack-bare"
  | "syn-blackholed"
  | "ack-bare"
  | "data-bare"
  | "dss-stripped"
  | "mp-fail"
  | "infinite-mapping";

/** The connection went on as plain TCP. */
export interface Fallback {
  readonly reason: FallbackReason;
  /** First frame that shows it. */
  readonly frame: number;
  readonly stream: number;
  readonly text: string;
}

/** What one side's SYN or SYN/ACK offered on a subflow. */
export interface Offer extends SynOffer {
  readonly frame: number;
  readonly mptcp: "MP_CAPABLE" | "MP_JOIN" | "none";
  readonly version: number | undefined;
  readonly checksumRequired: boolean | undefined;
  readonly noMoreSubflows: boolean | undefined;
  readonly backup: boolean | undefined;
  readonly addressId: number | undefined;
  readonly token: number | undefined;
}

/** Smallest, mean and largest of samples. */
export interface Spread {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

/** One direction of a subflow. */
export interface SubflowSide {
  readonly end: string;
  readonly offer: Offer | undefined;
  readonly segments: number;
  /** Bytes of its frames on the wire. */
  readonly wireBytes: number;
  /** Payload bytes as sent, repetitions among them. */
  readonly bytes: number;
  /** Bytes that were new to the connection. */
  readonly newBytes: number;
  /** Bytes sent again on this subflow. */
  readonly retransmittedBytes: number;
  /** Bytes that another subflow had carried before. */
  readonly reinjectedBytes: number;
  /** Bytes that no other subflow had carried, and this one under other TCP sequence numbers. */
  readonly repeatedBytes: number;
  /** Bytes that it carried first, and another subflow again. */
  readonly reinjectedElsewhereBytes: number;
  /** Most bytes at a time that TCP had not acknowledged. */
  readonly mostInFlight: number;
  /** Payload that was seen behind a reset of the subflow. */
  readonly bytesBehindReset: number;
  /** When it carried data that were new to the connection, first and last. */
  readonly firstNew: bigint | undefined;
  readonly lastNew: bigint | undefined;
  readonly zeroWindows: number;
}

export interface SubflowAnalysis {
  /** `tcp.stream`. */
  readonly stream: number;
  /** Side that sent the SYN. */
  readonly opener: Side;
  readonly origin: "capable" | "join" | "late";
  readonly firstFrame: number;
  readonly firstTime: bigint;
  readonly lastTime: bigint;
  readonly established: boolean;
  readonly backup: boolean;
  readonly addressIds: readonly [number | undefined, number | undefined];
  /** How it ended, as far as was seen. */
  readonly end: "open" | "fin" | "reset";
  readonly resetReason: number | undefined;
  readonly sides: readonly [SubflowSide, SubflowSide];
}

/** One end of a connection. */
export interface HostAnalysis {
  readonly key: bigint | undefined;
  readonly token: number | undefined;
  readonly idsn: bigint | undefined;
  /** Bytes of data that it sent, each counted once; data of a SYN among them. */
  readonly bytes: number;
  readonly synBytes: number;
  readonly dataFin: boolean;
  /**
   * Bytes that the other side acknowledged by DATA_ACK, from `bytes`' first on; a DATA_FIN among them where the capture does not hold it.
   * Undefined without a DATA_ACK.
   */
  readonly acknowledgedBytes: number | undefined;
  readonly checksumRequired: boolean | undefined;
  /** Bits a second from the first data to the last. */
  readonly goodput: number | undefined;
  /** From a byte's first sending to its DATA_ACK, nanoseconds. */
  readonly dataRtt: Spread | undefined;
  /** Most bytes at a time without a DATA_ACK. */
  readonly mostInFlight: number;
  /** Received out of order as seen here: bytes at most, and nanoseconds that data waited at most. */
  readonly reorderBytes: number;
  readonly reorderTime: number;
  /** Longest time without progress of the DATA_ACKs while data were in flight, nanoseconds, and when it began. */
  readonly longestStall: { readonly time: bigint; readonly duration: number } | undefined;
  readonly reinjections: number;
  readonly reinjectedBytes: number;
  /** The first twenty of them. */
  readonly reinjectionFrames: readonly number[];
  /** Of the reinjected bytes, those that a DATA_ACK had covered before. */
  readonly redundantBytes: number;
  /** Segments with data that no other subflow had carried, and the same one under other TCP sequence numbers. */
  readonly repeats: number;
  readonly repeatedBytes: number;
  /** The first twenty of them. */
  readonly repeatFrames: readonly number[];
}

/** An address of one side under its identifier; frames are undefined where it did not happen in the capture. */
export interface AddressAnalysis {
  /** Whose address it is. */
  readonly side: Side;
  /** 0 is the address of the first subflow (RFC 8684 section 3.2). */
  readonly id: number;
  /** As announced, else as a subflow shows it; undefined where only its removal was seen. */
  readonly address: string | undefined;
  /** As announced; undefined for the connection's own port. */
  readonly port: number | undefined;
  /** Frame of the first ADD_ADDR, and how many there were. */
  readonly announcedIn: number | undefined;
  readonly announcements: number;
  /** Frame of the first ADD_ADDR that the other side sent back. */
  readonly confirmedIn: number | undefined;
  /** `tcp.stream` of the subflows that begin or end at it, refused ones among them. */
  readonly streams: readonly number[];
  /** Frame of the first REMOVE_ADDR. */
  readonly removedIn: number | undefined;
}

export interface Observation {
  readonly text: string;
  readonly frames: readonly number[];
  /** Display filter that shows it. */
  readonly filter: string | undefined;
}

/** A stream that shows another one's packets a second time, with other addresses: captured behind a translator. */
export interface View {
  readonly stream: number;
  readonly of: number;
  readonly frame: number;
}

export interface ConnectionAnalysis {
  /** Order in which they began, from 0: what the marks of an `AnalysisSink` name. */
  readonly number: number;
  /** `mptcp.stream`; undefined where the handshake fell back before the connection had keys. */
  readonly index: number | undefined;
  readonly version: number | undefined;
  readonly firstFrame: number;
  readonly firstTime: bigint;
  readonly lastTime: bigint;
  readonly frames: number;
  /** Frames that are not counted because they show a packet again, at another place of the path. */
  readonly duplicates: number;
  readonly views: readonly View[];
  readonly checksums: boolean;
  /** The capture holds the handshake. */
  readonly complete: boolean;
  /** Frames with the first mapping and the first DATA_ACK that have a place in the connection's data. */
  readonly firstMapping: number | undefined;
  readonly firstDataAck: number | undefined;
  readonly hosts: readonly [HostAnalysis, HostAnalysis];
  readonly subflows: readonly SubflowAnalysis[];
  /** By side and identifier. */
  readonly addresses: readonly AddressAnalysis[];
  readonly events: readonly ConnectionEvent[];
  readonly droppedEvents: number;
  readonly checks: Readonly<Record<CheckKind, Readonly<Record<Verdict, number>>>>;
  /** Those that are bad or of an older form, and of each kind the first that is good and the first that is not checkable. */
  readonly notableChecks: readonly Check[];
  readonly subtypes: readonly number[];
  /** Widths in bytes that data sequence numbers and DATA_ACKs were seen in. */
  readonly widths: { readonly dsn: readonly number[]; readonly ack: readonly number[] };
  readonly fallback: Fallback | undefined;
  readonly observations: readonly Observation[];
}

export interface CaptureAnalysis {
  readonly frames: number;
  readonly segments: number;
  readonly firstTime: bigint | undefined;
  readonly lastTime: bigint | undefined;
  readonly connections: readonly ConnectionAnalysis[];
  /** TCP connections without MPTCP. */
  readonly plainStreams: number;
  /** Entries that were dropped to keep memory bounded. */
  readonly forgotten: number;
}
