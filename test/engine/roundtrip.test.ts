/** Whole packets come back byte for byte: `craft(dissect(frame).layers, { fix: "keep" })`. */
import { describe, expect, it } from "vitest";
import { toHex } from "../../src/bytes/hex.ts";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import { captureFiles } from "../shared.ts";

const engine = createEngine();
const files = captureFiles();

describe.skipIf(files.length === 0)("round trip of whole frames", () => {
  it.each(files)("%s", async (file) => {
    const reader = await openCapture(file);
    for await (const frame of reader) {
      const again = engine.craft(engine.dissect(frame).layers, { fix: "keep" });
      expect(toHex(again), `frame ${frame.number}`).toBe(toHex(frame.data));
    }
  });
});
