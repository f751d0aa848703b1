import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { udpStream } from "../../../dissectors/trackers/udp-stream.ts";
import { datagram, quote, writeCapture } from "./packets.ts";
import { differences, hasTshark, runOnEngine, runOnTsharkRows, tsharkTable } from "./tshark.ts";

const FIELDS = udpStream.provides.map(({ info }) => info.name);
const folder = mkdtempSync(join(tmpdir(), "udp-stream-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!hasTshark)("udp.stream and times agree with tshark", () => {
  it("both directions, equal ports, quotes", async () => {
    const path = join(folder, "case.pcap");
    const packets = [
      datagram(5000, 7000, false),
      datagram(7000, 5000, true),
      datagram(7000, 5000, false),
      datagram(6000, 6000, false),
      datagram(6000, 6000, true),
      quote(datagram(5000, 7000, false)),
      quote(datagram(5555, 7000, false)),
      datagram(7000, 5555, true),
      datagram(5000, 7000, false),
    ];
    writeCapture(path, packets);
    const theirs = tsharkTable(path, FIELDS);
    expect(theirs.map((row) => row[0]?.[0])).toEqual(["0", "0", "1", "2", "2", "0", "3", "3", "0"]);
    expect(differences(FIELDS, theirs, runOnTsharkRows(path, [udpStream], FIELDS))).toEqual([]);
    expect(differences(FIELDS, theirs, await runOnEngine(path, [udpStream], FIELDS))).toEqual([]);
  });
});
