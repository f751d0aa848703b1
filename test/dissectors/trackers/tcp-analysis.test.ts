import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { tcpAnalysis } from "../../../dissectors/trackers/tcp-analysis.ts";
import { tcpStream } from "../../../dissectors/trackers/tcp-stream.ts";
import { anySegments, packet, type Segment, writeCapture } from "./packets.ts";
import { differences, hasTshark, runOnEngine, tsharkTable } from "./tshark.ts";

const FIELDS = tcpAnalysis.provides.map(({ info }) => info.name);

const folder = mkdtempSync(join(tmpdir(), "tcp-analysis-"));
afterAll(() => rmSync(folder, { recursive: true }));

const make =
  (from: Segment["from"]) =>
  (flags: string, seq: number, ack = 0, length = 0, more: Partial<Segment> = {}): Segment => ({
    from,
    port: 1000,
    flags,
    seq,
    ack,
    length,
    ...more,
  });
const client = make("client");
const server = make("server");
const handshake = [client("S", 100), server("SA", 500, 101), client("A", 101, 501)];

const CASES: Record<string, Segment[]> = {
  "SYN sent again": [client("S", 100), ...handshake, client("A", 101, 501, 3)],
  "SYN-ACK sent again": [client("S", 100), server("SA", 500, 101), ...handshake.slice(1)],
  "handshake ends with data": [...handshake.slice(0, 2), client("PA", 101, 501, 3), server("A", 501, 104)],
  "SYN not seen": [...handshake.slice(1), server("A", 501, 101, 4)],
  "SYN-ACK not seen": [
    client("S", 100),
    client("A", 101, 501),
    server("A", 501, 101, 4),
    client("A", 101, 505),
  ],
  "server speaks first": [
    ...handshake.slice(0, 2),
    server("A", 501, 101, 5),
    client("A", 101, 506),
    client("A", 101, 506),
  ],
  "data sent again": [
    ...handshake,
    client("PA", 101, 501, 10),
    client("PA", 111, 501, 10),
    client("PA", 101, 501, 10),
    server("A", 501, 111),
    server("A", 501, 121),
    client("PA", 111, 501, 10),
  ],
  "fast retransmission": [
    ...handshake,
    ...[101, 111, 121, 131].map((seq) => client("A", seq, 501, 10)),
    ...[111, 111, 111, 111].map((ack) => server("A", 501, ack)),
    client("A", 111, 501, 10),
    server("A", 501, 141),
  ],
  "a hole that is filled": [
    ...handshake,
    client("A", 111, 501, 10),
    server("A", 501, 101),
    client("A", 101, 501, 10),
    server("A", 501, 121),
    server("A", 501, 300),
    server("A", 501, 301),
  ],
  "closed window and probes": [
    ...handshake,
    client("A", 101, 501, 10),
    server("A", 501, 111, 0, { window: 0 }),
    client("A", 111, 501, 1),
    server("A", 501, 111, 0, { window: 0 }),
    client("A", 111, 501, 1),
    server("A", 501, 111, 0, { window: 20 }),
    client("A", 111, 501, 20),
    server("A", 501, 131, 0, { window: 1000 }),
  ],
  "keep-alive": [
    ...handshake,
    client("A", 101, 501, 5),
    server("A", 501, 106),
    client("A", 105, 501),
    server("A", 501, 106),
    client("A", 105, 501, 1),
    server("A", 501, 106),
  ],
};

describe.skipIf(!hasTshark)("tcp.analysis agrees with tshark", () => {
  it.each(Object.entries(CASES))("%s", async (_, segments) => {
    const path = join(folder, "case.pcap");
    writeCapture(path, segments.map(packet));
    const ours = await runOnEngine(path, [tcpStream, tcpAnalysis], FIELDS);
    expect(differences(FIELDS, tsharkTable(path, FIELDS), ours)).toEqual([]);
  });

  it("any order of a few segments, but for one frame in a hundred", async () => {
    // Connections that contradict themselves in several ways at once are judged by accident.
    const path = join(folder, "any.pcap");
    writeCapture(path, anySegments(21, 3000).map(packet));
    const ours = await runOnEngine(path, [tcpStream, tcpAnalysis], FIELDS);
    const lines = differences(FIELDS, tsharkTable(path, FIELDS), ours);
    expect(new Set(lines.map((line) => line.split(" ")[1])).size).toBeLessThan(30);
  });
});
