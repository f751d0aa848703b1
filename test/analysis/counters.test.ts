/** The counters of the kernels that made the captures (`MPTcpExt` of `nstat`) against what the analysis counts at each end. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyzeCapture } from "../../src/analysis/analyze.ts";
import type { CaptureAnalysis, EventKind, FallbackReason, Side } from "../../src/analysis/types.ts";
import { createEngine } from "../../src/default-engine.ts";
import { openCapture } from "../../src/index.ts";
import { sharedDir } from "../shared.ts";

const root = sharedDir === undefined ? undefined : join(sharedDir, "captures");
const scenarios =
  root === undefined ? [] : readdirSync(root).filter((name) => existsSync(join(root, name, "mib.txt")));
const engine = createEngine();

type Counts = Readonly<Record<string, number>>;

/** The client's namespace comes first, the server's second. */
function kernelCounts(folder: string): readonly [Counts, Counts] {
  const found: [Record<string, number>, Record<string, number>] = [{}, {}];
  let host: Side = 0;
  for (const line of readFileSync(join(folder, "mib.txt"), "utf8").split("\n")) {
    const [name = "", value = ""] = line.split(" ");
    if (name === "###") host = value.endsWith("-c") ? 0 : 1;
    else if (name !== "") found[host][name] = Number(value);
  }
  return found;
}

/** What the host at this end sent and received, by its own capture. */
function ourCounts({ connections }: CaptureAnalysis, own: Side): Counts {
  const peer: Side = own === 0 ? 1 : 0;
  const subflows = connections.flatMap((connection) => connection.subflows);
  const events = (kind: EventKind, side: Side): number =>
    connections
      .flatMap((connection) => connection.events)
      .filter((event) => event.kind === kind && event.side === side)
      .reduce((sum, { count }) => sum + count, 0);
  const fallback = (reason: FallbackReason): number =>
    connections.filter((connection) => connection.fallback?.reason === reason).length;
  const syns = (mptcp: string, opener: Side): number =>
    subflows.filter((one) => one.opener === opener && one.sides[opener].offer?.mptcp === mptcp).length;
  const answers = (mptcp: string, opener: Side): number =>
    subflows.filter((one) => one.opener === opener && one.sides[opener === 0 ? 1 : 0].offer?.mptcp === mptcp)
      .length;
  const thirds = (kind: "key-echo" | "join-ack-hmac"): number =>
    connections.reduce((sum, { checks }) => sum + checks[kind].good, 0);
  return {
    MPCapableSYNTX: syns("MP_CAPABLE", own),
    MPCapableSYNRX: syns("MP_CAPABLE", peer),
    MPCapableSYNACKRX: answers("MP_CAPABLE", own),
    MPJoinSynTx: syns("MP_JOIN", own),
    MPJoinSynRx: subflows.filter(
      (one) =>
        one.opener === peer &&
        one.sides[peer].offer?.mptcp === "MP_JOIN" &&
        one.sides[own].offer !== undefined,
    ).length,
    MPJoinSynAckRx: answers("MP_JOIN", own),
    ...(own === 1 ? { MPJoinAckRx: thirds("join-ack-hmac") } : {}),
    AddAddrTx: events("announce", own),
    AddAddr: events("announce", peer),
    EchoAddTx: events("echo", own),
    EchoAdd: events("echo", peer),
    RmAddrTx: events("remove", own),
    RmAddr: events("remove", peer),
    MPPrioTx: events("priority", own),
    MPPrioRx: events("priority", peer),
    MPFailTx: events("fail", own),
    MPFailRx: events("fail", peer),
    MPFastcloseTx: events("fast-close", own),
    InfiniteMapTx: events("infinite-mapping", own),
    InfiniteMapRx: events("infinite-mapping", peer),
    MPCapableFallbackSYNACK: own === 0 ? fallback("syn-ack-bare") : 0,
    MPCapableFallbackACK: own === 1 ? fallback("ack-bare") : 0,
    MPCapableDataFallback: fallback("data-bare"),
  };
}

/** Where the kernel counts something else, by `scenario host counter`: its number, ours, why. */
const DIFFERENT: Readonly<Record<string, readonly [number, number, string]>> = {
  "crafted server MPJoinSynRx": [3, 2, "one has an unknown token: answered by a reset, no subflow"],
  "crafted server AddAddr": [1, 2, "the kernel leaves out the one whose HMAC is wrong"],
  "fail_bulk server InfiniteMapTx": [1, 0, "counted when queued; the transfer stalls before it is sent"],
  "fallback_server server MPCapableSYNRX": [0, 1, "the listener speaks TCP only"],
  "rst_limits server MPJoinAckRx": [0, 1, "over its limits the kernel counts MPJoinRejected"],
};

describe.skipIf(scenarios.length === 0)("counters of the kernel", () => {
  const table: string[] = [];
  it.each(scenarios)("%s", async (scenario) => {
    const folder = join(root ?? "", scenario);
    const kernel = kernelCounts(folder);
    for (const own of [0, 1] as const) {
      // The crafted client is no kernel.
      if (scenario === "crafted" && own === 0) continue;
      const host = own === 0 ? "client" : "server";
      const file =
        readdirSync(folder).find((name) => name.startsWith(host) && /\.pcap(ng)?$/.test(name)) ?? "";
      const ours = ourCounts(await analyzeCapture(engine, await openCapture(join(folder, file))), own);
      for (const [name, found] of Object.entries(ours)) {
        const said = kernel[own][name] ?? 0;
        const place = `${scenario} ${host} ${name}`;
        const known = DIFFERENT[place];
        if (said > 0 || found > 0)
          table.push(`| ${scenario} | ${host} | ${name} | ${said} | ${found} | ${known?.[2] ?? ""} |`);
        expect.soft([said, found], place).toEqual(known === undefined ? [said, said] : known.slice(0, 2));
      }
    }
  });

  it("make a table", () => {
    expect(table.length).toBeGreaterThan(200);
    if (process.env["SUBFLOW_TABLE"] !== undefined) console.log(table.join("\n"));
  });
});
