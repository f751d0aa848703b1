/** Times of one capture as numbers: nanoseconds from its first frame, which a double holds exactly for 104 days. */
import type { Row } from "../plugin.ts";

export class Clock {
  /** Nanoseconds since the epoch; undefined until a frame has a time. */
  first: bigint | undefined;
  /** Of the newest frame; one without a time has that of the frame before. */
  now: number = -0; // which V8 keeps as a double from the start, as times outgrow small integers

  tick(row: Row): void {
    this.first ??= row.timestamp;
    if (this.first === undefined) return;
    const time = row.since(this.first);
    if (!Number.isNaN(time)) this.now = time;
  }

  /** Nanoseconds since the epoch. */
  absolute(time: number): bigint {
    return (this.first ?? 0n) + BigInt(time);
  }
}
