/** Every shared capture, read and copied: the same frames as tshark's. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mergeCaptures } from "../../src/capture/merge.ts";
import { openCapture } from "../../src/capture/open.ts";
import type { CapturedFrame } from "../../src/capture/types.ts";
import { createCaptureWriter } from "../../src/capture/writer.ts";
import { captureFiles } from "../shared.ts";
import { framesOf, hasTshark, installed, linesOf, run, scratch, tshark } from "./tools.ts";

const files = captureFiles();

/** Lines without the frame's number and the interface's name, which change when captures are put together. */
const facts = (lines: readonly string[]) => lines.map((line) => line.split("|").slice(1, 4).join("|"));

describe.skipIf(!hasTshark || !installed("mergecap") || files.length === 0)("captures of others", () => {
  test("one after the other", async () => {
    const together = join(scratch(), "together.pcapng");
    run("mergecap", "-a", "-w", together, ...files);
    const lines: string[] = [];
    for (const file of files) lines.push(...facts(linesOf(await framesOf(file))));
    expect(lines).toEqual(facts(tshark(together).lines));
    expect(lines.length).toBeGreaterThan(files.length);
    expect(facts(linesOf(await framesOf(together)))).toEqual(lines);
  });

  test("merged by time, and written: as mergecap does", async () => {
    const folder = scratch();
    run("mergecap", "-w", join(folder, "theirs.pcapng"), ...files);
    const merged = mergeCaptures(await Promise.all(files.map((file) => openCapture(file))));
    const writer = createCaptureWriter(join(folder, "ours.pcapng"), { copyFrom: merged });
    const frames: CapturedFrame[] = [];
    for await (const frame of merged) {
      frames.push(frame);
      await writer.write(frame);
    }
    await writer.close();
    expect(frames.map((frame) => frame.number)).toEqual(frames.map((_, index) => index + 1));
    const theirs = await framesOf(join(folder, "theirs.pcapng"));
    expect(facts(linesOf(frames))).toEqual(facts(linesOf(theirs)));
    const all = (list: readonly CapturedFrame[]) => Buffer.concat(list.map((frame) => frame.data));
    expect(all(frames).equals(all(theirs))).toBe(true);
    expect(facts(tshark(join(folder, "ours.pcapng")).lines)).toEqual(facts(linesOf(frames)));
  });

  test.each(["client.pcapng", "server.pcapng", "client.nsec.pcap", "server.pcap"])(
    "a whole %s",
    async (name) => {
      const file = files.find((path) => path.endsWith(name)) ?? "";
      expect(linesOf(await framesOf(file))).toEqual(tshark(file).lines);
    },
  );
});
