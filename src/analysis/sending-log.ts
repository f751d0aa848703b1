/** First sendings that wait for their DATA_ACK, for round-trip times. */
import { NumberTable } from "../../dissectors/trackers/number-table.ts";

/** Sendings that are remembered; while there are more, the next ones give no sample. */
const MOST = 4096;
/** Columns. */
const END = 0;
const TIME = 1;

/** Ordered by the end of their data: what arrives out of order is put where it belongs. */
export class SendingLog {
  readonly #rows = new NumberTable(2);

  add(end: number, time: number): void {
    const rows = this.#rows;
    if (rows.count >= MOST) return;
    const at = rows.behind(end);
    rows.insert(at);
    rows.set(at, END, end);
    rows.set(at, TIME, time);
  }

  /** Data sent again: which sending a DATA_ACK answers can no longer be told (as RFC 6298 section 3 has it for TCP). */
  remove(start: number, end: number): void {
    const rows = this.#rows;
    const from = rows.behind(start);
    for (let at = rows.behind(end) - 1; at >= from; at--) rows.remove(at);
  }

  /** Takes what ends at `upTo` or before; the time of the newest of it, NaN where there is none. */
  acknowledge(upTo: number): number {
    let newest = Number.NaN;
    const rows = this.#rows;
    let at = 0;
    for (; at < rows.count && rows.get(at, END) <= upTo; at++) {
      const time = rows.get(at, TIME);
      if (!(newest > time)) newest = time;
    }
    if (at > 0) rows.drop(at);
    return newest;
  }
}
