/** The same command lines for both programs: exit statuses, and outputs where they must not differ. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { pcap } from "../capture/build.ts";
import { hexBytes, ipv4, tcpSegment } from "../differential/packets.ts";
import { hasTshark, tshark } from "../differential/tshark.ts";
import { pcapBytes, scratch } from "./fixture.ts";
import { subflow } from "./run.ts";

process.env["TZ"] = "UTC";

const file = scratch();
const whole = pcapBytes();
const capture = file("three.pcap", whole);
const cut = file("cut.pcap", whole.subarray(0, 200));
const cutHeader = file("cut-header.pcap", whole.subarray(0, 20));
const empty = file("empty.pcap", new Uint8Array(0));
const oneColumn = ["-T", "fields", "-e", "frame.number"];

describe.skipIf(!hasTshark)("exit statuses", () => {
  test.each([
    [["-Y", "tcp.flags.syn == 1"]],
    [["-Y", "bad.."]],
    [["-Y", "tcp.port == foo"]],
    [["-Y", "no.such.field"]],
    [["tcp", "port", "80"]],
    [["-Y", "tcp", "udp"]],
    [["-T", "fields", "-e", "no.such", "-e", "ip.src"]],
    [["-T", "json", "-e", "no.such"]],
    [["-T", "bad"]],
    [["-T", "fields"]],
    [["-e", "ip.src"]],
    [["-x", ...oneColumn]],
    [["-w", file("no/such/folder")]],
    [["-w", "-", "-P"]],
    [["-F", "bad", "-w", file("out.pcap")]],
    [["-c", "0"]],
    [["-c", "-1"]],
    [["-c", "x"]],
    [["-c", "99999999999"]],
    [["-t", "x"]],
    [["-E", "header=x", ...oneColumn]],
    [["-E", "nothing=y", ...oneColumn]],
    [["-o", "no.such:1"]],
    [["-o", "bad"]],
    [["-d", "bad"]],
    [["-d", "tcp.port==x,echo"]],
    [["-d", "tcp.port==80,nosuchprotocol"]],
    [["-Z"]],
    [["--nothing"]],
    [["-R", "tcp"]],
    [["-Y"]],
    [["-q"]],
    [["-n", "-l", "-P"]],
  ])("%j", async (args) => {
    const expected = tshark(["-r", capture, ...args]).status;
    expect((await subflow("-r", capture, ...args)).status).toBe(expected);
  });

  test.each([
    file("absent.pcap"),
    file("."),
    cut,
    cutHeader,
    empty,
    file("text", "not a capture, only text\n".repeat(9)),
  ])("reading %s", async (path) => {
    const expected = tshark(["-r", path, ...oneColumn]);
    const found = await subflow("-r", path, ...oneColumn);
    expect(found.status).toBe(expected.status);
    expect(found.stdout).toBe(expected.stdout);
  });
});

describe.skipIf(!hasTshark)("the same text", () => {
  const fields =
    "frame.number frame.time frame.time_epoch frame.len frame.protocols eth.dst eth.type eth.lg ip.flags ip.src ip.addr ip.checksum " +
    "tcp.flags tcp.flags.str tcp.options tcp.option_kind tcp.options.mss tcp.options.mss_val tcp.options.mptcp.sendkey " +
    "tcp.options.mptcp.reserved.flag mptcp ip eth arp arp.opcode arp.src.proto_ipv4 _ws.col.Time _ws.col.Source _ws.col.Protocol " +
    "_ws.col.Length _ws.col.No. _ws.col.nothing";
  const columns = fields.split(" ").flatMap((name) => ["-e", name]);
  test.each([
    [["-T", "fields", ...columns]],
    [
      [
        "-T",
        "fields",
        ...columns,
        "-t",
        "ad",
        "-E",
        "header=y",
        "-E",
        "separator=|",
        "-E",
        "quote=d",
        "-E",
        "aggregator=/s",
      ],
    ],
    [["-T", "fields", ...columns, "-t", "e", "-E", "occurrence=f", "-E", "quote=s", "-E", "bom=y"]],
    [["-T", "fields", ...columns, "-t", "d", "-E", "occurrence=l", "-Y", "frame.number != 2"]],
    [["-T", "fields", ...columns, "-t", "dd", "-Y", "frame.number != 2"]],
    [["-T", "fields", "-e", "ip.src", "-E", "header=y", "-Y", "frame.number == 9"]],
    [["-T", "json", "-e", "ip.addr", "-e", "arp.opcode", "-e", "tcp.option_kind"]],
    [["-T", "json", "-Y", "frame.number == 9"]],
    [["-x"]],
    [["-Y", "arp"]],
    [["-Y", "arp", "-t", "udoy"]],
    [["-Y", "arp", "-x", "-P"]],
    [["-c", "2", "-Y", "arp"]],
    [
      [
        "-Y",
        "frame.number != 2",
        "-T",
        "fields",
        "-e",
        "frame.time_delta",
        "-e",
        "frame.time_delta_displayed",
      ],
    ],
    [["-q"]],
  ])("%j", async (args) => {
    expect((await subflow("-r", capture, ...args)).stdout).toBe(tshark(["-r", capture, ...args]).stdout);
  });

  test("summary lines, apart from what we tell of MPTCP", async () => {
    const lines = (text: string): string[] =>
      text.split("\n").map((line) => line.replace(/ MP_CAPABLE.*/, ""));
    const { stdout } = await subflow("-r", capture);
    expect(lines(stdout)).toEqual(lines(tshark(["-r", capture]).stdout));
  });

  test("summary lines of options without their value, and of headers that are cut", async () => {
    const options = ["03020101", "02020101", "08040101", "0303c801"];
    const packets = [
      ...options.map((option, index) => tcpSegment({ options: hexBytes(option), flags: 2, index })),
      ipv4({ protocol: 17, payload: hexBytes("00350035") }),
    ];
    const path = file("odd.pcap", pcap(packets, { linkType: 101 }));
    const { stdout } = await subflow("-n", "-r", path);
    expect(stdout).toEqual(tshark(["-n", "-r", path]).stdout);
  });
});

