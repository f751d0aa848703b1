/**
 * What Wireshark's sequence analysis says of one segment, from the state of both directions of its connection. The
 * conditions and their order are those that its users know; where two could hold the first decides.
 */
import { seqAdd, seqLess, seqLessEqual, seqSub } from "./sequence.ts";
import { ACK, FIN, PSH, RST, SYN } from "./tcp-flags.ts";

/** Marks of a segment: bits of {@link Analysis.marks}. */
export const MARK = {
  retransmission: 1,
  fastRetransmission: 2,
  spuriousRetransmission: 4,
  outOfOrder: 8,
  lostSegment: 16,
  ackLostSegment: 32,
  windowUpdate: 64,
  windowFull: 128,
  keepAlive: 256,
  keepAliveAck: 512,
  zeroWindowProbe: 1024,
  zeroWindow: 2048,
  zeroWindowProbeAck: 4096,
  duplicateAck: 8192,
} as const;

/** Segments that are remembered per direction while no acknowledgment comes. */
const MAX_UNACKED = 10_000;
/** A retransmission this soon behind the last duplicate ACK is a fast one; nanoseconds. */
const FAST_WITHIN = 20_000_000n;
/** How late a segment may come out of order when no round-trip time is known; nanoseconds. */
const DISORDER_WITHIN = 3_000_000n;

interface Unacked {
  readonly frame: number;
  seq: number;
  readonly next: number;
  readonly time: bigint;
}

/** One direction of a connection. NaN: not seen yet. */
export class Flow {
  next: number = Number.NaN;
  nextFrame = 0;
  nextTime = 0n;
  /** How far the other side may acknowledge: what was sent, up to a hole that nothing filled yet. */
  contiguous: number = Number.NaN;
  /** Whether the other side acknowledged more than was ever seen, and was marked so. */
  missed = false;
  ack: number = Number.NaN;
  ackTime = 0n;
  window: number = Number.NaN;
  duplicates = 0;
  /** Frame of the first ACK with the current number. */
  ackFrame = 0;
  marks = 0;
  /** Whether bytes in flight can be told: no hole since the other side's last ACK. */
  measurable = true;
  pushed = 0;
  pushEnded = false;
  /** Blocks of the segment seen last: left, right, left, right. */
  sacks: readonly number[] = [];
  readonly unacked: Unacked[] = [];
}

export interface Sent {
  readonly frame: number;
  readonly time: bigint;
  readonly seq: number;
  readonly ack: number;
  readonly length: number;
  readonly flags: number;
  readonly window: number;
  /** Sequence number that counts as 0 in this direction. */
  readonly base: number;
  /** Bits by which the receiver's windows are shifted; NaN when that is unknown. */
  readonly shift: number;
  /** Multipath TCP said something new, which may take ACKs of its own (RFC 8684 section 4). */
  readonly multipath: boolean;
  /** Handshake's round-trip time, when known. */
  readonly initialRtt: bigint | undefined;
}

/** What was found; absent members do not apply. */
export interface Analysis {
  marks: number;
  /** Acknowledges unseen data, as an earlier segment did. */
  repeated?: boolean;
  duplicateNumber?: number;
  duplicateFrame?: number;
  ackedFrame?: number;
  ackRtt?: bigint;
  rto?: bigint;
  rtoFrame?: number;
  inFlight?: number;
  pushed?: number;
}

/** Judges a segment and takes it into the state. */
export function analyze(from: Flow, to: Flow, sent: Sent): Analysis {
  const found: Analysis = { marks: 0 };
  if (sent.flags & ACK) to.measurable = true;
  judgeForward(from, to, sent, found);
  if (sent.ack !== from.ack) {
    from.ackFrame = sent.frame;
    from.duplicates = 0;
  }
  if ((sent.flags & ACK) !== 0 && seqLess(to.contiguous, sent.ack)) {
    if (to.missed) found.repeated = true;
    else found.marks |= MARK.ackLostSegment;
    // Once is enough, until more is seen of that direction.
    to.missed = to.contiguous === to.next;
    to.contiguous = to.next;
  }
  judgeRepeated(from, to, sent, found);
  advance(from, sent, found);
  acknowledge(to, sent, found);
  measure(from, to, sent, found);
  return found;
}

function judgeForward(from: Flow, to: Flow, sent: Sent, found: Analysis): void {
  const { seq, ack, length, flags, window } = sent;
  const plain = (flags & (SYN | FIN | RST)) === 0;
  const expected = seq === from.next;
  if (length === 1 && expected && to.window === 0) {
    found.marks |= MARK.zeroWindowProbe;
    return;
  }
  if (window === 0 && plain) found.marks |= MARK.zeroWindow;
  if (seqLess(from.next, seq) && (flags & RST) === 0 && !Number.isNaN(from.next)) {
    found.marks |= MARK.lostSegment;
    from.measurable = false;
  }
  if (!plain) return;
  if (length <= 1 && seq === seqSub(from.next, 1) && !Number.isNaN(from.next)) found.marks |= MARK.keepAlive;
  const repeats = length === 0 && expected && ack === from.ack;
  if (repeats && window !== 0 && window !== from.window) found.marks |= MARK.windowUpdate;
  const edge = seqAdd(to.ack, to.window * 2 ** sent.shift);
  if (length > 0 && !Number.isNaN(sent.shift) && seqAdd(seq, length) === edge) found.marks |= MARK.windowFull;
  if (repeats && window !== 0 && window === from.window && to.marks & MARK.keepAlive) {
    found.marks |= MARK.keepAliveAck;
  } else if (
    length === 0 &&
    window === 0 &&
    from.window === 0 &&
    expected &&
    (ack === from.ack || ack === seqAdd(from.ack, 1)) &&
    to.marks & MARK.zeroWindowProbe
  ) {
    found.marks |= MARK.zeroWindowProbeAck;
  } else if (repeats && window !== 0 && window === from.window && !sent.multipath) {
    found.marks |= MARK.duplicateAck;
    found.duplicateNumber = ++from.duplicates;
    found.duplicateFrame = from.ackFrame;
  }
}

