/** `-z follow`: the same text as tshark's, and what only subflow follows. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../../src/default-engine.ts";
import { hasTshark, tshark } from "../../differential/tshark.ts";
import { captureFiles } from "../../shared.ts";
import { pcapBytes, scratch } from "../fixture.ts";
import { subflow } from "../run.ts";

process.env["TZ"] = "UTC";

const named = (part: string): string => captureFiles().find((path) => path.endsWith(`/${part}`)) ?? "";
const whole = captureFiles().filter((path) =>
  /\/(capable|join|tcp_tfo|ipv6|fail_single|crafted)\/client|mptcp-v0|dns_tcp|dhcp/.test(path),
);
const file = scratch();

describe.skipIf(!hasTshark || captureFiles().length === 0)("-z follow as tshark", () => {
  it.each(whole)("%s", async (path) => {
    const words = ["ascii", "hex", "raw"].flatMap((mode) =>
      ["tcp", "udp"].flatMap((protocol) =>
        ["0", "1", "0,2-4", "0,1", "99"].map((rest) => `follow,${protocol},${mode},${rest}`),
      ),
    );
    const args = ["-r", path, "-q", ...words.flatMap((word) => ["-z", word])];
    expect((await subflow(...args)).stdout).toBe(tshark(args).stdout);
  });

  it("prints YAML, with times that are exact", async () => {
    const args = ["-r", named("capable_csum/client.nsec.pcap"), "-q", "-z", "follow,tcp,yaml,0"];
    const time = /timestamp: (\d+\.\d{9})/g;
    const times = (text: string): number[] => [...text.matchAll(time)].map((match) => Number(match[1]));
    const ours = (await subflow(...args)).stdout;
    const theirs = tshark(args).stdout;
    expect(ours.replaceAll(time, "")).toBe(theirs.replaceAll(time, ""));
    // tshark's have gone through floating point.
    for (const [index, one] of times(ours).entries()) expect(one).toBeCloseTo(times(theirs)[index] ?? 0, 5);
  });

  it.each(["0123456789abcde ", "A  ", "0123456 ", "0123456   ", "0123456789abc    ", "       ", "         "])(
    "prints the bytes of %j",
    async (text) => {
      const engine = createEngine();
      const frame = engine.craft([
        { id: "ethernet", value: { source: "02:00:00:00:00:01", destination: "02:00:00:00:00:02" } },
        { id: "ipv4", value: { source: "192.0.2.1", destination: "192.0.2.2" } },
        {
          id: "tcp",
          value: { sourcePort: 1000, destinationPort: 2000, ack: true },
          payload: Buffer.from(text),
        },
      ]);
      const path = file("spaces.pcap", pcapBytes([frame]));
      const args = ["-r", path, "-q", "-z", "follow,tcp,hex,0"];
      expect((await subflow(...args)).stdout).toBe(tshark(args).stdout);
    },
  );

  it("takes a stream by its ends", async () => {
    const six = "follow,tcp,raw,[fd00:1::1]:37890,[fd00:1::2]:9001";
    for (const [name, word] of [
      ["ipv6/client.pcap", six],
      ["ipv6/client.pcap", `${six},2`],
      ["capable/client.pcap", "follow,tcp,hex,10.0.1.1:5,10.0.1.2:9001"],
      ["capable/client.pcap", "follow,tcp,hex,10.0.1.2:9001,10.0.1.1:54524"],
    ] as const) {
      const args = ["-r", named(name), "-q", "-z", word];
      expect((await subflow(...args)).stdout).toBe(tshark(args).stdout);
    }
  });

  it.each([
    "follow,tcp",
    "follow,tcp,bad,0",
    "follow,tcp,hex",
    "follow,tcp,hex,x",
    "follow,tcp,hex,0,x",
    "follow,tcp,hex,0,3-2",
    "follow,tcp,hex,0,0",
    "follow,tcp,hex,0,1,2",
  ])("refuses %s", async (word) => {
    const args = ["-r", named("capable/client.pcap"), "-q", "-z", word];
    const run = await subflow(...args);
    expect([run.status, run.stdout]).toEqual([1, ""]);
    expect(run.stderr).toContain("follow");
  });

  it("tells of bytes that are missing", async () => {
    const path = named("capable_csum/client.nsec.pcap");
    const gap = file("gap.pcap");
    // Two of the server's segments are not captured.
    await subflow("-r", path, "-Y", "!(frame.number in {10, 14})", "-w", gap);
    const args = ["-r", gap, "-q", "-z", "follow,tcp,raw,0"];
    const { stdout } = await subflow(...args);
    const word = Buffer.from("[1420 bytes missing in capture file]\0").toString("hex");
    expect(stdout.split(word)).toHaveLength(3);
    expect(stdout).toBe(tshark(args).stdout);
  });

  it.each(["bulk_loss", "handover", "tcp_sack"])(
    "%s, of which parts were lost and most was cut",
    async (name) => {
      for (const word of ["follow,tcp,ascii,0", "follow,tcp,hex,1"]) {
        const args = ["-r", named(`${name}/client.pcap`), "-q", "-z", word];
        expect((await subflow(...args)).stdout).toBe(tshark(args).stdout);
      }
    },
  );
});

const patternAt = (at: number): number => (at * 7 + (at >> 8)) & 255;

describe.skipIf(captureFiles().length === 0)("-z follow,mptcp", () => {
  it("prints both byte streams of a connection", async () => {
    const run = await subflow("-r", named("join/client.pcap"), "-q", "-z", "follow,mptcp,raw,0");
    const lines = run.stdout.split("\n");
    expect(lines.slice(0, 6)).toEqual([
      "",
      "=".repeat(67),
      "Follow: mptcp,raw",
      "Filter: mptcp.stream eq 0",
      expect.stringMatching(/^Node 0: 10\.0\.1\.1:\d+$/),
      "Node 1: 10.0.1.2:9001",
    ]);
    const server = lines
      .filter((line) => line.startsWith("\t"))
      .join("")
      .replaceAll("\t", "");
    expect(Buffer.from(server, "hex")).toEqual(
      Buffer.from(Array.from({ length: 12_000 }, (_, at) => patternAt(at))),
    );
  });

  it("writes them into files", async () => {
    const prefix = file("streams");
    const run = await subflow("-r", named("join/client.pcap"), "-q", "-z", `follow,mptcp,files=${prefix},0`);
    expect(run.stdout).toContain(`${prefix}.0: 100 bytes\n${prefix}.1: 12000 bytes\n`);
    expect([...readFileSync(`${prefix}.0`)]).toEqual(Array.from({ length: 100 }, (_, at) => patternAt(at)));
    expect([...readFileSync(`${prefix}.1`)]).toEqual(
      Array.from({ length: 12_000 }, (_, at) => patternAt(at)),
    );
  });

  it("says what the capture cut", async () => {
    const prefix = file("cut");
    const run = await subflow(
      "-r",
      named("addaddr/client.pcap"),
      "-q",
      "-z",
      `follow,mptcp,files=${prefix},0`,
    );
    expect(run.stdout).toContain(`${prefix}.1: 600 bytes, 11400 bytes missing\n`);
    const text = await subflow("-r", named("addaddr/client.pcap"), "-q", "-z", "follow,mptcp,ascii,0");
    expect(text.stdout).toContain("bytes missing in capture file]");
  });

  it("gives the same as data", async () => {
    const run = await subflow(
      "-r",
      named("handover/client.pcap"),
      "-q",
      "-z",
      "follow,mptcp,raw,0",
      "--format",
      "json",
    );
    const [{ result }] = JSON.parse(run.stdout);
    expect(new Set(result.pieces.map((piece: { stream: number }) => piece.stream))).toEqual(new Set([0, 1]));
    expect(result.pieces[0]).toMatchObject({ side: 0, start: 0, length: 54 });
  });

  it("refuses a place for files that cannot be written", async () => {
    const run = await subflow(
      "-r",
      named("join/client.pcap"),
      "-q",
      "-z",
      `follow,mptcp,files=${file("no/such/x")},0`,
    );
    expect([run.status, run.stdout]).toEqual([2, ""]);
  });
});
