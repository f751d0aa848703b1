import { type Dissector, defineDissector } from "../src/plugin.ts";
import { absentFrame } from "./absent.ts";
import { frameFindings } from "./findings.ts";
import { enums } from "./generated/enums.ts";
import { layouts } from "./generated/layouts/frame.ts";
import { derivedFrame } from "./trackers/derived-frame.ts";
import { frameHash } from "./trackers/frame-hash.ts";
import { frameTime } from "./trackers/frame-time.ts";

/** What the capture file tells of a frame, and bytes that nothing claims. */
export const frame: Dissector = defineDissector({
  name: "frame",
  layouts,
  enums,
  trackers: [frameTime, derivedFrame, frameHash],
  absent: absentFrame,
  findings: frameFindings,
});
