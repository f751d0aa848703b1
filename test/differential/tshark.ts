/** Running tshark. Under CI its absence is a failure; elsewhere the tests that need it are skipped. */
import { spawnSync } from "node:child_process";

const version = spawnSync("tshark", ["--version"], { encoding: "utf8" });

/** tshark is there. */
export const hasTshark: boolean = version.status === 0;

if (!hasTshark && process.env["CI"] !== undefined)
  throw new TypeError("tshark is needed under CI: apt-get install tshark");

export interface TsharkRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `tshark -n` in UTC. */
export function tshark(args: readonly string[]): TsharkRun {
  // -G must be the first argument.
  const run = spawnSync("tshark", args[0] === "-G" ? args : ["-n", ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 30,
    env: { ...process.env, TZ: "UTC", LC_ALL: "C.UTF-8" },
  });
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}

let known: ReadonlySet<string> | undefined;

/** Names of all fields and protocols that this tshark knows. */
export function tsharkNames(): ReadonlySet<string> {
  known ??= new Set(
    ["fields", "protocols"].flatMap((table) =>
      tshark(["-G", table])
        .stdout.split("\n")
        .map((line) => line.split("\t"))
        .flatMap((columns) => columns[2] ?? []),
    ),
  );
  return known;
}

/** `-T fields` texts: for each frame, for each name, all occurrences. `off`: protocols that are left alone; `settings`: for `-o`. */
export function tsharkFields(
  file: string,
  names: readonly string[],
  off: readonly string[] = [],
  settings: readonly string[] = [],
): string[][][] {
  const separators = ["-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=|"];
  const switches = [
    ...off.flatMap((protocol) => ["--disable-protocol", protocol]),
    ...settings.flatMap((setting) => ["-o", setting]),
  ];
  const run = tshark([
    "-r",
    file,
    ...switches,
    "-T",
    "fields",
    ...separators,
    ...names.flatMap((name) => ["-e", name]),
  ]);
  return run.stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("\t").map((cell) => (cell === "" ? [] : cell.split("|"))));
}
