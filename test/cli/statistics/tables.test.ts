/** `-z conv`, `endpoints` and `io,stat`: the same text as tshark's. */
import { execFileSync } from "node:child_process";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCaptureWriter } from "../../../src/capture/writer.ts";
import { hasTshark, tshark } from "../../differential/tshark.ts";
import { captureFiles } from "../../shared.ts";
import { scratch } from "../fixture.ts";
import { subflow } from "../run.ts";

process.env["TZ"] = "UTC";

const lines = (text: string): string[] => text.split("\n").sort();

const TABLES = ["conv", "endpoints"].flatMap((kind) =>
  ["eth", "ip", "ipv6", "tcp", "udp"].map((type) => `${kind},${type}`),
);
const STATISTICS = [...TABLES, "conv,tcp,tcp.len > 0", "endpoints,ip,tcp.flags.syn == 1"];
const INTERVALS = [
  "io,stat,0",
  "io,stat,0.1",
  "io,stat,1,tcp,ip",
  "io,stat,0.25,COUNT(tcp.len)tcp.len,SUM(tcp.len)tcp.len,MIN(tcp.len)tcp.len,MAX(tcp.len)tcp.len,AVG(tcp.len)tcp.len",
  "io,stat,2,FRAMES()tcp.stream==0,BYTES()tcp.stream==0,,AVG(frame.time_delta)frame.time_delta",
  "io,stat,0.5,SUM(ip.ttl)ip.ttl,MAX(tcp.time_relative)tcp.time_relative && tcp.stream==0 && tcp.len > 0 && ip.ttl == 64 && frame.len > 60",
];

const asOptions = (statistics: readonly string[]): string[] => statistics.flatMap((one) => ["-z", one]);

/** Every twelfth capture in each run: all of them were compared once, which takes long. */
const few = captureFiles().filter((_, index) => index % 12 === 0);
// Frames of several interfaces do not come in the order of time. tshark counts a late one in the interval that it has reached.
const ordered = few.filter((path) => !basename(dirname(path)).startsWith("bulk_down"));

describe.skipIf(!hasTshark)("statistics of captures", () => {
  it.each(few)("conversations and endpoints of %s", async (path) => {
    const args = ["-r", path, "-q", ...asOptions(STATISTICS)];
    // Rows with equally many frames stand in the order of tshark's hash table: lines are compared as a set.
    expect(lines((await subflow(...args)).stdout)).toEqual(lines(tshark(args).stdout));
  });

  it.each(ordered)("intervals of %s", async (path) => {
    const args = ["-r", path, "-q", ...asOptions(INTERVALS)];
    expect((await subflow(...args)).stdout).toBe(tshark(args).stdout);
  });
});

const file = scratch();
const SECOND = 1_000_000_000n;

/** A capture with frames at these times, in nanoseconds. */
async function captureAt(name: string, times: readonly bigint[]): Promise<string> {
  const path = file(name);
  const writer = createCaptureWriter(path, { format: "nsecpcap", linkType: 1 });
  for (const [index, time] of times.entries()) {
    const data = new Uint8Array(60 + index);
    data.set([0x88, 0xb5], 12);
    await writer.write({
      data,
      number: index + 1,
      timestamp: 1_700_000_000n * SECOND + time,
      capturedLength: data.length,
      originalLength: data.length,
      linkType: 1,
      interfaceId: 0,
    });
  }
  await writer.close();
  return path;
}

