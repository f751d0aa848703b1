/** DSS checksums, wherever all bytes of a mapping were captured (RFC 8684 section 3.3.1). */
import { dssChecksum } from "../../dissectors/mptcp-crypto.ts";
import type { Outcome } from "./checks.ts";
import type { Mapping, MappingLog } from "./mapping-log.ts";
import { RangeSet } from "./ranges.ts";

interface Pending {
  readonly mapping: Mapping;
  readonly frame: number;
  /** The mapping's data sequence number. */
  readonly dsn: () => bigint;
  readonly dataFin: boolean;
  readonly checksum: number;
  /** Sum of the words that were seen (RFC 1071: the order does not matter), not folded. */
  sum: number;
  readonly have: RangeSet;
}

export interface ChecksumOutcome extends Outcome {
  /** Frame that carried the mapping. */
  readonly frame: number;
}

/** Mappings of one direction that wait for their bytes. */
const MAX_PENDING = 32;
const NONE: readonly ChecksumOutcome[] = [];

/** One direction of a subflow. */
export class ChecksumFlow {
  readonly #pending: Pending[] = [];
  readonly #mappings: MappingLog;

  /** `mappings`: those of the same direction. */
  constructor(mappings: MappingLog) {
    this.#mappings = mappings;
  }

  /** A mapping with a checksum, carried by `frame`. The same one again is no news while it waits, or once it proved right. */
  expect(
    mapping: Mapping,
    frame: number,
    dsn: () => bigint,
    dataFin: boolean,
    checksum: number,
  ): ChecksumOutcome | undefined {
    if (!Number.isFinite(mapping.length) || this.#mappings.isProven(mapping, checksum)) return undefined;
    const { start, length, data } = mapping;
    const waits = this.#pending.some(
      (one) =>
        one.checksum === checksum &&
        one.mapping.start === start &&
        one.mapping.length === length &&
        one.mapping.data === data,
    );
    if (waits) return undefined;
    const pending: Pending = {
      mapping,
      frame,
      dsn,
      dataFin,
      checksum,
      sum: 0,
      have: new RangeSet(),
    };
    if (mapping.length === 0) return this.#judge(pending);
    this.#pending.push(pending);
    const dropped = this.#pending.length > MAX_PENDING ? this.#pending.shift() : undefined;
    return dropped === undefined ? undefined : unchecked(dropped);
  }

  /** Whether payload would be looked at. */
  get waits(): boolean {
    return this.#pending.length > 0;
  }

  /** Payload from a subflow sequence number on. */
  accept(sequence: number, payload: Uint8Array): readonly ChecksumOutcome[] {
    if (this.#pending.length === 0) return NONE;
    let found: ChecksumOutcome[] | undefined;
    for (let index = this.#pending.length - 1; index >= 0; index--) {
      const pending = this.#pending[index];
      if (pending === undefined) break;
      const { length, start } = pending.mapping;
      const offset = sequence - start;
      const from = Math.max(0, offset);
      const to = Math.min(length, offset + payload.length);
      if (!(from < to)) continue;
      take(pending, payload, from, to, offset);
      if (pending.have.size < length) continue;
      this.#pending.splice(index, 1);
      found = [...(found ?? []), this.#judge(pending)];
    }
    return found ?? NONE;
  }

  #judge({ mapping, frame, dsn, dataFin, checksum, sum }: Pending): ChecksumOutcome {
    const folded = foldSum(sum);
    const expected = dssChecksum(
      {
        dataSequenceNumber: dsn(),
        subflowSequenceNumber: mapping.start % 0x1_0000_0000,
        dataLevelLength: mapping.length + (dataFin ? 1 : 0),
      },
      // The data's own sum stands for them.
      Uint8Array.of(folded >> 8, folded & 0xff),
    );
    if (expected === checksum) {
      this.#mappings.prove(mapping, checksum);
      return { frame, verdict: "good" };
    }
    const hex = (value: number): string => `0x${value.toString(16).padStart(4, "0")}`;
    return { frame, verdict: "bad", detail: `${hex(checksum)} sent, ${hex(expected)} computed` };
  }

  /** What was never whole. */
  end(): readonly ChecksumOutcome[] {
    return this.#pending.splice(0).map(unchecked);
  }
}

/** Bytes [from, to) of the mapping, which begins `offset` bytes before the payload's first one; what is known is left out. */
function take(pending: Pending, payload: Uint8Array, from: number, to: number, offset: number): void {
  const { have } = pending;
  for (let at = from; at < to; ) {
    const known = have.endOf(at);
    if (known > at) {
      at = known;
      continue;
    }
    const end = Math.min(to, have.startAfter(at));
    pending.sum += sumOf(payload, at - offset, end - offset, at);
    have.add(at, end);
    at = end;
  }
}

/** Sum of big-endian words; `place` is where the first byte stands among them. */
function sumOf(payload: Uint8Array, from: number, to: number, place: number): number {
  let high = 0;
  let low = 0;
  const even = from + ((to - from) & ~1);
  for (let at = from; at < even; at += 2) {
    high += payload[at] ?? 0;
    low += payload[at + 1] ?? 0;
  }
  if (even < to) high += payload[even] ?? 0;
  return (place & 1) === 0 ? high * 256 + low : low * 256 + high;
}

function foldSum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x1_0000) + Math.floor(folded / 0x1_0000);
  return folded;
}

function unchecked({ frame }: Pending): ChecksumOutcome {
  return { frame, verdict: "unchecked", detail: "not all mapped bytes were captured" };
}
