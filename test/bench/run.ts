/**
 * Prints the table of costs. Usage: run.ts [PACKETS] [RUNS] [WITHOUT,…]. Every figure is a ratio within this run: the commands take
 * turns, medians count, and tools that disagree on the number of packets fail the row. CPU is user + system of the whole
 * process.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "./gen.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const packets = Number(process.argv[2] ?? 10_000_000);
const runs = Number(process.argv[3] ?? 5);
/** Commands to leave out, such as `stream`, which takes minutes. */
const without = new Set((process.argv[4] ?? "").split(","));
const folder = mkdtempSync(join(tmpdir(), "subflow-bench-"));

interface Sample {
  readonly seconds: number;
  readonly output: string;
}

function run(command: readonly string[]): Sample {
  const timed = spawnSync("bash", ["-c", 'TIMEFORMAT="CPU %U %S"; time "$@"', "bench", ...command], {
    encoding: "utf8",
    cwd: folder,
  });
  const match = /CPU (\S+) (\S+)/.exec(timed.stderr);
  if (timed.status !== 0 || match === null) throw new TypeError(`${command.join(" ")}: ${timed.stderr}`);
  return { seconds: Number(match[1]) + Number(match[2]), output: timed.stdout.trim() };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function prepare(): void {
  const built = join(folder, "dist");
  spawnSync("npx", ["tsc", "-p", join(here, "tsconfig.json"), "--outDir", built], { cwd: root });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  spawnSync("cp", [join(root, "package.json"), built]);
  spawnSync("cc", ["-O3", "-o", join(folder, "cscan"), join(here, "cscan.c")]);
  generate(join(folder, "in.pcap"), packets, 128);
}

/** An option that no built-in schema knows: a plugin's schema file alone declares its field. */
const PLUGIN = JSON.stringify({
  id: "acme.timestamps",
  role: "header",
  title: "Acme",
  spec: "none",
  description: "A header over UDP port 45671 that begins with a word.",
  protocol: { filter: "acme", title: "Acme", layer: true },
  match: { table: "udp.port", key: 45671 },
  fields: [{ name: "word", type: "u32", filter: "acme.word" }],
  payload: {},
});

const ROW_1 = "tcp.options.mptcp.subtype == 0";
const program = join(folder, "dist/test/bench/match.js");
const ours = (filter: string, ...more: string[]): string[] => ["node", program, "in.pcap", filter, ...more];

const commands: Readonly<Record<string, readonly string[]>> = {
  node: ["node", "-e", "0"],
  c: ["./cscan", "read", "in.pcap", "0"],
  cOut: ["./cscan", "read", "in.pcap", "0", "c.pcap"],
  read: ["node", "-e", 'const f=fs.openSync("in.pcap"),b=new Uint8Array(1<<20);while(fs.readSync(f,b)>0);'],
  row1: ours(ROW_1, "ours.pcap"),
  count: ours(ROW_1),
  wide: ours(
    "tcp.options.mptcp.rawdataseqno > 0x8000000000000000 && tcp.dstport == 45670 && ip.ttl == 64",
    "-",
  ),
  six: ours(
    "tcp.srcport == 45670 && (tcp.flags.syn == 1 || tcp.options.mptcp.subtype == 3) && !(ip.ttl < 10 || tcp.window_size_value == 0) && ip.proto == 6",
    "-",
  ),
  cidr: ours("ip.addr == 192.168.0.0/20", "-"),
  set: ours("tcp.port in {80, 443, 8000..9000}", "-"),
  noMptcp: ours("tcp.flags.syn == 1 && !mptcp", "-"),
  plugin: ours("acme.word > 0xf0000000", "-", PLUGIN),
  stream: ours("tcp.stream == 7", "-"),
};

/** Row: what, over what, both less what, and the ratio to reach. */
const rows: readonly (readonly [string, string, string, boolean, number])[] = [
  [`${ROW_1} -w OUT, over C`, "row1", "cOut", true, 1.6],
  ["the same, Node's start not subtracted", "row1", "cOut", false, 2],
  ["the same, matches counted, over C", "count", "c", true, 1.6],
  ["row 1 over reading alone", "row1", "read", false, 1.6],
  ["three terms with a 64-bit compare, over row 1", "wide", "row1", false, 1.4],
  ["six terms", "six", "row1", false, 1.4],
  ["ip.addr in a network", "cidr", "row1", false, 1.4],
  ["tcp.port in a set", "set", "row1", false, 1.4],
  ["SYN without MPTCP", "noMptcp", "row1", false, 1.4],
  ["a plugin's field", "plugin", "row1", false, 1.4],
  ["tcp.stream == 7", "stream", "row1", false, 1.8],
];

try {
  prepare();
  const samples = new Map<string, Sample[]>(Object.keys(commands).map((name) => [name, []]));
  for (let i = 0; i < runs; i++)
    for (const [name, command] of Object.entries(commands))
      if (!without.has(name)) samples.get(name)?.push(run(command));
  const seconds = (name: string): number => median((samples.get(name) ?? []).map((one) => one.seconds));
  console.log(`${packets} packets, medians of ${runs}, CPU seconds\n`);
  for (const name of Object.keys(commands).filter((one) => !without.has(one)))
    console.log(`${name.padEnd(8)} ${seconds(name).toFixed(2)}  ${samples.get(name)?.[0]?.output ?? ""}`);
  console.log("\n| work | ratio | to reach |\n| --- | --- | --- |");
  for (const [label, what, over, less, target] of rows) {
    if (without.has(what) || without.has(over)) continue;
    const ratio = (seconds(what) - (less ? seconds("node") : 0)) / seconds(over);
    console.log(`| ${label} | ${ratio.toFixed(2)}${ratio <= target ? "" : " (missed)"} | ${target} |`);
  }
  const c = samples.get("c")?.[0]?.output;
  if (c !== samples.get("row1")?.[0]?.output)
    throw new TypeError("the tools disagree on the number of packets");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
