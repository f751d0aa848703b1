import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { tcpStream } from "../../../dissectors/trackers/tcp-stream.ts";
import { anySegments, packet, type Segment, writeCapture } from "./packets.ts";
import { rowOf } from "./rows.ts";
import {
  differences,
  hasTshark,
  runOnEngine,
  runOnTsharkRows,
  type Settings,
  tsharkTable,
} from "./tshark.ts";

const FIELDS = tcpStream.provides.map(({ info }) => info.name);
const folder = mkdtempSync(join(tmpdir(), "tcp-stream-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function expectSame(
  path: string,
  settings: Settings = {},
  extra: readonly string[] = [],
): Promise<void> {
  const theirs = tsharkTable(path, FIELDS, extra);
  expect(differences(FIELDS, theirs, runOnTsharkRows(path, [tcpStream], FIELDS, settings))).toEqual([]);
  expect(differences(FIELDS, theirs, await runOnEngine(path, [tcpStream], FIELDS, settings))).toEqual([]);
}

const client = (flags: string, seq: number, ack = 0, more: Partial<Segment> = {}): Segment => ({
  from: "client",
  port: 1000,
  flags,
  seq,
  ack,
  ...more,
});
const server = (flags: string, seq: number, ack = 0, more: Partial<Segment> = {}): Segment => ({
  ...client(flags, seq, ack, more),
  from: "server",
});
const scale = (shift: number): Partial<Segment> => ({ options: [3, 3, shift] });
const handshake = [client("S", 100), server("SA", 500, 101), client("A", 101, 501)];

const CASES: Record<string, Segment[]> = {
  "ports used again": [
    ...handshake,
    client("S", 900),
    server("SA", 700, 901),
    client("S", 900),
    server("A", 501, 101),
  ],
  "same number after the end": [
    ...handshake,
    client("FA", 101, 501),
    server("FA", 501, 102),
    client("S", 100),
  ],
  "refused and tried again": [
    client("S", 100),
    server("RA", 0, 101),
    client("S", 100),
    client("S", 101),
    server("R", 0),
  ],
  "begun in the middle": [
    client("A", 1000, 2000, { length: 10 }),
    server("A", 2000, 1010),
    client("A", 1010, 2005),
  ],
  "one direction only": [
    client("A", 1000, 2000, { length: 10 }),
    client("A", 1010, 2000),
    client("A", 1020, 2500),
  ],
  "no acknowledgment": [
    client("P", 1000, 77, { length: 10 }),
    server("", 2000, 1010),
    client("A", 1010, 2005),
  ],
  "SYN-ACK first": [server("SA", 500, 101), client("S", 100), client("A", 101, 501)],
  "second SYN-ACK differs": [...handshake, server("SA", 600, 101), client("A", 101, 601)],
  "numbers wrap": [
    client("S", 0xfffffff0),
    server("SA", 0xffffffff, 0xfffffff1),
    client("A", 0xfffffff1, 0, { length: 40 }),
    server("A", 0, 25, { length: 3 }),
    client("FA", 25, 3),
  ],
  "reset first": [server("R", 500), client("S", 100), server("RA", 0, 101), client("A", 101, 1)],
  "data and FIN in SYN": [
    client("S", 100, 0, { length: 5 }),
    client("SF", 200),
    client("SF", 300, 0, { length: 3 }),
  ],
  "scaled by both": [
    client("S", 1, 0, scale(7)),
    server("SA", 5, 2, scale(3)),
    client("A", 2, 6),
    server("A", 6, 2),
  ],
  "scaled by one": [client("S", 1, 0, scale(7)), server("SA", 5, 2), client("A", 2, 6), server("A", 6, 2)],
  "shift above 14": [
    client("S", 1, 0, scale(40)),
    server("SA", 5, 2, scale(15)),
    client("A", 2, 6),
    server("A", 6, 2),
  ],
  "quoted by errors": [
    client("S", 100, 0, scale(2)),
    client("S", 100, 0, { ...scale(2), quoted: 60 }),
    client("S", 777, 0, { quoted: 28 }),
    client("A", 101, 0, { port: 2222, quoted: 60 }),
    client("A", 50, 60, { port: 2222 }),
    server("SA", 500, 101, scale(3)),
    client("S", 900, 0, { quoted: 60 }),
    client("A", 101, 501),
  ],
};

describe.skipIf(!hasTshark)("tcp.stream and relative numbers agree with tshark", () => {
  it.each(Object.entries(CASES))("%s", async (_, segments) => {
    const path = join(folder, "case.pcap");
    writeCapture(path, segments.map(packet));
    await expectSame(path);
  });

  it("absolute numbers on request", async () => {
    const path = join(folder, "absolute.pcap");
    writeCapture(path, handshake.map(packet));
    const name = "tcp.relative_sequence_numbers";
    await expectSame(path, { [name]: false }, ["-o", `${name}:FALSE`]);
  });

  it("any order of a few segments", async () => {
    const segments = anySegments(20, 3000);
    const path = join(folder, "any.pcap");
    // Every twentieth is quoted by an ICMP error.
    writeCapture(
      path,
      segments.map((one, index) => packet(index % 20 === 7 ? { ...one, quoted: 90 } : one)),
    );
    await expectSame(path);
  });
});

describe("memory", () => {
  it("forgets streams beyond the limit", () => {
    const preferences = {
      get: (name: string) => (name === "subflow.max_streams" ? 2 : undefined),
    };
    const state = tcpStream.create(preferences, () => true);
    const address = Uint8Array.of(192, 0, 2, 1);
    const streams: unknown[] = [];
    for (const port of [1, 2, 1, 3, 1]) {
      const columns = [
        [address],
        [address],
        [6],
        [],
        [],
        [],
        [],
        [port],
        [80],
        [5],
        [6],
        [0x10],
        [10],
        [0],
        [],
      ];
      const row = rowOf(1, 0n, (column) => columns[column] ?? []);
      state.update(row, (field, value) => field === 1 && streams.push(value));
    }
    expect(streams).toEqual([0, 1, 0, 2, 0]);
    expect(state.forgotten).toBe(1);
  });
});
