/**
 * What a report and a plot of a long capture cost, beside tshark's `-z conv,mptcp` on a million of its packets in the same run.
 * Usage: analysis.ts [PACKETS] [CONNECTIONS] [RUNS]. CPU is user + system of the whole process; the built command is measured.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "./gen.ts";

const packets = Number(process.argv[2] ?? 10_000_000);
const connections = Number(process.argv[3] ?? 1000);
const runs = Number(process.argv[4] ?? 3);
const MILLION = 1_000_000;
const command = fileURLToPath(new URL("../../dist/bin/bin.cjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "subflow-bench-"));
const [long, short] = [join(folder, "long.pcap"), join(folder, "short.pcap")];
const plotted = join(folder, "plot.svg");

interface Cost {
  readonly seconds: number;
  /** Largest resident set, MiB. */
  readonly memory: number;
}

function run(args: readonly string[]): Cost {
  // GNU time: user and system seconds, kilobytes.
  const timed = spawnSync("/usr/bin/time", ["-f", "COST %U %S %M", ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  const match = /COST (\S+) (\S+) (\S+)/.exec(timed.stderr);
  if (timed.status !== 0 || match === null) throw new TypeError(`${args.join(" ")}: ${timed.stderr}`);
  return { seconds: Number(match[1]) + Number(match[2]), memory: Number(match[3]) / 1024 };
}

const works: readonly (readonly [string, number, readonly string[]])[] = [
  ["node alone", 0, ["node", "-e", "0"]],
  ["report", packets, ["node", command, "report", "--format", "json", long]],
  ["plot of DSNs", packets, ["node", command, "plot", long, "-o", plotted]],
  ["tshark -z conv,mptcp", MILLION, ["tshark", "-r", short, "-q", "-z", "conv,mptcp"]],
];

try {
  generate(long, packets, 128, 42, connections);
  generate(short, MILLION, 128, 42, connections);
  console.log(`${packets} packets, ${connections} connections at a time, medians of ${runs}\n`);
  console.log("| work | CPU seconds | packets a second | MiB |\n| --- | --- | --- | --- |");
  for (const [name, count, args] of works) {
    const costs = Array.from({ length: runs }, () => run(args)).sort((a, b) => a.seconds - b.seconds);
    const { seconds, memory } = costs[runs >> 1] ?? { seconds: Number.NaN, memory: Number.NaN };
    const rate = count === 0 ? "" : Math.round(count / seconds).toLocaleString("en");
    console.log(`| ${name} | ${seconds.toFixed(2)} | ${rate} | ${memory.toFixed(0)} |`);
  }
  console.log(`\nthe plot takes ${statSync(plotted).size} bytes`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
