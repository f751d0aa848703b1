/** Every command of FILTERS.md gives the number that stands behind it; tshark gives the same. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { functions } from "../../src/filter/functions.ts";
import { operators } from "../../src/filter/operators.ts";
import { subflow } from "../cli/run.ts";
import { hasTshark, tshark } from "../differential/tshark.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(`${root}FILTERS.md`, "utf8");

interface Example {
  readonly filter: string;
  readonly args: readonly string[];
  readonly capture: string;
  readonly frames: string;
  /** Preferences that Wireshark has too. */
  readonly settings: readonly string[];
  /** For tshark, which has no macros here and no references. */
  readonly asked: string;
}

/** Words of a shell's command line: bare ones, and single-quoted ones with `'\''` for a quote. */
function words(text: string): string[] {
  return [...text.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g)].map(([word]) =>
    word.replaceAll(
      /'([^']*)'|\\(')/g,
      (_, quoted: string | undefined, quote: string | undefined) => quoted ?? quote ?? "",
    ),
  );
}

const examples = [...page.matchAll(/^subflow (.*?) {3}# (\d+)(?:, as in 4\.0: (.*))?$/gm)].map(
  ([, line = "", frames = "", same]): Example => {
    const args = words(line).map((word) => (word.startsWith("examples/") ? root + word : word));
    const filter = args.at(-1) ?? "";
    const settings = args.flatMap((word, index) =>
      args[index - 1] === "-o" && !word.startsWith("subflow.") ? ["-o", word] : [],
    );
    return { filter, args, settings, capture: args[1] ?? "", frames, asked: same ?? filter };
  },
);

it("has an example of each operator and function", () => {
  const texts = examples.map(({ filter }) => filter).join("\n");
  for (const { spellings } of operators)
    expect(spellings.some((spelling) => texts.includes(spelling))).toBe(true);
  for (const { name } of functions) expect(texts).toContain(`${name}(`);
  expect(examples.length).toBeGreaterThan(80);
});

describe("subflow", () => {
  it.each(examples)("$filter", async ({ args, frames }) => {
    const run = await subflow(...args);
    expect(run.stderr).toBe("");
    expect(run.stdout).toBe(`${frames}\n`);
  });
});

describe.skipIf(!hasTshark)("tshark", () => {
  it.each(examples)("$asked", ({ capture, frames, asked, settings }) => {
    const run = tshark(["-r", capture, ...settings, "-Y", asked, "-T", "fields", "-e", "frame.number"]);
    expect(run.status).toBe(0);
    expect(String(run.stdout.split("\n").length - 1)).toBe(frames);
  });
});
