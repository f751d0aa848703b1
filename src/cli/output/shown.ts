/** One frame on its way to an output. */
import type { FieldInfo, RawValue } from "../../ir/fields.ts";
import type { Frame } from "../../ir/frame.ts";
import type { Dissection, GeneratedNode } from "../../ir/tree.ts";
import type { Dissector } from "../../plugin.ts";
import type { TimeFormat, Timing } from "./time-column.ts";

export interface Shown {
  readonly frame: Frame;
  readonly timing: Timing;
  readonly dissection: Dissection;
}

/** Time since the frame shown before: only the output knows which frames are shown. */
export const SINCE_DISPLAYED = "frame.time_delta_displayed";

/** A tracker's value, corrected where the tracker cannot know what is shown. */
export function generatedValue(node: GeneratedNode, shown: Shown): RawValue {
  return node.view.filter === SINCE_DISPLAYED ? shown.timing.sinceDisplayed : node.value;
}

/** What all outputs share. */
export interface OutputContext {
  /** Fields of the engine by name. */
  readonly catalog: ReadonlyMap<string, FieldInfo>;
  readonly plugins: readonly Dissector[];
  readonly time: TimeFormat;
  readonly color: boolean;
}

/** Makes text of frames: what stands before them all, of each, and behind them all. */
export interface Output {
  /** `latin1`: each character of the text is a byte of UTF-8 already. */
  readonly encoding?: "latin1" | undefined;
  begin(): string;
  /** Bytes hold until the next frame. */
  frame(shown: Shown): string | Uint8Array;
  end(): string;
}