describe.skipIf(!hasTshark)("the table of intervals", () => {
  const durations = ["0.04", "9.5", "9.96", "9.9996", "10.04", "99.96", "999.7"];
  it.each(durations)("is as wide as tshark's for %s seconds", async (duration) => {
    const end = BigInt(Math.round(Number(duration) * 1e9));
    const path = await captureAt(`d${duration}.pcap`, [0n, end / 3n, end]);
    for (const interval of ["0", "1", "0.7"]) {
      const args = [
        "-r",
        path,
        "-q",
        "-z",
        `io,stat,${interval}`,
        "-z",
        `io,stat,${interval},SUM(frame.len)frame.len`,
      ];
      expect((await subflow(...args)).stdout).toBe(tshark(args).stdout);
    }
  });

  it("counts the frame at the end of the last interval, which tshark leaves out", async () => {
    const path = await captureAt("exact.pcap", [0n, SECOND, 2n * SECOND]);
    const { stdout } = await subflow("-r", path, "-q", "-z", "io,stat,1", "--format", "json");
    const [{ result }] = JSON.parse(stdout);
    expect(result.rows).toEqual([
      { start: 0, end: 1, values: [{ frames: 1, bytes: 60 }] },
      { start: 1, end: 2, values: [{ frames: 2, bytes: 61 + 62 }] },
    ]);
  });

  it("counts a late frame in its own interval", async () => {
    const path = await captureAt("late.pcap", [0n, 5n * SECOND, SECOND, 6n * SECOND + 1n]);
    const { stdout } = await subflow("-r", path, "-q", "-z", "io,stat,3", "--format", "json");
    const [{ result }] = JSON.parse(stdout);
    expect(result.rows.map((row: { values: { frames: number }[] }) => row.values[0]?.frames)).toEqual([2, 2]);
  });

  it("counts frames that are out of order as tshark counts them in order", async () => {
    const times = [0n, 5n * SECOND, SECOND, 6n * SECOND + 1n, 2n * SECOND, 11n * SECOND + 7n];
    const late = await captureAt("mixed.pcap", times);
    const ordered = join(dirname(late), "ordered.pcap");
    execFileSync("reordercap", [late, ordered]);
    const word = ["-q", "-z", "io,stat,3"];
    expect((await subflow("-r", late, ...word)).stdout).toBe(tshark(["-r", ordered, ...word]).stdout);
  });

  it("holds intervals that have frames, however long the capture is", async () => {
    const path = await captureAt("long.pcap", [0n, 4_000_000n * SECOND]);
    const started = performance.now();
    const { stdout } = await subflow("-r", path, "-q", "-z", "io,stat,400000", "--count");
    expect(stdout.split("\n").filter((line) => line.includes("<>"))).toHaveLength(10);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("-z", () => {
  it("refuses what does not exist by its name", async () => {
    const path = await captureAt("one.pcap", [0n]);
    for (const wrong of ["smb,srt", "conv", "conv,usb", "endpoints,wlan", "io,phs", "io,statistics,1"]) {
      const run = await subflow("-r", path, "-q", "-z", wrong);
      expect(run.status).toBe(1);
      expect(run.stderr).toContain(`"${wrong}"`);
      expect(run.stdout).toBe("");
    }
  });

  it.each([
    "io,stat",
    "io,stat,x",
    "io,stat,1,",
    "io,stat,0.00000001",
    "io,stat,1,COUNT(tcp",
    "io,stat,1,SUM()tcp",
    "io,stat,1,SUM(no.field)tcp",
    "io,stat,1,SUM(ip.src)ip.src",

    "io,stat,1,bad..",
    "conv,tcp,bad..",
    "endpoints,tcp,no.field",
  ])("refuses %s as tshark does", async (wrong) => {
    const path = await captureAt("two.pcap", [0n]);
    const run = await subflow("-r", path, "-q", "-z", wrong);
    expect(run.status).toBe(1);
    expect(run.stderr).not.toBe("");
    if (hasTshark) expect(tshark(["-r", path, "-q", "-z", wrong]).status).not.toBe(0);
  });
});

describe.skipIf(!hasTshark || captureFiles().length === 0)("-z beside other options", () => {
  const path = captureFiles().find((name) => name.endsWith("join/client.pcap")) ?? "";
  it.each([
    [["-c", "20"]],
    [["-Y", "tcp.len > 0", "-T", "fields", "-e", "frame.number"]],
    [["-q", "-Y", "tcp.stream == 1"]],
    [["-w", file("copy.pcap")]],
  ])("%j", async (more) => {
    const args = ["-r", path, ...more, "-z", "endpoints,tcp", "-z", "conv,tcp"];
    const ours = (await subflow(...args)).stdout;
    const theirs = tshark(args).stdout;
    // The lines of packets have a test of their own.
    const tables = (text: string): string => text.slice(text.indexOf("====="));
    expect(tables(ours)).toBe(tables(theirs));
    if (more.includes("-T")) expect(ours).toBe(theirs);
  });

  it("counts a connection once, and the SYN that has no key yet", async () => {
    const whole = captureFiles().find((name) => name.endsWith("handover/client.pcap")) ?? "";
    const rows = (text: string): number[] =>
      text
        .split("\n")
        .flatMap((line) => (line.includes("<->") ? [Number(line.slice(47 + 36, 47 + 43))] : []));
    const theirs = rows(tshark(["-r", whole, "-q", "-z", "conv,mptcp"]).stdout);
    const ours = rows((await subflow("-r", whole, "-qz", "conv,mptcp")).stdout);
    expect(ours).toEqual([theirs.reduce((sum, count) => sum + count, 1)]);
  });

  it("says which address of a connection carried what", async () => {
    const whole = captureFiles().find((name) => name.endsWith("handover/client.pcap")) ?? "";
    const run = await subflow("-r", whole, "-q", "-z", "endpoints,mptcp", "-z", "endpoints,ip");
    const [ip = "", mptcp = ""] = run.stdout.split(/(?<====\n)(?===)/);
    // All of its packets belong to one connection.
    expect(mptcp.split("\n").slice(3)).toEqual(ip.split("\n").slice(3));
  });

  it("takes response times for the time that passed", async () => {
    const whole = captureFiles().find((name) => name.endsWith("handover/client.pcap")) ?? "";
    const args = ["-r", whole, "-q", "-z", "io,stat,2,LOAD(tcp.time_delta)tcp.time_delta"];
    // The last interval is shorter; tshark takes it for a whole one here.
    const rows = (text: string): string[] => text.split("\n").filter((line) => !line.includes("Dur|"));
    expect(rows((await subflow(...args)).stdout)).toEqual(rows(tshark(args).stdout));
  });

  it("tells of what it read before a damaged place", async () => {
    const { readFileSync, writeFileSync } = await import("node:fs");
    const cut = file("cut.pcap");
    writeFileSync(cut, readFileSync(path).subarray(0, 5000));
    const args = ["-r", cut, "-q", "-z", "conv,tcp"];
    const ours = await subflow(...args);
    const theirs = tshark(args);
    expect([ours.status, ours.stdout]).toEqual([theirs.status, theirs.stdout]);
  });
});
