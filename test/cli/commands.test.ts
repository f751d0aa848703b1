import { describe, expect, test } from "vitest";
import { globPattern } from "../../src/cli/fields-command.ts";
import { pcapBytes, scratch } from "./fixture.ts";
import { subflow } from "./run.ts";

const file = scratch();
const capture = file("three.pcap", pcapBytes());

describe("fields", () => {
  test("one line a field: name, type, description", async () => {
    const { status, stdout } = await subflow("fields", "tcp.options.mss_v*");
    expect(status).toBe(0);
    expect(stdout.split("\n")[0]).toMatch(/^tcp\.options\.mss_val\tFT_UINT16\t\S/);
  });
  test("a pattern without matches is an error", async () => {
    expect(await subflow("fields", "no.such.*")).toMatchObject({ status: 1, stdout: "" });
  });
  test("only * and ? are special", () => {
    expect(globPattern("a.b*").test("a.bc")).toBe(true);
    expect(globPattern("a.b").test("axb")).toBe(false);
    expect(globPattern("a?(").test("ab(")).toBe(true);
  });
});

describe("explain", () => {
  test("a filter: tree and fields", async () => {
    const { stdout } = await subflow("explain", "tcp.port == 80 && mptcp");
    expect(stdout).toContain("filter: tcp.port == 80 and mptcp");
    expect(stdout).toMatch(/tcp\.port {2}FT_UINT16/);
  });
  test("an option: its bits", async () => {
    const { stdout } = await subflow("explain", "mptcp.mpPrio");
    expect(stdout).toContain("+-+-+-+-+");
    expect(stdout).toContain("RFC 8684 section 3.3.8");
  });
  test("a wrong filter has the status of a wrong filter", async () => {
    expect(await subflow("explain", "tcp.prot == 80")).toMatchObject({ status: 2, stdout: "" });
  });
});

describe("decode", () => {
  test("an option area", async () => {
    const { stdout } = await subflow("decode", "020405b4", "1e 03 51", "01");
    expect(stdout).toContain("tcp.mss  02 04 05 b4\n");
    expect(stdout).toContain("    mss: 1460\n");
    expect(stdout).toContain("mptcp.mpPrio  1e 03 51\n");
    expect(stdout).toContain("    backup: true\n");
  });
  test("a frame", async () => {
    const { stdout } = await subflow(
      "decode",
      "ffffffffffff9a697fa381f5080600010800060400019a697fa381f50a0001010000000000000a000102",
    );
    expect(stdout).toContain("Address Resolution Protocol (request)");
    expect(stdout).toContain("0000  ff ff ff ff ff ff 9a 69");
  });
  test("no digits", async () => {
    expect(await subflow("decode", "xyz")).toMatchObject({ status: 1 });
  });
});

describe("schema check", () => {
  const schema = {
    id: "test.echo",
    role: "header",
    title: "Echo",
    spec: "none",
    description: "One byte.",
    protocol: { filter: "testecho", title: "Echo" },
    match: { table: "udp.port", key: 7777 },
    fields: [{ name: "value", type: "u8", filter: "testecho.value" }],
  };
  test("good and bad files", async () => {
    const good = file("good.json", JSON.stringify(schema));
    const bad = file("bad.json", JSON.stringify({ ...schema, fields: [{ name: "Value", type: "u8" }] }));
    expect(await subflow("schema", "check", good)).toMatchObject({
      status: 0,
      stdout: `${good}: test.echo is in order\n`,
    });
    const { status, stderr } = await subflow("schema", "check", bad);
    expect(status).toBe(1);
    expect(stderr).toContain(`${bad}#/fields/0`);
  });
});

test("complete", async () => {
  const { stdout } = await subflow("complete", "tcp.flags.sy");
  expect(stdout).toContain("tcp.flags.syn\tfield\t");
});

test("--count, -c and -Y: packets that are read count for -c", async () => {
  expect((await subflow("-r", capture, "--count")).stdout).toBe("3\n");
  expect((await subflow("-r", capture, "--count", "-c", "2", "-Y", "arp")).stdout).toBe("0\n");
  expect((await subflow("-r", capture, "--count", "-Y", "tcp.flags.syn == 1")).stdout).toBe("2\n");
});

