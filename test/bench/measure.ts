/** Commands, timed as whole processes in turn, so that all of them meet the same machine. */
import { spawnSync } from "node:child_process";

export interface Command {
  /** For bash. */
  readonly line: string;
  /** Run behind each sample, not timed: checks or digests what the line wrote. Its output stands for the line's. */
  readonly behind?: string;
  /** Is the largest resident size wanted? It is taken in a run of its own, by GNU time. */
  readonly isWeighed?: true;
  /** Runs at most; others take as many as asked for. */
  readonly runs?: number;
  /** Why it cannot be run here. */
  readonly missing?: string | undefined;
}

export interface Sample {
  /** Seconds of user and system time, children included. */
  readonly cpu: number;
  readonly wall: number;
  /** Largest resident size in MiB, where it is wanted. */
  readonly memory: number;
  readonly output: string;
}

export type Figure = "cpu" | "wall" | "memory";

/** Without what a machine sets for its own Node, such as certificates to read at each start: that is no cost of the tools. */
const { NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, ...environment } = process.env;

function bash(line: string, folder: string): { readonly stdout: string; readonly stderr: string } {
  const done = spawnSync("bash", ["-c", line], {
    encoding: "utf8",
    cwd: folder,
    env: environment,
    maxBuffer: 1 << 28,
  });
  if (done.status !== 0) throw new TypeError(`${line}: ${done.stderr}`);
  return done;
}

function weigh(line: string, folder: string): number {
  const kibibytes = /WEIGHT (\d+)/.exec(bash(`command time -f "WEIGHT %M" ${line}`, folder).stderr)?.[1];
  return kibibytes === undefined ? Number.NaN : Number(kibibytes) / 1024;
}

function once({ line, behind, isWeighed }: Command, folder: string): Sample {
  const { stdout, stderr } = bash(`TIMEFORMAT="TIMES %R %U %S"; time { ${line}\n}`, folder);
  const [, wall, user, system] = /TIMES (\S+) (\S+) (\S+)/.exec(stderr) ?? [];
  const output = behind === undefined ? stdout : bash(behind, folder).stdout;
  return {
    cpu: Number(user) + Number(system),
    wall: Number(wall),
    memory: isWeighed ? weigh(line, folder) : Number.NaN,
    output: output.trim(),
  };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Samples of each command that can be run. */
export class Samples {
  readonly #samples = new Map<string, Sample[]>();

  take(name: string, command: Command, folder: string): void {
    const list = this.#samples.get(name) ?? [];
    if (command.missing !== undefined || list.length >= (command.runs ?? Number.POSITIVE_INFINITY)) return;
    list.push(once(command, folder));
    this.#samples.set(name, list);
  }

  has(name: string): boolean {
    return this.#samples.has(name);
  }

  median(name: string, figure: Figure): number {
    return median((this.#samples.get(name) ?? []).map((one) => one[figure]));
  }

  output(name: string): string | undefined {
    return this.#samples.get(name)?.[0]?.output;
  }
}
