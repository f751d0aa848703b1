/** Bytes that subflow writes, judged by a live Linux MPTCP listener. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { missing, Namespace } from "./namespace.ts";

const reason = missing();
if (reason !== undefined) process.stderr.write(`kernel tests skipped: ${reason}\n`);

interface Check {
  readonly name: string;
  readonly good: boolean;
  readonly detail: string;
}

describe.skipIf(reason !== undefined)(`Linux MPTCP${reason === undefined ? "" : ` (${reason})`}`, () => {
  test("22 checks of RFC 8684 against the kernel", { timeout: 120_000 }, async () => {
    await using space = await Namespace.create();
    const program = fileURLToPath(new URL("./live.ts", import.meta.url));
    const node = ["--disable-warning=ExperimentalWarning", "--loader", "ts-node/esm", program];
    const { stdout, stderr } = space.exec(process.execPath, node, 90_000);
    const checks = stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line): Check => JSON.parse(line));
    expect(checks.filter((one) => !one.good)).toEqual([]);
    expect(checks.length, stderr).toBeGreaterThanOrEqual(22);
  });
});
