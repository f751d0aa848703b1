/** First sendings that wait for their DATA_ACK, for round-trip times. */
import { NumberTable } from "../../dissectors/trackers/number-table.ts";
import type { Slab } from "../../dissectors/trackers/slab.ts";

/** Sendings that are remembered; while there are more, the next ones give no sample. */
const MOST = 4096;
/** Columns. */
const END = 0;
const TIME = 1;

/** Ordered by the end of their data: what arrives out of order is put where it belongs. */
export class SendingLog extends NumberTable {
  /** When the newest of what was acknowledged last was sent. */
  newest = 0;

  constructor(slab: Slab) {
    super(2, slab);
  }

  add(end: number, { time }: { readonly time: number }): void {
    if (this.count >= MOST) return;
    const row = this.insert(this.behind(end));
    const { cells } = this.slab;
    cells[row + END] = end;
    cells[row + TIME] = time;
  }

  /** Data sent again: which sending a DATA_ACK answers can no longer be told (as RFC 6298 section 3 has it for TCP). */
  remove(start: number, end: number): void {
    const from = this.behind(start);
    for (let at = this.behind(end) - 1; at >= from; at--) this.removeRow(at);
  }

  /** Takes what ends at `upTo` or before; whether there is any, {@link newest} tells its time. */
  acknowledge(upTo: number): boolean {
    let at = 0;
    for (; at < this.count && this.get(at, END) <= upTo; at++) {
      const time = this.get(at, TIME);
      if (at === 0 || time > this.newest) this.newest = time;
    }
    if (at > 0) this.drop(at);
    return at > 0;
  }
}
