/** Addresses by identifier, as `ip mptcp monitor` told of them at both ends. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyzeCapture } from "../../src/analysis/analyze.ts";
import type { AddressAnalysis, Side } from "../../src/analysis/types.ts";
import { createEngine } from "../../src/default-engine.ts";
import { openCapture } from "../../src/index.ts";
import { sharedDir } from "../shared.ts";

const root = sharedDir === undefined ? undefined : join(sharedDir, "captures");
const cases = (root === undefined ? [] : readdirSync(root)).flatMap((scenario) =>
  (["client", "server"] as const).flatMap((end) => {
    const folder = join(root ?? "", scenario);
    const monitor = join(folder, `${end}.monitor.txt`);
    if (!existsSync(monitor)) return [];
    const file = readdirSync(folder).find((name) => name.startsWith(`${end}.`) && /\.pcap(ng)?$/.test(name));
    return file === undefined ? [] : [{ scenario, end, monitor, path: join(folder, file) }];
  }),
);
const engine = createEngine();

/** Where the kernel tells something else: what only we list, what only it does, and why. */
const DIFFERENCES: Readonly<Record<string, { ours?: string; theirs?: string; why: string }>> = {
  "crafted server": { ours: "other 8 10.0.9.9", why: "its HMAC is wrong on purpose: the kernel ignores it" },
  "fallback_ack client": {
    ours: "own 0 10.0.1.1, other 0 10.0.1.2",
    why: "the SYN/ACK had MP_CAPABLE, and the client's kernel says nothing before its third ACK is answered",
  },
  "rst_limits client": { theirs: "own 1 10.0.2.1", why: "the server's reset refuses the join at once" },
};

interface MonitorEvent {
  readonly kind: string;
  readonly values: ReadonlyMap<string, string>;
}

function monitorEvents(path: string): readonly MonitorEvent[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => {
      const match = /^\[ *(\w+)\] (.*)$/.exec(line);
      if (match === null) return [];
      const pairs = (match[2] ?? "").split(" ").map((part) => part.split("="));
      return [
        { kind: match[1] ?? "", values: new Map(pairs.map(([name = "", value = ""]) => [name, value])) },
      ];
    });
}

const plain = (address: string | undefined): string => (address ?? "").replace(/^::ffff:(?=\d+\.)/, "");
const addressIn = ({ values }: MonitorEvent, name: string): string =>
  plain(values.get(`${name}4`) ?? values.get(`${name}6`));
const sorted = (list: Iterable<string>): readonly string[] => [...new Set(list)].sort();

describe.each(cases)("addresses of $scenario at the $end", ({ scenario, end, monitor, path }) => {
  it("are the kernel's", async () => {
    const { ours: onlyOurs = "", theirs: onlyTheirs = "" } = DIFFERENCES[`${scenario} ${end}`] ?? {};
    const used = new Set<string>();
    const without = (list: readonly string[], named: string): readonly string[] =>
      list.filter((text) => {
        const isNamed = named.split(", ").includes(text);
        if (isNamed) used.add(text);
        return !isNamed;
      });
    const own: Side = end === "client" ? 0 : 1;
    const events = monitorEvents(monitor);
    const { connections } = await analyzeCapture(engine, await openCapture(path));
    const established = new Set(
      connections.flatMap(({ subflows }) =>
        subflows.filter((one) => one.established).map(({ stream }) => stream),
      ),
    );
    const ours = (test: (one: AddressAnalysis) => boolean): readonly string[] =>
      without(
        sorted(
          connections
            .flatMap(({ addresses }) => addresses)
            .filter(test)
            .map(({ side, id, address }) => `${side === own ? "own" : "other"} ${id} ${plain(address)}`),
        ),
        onlyOurs,
      );
    const theirs = (kinds: readonly string[], text: (event: MonitorEvent) => readonly string[]) =>
      without(sorted(events.filter(({ kind }) => kinds.includes(kind)).flatMap(text)), onlyTheirs);
    expect(ours((one) => one.side !== own && one.announcedIn !== undefined)).toEqual(
      theirs(["ANNOUNCED"], (one) => [`other ${one.values.get("remid")} ${addressIn(one, "daddr")}`]),
    );
    expect(ours((one) => one.streams.some((stream) => established.has(stream)))).toEqual(
      theirs(["ESTABLISHED", "SF_ESTABLISHED"], (one) => [
        `own ${one.values.get("locid")} ${addressIn(one, "saddr")}`,
        `other ${one.values.get("remid")} ${addressIn(one, "daddr")}`,
      ]),
    );
    const removed = (text: string): string => text.split(" ").slice(0, 2).join(" ");
    expect(ours((one) => one.side !== own && one.removedIn !== undefined).map(removed)).toEqual(
      theirs(["REMOVED"], (one) => [`other ${one.values.get("remid")}`]),
    );
    const named = [onlyOurs, onlyTheirs].flatMap((list) => (list === "" ? [] : list.split(", ")));
    expect(sorted(used)).toEqual(sorted(named));
  });
});
