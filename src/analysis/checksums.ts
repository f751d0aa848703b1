/** DSS checksums, wherever all bytes of a mapping were captured (RFC 8684 section 3.3.1). */
import { dssChecksum } from "../../dissectors/mptcp-crypto.ts";
import type { Outcome } from "./checks.ts";
import type { Mapping } from "./mapping-log.ts";
import { RangeSet } from "./ranges.ts";

interface Pending {
  readonly mapping: Mapping;
  readonly frame: number;
  readonly dsn: bigint;
  readonly dataFin: boolean;
  readonly checksum: number;
  readonly bytes: Uint8Array;
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

  /** A mapping with a checksum, carried by `frame`. The same one again is no news while it waits, or once it proved right. */
  expect(
    mapping: Mapping,
    frame: number,
    dsn: bigint,
    dataFin: boolean,
    checksum: number,
  ): ChecksumOutcome | undefined {
    if (!Number.isFinite(mapping.length) || mapping.proven === checksum) return undefined;
    if (this.#pending.some((one) => one.mapping === mapping && one.checksum === checksum)) return undefined;
    const pending: Pending = {
      mapping,
      frame,
      dsn,
      dataFin,
      checksum,
      bytes: new Uint8Array(mapping.length),
      have: new RangeSet(),
    };
    if (mapping.length === 0) return judge(pending);
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
    const found: ChecksumOutcome[] = [];
    for (const pending of [...this.#pending]) {
      const { mapping, bytes, have } = pending;
      const offset = sequence - mapping.start;
      const from = Math.max(0, offset);
      const to = Math.min(mapping.length, offset + payload.length);
      if (!(from < to)) continue;
      bytes.set(payload.subarray(from - offset, to - offset), from);
      have.add(from, to);
      if (have.size < mapping.length) continue;
      this.#pending.splice(this.#pending.indexOf(pending), 1);
      found.push(judge(pending));
    }
    return found;
  }

  /** What was never whole. */
  end(): readonly ChecksumOutcome[] {
    return this.#pending.splice(0).map(unchecked);
  }
}

function judge({ mapping, frame, dsn, dataFin, checksum, bytes }: Pending): ChecksumOutcome {
  const expected = dssChecksum(
    {
      dataSequenceNumber: dsn,
      subflowSequenceNumber: mapping.start % 0x1_0000_0000,
      dataLevelLength: mapping.length + (dataFin ? 1 : 0),
    },
    bytes,
  );
  if (expected === checksum) {
    mapping.proven = checksum;
    return { frame, verdict: "good" };
  }
  const hex = (sum: number): string => `0x${sum.toString(16).padStart(4, "0")}`;
  return { frame, verdict: "bad", detail: `${hex(checksum)} sent, ${hex(expected)} computed` };
}

function unchecked({ frame }: Pending): ChecksumOutcome {
  return { frame, verdict: "unchecked", detail: "not all mapped bytes were captured" };
}
