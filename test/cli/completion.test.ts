/** The shells' own parsers take the scripts, and a simulated key press gives names. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { scratch } from "./fixture.ts";
import { subflow } from "./run.ts";

const file = scratch();
const root = fileURLToPath(new URL("../../", import.meta.url));
const script = async (shell: string): Promise<string> => (await subflow("completion", shell)).stdout;

/** What bash offers for the last of the words. */
async function offered(...words: string[]): Promise<string[]> {
  const path = file("completion.bash", await script("bash"));
  const node = `node --disable-warning=ExperimentalWarning --loader ts-node/esm src/cli/bin.ts "$@"`;
  const code = `subflow() { ${node}; }
source "$1"; shift
COMP_WORDS=(subflow "$@"); COMP_CWORD=$#
_subflow
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const run = spawnSync("bash", ["-c", code, "bash", path, ...words], { cwd: root, encoding: "utf8" });
  return run.stdout.split("\n").filter((line) => line !== "");
}

test.each(["bash", "zsh"])("%s parses its script", async (shell) => {
  const path = file(`completion.${shell}`, await script(shell));
  const run = spawnSync(shell, ["-n", path], { encoding: "utf8" });
  // A shell that is not installed says nothing.
  if (run.error === undefined) expect([run.status, run.stderr]).toEqual([0, ""]);
});

test("fields", async () => {
  const names = await offered("-T", "fields", "-e", "tcp.options.mptcp.sub");
  expect(names).toContain("tcp.options.mptcp.subtype");
  expect(names).toContain("tcp.options.mptcp.subflowseqno");
  expect(names.every((name) => name.startsWith("tcp.options.mptcp.sub"))).toBe(true);
});

test("the word at the end of a filter that is still open", async () => {
  expect(await offered("-r", "x.pcap", "-Y", "'tcp.len > 0 and ip.tt")).toEqual([
    "tcp.len > 0 and ip.ttl",
    "tcp.len > 0 and ip.ttl.too_small",
  ]);
});

test("commands, options, outputs", async () => {
  expect(await offered("comp")).toEqual(["compare", "complete", "completion"]);
  expect(await offered("--no-d")).toEqual(["--no-duplicate-keys"]);
  expect(await offered("-T", "js")).toEqual(["json", "jsonraw"]);
});

test("another shell is refused", async () => {
  expect((await subflow("completion", "fish")).status).toBe(1);
});
