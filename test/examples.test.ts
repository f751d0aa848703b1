/** Every example runs, says something, and is short. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../examples/", import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith(".ts") && name !== "run.ts");

describe.each(names)("examples/%s", (name) => {
  it("is under 40 lines", () => {
    expect(readFileSync(`${folder}${name}`, "utf8").split("\n").length).toBeLessThanOrEqual(40);
  });
  it("runs", () => {
    const output = execFileSync(
      process.execPath,
      [
        "--disable-warning=ExperimentalWarning",
        "--loader",
        "ts-node/esm",
        `${folder}run.ts`,
        name.slice(0, -3),
      ],
      { encoding: "utf8", cwd: `${folder}..` },
    );
    expect(output.length).toBeGreaterThan(20);
  });
});
