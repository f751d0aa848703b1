/** What is read is not written over, by whatever name it is called. */
import { linkSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { refuseOverwrite } from "../../src/cli/overwrite.ts";
import { pcapBytes, scratch } from "./fixture.ts";
import { subflow } from "./run.ts";

const file = scratch();
const other = file("other.pcap", pcapBytes());
const capture = file("in.pcap");
const bytes = pcapBytes();
const hard = file("hard.pcap");
const soft = file("soft.pcap");
const side = file("side.1");
const image = file("image.svg");
const scenario = file("scenario.yaml", "- not read\n");
const again = file("again.pcapng");

writeFileSync(capture, bytes);
linkSync(capture, hard);
symlinkSync(capture, soft);
symlinkSync(capture, side);
symlinkSync(capture, image);
linkSync(scenario, again);
beforeEach(() => writeFileSync(capture, bytes));

const REFUSED = {
  status: 2,
  stdout: "",
  stderr: expect.stringMatching(/^subflow: ".*" is the same file as/),
};

const NAMES = [
  ["the same path", capture],
  ["another path", `${dirname(capture)}/./in.pcap`],
  ["a relative path", relative(".", capture)],
  ["a hard link", hard],
  ["a symbolic link", soft],
] as const;

describe.each(NAMES)("%s", (_, target) => {
  test.each([
    ["-w", ["-r", capture, "-w", target]],
    ["-w with a filter", ["-r", capture, "-Y", "tcp", "-w", target]],
    ["-w, two readings", ["-r", capture, "-2", "-Y", "tcp", "-w", target]],
    ["-w, the second capture", ["-r", other, "-r", capture, "-w", target]],
    ["edit", ["edit", "-r", capture, "-w", target, "--set", "ip.ttl=9"]],
  ])("%s", async (_name, args) => {
    expect(await subflow(...args)).toMatchObject(REFUSED);
    expect(readFileSync(capture).equals(bytes)).toBe(true);
  });
});

test.each([
  ["plot", ["plot", "-r", capture, "-o", image]],
  ["follow", ["-r", capture, "-q", "-z", `follow,mptcp,files=${side.slice(0, -2)},0`]],
  ["craft", ["craft", "--scenario", scenario, "-w", again]],
  ["craft --packet", ["craft", "--packet", "--input", scenario, "-w", again]],
])("%s", async (_, args) => {
  expect(await subflow(...args)).toMatchObject(REFUSED);
  expect(readFileSync(capture).equals(bytes)).toBe(true);
  expect(readFileSync(scenario, "utf8")).toBe("- not read\n");
});

test("a copy, a file that is not there, and devices are written to", async () => {
  expect(await subflow("-r", capture, "-w", other)).toMatchObject({ status: 0, stderr: "" });
  expect(await subflow("-r", capture, "-w", file("new.pcap"))).toMatchObject({ status: 0, stderr: "" });
  expect(await subflow("-r", capture, "-w", "/dev/null")).toMatchObject({ status: 0, stderr: "" });
  expect(() => refuseOverwrite(["/dev/null", file("absent")], "/dev/null")).not.toThrow();
  expect(statSync(other).size).toBe(bytes.length);
});
