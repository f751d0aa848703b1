/** Commands, timed as whole processes in turn, so that all of them meet the same machine. */
import { spawnSync } from "node:child_process";

export interface Command {
  /** For bash. */
  readonly line: string;
  /** Runs at most; others take as many as asked for. */
  readonly runs?: number;
  /** Why it cannot be run here. */
  readonly missing?: string | undefined;
}

export interface Sample {
  /** Seconds of user and system time, children included. */
  readonly cpu: number;
  readonly wall: number;
  /** Largest resident size in MiB, where the command told it. */
  readonly memory: number;
  readonly output: string;
}

export type Figure = "cpu" | "wall" | "memory";

function once(line: string, folder: string): Sample {
  const timed = spawnSync("bash", ["-c", `TIMEFORMAT="TIMES %R %U %S"; time { ${line}\n}`], {
    encoding: "utf8",
    cwd: folder,
    maxBuffer: 1 << 28,
  });
  const times = /TIMES (\S+) (\S+) (\S+)/.exec(timed.stderr);
  if (timed.status !== 0 || times === null) throw new TypeError(`${line}: ${timed.stderr}`);
  const memory = /MEMORY (\d+)/.exec(timed.stderr)?.[1];
  return {
    cpu: Number(times[2]) + Number(times[3]),
    wall: Number(times[1]),
    memory: memory === undefined ? Number.NaN : Number(memory) / 1024,
    output: timed.stdout.trim(),
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
    list.push(once(command.line, folder));
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
