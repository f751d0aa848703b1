/** Times between frames: `frame.time_delta`, `frame.time_delta_displayed`, `frame.time_relative`. */
import type { Provide, Row, Tracker, TrackerState } from "../../src/plugin.ts";
import { provided } from "./provided.ts";

/** Indices into `provides`. */
const DELTA = 0;
const DISPLAYED = 1;
const RELATIVE = 2;

class FrameTime implements TrackerState {
  readonly forgotten: number = 0;
  #first: bigint | undefined;
  #previous: bigint | undefined;
  #displayed: bigint | undefined;
  /** The frame seen last counts as displayed only when the next one comes: `hidden` may have been called meanwhile. */
  #hidden = true;

  update(row: Row, provide: Provide): void {
    if (!this.#hidden) this.#displayed = this.#previous;
    // A frame without a time (pcapng Simple Packet Block) has no times to others, nor others to it.
    const now = row.timestamp;
    this.#hidden = now === undefined;
    if (now === undefined) return;
    this.#first ??= now;
    // Each goes behind the frame's own time, before what stands there already.
    provide(RELATIVE, now - this.#first);
    provide(DISPLAYED, now - (this.#displayed ?? now));
    provide(DELTA, now - (this.#previous ?? now));
    this.#previous = now;
  }

  /** The frame seen last is not displayed. */
  protected hide(): void {
    this.#hidden = true;
  }
}

/** Only where somebody asks for it do the times hang on which frames are displayed. */
class DisplayedTime extends FrameTime {
  hidden(): void {
    this.hide();
  }
}

/** None stands behind another: who asks for one of them does not ask for the next. */
const placement = { after: "frame.time_epoch" };

/** All three in nanoseconds; negative where the capture's clock runs back. */
export const frameTime: Tracker = {
  id: "frame.time",
  requires: [],
  provides: [
    provided("frame.time_delta", "FT_RELATIVE_TIME", "Time since the frame before", placement),
    provided(
      "frame.time_delta_displayed",
      "FT_RELATIVE_TIME",
      "Time since the frame displayed before",
      placement,
    ),
    provided("frame.time_relative", "FT_RELATIVE_TIME", "Time since the first frame", placement),
  ],
  create: (_, wants) => (wants("frame.time_delta_displayed") ? new DisplayedTime() : new FrameTime()),
};
