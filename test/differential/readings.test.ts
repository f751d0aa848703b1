/** Fields that look ahead hold what one reading tells, and with `-2` what two tell, as in tshark. */
import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { subflow } from "../cli/run.ts";
import { captureFiles } from "../shared.ts";
import { differentialCaptures } from "./captures.ts";
import { hasTshark, tshark } from "./tshark.ts";

const printed = (...names: string[]): string[] => ["-T", "fields", ...names.flatMap((name) => ["-e", name])];

/** Names whose values differ with `-2`. */
const AHEAD = [
  "tcp.completeness",
  "tcp.analysis.initial_rtt",
  "mptcp.stream",
  "mptcp.master",
  "mptcp.analysis.subflows",
];
const CONNECTIONS = [
  "join",
  "fallback",
  "rst",
  "fail",
  "fastclose",
  "addaddr",
  "handover",
  "reinject",
  "zero",
];

/** Captures of whole connections, and two that begin late or carry other protocols. */
const captures = captureFiles().filter(
  (path) => path.endsWith("/client.pcap") && CONNECTIONS.some((name) => path.includes(`/${name}`)),
);

describe.skipIf(!hasTshark || captures.length === 0)("readings", () => {
  it.each(captures)("%s", async (path) => {
    const args = ["-r", path, "-c", "1500", ...printed("frame.number", ...AHEAD)];
    const one = (await subflow(...args)).stdout;
    const two = (await subflow("-2", ...args)).stdout;
    expect(one).toBe(tshark(args).stdout);
    expect(two).toBe(tshark(["-2", ...args]).stdout);
    expect(two).not.toBe(one);
  });

  it("differ from tshark's in nothing but what is stated", async () => {
    const path = captures.find((name) => name.includes("/addaddr/")) ?? "";
    const { readings } = JSON.parse(readFileSync(new URL("../deviations.json", import.meta.url), "utf8"));
    expect(readings.flatMap((row: { fields: string[] }) => row.fields)).toEqual([
      "mptcp.ack",
      "mptcp.dss.dsn",
      "mptcp.reinjected_in",
    ]);
    const args = ["-r", path, "-c", "300", ...printed("mptcp.ack", "mptcp.dss.dsn")];
    const one = (await subflow(...args)).stdout;
    expect(one).toBe(tshark(args).stdout);
    expect((await subflow("-2", ...args)).stdout).toBe(one);
    expect(tshark(["-2", ...args]).stdout).not.toBe(one);
  });

  it("decide filters too", async () => {
    const path = captures.find((name) => name.includes("/handover/")) ?? "";
    const filter = ["-Y", "tcp.completeness == 47", ...printed("frame.number")];
    const found = (await subflow("-2", "-r", path, ...filter)).stdout;
    expect(found).toBe(tshark(["-2", "-r", path, ...filter]).stdout);
    expect(found.split("\n").length).toBeGreaterThan(100);
    // Counted over records in place.
    const counted = (await subflow("-2", "-r", path, ...filter.slice(0, 2), "--count")).stdout;
    expect(Number(counted)).toBe(found.split("\n").length - 1);
    expect((await subflow("-r", path, ...filter)).stdout.length).toBeLessThan(found.length / 2);
  });
});

const made = await differentialCaptures();

/** Of requests and replies. */
const ANSWERS = ["resp_to", "resp_in", "no_resp", "resp_not_found"].flatMap((name) => [
  `icmp.${name}`,
  `icmpv6.${name}`,
]);

describe.skipIf(!hasTshark)("echo requests", () => {
  it.each(made)("%s", async (path) => {
    const args = ["-2", "-r", path, ...printed("frame.number", ...ANSWERS)];
    expect((await subflow(...args)).stdout).toBe(tshark(args).stdout);
  });

  it("are there, answered and unanswered", async () => {
    const found = await Promise.all(
      ["resp_in", "no_resp"].map(async (name) => {
        const runs = made.map((path) => tshark(["-2", "-r", path, "-Y", `icmp.${name} || icmpv6.${name}`]));
        return runs.reduce((sum, { stdout }) => sum + stdout.length, 0);
      }),
    );
    expect(Math.min(...found)).toBeGreaterThan(0);
  });
});

const path = captureFiles().find((name) => name.endsWith("/zero_window/client.pcap")) ?? "";
const settings = ["-o", "mptcp.analyze_mappings:TRUE", "-o", "mptcp.intersubflows_retransmission:TRUE"];

/** Pairs of frames: one and what it refers to. */
async function pairs(name: string, ...more: string[]): Promise<[number, number][]> {
  const { stdout } = await subflow("-r", path, ...settings, ...more, ...printed("frame.number", name));
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.split("\t"))
    .flatMap(([frame, others = ""]) =>
      others
        .split(",")
        .flatMap((one): [number, number][] => (one === "" ? [] : [[Number(frame), Number(one)]])),
    );
}

describe.skipIf(!hasTshark || path === "")("reinjections", () => {
  it("are told of in the frame that makes them", async () => {
    const args = ["-r", path, ...settings, ...printed("mptcp.reinjection_of")];
    // Of several frames the order is that of their data here.
    const frames = (text: string): string[] => text.split("\n").map((line) => line.split(",").sort().join());
    expect(frames((await subflow(...args)).stdout)).toEqual(frames(tshark(args).stdout));
  });

  it("in two readings also in the frame that carried the data first", async () => {
    // Which tshark 4.0 has a field for, and never fills.
    const sorted = (list: [number, number][]): string[] => list.map(String).sort();
    const back = await pairs("mptcp.reinjection_of");
    expect(back.length).toBeGreaterThan(0);
    expect(await pairs("mptcp.reinjected_in")).toEqual([]);
    const ahead = await pairs("mptcp.reinjected_in", "-2");
    expect(sorted(ahead.map(([frame, later]) => [later, frame]))).toEqual(sorted(back));
  });
});

test("what can be read but once, and statistics, refuse two readings", async () => {
  const piped = await subflow("-2", "-r", "-");
  expect([piped.status, piped.stderr]).toEqual([1, expect.stringContaining("standard input")]);
  const counted = await subflow("-2", "-r", "x.pcap", "-z", "expert");
  expect([counted.status, counted.stderr]).toEqual([1, expect.stringContaining("one reading")]);
});
