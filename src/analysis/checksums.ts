/** DSS checksums, wherever all bytes of a mapping were captured (RFC 8684 section 3.3.1). */
import { dssChecksum } from "../../dissectors/mptcp-crypto.ts";
import type { KnownMapping } from "../../dissectors/trackers/mptcp-mappings.ts";
import { seqSub } from "../../dissectors/trackers/sequence.ts";
import type { Outcome } from "./checks.ts";
import { RangeSet } from "./ranges.ts";

interface Pending {
  readonly mapping: KnownMapping;
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
const MAX_DONE = 256;

/** One direction of a subflow. */
export class ChecksumFlow {
  readonly #pending: Pending[] = [];
  readonly #done = new Set<string>();

  /** A mapping with a checksum. The same one again is no news while it waits, or once it proved right. */
  expect(mapping: KnownMapping, dataFin: boolean, checksum: number): ChecksumOutcome | undefined {
    if (!Number.isFinite(mapping.length)) return undefined;
    const key = keyOf(mapping, checksum);
    if (this.#done.has(key)) return undefined;
    if (this.#pending.some((one) => keyOf(one.mapping, one.checksum) === key)) return undefined;
    const pending: Pending = {
      mapping,
      dataFin,
      checksum,
      bytes: new Uint8Array(mapping.length),
      have: new RangeSet(),
    };
    if (mapping.length === 0) return this.#judge(pending);
    this.#pending.push(pending);
    const dropped = this.#pending.length > MAX_PENDING ? this.#pending.shift() : undefined;
    return dropped === undefined ? undefined : unchecked(dropped);
  }

  /** Payload at its place in the subflow. */
  accept(relative: number, payload: Uint8Array): ChecksumOutcome[] {
    const found: ChecksumOutcome[] = [];
    for (const pending of [...this.#pending]) {
      const { mapping, bytes, have } = pending;
      // Signed: a segment may begin before its mapping does.
      const offset = seqSub(relative, mapping.subflowSequence) | 0;
      const from = Math.max(0, offset);
      const to = Math.min(mapping.length, offset + payload.length);
      if (from >= to) continue;
      bytes.set(payload.subarray(from - offset, to - offset), from);
      have.add(from, to);
      if (have.size < mapping.length) continue;
      this.#pending.splice(this.#pending.indexOf(pending), 1);
      found.push(this.#judge(pending));
    }
    return found;
  }

  /** What was never whole. */
  end(): ChecksumOutcome[] {
    return this.#pending.splice(0).map(unchecked);
  }

  #judge({ mapping, dataFin, checksum, bytes }: Pending): ChecksumOutcome {
    const expected = dssChecksum(
      {
        dataSequenceNumber: mapping.dsn,
        subflowSequenceNumber: mapping.subflowSequence,
        dataLevelLength: mapping.length + (dataFin ? 1 : 0),
      },
      bytes,
    );
    if (expected === checksum) {
      this.#done.add(keyOf(mapping, checksum));
      if (this.#done.size > MAX_DONE)
        for (const oldest of [...this.#done].slice(0, 64)) this.#done.delete(oldest);
      return { frame: mapping.frame, verdict: "good" };
    }
    const detail = `0x${checksum.toString(16).padStart(4, "0")} sent, 0x${expected.toString(16).padStart(4, "0")} computed`;
    return { frame: mapping.frame, verdict: "bad", detail };
  }
}

function keyOf(mapping: KnownMapping, checksum: number): string {
  return `${mapping.dsn} ${mapping.subflowSequence} ${mapping.length} ${checksum}`;
}

function unchecked({ mapping }: Pending): ChecksumOutcome {
  return { frame: mapping.frame, verdict: "unchecked", detail: "not all mapped bytes were captured" };
}
