/** `npm run fuzz -- N [TARGET] [SEED]`: N inputs for each target, with the time and the memory that they took. */
import { Dice } from "./mutate.ts";
import { type Target, targets } from "./targets.ts";

/** An input that takes longer hangs. */
const SLOW_MS = 2000;

/** How one run went. */
export interface FuzzReport {
  readonly inputs: number;
  readonly seconds: number;
  readonly slowestMs: number;
  /** Number of the input that took so long. */
  readonly slowest: number;
  /** Resident memory after a tenth of the inputs, and at the end. */
  readonly megabytes: readonly [early: number, end: number];
}

function megabytes(): number {
  return Math.round(process.memoryUsage.rss() / 2 ** 20);
}

/** Throws what the target throws, with the number that gives the same input again. */
export async function fuzz(target: Target, count: number, seed: number): Promise<FuzzReport> {
  const begun = performance.now();
  let slowestMs = 0;
  let slowest = seed;
  let early = megabytes();
  for (let index = 0; index < count; index++) {
    const before = performance.now();
    try {
      await target(new Dice(seed + index));
    } catch (cause) {
      throw new TypeError(`input ${seed + index}: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    }
    const took = performance.now() - before;
    if (took > slowestMs) {
      slowestMs = took;
      slowest = seed + index;
    }
    if (took > SLOW_MS) throw new TypeError(`input ${seed + index} took ${Math.round(took)} ms`);
    if (index === Math.floor(count / 10)) early = megabytes();
  }
  const seconds = (performance.now() - begun) / 1000;
  return { inputs: count, seconds, slowestMs, slowest, megabytes: [early, megabytes()] };
}

if (process.argv[1]?.endsWith("fuzz/run.ts")) {
  const [count = "100000", only, seed = "1"] = process.argv.slice(2);
  for (const [name, make] of Object.entries(targets)) {
    if (only !== undefined && only !== name) continue;
    const report = await fuzz(await make(), Number(count), Number(seed));
    const [early, end] = report.megabytes;
    console.log(
      `${name}: ${report.inputs} inputs in ${report.seconds.toFixed(0)} s, slowest ${report.slowestMs.toFixed(0)} ms (input ${report.slowest}), ` +
        `memory ${early} MB after a tenth, ${end} MB at the end`,
    );
  }
}
