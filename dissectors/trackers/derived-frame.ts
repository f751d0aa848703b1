/** Findings about what a capture tells of a frame. */
import type { Tracker } from "../../src/plugin.ts";
import { derived } from "./derived.ts";
import { provided } from "./provided.ts";

const WIRE = 0;
const CAPTURED = 1;

export const derivedFrame: Tracker = derived(
  "frame.findings",
  ["frame.len", "frame.cap_len"],
  [
    provided("frame.len_lt_caplen", "FT_NONE", "More bytes were captured than the packet had", {
      after: "frame.cap_len",
    }),
  ],
  (row, provide) => {
    if (row.number(WIRE) < row.number(CAPTURED)) provide(0, true);
  },
);
