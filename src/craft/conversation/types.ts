/** What a conversation is made from: the two hosts and the steps. */
import type { Engine, ParsedOption } from "../../engine/api.ts";

export type Side = "client" | "server";

/** Where a middlebox takes MPTCP options out of segments: of handshakes, of everything behind them. */
export type Stripped = "syn" | "synAck" | "ack" | "data";

export interface AddressInput {
  /** IPv4 or IPv6 text. */
  readonly address: string;
  /** Maximum segment size offered on subflows of this address; 1460 (IPv4) or 1440 (IPv6) unless given. */
  readonly mss?: number | undefined;
  /** Ethernet address; made up unless given. */
  readonly mac?: string | undefined;
}

export interface HostInput {
  /** At least one; the first connects unless `connect` says otherwise. */
  readonly addresses: readonly (string | AddressInput)[];
  /** Client: port of the first subflow (random unless given). Server: where it listens (9000 unless given). */
  readonly port?: number | undefined;
  /** 64-bit key; from the seed unless given. */
  readonly key?: bigint | undefined;
  /** Initial sequence number of each of its subflows; from the seed unless given. */
  readonly isn?: number | undefined;
  /** Asks for DSS checksums (flag A of MP_CAPABLE): the conversation's `checksum` unless given. */
  readonly checksum?: boolean | undefined;
  /** Flag C of MP_CAPABLE (version 1): no further subflows to this address and port (RFC 8684 section 3.1). */
  readonly denyJoins?: boolean | undefined;
  /** Sequence numbers of the data level are sent with 8 bytes; else 4. True unless given. */
  readonly longDataSequence?: boolean | undefined;
  readonly longDataAck?: boolean | undefined;
  readonly sack?: boolean | undefined;
  readonly timestamps?: boolean | undefined;
  /** Shift count, 0 to 14; absent for none. 7 unless given. */
  readonly windowScale?: number | null | undefined;
  /** Bytes of window that are offered. */
  readonly window?: number | undefined;
}

export interface ConversationOptions {
  /** 0 is RFC 6824, 1 (the default) RFC 8684. */
  readonly version?: 0 | 1 | undefined;
  readonly checksum?: boolean | undefined;
  /** Decides keys, nonces, ports, initial sequence numbers and times that are not given; 1 unless given. */
  readonly seed?: number | string | undefined;
  readonly client: HostInput;
  readonly server: HostInput;
  /** Side whose network card the capture is taken at: the client's unless given. */
  readonly tap?: Side | undefined;
  /** Link layer of the frames; `"raw"` is IP without one (link type 101). */
  readonly link?: "ethernet" | "raw" | undefined;
  /** Nanoseconds since the epoch of the first frame. */
  readonly start?: bigint | undefined;
  /** Seconds that a round trip takes; single subflows may differ. 0.02 unless given. */
  readonly roundTrip?: number | undefined;
  /** Writes the bytes; sharing one among conversations saves time. A new one unless given. */
  readonly engine?: Engine | undefined;
}

/** Address of a host: its index in the list, or its text. */
export type AddressRef = number | string;

export interface ConnectStep {
  readonly client?: AddressRef | undefined;
  readonly server?: AddressRef | undefined;
  readonly port?: number | undefined;
  readonly roundTrip?: number | undefined;
  /** Initial SYNs that get no answer, each followed by a longer wait. */
  readonly lostSyns?: number | undefined;
  /** From this SYN on (0 is the first) the client asks for no MPTCP (RFC 8684 section 3.7). */
  readonly plainFrom?: number | undefined;
  /** The server does not speak MPTCP. */
  readonly plainServer?: boolean | undefined;
  /** Version in the SYN/ACK, when it differs. */
  readonly answerVersion?: number | undefined;
  /** The third packet never arrives. */
  readonly loseAck?: boolean | undefined;
}

