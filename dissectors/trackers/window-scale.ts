/** Window scaling of one connection (RFC 7323 section 2): what each side's windows are to be multiplied by. */

/** Nothing was seen of the side's SYN. */
const UNKNOWN = -1;
/** A SYN came without the option: neither side may scale (RFC 7323 section 2.2). */
const UNUSED = -2;
/** Larger shifts count as this one (RFC 7323 section 2.3). */
const MAX_SHIFT = 14;

export class WindowScale {
  /** Shift counts by direction, or one of the marks above. */
  #low = UNKNOWN;
  #high = UNKNOWN;

  /** Multiplier, -1 when unknown, -2 when scaling is not used. */
  factor(direction: 0 | 1): number {
    const shift = this.#of(direction);
    return shift < 0 ? shift : 1 << shift;
  }

  #of(direction: 0 | 1): number {
    return direction === 0 ? this.#low : this.#high;
  }

  #set(direction: 0 | 1, shift: number): void {
    if (direction === 0) this.#low = shift;
    else this.#high = shift;
  }

  /** Bits by which windows of the side are shifted: none where nothing is known. */
  shift(direction: 0 | 1): number {
    return Math.max(0, this.#of(direction));
  }

  /**
   * Takes a segment's option (NaN when it has none) and SYN and ACK flags. What it says holds for later segments: the
   * window of a SYN is never scaled.
   */
  learn(direction: 0 | 1, option: number, syn: boolean, ack: boolean): void {
    if (!Number.isNaN(option)) this.#set(direction, Math.min(option, MAX_SHIFT));
    if (!syn) return;
    const other = direction === 0 ? this.#high : this.#low;
    if (this.#of(direction) !== UNKNOWN && !(ack && other === UNUSED)) return;
    this.#low = UNUSED;
    this.#high = UNUSED;
  }
}
