/** Which sequence numbers of a connection count as 0. */
import { ACK, SYN } from "./tcp-flags.ts";

/** Numbers by direction. They are kept signed, which needs no object each in V8. */
export class SequenceBases {
  #low = 0;
  #high = 0;
  /** A bit for each direction whose number is known. */
  #known = 0;

  /** Of both directions. */
  get isKnown(): boolean {
    return this.#known === 3;
  }

  /** NaN until it is known. */
  base(direction: 0 | 1): number {
    if ((this.#known & (1 << direction)) === 0) return Number.NaN;
    return (direction === 0 ? this.#low : this.#high) >>> 0;
  }

  #set(direction: 0 | 1, sequence: number): void {
    this.#known |= 1 << direction;
    if (direction === 0) this.#low = sequence | 0;
    else this.#high = sequence | 0;
  }

  /**
   * A SYN's own number counts as 0; a capture that begins later takes what makes its first byte 1, in both directions. A
   * SYN-ACK with another number than before is believed: it answers a SYN that was not seen. What an ICMP error quotes may
   * be older than the segments around it, and begins nothing.
   */
  learn(direction: 0 | 1, sequence: number, acknowledgment: number, flags: number, quoted: boolean): void {
    const known = (this.#known & (1 << direction)) !== 0;
    if (known && (flags & (SYN | ACK)) === (SYN | ACK)) this.#set(direction, sequence);
    if (quoted) return;
    if (!known) this.#set(direction, (flags & SYN) !== 0 ? sequence : sequence - 1);
    const other = direction === 0 ? 1 : 0;
    if ((flags & ACK) !== 0 && (this.#known & (1 << other)) === 0) this.#set(other, acknowledgment - 1);
  }
}
