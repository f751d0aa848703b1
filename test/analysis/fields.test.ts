/** Filter fields of subflow's own: the same findings as the analysis, each in its frame. */
import { describe, expect, it } from "vitest";
import { analyzeCapture } from "../../src/analysis/analyze.ts";
import type { CheckKind, Verdict } from "../../src/analysis/types.ts";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import { scratch } from "../cli/fixture.ts";
import { subflow } from "../cli/run.ts";
import { captureFiles } from "../shared.ts";

const engine = createEngine();
const file = scratch();
const OWN = engine.fields().flatMap(({ name, own }) => (own === true ? [name] : []));
const VERDICTS: readonly Verdict[] = ["bad", "good", "unchecked", "legacy"];
const NAMES: Readonly<Record<CheckKind, string>> = {
  "key-echo": "key_echo",
  "join-token": "join_token",
  "join-syn-ack-hmac": "join_hmac",
  "join-ack-hmac": "join_hmac",
  "add-addr-hmac": "add_addr_hmac",
  "dss-checksum": "dss_checksum",
  "fast-close-key": "fast_close_key",
};

const files = captureFiles().filter((path) =>
  /\/(crafted|capable_csum|fail_single|fallback_\w+|addaddr|fastclose|handover|zero_window|join|tcp_bare)\/client/.test(
    path,
  ),
);
const named = (part: string): string => files.find((path) => path.includes(`/${part}/`)) ?? "";

type Counts = Record<string, Record<string, number>>;

function count(counts: Counts, name: string, verdict: string, by: number): void {
  const row = counts[name] ?? {};
  row[verdict] = (row[verdict] ?? 0) + by;
  counts[name] = row;
}

describe.skipIf(files.length === 0)("mptcp.verify.* and mptcp.analysis.*", () => {
  it.each(files)("agree with the report of %s", async (path) => {
    const { connections } = await analyzeCapture(engine, await openCapture(path));
    const pass = engine.createPass({ columns: OWN });
    const counts: Counts = {};
    const seen = { fallbacks: [] as number[], reinjections: 0, rtts: [] as number[], reorder: 0, flight: 0 };
    for await (const frame of await openCapture(path)) {
      const result = pass.next(frame);
      const values = (name: string): number[] => result.column(OWN.indexOf(`mptcp.${name}`)).map(Number);
      for (const name of new Set(Object.values(NAMES))) {
        for (const value of values(`verify.${name}`)) count(counts, name, VERDICTS[value] ?? "?", 1);
      }
      if (values("analysis.fallback").length > 0) seen.fallbacks.push(frame.number);
      seen.reinjections += values("analysis.reinjection").length;
      seen.rtts.push(...values("analysis.ack_rtt"));
      seen.reorder = Math.max(seen.reorder, ...values("analysis.reorder_bytes"));
      seen.flight = Math.max(seen.flight, ...values("analysis.bytes_in_flight"));
    }
    const expected: Counts = {};
    for (const { checks } of connections) {
      for (const [kind, name] of Object.entries(NAMES) as [CheckKind, string][]) {
        for (const verdict of VERDICTS) {
          // That a checksum's data were never whole is known at the end, behind the last frame.
          const late = kind === "dss-checksum" && verdict === "unchecked";
          if (!late && checks[kind][verdict] > 0) count(expected, name, verdict, checks[kind][verdict]);
        }
      }
    }
    const { unchecked: _, ...checked } = counts["dss_checksum"] ?? {};
    if (Object.keys(checked).length > 0) counts["dss_checksum"] = checked;
    else delete counts["dss_checksum"];
    expect(counts).toEqual(expected);
    expect(seen.fallbacks).toEqual(connections.flatMap(({ fallback }) => fallback?.frame ?? []));
    const hosts = connections.flatMap((one) => one.hosts);
    expect(seen.reinjections).toBe(hosts.reduce((sum, host) => sum + host.reinjections, 0));
    const spreads = hosts.flatMap(({ dataRtt }) => dataRtt ?? []);
    expect(seen.rtts.length).toBe(spreads.reduce((sum, spread) => sum + spread.count, 0));
    if (spreads.length > 0) {
      expect(Math.max(...seen.rtts)).toBe(Math.max(...spreads.map(({ max }) => max)));
      expect(Math.min(...seen.rtts)).toBe(Math.min(...spreads.map(({ min }) => min)));
    }
    expect(seen.reorder).toBe(Math.max(0, ...hosts.map((host) => host.reorderBytes)));
    expect(seen.flight).toBeLessThanOrEqual(Math.max(0, ...hosts.map((host) => host.bytes)));
  });

  it("show where the data of a handover moved", async () => {
    const run = await subflow(
      ...["-r", named("handover"), "-Y", "mptcp.analysis.handover", "-T", "fields"],
      ...["-e", "frame.number", "-e", "mptcp.analysis.handover", "-e", "tcp.stream"],
    );
    const [[decided = 0, from = 0, stream] = [], ...more] = run.stdout
      .trim()
      .split("\n")
      .map((line) => line.split("\t").map(Number));
    expect(more).toEqual([]);
    expect(stream).toBe(1);
    // No new data of the server on the first subflow behind it.
    const { connections } = await analyzeCapture(engine, await openCapture(named("handover")));
    const moved = connections[0]?.events.find(({ kind }) => kind === "handover");
    expect(from).toBeGreaterThan(moved?.frame ?? Number.POSITIVE_INFINITY);
    expect(decided).toBeGreaterThan(from);
  });

  it("are filters like others, and their values have names", async () => {
    const frames = async (filter: string): Promise<string> =>
      (
        await subflow("-r", named("crafted"), "-Y", filter, "-T", "fields", "-e", "frame.number")
      ).stdout.replaceAll("\n", " ");
    expect(await frames('mptcp.verify.join_hmac == "Bad"')).toBe("26 ");
    expect(await frames("mptcp.verify.join_hmac == 0 && tcp.flags.syn == 1")).toBe("");
    expect(await frames("mptcp.verify.add_addr_hmac == 0")).toBe("19 ");
    expect(await frames('mptcp.verify.dss_checksum == "Bad"')).toBe("56 ");
    expect(await frames('mptcp.analysis.fallback == "MP_FAIL"')).toBe("57 ");
    expect(await frames('mptcp.verify.detail contains "token"')).toBe("22 ");
  });

  it("stand in no tree unless asked for", async () => {
    const json = await subflow("-r", named("crafted"), "-T", "json");
    expect(json.stdout).not.toContain("mptcp.verify");
    const asked = await subflow("-r", named("crafted"), "-T", "json", "-e", "mptcp.verify.join_hmac");
    expect(asked.stdout).toContain("mptcp.verify.join_hmac");
  });
});