describe.skipIf(!hasTshark)("JSON trees", () => {
  type Json = string | null | Json[] | { [key: string]: Json };
  /** Paths with their values; expert information is each program's own. */
  function paths(value: Json, path = ""): string[] {
    if (typeof value !== "object" || value === null) return [`${path} = ${value}`];
    const entries: [string, Json][] = Array.isArray(value)
      ? [...value].map((item) => ["", item])
      : Object.entries(value);
    return entries.flatMap(([key, item]) =>
      key.startsWith("_ws.expert") ? [] : paths(item, `${path}/${key}`),
    );
  }
  function normal(text: string): string[] {
    return paths(JSON.parse(text)).sort();
  }
  /** Names that only one side has: expert information below a flag, and what takes more than one pass. */
  const own =
    /tcp\.(?:flags\.syn_tree|completeness)|tcp\.analysis|mptcp\.(?:analysis|stream|master|expected)|_rtt|tcp\.options\.mptcp =/;

  test("keys, nesting and values", async () => {
    const args = ["-r", capture, "-T", "json", "--no-duplicate-keys"];
    const expected = normal(tshark(args).stdout).filter((line) => !own.test(line));
    expect(normal((await subflow(...args)).stdout).filter((line) => !own.test(line))).toEqual(expected);
  });
});

describe("a reader that goes away early is no error", { timeout: 60_000 }, () => {
  const bin = fileURLToPath(new URL("../../src/cli/bin.ts", import.meta.url));
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const piped = (words: string, reader: string) => {
    const command = `"$0" --disable-warning=ExperimentalWarning --loader ts-node/esm "$1" ${words} | ${reader}; echo $PIPESTATUS`;
    const run = spawnSync("bash", ["-c", command, process.execPath, bin, capture], {
      cwd: root,
      encoding: "utf8",
    });
    expect(run.stderr).toBe("");
    return run.stdout.trimEnd().split("\n");
  };

  test("of text", () => {
    const [first = "", status] = piped('-r "$2" -l', "head -1");
    expect(first).toContain("[SYN]");
    expect(["0", "141"]).toContain(status);
  });

  test("of a capture", () => {
    expect(piped('-r "$2" -Y tcp -w -', "true")).toEqual(["0"]);
  });
});
