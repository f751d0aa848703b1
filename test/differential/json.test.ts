/**
 * `-T json`: at every key path the same texts as tshark's, for every field that both know. Findings (FT_NONE) are compared
 * by frame, as tshark wraps each in an expert item of its own. Differences are those that test/deviations.json states.
 */
import { describe, expect, it } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import { subflow } from "../cli/run.ts";
import { captureFiles } from "../shared.ts";
import { Deviations } from "./deviations.ts";
import { readJsonPaths } from "./json-paths.ts";
import { hasTshark, tshark } from "./tshark.ts";

process.env["TZ"] = "UTC";

const CAPTURES =
  /\/(addaddr|tcp_sack|tcp_md5|tcp_tfo|ipv6|prio|fastclose|fail_single|rst_limits)\/client\.pcap$|fallback_join\/server\.pcap$|QinQ\.pcap$/;
const files = captureFiles().filter((file) => CAPTURES.test(file));

const engine = createEngine();
const infos = new Map(engine.fields().map((info) => [info.name, info]));

const lastKey = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Paths of fields that the engine knows; findings without their place. */
function comparable(frame: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [path, texts] of frame) {
    const info = infos.get(lastKey(path));
    if (info === undefined || info.name.startsWith("_ws.")) continue;
    if (info.type === "FT_NONE") found.set(info.name, "");
    else found.set(path, texts.join("|"));
  }
  return found;
}

describe.skipIf(!hasTshark || files.length === 0)("-T json", () => {
  const deviations = new Deviations(engine);
  it.each(files)("%s", async (file) => {
    const off = deviations.payloads.flatMap((protocol) => ["--disable-protocol", protocol]);
    const theirs = readJsonPaths(tshark(["-r", file, "-T", "json", ...off]).stdout);
    const ours = readJsonPaths((await subflow("-n", "-r", file, "-T", "json")).stdout);
    expect(ours.length).toBe(theirs.length);
    const pass = engine.createPass({ columns: [...infos.keys()] });
    const wrong: string[] = [];
    let index = 0;
    let compared = 0;
    for await (const frame of await openCapture(file)) {
      const { dissection } = pass.next(frame);
      const expected = comparable(theirs[index] ?? new Map());
      const found = comparable(ours[index] ?? new Map());
      index++;
      compared += expected.size;
      for (const path of new Set([...expected.keys(), ...found.keys()])) {
        if (expected.get(path) === found.get(path) || ONLY_OURS.has(lastKey(path))) continue;
        if (deviations.explain(lastKey(path), dissection) !== undefined) continue;
        wrong.push(`frame ${frame.number} ${path}: ours ${found.get(path)}, tshark ${expected.get(path)}`);
      }
    }
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(compared).toBeGreaterThan(0);
  });
});

/** Names that tshark has for filters, but shows in no tree. */
const ONLY_OURS: ReadonlySet<string> = new Set([
  "tcp.options.mptcp",
  "tcp.options.sack_le_raw",
  "tcp.options.sack_re_raw",
]);