export interface JoinStep {
  /** Who opens the subflow: the client unless given. */
  readonly from?: Side | undefined;
  readonly client?: AddressRef | undefined;
  readonly server?: AddressRef | undefined;
  readonly port?: number | undefined;
  readonly backup?: boolean | undefined;
  /** Backup flag of the answering side. */
  readonly peerBackup?: boolean | undefined;
  readonly roundTrip?: number | undefined;
  readonly nonce?: number | undefined;
  readonly peerNonce?: number | undefined;
  /** Wrong on purpose: the answer is a reset. */
  readonly wrong?: "token" | "hmac" | "synAckHmac" | undefined;
  /** The answering side refuses with this reason (MP_TCPRST, RFC 8684 section 3.6). */
  readonly refuse?: number | undefined;
}

export interface SendStep {
  readonly from: Side;
  /** Bytes to send, or how many of a pattern. */
  readonly bytes?: number | undefined;
  readonly text?: string | undefined;
  readonly payload?: Uint8Array | undefined;
  readonly subflow?: number | undefined;
  /** Sizes of the segments; the maximum unless given. */
  readonly sizes?: readonly number[] | undefined;
  /**
   * One mapping a segment, one for all on the first segment, that one repeated on each, or an infinite one (RFC 8684
   * section 3.7), behind which the host sends no MPTCP options.
   */
  readonly mapping?: "segment" | "first" | "repeat" | "infinite" | undefined;
  /** Indexes of segments that do not arrive. */
  readonly lose?: readonly number[] | undefined;
  /** Order in which the segments arrive. */
  readonly order?: readonly number[] | undefined;
  /** Segments that are changed on the way, so that the DSS checksum is wrong. */
  readonly corrupt?: readonly number[] | undefined;
  /** Acknowledgements: every second segment (RFC 5681 section 4.2), each, one at the end, none. */
  readonly ack?: "delayed" | "each" | "last" | "none" | undefined;
  /** Seconds between segments. */
  readonly gap?: number | undefined;
  /** DATA_FIN with the last segment. */
  readonly dataFin?: boolean | undefined;
}

export interface RetransmitStep {
  readonly from: Side;
  readonly subflow?: number | undefined;
  /** Also what has arrived: a spurious retransmission of the last segment. */
  readonly spurious?: boolean | undefined;
  readonly ack?: SendStep["ack"];
}

export interface ReinjectStep {
  readonly from: Side;
  /** Subflow whose data did not arrive. */
  readonly of: number;
  readonly on: number;
  readonly ack?: SendStep["ack"];
}

export interface OnSubflow {
  readonly from: Side;
  readonly subflow?: number | undefined;
}

export interface AddAddressStep extends OnSubflow {
  readonly address: AddressRef;
  readonly port?: number | undefined;
  /** The peer echoes it (version 1). True unless given. */
  readonly echo?: boolean | undefined;
  /** Wrong on purpose: no echo comes. */
  readonly wrongHmac?: boolean | undefined;
}

export interface RemoveAddressStep extends OnSubflow {
  readonly addresses: readonly AddressRef[];
}

export interface PriorityStep extends OnSubflow {
  readonly backup: boolean;
  /** Version 0: names the address, so that all its subflows change. */
  readonly address?: AddressRef | undefined;
}

export interface FailStep extends OnSubflow {
  /** Also resets the subflow, as when there are others (RFC 8684 section 3.7). */
  readonly reset?: boolean | undefined;
}

export interface ResetStep extends OnSubflow {
  /** Reason of MP_TCPRST (version 1, RFC 8684 section 3.6); absent for a bare reset. */
  readonly reason?: number | undefined;
  readonly transient?: boolean | undefined;
  /** What the other side has under way on the subflow arrives behind the reset, and each of it is answered by another. */
  readonly inFlight?: boolean | undefined;
}

export interface FastCloseStep extends OnSubflow {
  /** On an ACK that the peer answers with a reset, or on resets of all subflows (RFC 8684 section 3.5). */
  readonly on?: "ack" | "rst" | undefined;
}

export interface WindowStep extends OnSubflow {
  readonly size: number;
  /** Announce it at once. True unless given. */
  readonly announce?: boolean | undefined;
}

export interface SegmentStep extends OnSubflow {
  readonly options?: readonly ParsedOption[] | undefined;
  readonly flags?: readonly ("syn" | "ack" | "fin" | "rst" | "psh")[] | undefined;
  readonly payload?: Uint8Array | undefined;
}

export interface CloseStep {
  readonly first?: Side | undefined;
}