/** Data that was sent before, or comes out of order. */
function judgeRepeated(from: Flow, to: Flow, sent: Sent, found: Analysis): void {
  const { seq, length, flags, time } = sent;
  if ((length === 0 && (flags & (SYN | FIN)) === 0) || found.marks & MARK.keepAlive) return;
  const end = seqAdd(seq, length);
  // A reset without ACK has 0 there, which acknowledges nothing (RFC 9293 section 3.5.2).
  const isKnown = to.ack !== 0 && !Number.isNaN(to.ack);
  if (length > 0 && isKnown && seqLessEqual(end, to.ack)) {
    found.marks |= MARK.spuriousRetransmission | MARK.retransmission;
    return;
  }
  const advanced = Number.isNaN(from.next) || !seqLess(seq, from.next);
  if (advanced || (length > 1 && seqSub(from.next, 1) === seq)) return;
  if (to.duplicates >= 2 && time - to.ackTime < FAST_WITHIN && to.ack === seq) {
    found.marks |= MARK.fastRetransmission | MARK.retransmission;
    return;
  }
  const late = sent.initialRtt ?? DISORDER_WITHIN;
  const virtual = (flags & (SYN | FIN)) !== 0 ? 1 : 0;
  if (time - from.nextTime < late && from.next !== seqAdd(end, virtual)) {
    found.marks |= MARK.outOfOrder;
    return;
  }
  found.marks |= MARK.retransmission;
  found.rto = time - from.nextTime;
  found.rtoFrame = from.nextFrame;
  for (let place = from.unacked.length - 1; place >= 0; place--) {
    const one = from.unacked[place];
    if (one === undefined) break;
    found.rto = time - one.time;
    found.rtoFrame = one.frame;
  }
}

function advance(from: Flow, sent: Sent, found: Analysis): void {
  const { seq, length, flags, frame, time } = sent;
  const takes = length > 0 || (flags & (SYN | FIN)) !== 0;
  const next = seqAdd(seq, length + ((flags & (SYN | FIN)) !== 0 ? 1 : 0));
  if (takes && from.unacked.length < MAX_UNACKED) from.unacked.push({ frame, seq, next, time });
  const probe = (found.marks & MARK.zeroWindowProbe) !== 0;
  if (!probe && (Number.isNaN(from.next) || seqLess(from.next, next))) {
    from.next = next;
    from.nextFrame = frame;
    from.nextTime = time;
  }
  if (!probe && (Number.isNaN(from.contiguous) || seq === from.contiguous)) from.contiguous = from.next;
  from.missed = false;
  from.window = sent.window;
  from.ack = sent.ack;
  from.ackTime = time;
  from.marks = found.marks;
}

/** Drops what is acknowledged; a segment whose end is acknowledged gives the time that it took. */
function acknowledge(to: Flow, sent: Sent, found: Analysis): void {
  const { ack } = sent;
  let kept = to.unacked.length;
  for (let place = kept - 1; place >= 0; place--) {
    const one = to.unacked[place];
    if (one === undefined) continue;
    if (ack === one.next) {
      found.ackedFrame = one.frame;
      found.ackRtt = sent.time - one.time;
    } else if (seqLess(ack, one.next)) {
      if (seqLess(one.seq, ack)) one.seq = ack;
      to.unacked[--kept] = one;
    }
  }
  to.unacked.splice(0, kept);
}

function measure(from: Flow, to: Flow, sent: Sent, found: Analysis): void {
  const [first] = from.unacked;
  if (sent.length === 0 || first === undefined || !from.measurable) return;
  // Numbers before the connection's first one count as far ahead, which makes the sum implausible.
  let low = seqSub(first.seq, sent.base);
  let high = seqSub(first.next, sent.base);
  for (const one of from.unacked) {
    low = Math.min(low, seqSub(one.seq, sent.base));
    high = Math.max(high, seqSub(one.next, sent.base));
  }
  let size = seqSub(high, low);
  for (let place = 0; place + 1 < to.sacks.length; place += 2) {
    size -= seqSub(to.sacks[place + 1] ?? 0, to.sacks[place] ?? 0);
  }
  if ((sent.flags & (SYN | FIN)) !== 0) size--;
  from.pushed = from.pushEnded ? sent.length : from.pushed + sent.length;
  from.pushEnded = (sent.flags & PSH) !== 0;
  // What is implausible is not told: blocks may reach beyond what was seen.
  if (size <= 0 || size >= 2_000_000_000) return;
  found.inFlight = size;
  found.pushed = from.pushed;
}
