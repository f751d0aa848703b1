import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyzeCapture } from "../../src/analysis/analyze.ts";
import { RangeSet } from "../../src/analysis/ranges.ts";
import { htmlReport } from "../../src/analysis/report-html.ts";
import { jsonReport, markdownReport, textReport } from "../../src/analysis/report-text.ts";
import type { CaptureAnalysis } from "../../src/analysis/types.ts";
import { openCapture } from "../../src/capture/open.ts";
import { createEngine } from "../../src/default-engine.ts";
import { captureFiles } from "../shared.ts";

const engine = createEngine();
const capture = (name: string): string | undefined => captureFiles().find((path) => path.endsWith(name));
const analyze = async (name: string): Promise<CaptureAnalysis> =>
  analyzeCapture(engine, await openCapture(capture(name) ?? name));

describe("sets of ranges", () => {
  it("count what a set of numbers counts", () => {
    const range = fc.tuple(fc.nat(60), fc.nat(20));
    fc.assert(
      fc.property(fc.array(range, { maxLength: 30 }), range, (ranges, [from, length]) => {
        const set = new RangeSet();
        const oracle = new Set<number>();
        for (const [start, size] of ranges) {
          const before = oracle.size;
          for (let at = start; at < start + size; at++) oracle.add(at);
          expect(set.add(start, start + size)).toBe(oracle.size - before);
        }
        expect(set.size).toBe(oracle.size);
        const inside = [...oracle].filter((at) => at >= from && at < from + length).length;
        expect(set.covered(from, from + length)).toBe(inside);
      }),
    );
  });
});

describe.skipIf(captureFiles().length === 0)("the analysis", () => {
  it("verifies all 155 checksums of a version 0 trace that has 264 packets, and its JOIN", async () => {
    // The numbers were found by an independent computation over the same file, 153 of them in this one.
    const [connection] = (await analyze("tcpdump/mptcp-v0.pcap")).connections;
    expect(connection?.version).toBe(0);
    expect(connection?.checks["dss-checksum"]).toEqual({ good: 153, legacy: 0, bad: 0, unchecked: 0 });
    expect(connection?.checks["join-ack-hmac"].good).toBe(1);
    const fclose = await analyze("tcpdump/mptcp-fclose.pcap");
    expect(fclose.connections[0]?.checks["dss-checksum"].good).toBe(2);
    expect(fclose.connections[0]?.checks["fast-close-key"].good).toBe(1);
  });

  it("names the older form of an ADD_ADDR HMAC", async () => {
    const [connection] = (await analyze("tcpdump/mptcp-aa-v1.pcap")).connections;
    const check = connection?.notableChecks.find(({ kind }) => kind === "add-addr-hmac");
    expect(check).toMatchObject({ frame: 13, verdict: "legacy" });
    expect(check?.detail).toMatch(/leftmost/);
  });

  it("tells what happens in a handover, and not where it does not", async () => {
    const texts = async (name: string): Promise<string> =>
      (await analyze(name)).connections
        .flatMap(({ observations }) => observations.map(({ text }) => text))
        .join("\n");
    const handover = await texts("handover/client.pcap");
    for (const pattern of [
      /joins with address id 2/,
      /backup/,
      /Data move from stream 0 to stream 1/,
      /reinjection/,
      /resets the subflow/,
      /out of order/,
      /Not seen.*ADD_ADDR, REMOVE_ADDR/,
    ]) {
      expect(handover).toMatch(pattern);
    }
    expect(await texts("prio/client.pcap")).not.toMatch(/reinjection|resets/);
    expect(await texts("capable/client.pcap")).not.toMatch(
      /joins|backup|move|reinjection|out of order|resets/,
    );
    expect(await texts("join_backup/client.pcap")).toMatch(/joins as backup.*\n[\s\S]*carries no data/);
    expect(await texts("rst_limits/client.pcap")).toMatch(/refuses the join|administratively prohibited/);
  });

  it("gives filters that show what it says", async () => {
    for (const name of [
      "handover/client.pcap",
      "crafted/client.pcap",
      "zero_window/client.pcap",
      "fail_single/client.pcap",
      "addaddr_port/client.pcap",
    ]) {
      const { connections } = await analyze(name);
      const rows = connections
        .flatMap(({ observations }) => observations)
        .filter(({ filter, frames }) => filter !== undefined && frames.length > 0);
      const pass = engine.createPass({ filters: rows.map(({ filter }) => filter ?? "") });
      const shown = rows.map(() => new Set<number>());
      for await (const frame of await openCapture(capture(name) ?? name)) {
        for (const [index, matched] of pass.next(frame).matched.entries()) {
          if (matched) shown[index]?.add(frame.number);
        }
      }
      for (const [index, row] of rows.entries()) {
        for (const frame of row.frames)
          expect([...(shown[index] ?? [])], `${name}: ${row.text} (${row.filter})`).toContain(frame);
      }
    }
  });

  it("is a page that does not grow with the number of connections", async () => {
    const analysis = await analyze("handover/client.pcap");
    const [one] = analysis.connections;
    if (one === undefined) expect.fail("no connection");
    const many = (count: number): CaptureAnalysis => ({
      ...analysis,
      connections: Array.from({ length: count }, (_, number) => ({ ...one, number, index: number })),
    });
    const pictures: number[] = [];
    const figure = ({ number }: { number: number }): string => `<svg>${pictures.push(number)}</svg>`;
    const few = htmlReport(many(50), "few", { figure });
    const all = htmlReport(many(5000), "many", { figure });
    expect(pictures).toHaveLength(40);
    expect(all.length).toBeLessThan(few.length * 2.5);
    expect(all).toContain("and 4000 more");
    expect(all).toContain("The 100 connections that carried most are told of in full");
    expect(all).toMatch(/This page takes \d/);
    expect(few).not.toContain("are told of in full");
  });

  it("writes each form of the report", async () => {
    const analysis = await analyze("crafted/client.pcap");
    expect(textReport(analysis, "x.pcap")).toMatch(/^MPTCP in x\.pcap\n=+\n/);
    expect(markdownReport(analysis, "a|b")).toMatch(/^# MPTCP in a\|b\n[\s\S]*\n\| stream \| from \|/);
    const html = htmlReport(analysis, "<script>");
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toContain("<script>");
    const json: { connections: { hosts: { key: string }[] }[] } = JSON.parse(jsonReport(analysis));
    expect(json.connections[0]?.hosts[0]?.key).toMatch(/^0x[0-9a-f]{16}$/);
  });

  it("needs a key for what begins late, and takes it by token", async () => {
    const path = capture("join/client.pcap") ?? "";
    const [whole] = (await analyze("join/client.pcap")).connections;
    const skip = async function* () {
      // Everything from the JOIN on, without the frames before.
      for await (const frame of await openCapture(path)) if (frame.number >= 10) yield frame;
    };
    const without = await analyzeCapture(engine, skip());
    expect(without.connections.every(({ complete }) => !complete)).toBe(true);
    const host = whole?.hosts[1];
    const keys = new Map([[host?.token ?? 0, host?.key ?? 0n]]);
    const late = await analyzeCapture(engine, skip(), { keys });
    expect(late.connections.some(({ checks }) => checks["join-token"].good === 1)).toBe(true);
  });
});
