/** First sendings that wait for their DATA_ACK, for round-trip times. */

/** Sendings that are remembered; while there are more, the next ones give no sample. */
const MOST = 4096;
const WIDTH = 2;

/** Ordered by the end of their data: what arrives out of order is put where it belongs. */
export class SendingLog {
  /** End and time of each, the first at `#from`. */
  #rows = new Float64Array(WIDTH * 8);
  #from = 0;
  #to = 0;

  add(end: number, time: number): void {
    if (this.#to - this.#from >= MOST) return;
    if ((this.#to + 1) * WIDTH > this.#rows.length) this.#makeRoom();
    const rows = this.#rows;
    let at = this.#to++;
    for (; at > this.#from && (rows[(at - 1) * WIDTH] ?? 0) > end; at--) {
      rows[at * WIDTH] = rows[(at - 1) * WIDTH] ?? 0;
      rows[at * WIDTH + 1] = rows[(at - 1) * WIDTH + 1] ?? 0;
    }
    rows[at * WIDTH] = end;
    rows[at * WIDTH + 1] = time;
  }

  #makeRoom(): void {
    const held = this.#rows.subarray(this.#from * WIDTH, this.#to * WIDTH);
    const rows = held.length * 2 > this.#rows.length ? new Float64Array(this.#rows.length * 2) : this.#rows;
    rows.set(held);
    this.#rows = rows;
    this.#to -= this.#from;
    this.#from = 0;
  }

  /** Data sent again: which sending a DATA_ACK answers can no longer be told (as RFC 6298 section 3 has it for TCP). */
  remove(start: number, end: number): void {
    const rows = this.#rows;
    let kept = this.#from;
    for (let at = this.#from; at < this.#to; at++) {
      const to = rows[at * WIDTH] ?? 0;
      if (to > start && to <= end) continue;
      rows[kept * WIDTH] = to;
      rows[kept * WIDTH + 1] = rows[at * WIDTH + 1] ?? 0;
      kept++;
    }
    this.#to = kept;
  }

  /** Takes what ends at `upTo` or before; the time of the newest of it, NaN where there is none. */
  acknowledge(upTo: number): number {
    let newest = Number.NaN;
    const rows = this.#rows;
    while (this.#from < this.#to && (rows[this.#from * WIDTH] ?? 0) <= upTo) {
      const time = rows[this.#from * WIDTH + 1] ?? 0;
      if (!(newest > time)) newest = time;
      this.#from++;
    }
    if (this.#from === this.#to) this.#from = this.#to = 0;
    return newest;
  }
}
