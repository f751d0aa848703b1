/** The shells' own parsers take the scripts, and key presses, simulated in bash and real in zsh, give names. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
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
    "tcp.len > 0 and ip.ttl.lncb",
    "tcp.len > 0 and ip.ttl.too_small",
  ]);
});

test("commands, options, outputs", async () => {
  expect(await offered("comp")).toEqual(["compare", "complete", "completion"]);
  expect(await offered("--no-d")).toEqual(["--no-duplicate-keys"]);
  expect(await offered("-T", "js")).toEqual(["json", "jsonraw"]);
});

const hasZsh = spawnSync("zsh", ["--version"]).status === 0;
if (!hasZsh && process.env["CI"] !== undefined)
  throw new TypeError("zsh is needed under CI: apt-get install zsh");

/**
 * Command lines after the Tab key, as an interactive zsh on a terminal of its own has them. A key that is bound for the purpose writes the
 * line into a file.
 */
function typed(path: string, lines: readonly string[]): string[] {
  const result = file("lines.txt", "");
  const code = `zmodload zsh/zpty
zpty shell zsh -f -i
wait_for() { repeat 300; do [[ $(wc -l < "$2") -ge $1 ]] && return; sleep 0.1; zpty -r -t shell ignored 2>/dev/null; done }
zpty -w shell "subflow() { node --disable-warning=ExperimentalWarning --loader ts-node/esm src/cli/bin.ts \\"\\$@\\"; }"
zpty -w shell "autoload -U compinit; compinit -u -D; source $1"
zpty -w shell "keep() { print -r -- \\"\\$BUFFER\\" >> $2; BUFFER= }; zle -N keep; bindkey '^X' keep; print ready >> $2"
wait_for 1 "$2"
count=1
for line in "$@[3,-1]"; do
  zpty -w -n shell "$line"$'\\t\\x18'
  wait_for $((++count)) "$2"
done
zpty -d shell`;
  spawnSync("zsh", ["-f", "-c", code, "zsh", path, result, ...lines], { cwd: root, timeout: 60_000 });
  return readFileSync(result, "utf8").split("\n").slice(1, -1);
}

test.skipIf(!hasZsh)("zsh completes what is typed", { timeout: 90_000 }, async () => {
  const path = file("typed.zsh", await script("zsh"));
  expect(
    typed(path, [
      "subflow -T fields -e tcp.options.mptcp.subty",
      "subflow -r x.pcap -Y 'tcp.len > 0 and ip.ttl.too",
      "subflow --no-dup",
    ]),
  ).toEqual([
    "subflow -T fields -e tcp.options.mptcp.subtype",
    "subflow -r x.pcap -Y 'tcp.len > 0 and ip.ttl.too_small",
    "subflow --no-duplicate-keys ",
  ]);
});

test("another shell is refused", async () => {
  expect((await subflow("completion", "fish")).status).toBe(1);
});
