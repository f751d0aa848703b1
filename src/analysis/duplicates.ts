/** Packets that a capture holds twice because it was taken at two places of the path. */
import type { Segment } from "./segment.ts";

/** Packets of one stream that are remembered. */
const MOST = 4096;
/** A packet seen again later than this is another one. Nanoseconds. */
const LONGEST = 2e9;
/** Where nothing tells a SYN from one that is sent again: that takes a second (RFC 6298 section 2). */
const LONGEST_ALIKE = 0.5e9;

/** One stream. What is sent again has another identification or timestamp, or comes late. */
export class Duplicates {
  readonly #seen = new Map<string, number>();

  /** Whether the segment was seen before, at another place. */
  accept(segment: Segment): boolean {
    const { signature, time } = segment;
    const longest = segment.syn && !segment.isMarked ? LONGEST_ALIKE : LONGEST;
    const before = this.#seen.get(signature);
    if (before !== undefined && time - before < longest) {
      // A third sight would be one of a packet that was sent again.
      this.#seen.delete(signature);
      return true;
    }
    this.#seen.set(signature, time);
    if (this.#seen.size > MOST) {
      for (const oldest of this.#seen.keys()) {
        this.#seen.delete(oldest);
        break;
      }
    }
    return false;
  }
}