test("the info column tells what MPTCP options say", async () => {
  const { stdout } = await subflow(
    "-r",
    capture,
    "-T",
    "fields",
    "-e",
    "_ws.col.Protocol",
    "-e",
    "_ws.col.Info",
    "-c",
    "2",
  );
  const [, answer = ""] = stdout.split("\n");
  expect(answer).toMatch(/^MPTCP\t9001 → 54524 \[SYN, ACK\] .* MP_CAPABLE v1 key=0x8ff603b46caf5aa3$/);
});

test("several captures are merged by time", async () => {
  const { stdout } = await subflow(
    "-r",
    capture,
    "-r",
    capture,
    "-T",
    "fields",
    "-e",
    "frame.number",
    "-e",
    "frame.time_epoch",
  );
  const times = stdout
    .trim()
    .split("\n")
    .map((line) => line.split("\t")[1] ?? "");
  expect(times).toHaveLength(6);
  expect(times).toEqual([...times].sort());
});

test("-w keeps the input's format where the name does not say", async () => {
  const copy = file("copy");
  expect((await subflow("-r", capture, "-w", copy, "-Y", "arp")).status).toBe(0);
  expect((await subflow("-r", copy, "-T", "fields", "-e", "frame.protocols")).stdout).toBe(
    "eth:ethertype:arp\n",
  );
});

test("macros and the selected frame", async () => {
  const macros = file("macros", '"isport","tcp.port == $1"\n# a comment\n');
  expect(
    (await subflow("-r", capture, "--count", "--macros", macros, "-Y", ["$", "{isport:9001}"].join("")))
      .stdout,
  ).toBe("2\n");
  const sameSource = ["-Y", ["tcp.srcport == $", "{tcp.srcport}"].join(""), "--selected-frame", "2"];
  expect((await subflow("-r", capture, "-T", "fields", "-e", "frame.number", ...sameSource)).stdout).toBe(
    "2\n",
  );
});

test("preferences", async () => {
  const sequence = ["-r", capture, "-c", "1", "-T", "fields", "-e", "tcp.seq"];
  expect((await subflow(...sequence)).stdout).toBe("0\n");
  expect((await subflow(...sequence, "-o", "tcp.relative_sequence_numbers:FALSE")).stdout).toBe(
    "370343905\n",
  );
  expect(await subflow(...sequence, "-o", "no.such:1")).toMatchObject({ status: 1, stdout: "" });
});

describe("plugins", () => {
  const plugin = file(
    "kv.mjs",
    `export const dissector = {
      name: "kv",
      schemas: [{
        id: "kv.header", role: "header", title: "Key-value", spec: "none", description: "One byte.",
        protocol: { filter: "kv", title: "Key-value", layer: true },
        fields: [{ name: "opcode", type: "u8", filter: "kv.opcode" }],
      }],
      summary: (layer) => layer.protocol === "kv" ? { protocol: "KV", info: "opcode " + layer.value.opcode } : undefined,
    };`,
  );
  // An ARP request's Ethernet type, given to the plugin: its payload begins with hardware type 0x0001.
  const args = ["-r", capture, "--plugin", plugin, "-d", "ethertype==0x806,kv"];
  test("a module's dissector is decoded as, filtered, and speaks in the packet list", async () => {
    const columns = ["-T", "fields", "-e", "kv.opcode", "-e", "_ws.col.Protocol", "-e", "_ws.col.Info"];
    expect((await subflow(...args, "-Y", "kv.opcode == 0", ...columns)).stdout).toBe("0\tKV\topcode 0\n");
  });
  test("names that nobody knows", async () => {
    expect((await subflow("-r", capture, "-d", "ethertype==1,nobody")).stderr).toContain(
      'Unknown protocol -- "nobody"',
    );
    expect((await subflow("-r", capture, "-d", "tcp.prot==1,udp")).stderr).toContain(
      "Unknown layer type -- tcp.prot",
    );
    expect((await subflow("-r", capture, "--plugin", file("absent.mjs"))).status).toBe(1);
  });
});

describe("--help", () => {
  test("an option before its name is pointed out", async () => {
    const { status, stderr } = await subflow("-n", "explain", "tcp");
    expect(status).not.toBe(0);
    expect(stderr).toContain("the name of a command stands before all options");
  });

  test.each([
    "fields",
    "explain",
    "decode",
    "schema",
    "complete",
    "completion",
    "craft",
    "edit",
    "report",
    "plot",
    "compare",
  ])("behind %s shows how it is called", async (command) => {
    const { status, stdout } = await subflow(command, "--help");
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: subflow [^\\n]*\\b${command} `));
  });
});
