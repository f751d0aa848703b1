/** What becomes of text that cannot be written. */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { main } from "../../src/cli/main.ts";
import { pcapBytes, scratch } from "./fixture.ts";
import { subflow } from "./run.ts";

const file = scratch();
const capture = file("in.pcap", pcapBytes());
const FULL = "/dev/full";

describe.skipIf(!existsSync(FULL))("a full disk is one line and the status 2", { timeout: 60_000 }, () => {
  const bin = fileURLToPath(new URL("../../src/cli/bin.ts", import.meta.url));
  const root = fileURLToPath(new URL("../..", import.meta.url));
  test.each([
    ["-T json", ["-r", capture, "-T", "json"]],
    ["what is printed without a sink", ["decode", "020405b4"]],
  ])("%s", (_, words) => {
    const full = openSync(FULL, "w");
    const node = ["--disable-warning=ExperimentalWarning", "--loader", "ts-node/esm", bin, ...words];
    const run = spawnSync(process.execPath, node, {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", full, "pipe"],
    });
    closeSync(full);
    expect(run.stderr).toMatch(/^subflow: standard output cannot be written: ENOSPC: .*\n$/);
    expect(run.status).toBe(2);
  });
});

test("a file that the system refuses is one line and the status 2", async () => {
  const run = await subflow("plot", "-r", "examples/captures/handover.pcap", "-o", file("no/such/a.svg"));
  expect(run).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringMatching(/^subflow: ENOENT: .*\n$/),
  });
});

test("a failure is told, whenever the stream tells of it", async () => {
  const failed = Object.assign(new Error("write EIO"), { code: "EIO", errno: -5, syscall: "write" });
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation(() => {
    process.nextTick(() => process.stdout.emit("error", failed));
    return true;
  });
  try {
    expect(await main(["--version"], COMMANDS)).toBe(2);
    expect(stderr.mock.calls).toEqual([["subflow: standard output cannot be written: write EIO\n"]]);
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
});
