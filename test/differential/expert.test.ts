/**
 * Expert information: severity and group of every finding of every frame as in tshark, and as many findings. The words are
 * ours: they are compared by what they stand for.
 */
import { describe, expect, it } from "vitest";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import { subflow } from "../cli/run.ts";
import { captureFiles } from "../shared.ts";
import { differentialCaptures } from "./captures.ts";
import { hasTshark, tshark, tsharkFields } from "./tshark.ts";

const engine = createEngine();
const NAMES = ["_ws.expert.severity", "_ws.expert.group", "_ws.expert.message"];

/** What tshark and subflow call the same thing, found out by the frames in which it stands. */
const words = new Map<string, string>();

/** Numbers in messages are data: they are compared as they are. */
const pattern = (message: string): string => message.replaceAll(/\d+/g, "N");

/**
 * Rows of NOPs and the flag that forbids joins are counted otherwise here (test/deviations.json); bytes that contradict
 * their format are problems, which have codes of their own.
 */
const OTHERWISE = /NOP|algorithm|^Malformed|^_ws/;
const OURS_OTHERWISE = /NOP|algorithm/;

// All of them take long; these hold every finding that any has.
const NAMED =
  /\/(addaddr|bulk_loss|crafted|fail_single|mptcp_tfo|tcp_sack|tcp_tfo|zero_window)\/client|mptcp-v\d/;
const files = captureFiles().filter((path) => NAMED.test(path));

const made = await differentialCaptures();

describe("-z expert", () => {
  it.each(made)("counts each item of %s once", async (path) => {
    const pass = engine.createPass({ columns: NAMES });
    const counts = new Map<string, number>();
    for await (const frame of await openCapture(path)) {
      const result = pass.next(frame);
      for (const message of result.column(2).map(String)) counts.set(message, (counts.get(message) ?? 0) + 1);
    }
    const run = await subflow("-r", path, "-q", "-z", "expert", "--format", "json");
    const rows: readonly { summary: string; count: number }[] = JSON.parse(run.stdout)[0].result;
    const found = new Map<string, number>();
    for (const { summary, count } of rows) found.set(summary, (found.get(summary) ?? 0) + count);
    expect(found).toEqual(counts);
  });
});

describe.skipIf(!hasTshark || files.length === 0)("expert information", () => {
  it.each(files)("%s", async (file) => {
    const theirs = tsharkFields(file, NAMES, ["dns", "ssh"]);
    const known = new Set(
      engine.fields().flatMap(({ finding }) => (finding === undefined ? [] : [finding.field])),
    );
    expect(known.size).toBeGreaterThan(40);
    const pass = engine.createPass({ columns: NAMES });
    const wrong: string[] = [];
    let index = 0;
    for await (const frame of await openCapture(file)) {
      const result = pass.next(frame);
      const [severities = [], groups = [], messages = []] = theirs[index++] ?? [];
      const expected = messages.flatMap((message, at) =>
        OTHERWISE.test(message) ? [] : [`${severities[at]} ${groups[at]}`],
      );
      const problems = result.dissection.problems.length;
      const ours = result
        .column(2)
        .map(String)
        .slice(0, result.column(2).length - problems);
      const found = ours.flatMap((message, at) =>
        OURS_OTHERWISE.test(message) ? [] : [`${result.column(0)[at]} ${result.column(1)[at]}`],
      );
      const sort = (list: readonly string[]): string => [...list].sort().join(", ");
      if (sort(expected) !== sort(found)) {
        wrong.push(
          `frame ${frame.number}: ours ${ours.join("; ")} (${sort(found)}), tshark ${messages.join("; ")}`,
        );
      }
      // Where there is one of each, the two mean the same.
      const [one, ...more] = messages.filter((message) => !OTHERWISE.test(message));
      const [own, ...others] = ours.filter((message) => !OURS_OTHERWISE.test(message));
      if (one !== undefined && own !== undefined && more.length + others.length === 0) {
        expect(own.match(/\d+/g)).toEqual(one.match(/\d+/g));
        const before = words.get(pattern(one));
        if (before === undefined) words.set(pattern(one), pattern(own));
        else expect(pattern(own)).toBe(before);
      }
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  it("has one word for each of tshark's", () => {
    expect(new Set(words.values()).size).toBe(words.size);
    expect(words.size).toBeGreaterThan(10);
  });

  it.each(["tcp_tfo/server.pcap", "tcp_sack/client.pcap", "zero_window/client.pcap"])(
    "-z expert of %s",
    async (name) => {
      const path = captureFiles().find((file) => file.endsWith(`/${name}`)) ?? "";
      // With a filter tshark tells of what it finds while it builds the tree, too.
      for (const argument of [
        "expert,chat,frame",
        "expert,note,tcp.stream == 0",
        "expert,warn,frame",
        "expert,error",
      ]) {
        const args = ["-r", path, "-q", "-z", argument];
        // Columns and their order; the words are ours, and rows of NOPs another matter.
        const rows = (text: string): string[] =>
          text
            .split("\n")
            .filter((line) => !line.includes("NOP") && !line.startsWith("Warns"))
            .map((line) => (/^ +\d/.test(line) ? line.slice(0, 42) : line));
        const ours = rows((await subflow(...args)).stdout);
        const theirs = rows(tshark(args).stdout);
        expect([...ours].sort()).toEqual([...theirs].sort());
      }
    },
  );
});
