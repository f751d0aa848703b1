/** Fields that look ahead hold what one reading tells, as in tshark without `-2` (FILTERS.md says so). */
import { describe, expect, it } from "vitest";
import { subflow } from "../cli/run.ts";
import { captureFiles } from "../shared.ts";
import { hasTshark, tshark } from "./tshark.ts";

const path = captureFiles().find((name) => name.endsWith("/zero_window/client.pcap")) ?? "";
const settings = ["-o", "mptcp.analyze_mappings:TRUE", "-o", "mptcp.intersubflows_retransmission:TRUE"];
const printed = ["-T", "fields", "-e", "tcp.completeness", "-e", "mptcp.reinjected_in"];

/** The values of a column, each once. */
function values(text: string, column: number): Set<string> {
  return new Set(text.split("\n").flatMap((line) => line.split("\t")[column] || []));
}

describe.skipIf(!hasTshark || path === "")("one pass", () => {
  it("gives what tshark gives in one, and refuses two", async () => {
    const args = ["-r", path, ...settings, ...printed];
    const one = tshark(args).stdout;
    expect((await subflow(...args)).stdout).toBe(one);
    for (const option of ["-2", "--two-pass"]) {
      const { status, stdout, stderr } = await subflow(option, ...args);
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toContain("fields that look ahead, such as tcp.completeness");
    }
    expect(values(one, 1).size).toBe(0);
    // Two passes give the end of each connection in all of its frames; reinjected_in tshark does not fill even then.
    const two = tshark(["-2", ...args]).stdout;
    expect(values(two, 0).size).toBeLessThan(values(one, 0).size);
    expect(values(two, 1).size).toBe(0);
  });

  it("tells of a reinjection in the frame that makes it", async () => {
    const args = ["-r", path, ...settings, "-T", "fields", "-e", "mptcp.reinjection_of"];
    // Of several frames the order is that of their data here.
    const frames = (text: string): string[] => text.split("\n").map((line) => line.split(",").sort().join());
    const ours = (await subflow(...args)).stdout;
    expect(frames(ours)).toEqual(frames(tshark(args).stdout));
    expect(values(ours, 0).size).toBeGreaterThan(0);
  });
});
