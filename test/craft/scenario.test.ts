/** The scenario files of the examples, as tshark sees them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { readDocument } from "../../src/craft/read-text.ts";
import { runScenario } from "../../src/craft/scenario/scenario.ts";
import { CraftError, createCaptureWriter, type Frame } from "../../src/index.ts";
import { hasTshark, tshark, tsharkFields } from "../differential/tshark.ts";

const scenarios = fileURLToPath(new URL("../../examples/scenarios/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "subflow-scenario-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function framesOf(name: string): Promise<readonly Frame[]> {
  const text = readFileSync(join(scenarios, name), "utf8");
  return (await runScenario(await readDocument(text, name))).frames;
}

async function written(name: string): Promise<string> {
  const path = join(folder, name.replace(/\.yaml$/, ".pcap"));
  const writer = createCaptureWriter(path, { format: "pcap" });
  for (const frame of await framesOf(name)) await writer.write(frame);
  await writer.close();
  return path;
}

/** MPTCP options of a frame of Ethernet, IP and TCP, split by hand. */
function mptcpOptions(data: Uint8Array): Uint8Array[] {
  const ip = 14;
  const tcp = ip + ((data[ip] ?? 0) >> 4 === 4 ? ((data[ip] ?? 0) & 15) * 4 : 40);
  const end = tcp + ((data[tcp + 12] ?? 0) >> 4) * 4;
  const found: Uint8Array[] = [];
  for (let at = tcp + 20; at < end && data[at] !== 0; ) {
    const size = data[at] === 1 ? 1 : (data[at + 1] ?? 1);
    if (data[at] === 30) found.push(data.subarray(at, at + size));
    at += size;
  }
  return found;
}

const names = readdirSync(scenarios).filter((name) => name.endsWith(".yaml"));

describe.skipIf(!hasTshark)("scenario files", () => {
  test.each(names)("%s: tshark finds nothing malformed and no error", async (name) => {
    const path = await written(name);
    const bad =
      "_ws.malformed || _ws.expert.severity == error || tcp.checksum.status == 0 || ip.checksum.status == 0";
    const run = tshark([
      "-r",
      path,
      "-o",
      "tcp.check_checksum:TRUE",
      "-o",
      "ip.check_checksum:TRUE",
      "-Y",
      bad,
    ]);
    expect(run.stdout).toBe("");
    expect(run.status).toBe(0);
  });
});

test("every subtype at every length of RFC 6824 and RFC 8684", async () => {
  const seen = new Set<string>();
  for (const { data } of await framesOf("every-option.yaml"))
    for (const option of mptcpOptions(data)) seen.add(`${(option[2] ?? 0) >> 4}: ${option.length}`);
  const legal: Readonly<Record<number, readonly number[]>> = {
    0: [4, 12, 20, 22, 24],
    1: [12, 16, 24],
    2: [4, 8, 12, 14, 16, 18, 20, 22, 24, 26, 28],
    3: [8, 10, 16, 18, 20, 22, 28, 30],
    // Three bytes and up to 37 Address IDs.
    4: Array.from({ length: 37 }, (_, index) => index + 4),
    5: [3, 4],
    6: [12],
    7: [12],
    8: [4],
    15: [8],
  };
  const wanted = Object.entries(legal).flatMap(([subtype, lengths]) =>
    lengths.map((one) => `${subtype}: ${one}`),
  );
  expect([...seen].toSorted()).toEqual(wanted.toSorted());
});