describe.skipIf(files.length === 0)("--key", () => {
  it("verifies what a late capture cannot", async () => {
    const path = named("join");
    const { connections } = await analyzeCapture(engine, await openCapture(path));
    const keys = (connections[0]?.hosts ?? []).flatMap(({ token, key }) => [
      "--key",
      `${token?.toString(16)}=${key?.toString(16)}`,
    ]);
    // Without the frames of MP_CAPABLE nothing tells the keys.
    const capture = file("late.pcap");
    await subflow("-r", path, "-Y", "!(tcp.options.mptcp.subtype == 0)", "-w", capture);
    const verdicts = async (...more: string[]): Promise<string[]> => {
      const run = await subflow(
        "-r",
        capture,
        ...more,
        "-Y",
        "mptcp.verify.join_hmac",
        "-T",
        "fields",
        "-e",
        "mptcp.verify.join_hmac",
      );
      return run.stdout.trim().split("\n");
    };
    expect(new Set(await verdicts())).toEqual(new Set(["2"]));
    expect(new Set(await verdicts(...keys))).toEqual(new Set(["1"]));
    const told = async (...more: string[]): Promise<string> =>
      (await subflow("report", capture, ...more)).stdout;
    expect(await told()).toContain("version unknown");
    expect(await told(...keys)).toContain(`version ${connections[0]?.version}\n`);
    const refused = await subflow("-r", capture, "--key", "nonsense", "-q");
    expect(refused.status).toBe(1);
    const [, own = ""] = keys;
    const mistaken = await subflow("report", capture, "--key", own.replace(/^[^=]*/, "1"));
    expect(mistaken.status).toBe(1);
    expect(mistaken.stderr).toContain(own.slice(0, own.indexOf("=")));
  });
});
