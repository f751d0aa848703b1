/** Which command, and what becomes of errors. */
import { describeError, EXIT, isPipeClosed } from "./errors.ts";
import { outputGone, standardOutput } from "./standard-output.ts";

/** A command takes the words behind its name and gives the exit status. */
export type Command = (args: readonly string[]) => Promise<number>;

/** By name; loaded when they are called, so that each starts fast. */
export type Commands = Readonly<Record<string, () => Promise<Command>>>;

async function dispatch(args: readonly string[], commands: Commands): Promise<number> {
  const [first = "", ...rest] = args;
  if (args.length === 0 || first === "-h" || first === "--help" || first === "help") {
    const { usage } = await import("./usage.ts");
    standardOutput().write(usage);
    return EXIT.done;
  }
  if (first === "-v" || first === "--version") {
    const { version } = await import("./usage.ts");
    standardOutput().write(`subflow ${await version()}\n`);
    return EXIT.done;
  }
  const command = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (command !== undefined && (rest[0] === "--help" || rest[0] === "-h")) {
    const { usageOf } = await import("./usage.ts");
    standardOutput().write(usageOf(first));
    return EXIT.done;
  }
  if (command !== undefined) return (await command())(rest);
  const { parseReadOptions } = await import("./read-options.ts");
  const options = parseReadOptions(args);
  if (options.statistics.length > 0) {
    const { runStatistics } = await import("./statistics/command.ts");
    return runStatistics(options);
  }
  const { runRead } = await import("./read.ts");
  return runRead(options);
}

/** Runs one command line (without `node` and the script). Messages go to standard error. */
export async function main(args: readonly string[], commands: Commands): Promise<number> {
  try {
    const status = await dispatch(args, commands);
    await outputGone();
    return status;
  } catch (thrown) {
    if (isPipeClosed(thrown)) return EXIT.done;
    const known = describeError(thrown);
    if (known === undefined) throw thrown;
    process.stderr.write(`subflow: ${known.message}\n`);
    return known.status;
  }
}