describe.skipIf(!hasTshark)("the handover of a phone from LTE to wifi", () => {
  const capture = fileURLToPath(new URL("../../examples/captures/ios11-handover.pcap", import.meta.url));
  const rows = (filter: string, ...fields: string[]): string[] =>
    tshark(["-r", capture, "-Y", filter, "-T", "fields", ...fields.flatMap((name) => ["-e", name])])
      .stdout.trim()
      .split("\n")
      .filter((line) => line !== "");

  test("the committed capture is what the scenario makes", async () => {
    expect(readFileSync(capture).equals(readFileSync(await written("ios11-handover.yaml")))).toBe(true);
  });

  test("handshake: options, checksum flag, MP_PRIO in the fourth packet", () => {
    const names = [
      "tcp.options.mss_val",
      "tcp.options.wscale.shift",
      "tcp.options.sack_perm",
      "tcp.options.timestamp.tsval",
      "tcp.options.mptcp.version",
      "tcp.options.mptcp.checksumreq.flags",
      "tcp.options.mptcp.subtype",
      "tcp.options.mptcp.backup.flag",
    ];
    const [syn, synAck, ack, fourth] = tsharkFields(capture, names);
    expect([syn?.[0], syn?.[1], syn?.[2]?.length, syn?.[3]?.length, syn?.[4], syn?.[5]]).toEqual([
      ["1410"],
      ["6"],
      1,
      1,
      ["0"],
      ["0"],
    ]);
    expect([synAck?.[1], synAck?.[2]?.length, synAck?.[5]]).toEqual([["7"], 1, ["1"]]);
    expect([ack?.[5], ack?.[6]]).toEqual([["1"], ["0"]]);
    expect(fourth?.[6]).toContain("5");
    expect(fourth?.[7]).toEqual(["1"]);
  });

  test("MP_JOIN over wifi at 4.74 s, with the server's token, a longer MSS and no backup flag", () => {
    expect(
      rows(
        "tcp.options.mptcp.recvtok",
        "frame.time_relative",
        "tcp.options.mss_val",
        "tcp.options.wscale.shift",
        "tcp.options.mptcp.backup.flag",
      ),
    ).toEqual(["4.740000000\t1460\t6\t0"]);
    const [token] = rows("tcp.options.mptcp.recvtok", "tcp.options.mptcp.recvtok");
    expect(rows(`mptcp.expected_token == ${token}`, "ip.src")).toContain("203.0.113.80");
    expect(new Set(rows("mptcp", "mptcp.stream")).size).toBe(1);
  });

  test("32-bit numbers and checksums, zero windows and resets on LTE, reinjections over wifi", () => {
    expect(
      rows("tcp.options.mptcp.dataseqno8.flag == 1 || tcp.options.mptcp.dataack8.flag == 1", "frame.number"),
    ).toEqual([]);
    expect(rows("tcp.analysis.zero_window && ip.src == 10.33.72.119", "frame.number").length).toBeGreaterThan(
      1,
    );
    expect(rows("tcp.flags.reset == 1", "ip.src").every((source) => source === "10.33.72.119")).toBe(true);
    expect(rows("tcp.flags.reset == 1", "ip.src").length).toBeGreaterThan(1);
    const reinjected = tshark([
      "-r",
      capture,
      "-o",
      "mptcp.analyze_mappings:TRUE",
      "-o",
      "mptcp.intersubflows_retransmission:TRUE",
      "-Y",
      "mptcp.reinjection_of",
      "-T",
      "fields",
      "-e",
      "ip.dst",
    ]).stdout.trim();
    expect(new Set(reinjected.split("\n"))).toEqual(new Set(["192.168.0.12"]));
    expect(rows("tcp.options.mptcp.subtype in {3,4,7}", "frame.number")).toEqual([]);
  });

  test("the DATA_ACK stands still while the hole is open, and jumps when it is filled", () => {
    const acks = rows(
      "ip.src == 192.168.0.12 && tcp.len == 0 && tcp.options.mptcp.rawdataack",
      "tcp.options.mptcp.rawdataack",
    ).map(Number);
    const steps = acks.slice(1).map((ack, index) => ack - (acks[index] ?? 0));
    expect(steps.filter((step) => step === 0).length).toBeGreaterThan(4);
    expect(Math.max(...steps)).toBeGreaterThan(4 * 1420);
  });
});

describe("what is wrong with a file is said with its place", () => {
  const base = { client: { addresses: ["192.0.2.1"] }, server: { addresses: ["192.0.2.2"] } };
  const cases: readonly (readonly [string, unknown, string, string])[] = [
    ["no steps", { ...base }, "missing-field", "scenario.steps"],
    ["unknown step", { ...base, steps: ["dance"] }, "unknown-field", "steps[0].dance"],
    [
      "unknown key",
      { ...base, steps: ["connect", { send: { from: "client", size: 3 } }] },
      "unknown-field",
      "steps[1].send.size",
    ],
    [
      "wrong type",
      { ...base, steps: ["connect", { send: { from: "client", bytes: "many" } }] },
      "bad-type",
      "steps[1].send.bytes",
    ],
    ["no such side", { ...base, steps: [{ reset: { from: "phone" } }] }, "bad-type", "steps[0].reset.from"],
    [
      "bad address",
      { ...base, client: { addresses: ["192.0.2.256"] }, steps: [] },
      "bad-input",
      "client.addresses[0]",
    ],
    [
      "no such subflow",
      { ...base, steps: ["connect", { send: { from: "client", bytes: 1, subflow: 2 } }] },
      "bad-input",
      "steps[1]: send.subflow",
    ],
    [
      "back in time",
      { ...base, steps: ["connect", { wait: 1 }, { at: 0.5 }] },
      "out-of-range",
      "steps[2]: at",
    ],
    [
      "too many options",
      {
        ...base,
        steps: [
          "connect",
          {
            segment: {
              from: "client",
              options: "mptcp.mpFail{dsn=1} mptcp.mpFail{dsn=1} mptcp.mpFail{dsn=1}",
            },
          },
        ],
      },
      "too-long",
      "steps[1]: segment 4",
    ],
    [
      "an option's field",
      { ...base, steps: ["connect", { segment: { from: "client", options: "mptcp.mpFail{dsn=x}" } }] },
      "bad-type",
      "steps[1].segment.options(mptcp.mpFail).dataSequenceNumber",
    ],
    [
      "key too wide",
      { ...base, client: { addresses: ["192.0.2.1"], key: "0x11112222333344445" }, steps: [] },
      "bad-type",
      "scenario.client.key",
    ],
  ];
  test.each(cases)("%s", async (_, scenario, code, path) => {
    const thrown = await runScenario(scenario).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(CraftError);
    expect(thrown).toMatchObject({ code, path });
  });

  test("YAML that is none", async () => {
    await expect(readDocument("steps: [", "file.yaml")).rejects.toMatchObject({
      code: "bad-input",
      path: "file.yaml:1:9",
    });
  });
});
