import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { tcpAnalysis } from "../../../dissectors/trackers/tcp-analysis.ts";
import { tcpStream } from "../../../dissectors/trackers/tcp-stream.ts";
import type { FieldInfo, Tracker } from "../../../src/plugin.ts";
import { captureFiles } from "../../shared.ts";
import { anySegments, packet, writeCapture } from "./packets.ts";
import { differences, hasTshark, runOnEngine, tsharkTable } from "./tshark.ts";

const FIELDS = tcpAnalysis.provides.map(({ info }) => info.name);

const folder = mkdtempSync(join(tmpdir(), "tcp-analysis-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The number that tshark gives a frame's MPTCP connection, so that this test rests on one tracker less. */
function mptcpStream(path: string): Tracker {
  const numbers = tsharkTable(path, ["mptcp.stream"]).map(([cell]) => cell?.[0]);
  const info: FieldInfo = {
    name: "mptcp.stream",
    type: "FT_UINT32",
    base: "dec",
    protocol: "mptcp",
    description: "Connection",
  };
  return {
    id: "mptcp.stream",
    requires: [],
    provides: [{ info, placement: {} }],
    create: () => ({
      forgotten: 0,
      update: (row, provide) => {
        const number = numbers[row.frameNumber - 1];
        if (number !== undefined) provide(0, Number(number));
      },
    }),
  };
}

describe.skipIf(!hasTshark)("tcp.analysis agrees with tshark", () => {
  it("any order of a few segments", async () => {
    const path = join(folder, "any.pcap");
    writeCapture(path, anySegments(21, 3000).map(packet));
    const ours = await runOnEngine(path, [tcpStream, tcpAnalysis], FIELDS);
    expect(differences(FIELDS, tsharkTable(path, FIELDS), ours)).toEqual([]);
  });

  it.each(captureFiles())("%s", async (path) => {
    const ours = await runOnEngine(path, [tcpStream, mptcpStream(path), tcpAnalysis], FIELDS);
    expect(differences(FIELDS, tsharkTable(path, FIELDS), ours)).toEqual([]);
  });
});
