/** `subflow edit` as people call it. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createEngine, type Frame, openCapture } from "../../src/index.ts";
import { pcapBytes, scratch } from "./fixture.ts";
import { subflow } from "./run.ts";
import "../../src/testing/vitest.ts";

const path = scratch();
const input = path("in.pcap", pcapBytes());
const engine = createEngine();

async function framesOf(file: string): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of await openCapture(file)) frames.push({ ...frame, data: frame.data.slice() });
  return frames;
}

test("fields, options and checksums of the frames that a filter finds", async () => {
  const target = path("out.pcap");
  const edits = [
    "--set",
    "ip.ttl=9",
    "--drop-option",
    "tcp.options.wscale.shift",
    "--insert-option",
    "mptcp.mpPrio{backup}",
  ];
  const run = await subflow("edit", "-r", input, "-w", target, "-Y", "tcp.flags.ack == 0", ...edits);
  expect(run).toEqual({ status: 0, stdout: "", stderr: "1 frames changed\n" });
  const [before, after] = [await framesOf(input), await framesOf(target)];
  expect(after[0]).toMatchFilter("ip.ttl == 9 && !tcp.options.wscale");
  expect(after[0]).toHaveOption("mptcp.mpPrio", { backup: true });
  expect(after[0]).toHaveOption("mptcp.mpCapable");
  for (const frame of after)
    expect(engine.dissect(frame, { verifyChecksums: true }).problems.map(({ code }) => code)).not.toContain(
      "bad-checksum",
    );
  expect(after.slice(1).map(({ data }) => data)).toEqual(before.slice(1).map(({ data }) => data));
  expect(after.map(({ timestamp }) => timestamp)).toEqual(before.map(({ timestamp }) => timestamp));
});

test("no edit is a copy; --keep-checksums leaves checksums wrong", async () => {
  const target = path("same.pcap");
  await subflow("edit", "-r", input, "-w", target);
  expect(readFileSync(target).equals(readFileSync(input))).toBe(true);
  await subflow("edit", "-r", input, "-w", target, "--set", "ip.ttl=9", "--keep-checksums");
  const [first] = await framesOf(target);
  expect(
    first && engine.dissect(first, { verifyChecksums: true }).problems.map(({ layer }) => layer),
  ).toEqual(["ipv4"]);
});

test("options that no longer fit change nothing, and it is said", async () => {
  const target = path("full.pcap");
  const long = `tcp.option{kind=253,data=${"00".repeat(30)}}`;
  const run = await subflow("edit", "-r", input, "-w", target, "-Y", "tcp", "--insert-option", long);
  expect(run.status).toBe(0);
  expect(run.stderr).toMatch(
    /frame 1: its options would take \d+ bytes, a TCP header has room for 40: left as it is/,
  );
  expect(run.stderr).toMatch(/0 frames changed, 2 left because options do not fit/);
  expect(readFileSync(target).equals(readFileSync(input))).toBe(true);
});

test.each([
  [["--set", "ip.tll=3"], 1, /there is no field "ip\.tll"/],
  [["--set", "ip.ttl=300"], 1, /300 does not fit in 8 bits/],
  [["--insert-option", "mptcp.mpFail{dsm=1}"], 1, /there is no such field/],
  [["-Y", "ip.tll == 3"], 2, /"ip\.tll" is neither a field nor a protocol/],
])("%j is refused, and the target is left alone", async (args, status, message) => {
  const target = path("refused.pcap");
  const run = await subflow("edit", "-r", input, "-w", target, ...args);
  expect(run.status).toBe(status);
  expect(run.stderr).toMatch(message);
  expect(existsSync(target)).toBe(false);
});

test("another format is written anew, and anonymizing keeps sizes and times", async () => {
  const target = path("other.pcapng");
  await subflow("edit", "-r", input, "-w", target, "-F", "pcapng", "--anonymize", "--secret", "s");
  const [before, after] = [await framesOf(input), await framesOf(target)];
  expect(readFileSync(target).subarray(0, 4).toString("hex")).toBe("0a0d0d0a");
  expect(after.map(({ data, timestamp }) => [data.length, timestamp])).toEqual(
    before.map(({ data, timestamp }) => [data.length, timestamp]),
  );
  expect(after[0]).not.toMatchFilter("ip.addr == 10.0.1.1");
  expect(after[1]).not.toMatchFilter("tcp.options.mptcp.sendkey == 0x8ff603b46caf5aa3");
});
