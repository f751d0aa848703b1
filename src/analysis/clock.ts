/** Times of one capture as numbers: nanoseconds from its first frame, which a double holds exactly for 104 days. */

export class Clock {
  /** Nanoseconds since the epoch; undefined until a frame has a time. */
  first: bigint | undefined;
  /** Of the newest frame; one without a time has that of the frame before. */
  now = 0;

  tick(timestamp: bigint | undefined): void {
    if (timestamp === undefined) return;
    this.first ??= timestamp;
    this.now = Number(timestamp - this.first);
  }

  /** Nanoseconds since the epoch. */
  absolute(time: number): bigint {
    return (this.first ?? 0n) + BigInt(time);
  }
}
