/** What is kept of one TCP connection that is, or asked to be, a subflow. */
import { FlowMappings } from "../../dissectors/trackers/mptcp-mappings.ts";
import { ChecksumFlow } from "./checksums.ts";
import { RangeSet } from "./ranges.ts";
import { FLAG, type Segment } from "./segment.ts";
import type { Offer, Side, SubflowAnalysis, SubflowSide } from "./types.ts";

/** One direction. */
export class DirectionState {
  end = "?";
  offer: Offer | undefined;
  segments = 0;
  wireBytes = 0;
  bytes = 0;
  newBytes = 0;
  retransmittedBytes = 0;
  reinjectedBytes = 0;
  zeroWindows = 0;
  windowClosed = false;
  /** A segment with an MPTCP option behind the SYN. */
  spoke = false;
  /** A segment behind the SYN was seen. */
  started = false;
  fin = false;
  addressId: number | undefined;
  nonce: number | undefined;
  firstNew: bigint | undefined;
  lastNew: bigint | undefined;
  lastNewFrame = 0;
  readonly mappings: FlowMappings = new FlowMappings();
  readonly checksums: ChecksumFlow = new ChecksumFlow();
  /** Bytes by their place in the TCP stream; 1 is the first byte behind the SYN. */
  readonly sent: RangeSet = new RangeSet();
  #initial: number = Number.NaN;
  #last = 0;

  begin(sequence: number): void {
    this.#initial = sequence;
    this.#last = 0;
    this.mappings.begin(sequence);
  }

  /** Place in the TCP stream, beyond 2^32 where it wraps. A late capture counts from its first segment. */
  place(sequence: number): number {
    if (Number.isNaN(this.#initial)) this.#initial = (sequence - 1) >>> 0;
    const low = (sequence - this.#initial) >>> 0;
    this.#last += (low - this.#last) | 0;
    return this.#last;
  }

  get sawSyn(): boolean {
    return this.offer !== undefined;
  }

  get result(): SubflowSide {
    const {
      end,
      offer,
      segments,
      wireBytes,
      bytes,
      newBytes,
      retransmittedBytes,
      reinjectedBytes,
      zeroWindows,
    } = this;
    return {
      end,
      offer,
      segments,
      wireBytes,
      bytes,
      newBytes,
      retransmittedBytes,
      reinjectedBytes,
      zeroWindows,
    };
  }
}

export class SubflowState {
  readonly stream: number;
  readonly sideOfLow: Side;
  readonly origin: "capable" | "join" | "late";
  readonly opener: Side;
  readonly firstFrame: number;
  readonly firstTime: bigint;
  lastTime: bigint;
  established = false;
  backup = false;
  end: SubflowAnalysis["end"] = "open";
  resetReason: number | undefined;
  /** SYNs of the opener with MP_CAPABLE or MP_JOIN. */
  synsWithOption = 0;
  readonly sides: readonly [DirectionState, DirectionState] = [new DirectionState(), new DirectionState()];

  constructor(segment: Segment, sideOfLow: Side, origin: SubflowAnalysis["origin"]) {
    this.stream = segment.stream;
    this.sideOfLow = sideOfLow;
    this.origin = origin;
    this.firstFrame = segment.frame;
    this.firstTime = segment.time;
    this.lastTime = segment.time;
    const sender = this.side(segment.direction);
    const answers = (segment.flags & (FLAG.syn | FLAG.ack)) === (FLAG.syn | FLAG.ack);
    this.opener = answers ? opposite(sender) : sender;
  }

  side(direction: 0 | 1): Side {
    return direction === 0 ? this.sideOfLow : opposite(this.sideOfLow);
  }

  get result(): SubflowAnalysis {
    const [a, b] = this.sides;
    return {
      stream: this.stream,
      opener: this.opener,
      origin: this.origin,
      firstFrame: this.firstFrame,
      firstTime: this.firstTime,
      lastTime: this.lastTime,
      established: this.established,
      backup: this.backup,
      addressIds: [a.addressId, b.addressId],
      end: this.end,
      resetReason: this.resetReason,
      sides: [a.result, b.result],
    };
  }
}

export function opposite(side: Side): Side {
  return side === 0 ? 1 : 0;
}
