/** The kernels that made the captures as judges: tokens, subflows, bytes, checks and faults are as they say. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyzeCapture } from "../../src/analysis/analyze.ts";
import type { CaptureAnalysis } from "../../src/analysis/types.ts";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import { sharedDir } from "../shared.ts";

const root = sharedDir === undefined ? undefined : join(sharedDir, "captures");
const scenarios =
  root === undefined ? [] : readdirSync(root).filter((name) => existsSync(join(root, name, "peers.jsonl")));
const ends = ["client", "server"] as const;
const cases = scenarios.flatMap((scenario) =>
  ends.flatMap((end) => {
    const folder = join(root ?? "", scenario);
    const file = readdirSync(folder).find((name) => name.startsWith(`${end}.`) && /\.pcap(ng)?$/.test(name));
    return file === undefined ? [] : [{ scenario, end, folder, path: join(folder, file) }];
  }),
);

const engine = createEngine();

async function analyze(path: string): Promise<CaptureAnalysis> {
  return analyzeCapture(engine, await openCapture(path));
}

interface PeerLine {
  readonly role: string;
  readonly what: string;
  readonly sent?: number;
  readonly received?: number;
}

function peers(folder: string): readonly PeerLine[] {
  const lines = readFileSync(join(folder, "peers.jsonl"), "utf8").trim().split("\n");
  return lines.map((line): PeerLine => JSON.parse(line));
}

/** Bytes that the program said to have sent, over all of its connections; undefined when it did not get to the end. */
function bytesSent(folder: string, role: string): number | undefined {
  const done = peers(folder).filter((line) => line.role === role && line.what === "done");
  return done.length === 0 ? undefined : done.reduce((sum, line) => sum + (line.sent ?? 0), 0);
}

function counters(folder: string): ReadonlyMap<string, number> {
  // The client's namespace comes first, the server's second: names are put behind it.
  const found = new Map<string, number>();
  let host = "";
  for (const line of readFileSync(join(folder, "mib.txt"), "utf8").split("\n")) {
    if (line.startsWith("### ")) host = line.endsWith("-c") ? "client" : "server";
    else found.set(`${host}.${line.split(" ")[0]}`, Number(line.split(" ")[1]));
  }
  return found;
}

/** Checks that were made wrong on purpose. */
const WRONG: Readonly<Record<string, number>> = { crafted: 3 };

/** The reason and first frame at the client and at the server, by what the scenario does. */
const FALLBACKS: Readonly<Record<string, readonly [string | undefined, string | undefined]>> = {
  fallback_syn: ["syn-ack-bare", undefined],
  fallback_synack: ["syn-ack-bare", "ack-bare"],
  fallback_ack: ["data-bare", "ack-bare"],
  fallback_server: ["syn-ack-bare", "syn-ack-bare"],
  fallback_blackhole: ["syn-blackholed", undefined],
  fail_single: ["mp-fail", "mp-fail"],
  fail_bulk: ["mp-fail", "mp-fail"],
  crafted: ["mp-fail", "mp-fail"],
};

/** What the join of a scenario meets, as its description says. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  fallback_join: /SYN\/ACK without MP_JOIN: the path strips the option/,
  rst_limits: /refuses the join \(MP_TCPRST: administratively prohibited\)/,
  addaddr_refused: /refuses the join/,
};

describe.skipIf(cases.length === 0)("what the kernels say", () => {
  it.each(Object.entries(REFUSED))("the join of %s is refused", async (scenario, pattern) => {
    const one = cases.find((other) => other.scenario === scenario && other.end === "client");
    const events = (await analyze(one?.path ?? "")).connections.flatMap((connection) => connection.events);
    const refused = events.filter(({ kind }) => kind === "join-refused").map(({ text }) => text);
    expect(refused.join("\n")).toMatch(pattern);
  });

  it.each(cases)("$scenario at the $end", async ({ scenario, end, folder, path }) => {
    const analysis = await analyze(path);
    const expected: { tokens: string[] } = JSON.parse(readFileSync(`${path}.expected.json`, "utf8"));
    const tokens = analysis.connections.flatMap(({ hosts }) =>
      hosts.flatMap(({ key, token }) => (key === undefined ? [] : [token ?? 0])),
    );
    const texts = tokens.map((token) => token.toString(16).padStart(8, "0"));
    // The list leaves out keys of a connection that fell back in its handshake.
    for (const token of expected.tokens) expect(texts).toContain(token);
    if (FALLBACKS[scenario] === undefined) expect(texts.sort()).toEqual([...expected.tokens].sort());

    // A server that was reset, or a transfer that stalled, did not report; the crafted peer is no program.
    if (scenario !== "crafted" && analysis.connections.length > 0) {
      for (const [side, role] of [
        [0, "client"],
        [1, "server"],
      ] as const) {
        const sent = bytesSent(folder, role);
        const ours = analysis.connections.reduce((sum, { hosts }) => sum + hosts[side].bytes, 0);
        if (sent !== undefined) expect(ours, `bytes of the ${role}`).toBe(sent);
      }
    }

    // Each byte that a subflow carried is of one kind; plain TCP has none.
    for (const { fallback, subflows } of analysis.connections) {
      if (fallback !== undefined) continue;
      for (const one of subflows.flatMap(({ sides }) => sides))
        expect(
          one.newBytes + one.retransmittedBytes + one.reinjectedBytes + one.repeatedBytes,
          `bytes of ${one.end}`,
        ).toBe(one.bytes);
    }

    const verdicts = analysis.connections.flatMap(({ checks }) => Object.values(checks));
    const total = (name: "good" | "bad" | "legacy"): number =>
      verdicts.reduce((sum, one) => sum + one[name], 0);
    expect(total("bad")).toBe(WRONG[scenario] ?? 0);
    expect(total("legacy")).toBe(0);

    const reasons = analysis.connections.flatMap(({ fallback }) => fallback?.reason ?? []);
    const reason = FALLBACKS[scenario]?.[end === "client" ? 0 : 1];
    expect(reasons).toEqual(reason === undefined ? [] : [reason]);
  });

  it.each(scenarios)("%s: joins as the server counted them", async (scenario) => {
    const one = cases.find((other) => other.scenario === scenario && other.end === "server");
    if (one === undefined) return;
    const counted = counters(one.folder);
    const { connections } = await analyze(one.path);
    const subflows = connections.flatMap((connection) => connection.subflows);
    const joins = subflows.filter(({ origin }) => origin === "join");
    // One to a port where nobody listens is not counted.
    const heard = joins.filter(
      ({ sides, opener }) => sides[opener === 0 ? 1 : 0].offer !== undefined || scenario === "crafted",
    );
    expect(heard.length).toBe(counted.get("server.MPJoinSynRx") ?? 0);
    const syns = subflows.filter(
      ({ origin, sides }) => origin === "capable" && sides[0].offer?.mptcp === "MP_CAPABLE",
    );
    // A SYN over a listener that speaks TCP only is not counted.
    if (scenario !== "fallback_server") expect(syns.length).toBe(counted.get("server.MPCapableSYNRX") ?? 0);
    const count = (kind: string): number =>
      connections.flatMap(({ events }) => events).filter((event) => event.kind === kind && event.side === 0)
        .length;
    // The crafted one with a wrong HMAC is not counted.
    expect(count("announce") - (scenario === "crafted" ? 1 : 0)).toBe(counted.get("server.AddAddr") ?? 0);
    expect(count("priority")).toBe(counted.get("server.MPPrioRx") ?? 0);
    expect(count("remove")).toBe(counted.get("server.RmAddr") ?? 0);
  });
});
