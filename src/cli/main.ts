/** Which command, and what becomes of errors. Commands are loaded when they are called, so that each starts fast. */
import { describeError, EXIT, PipeClosed } from "./errors.ts";

/** A command takes the words behind its name and gives the exit status. */
export type Command = (args: readonly string[]) => Promise<number>;

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  fields: async () => (await import("./fields-command.ts")).runFields,
  explain: async () => (await import("./explain-command.ts")).runExplain,
  decode: async () => (await import("./decode-command.ts")).runDecode,
  schema: async () => (await import("./schema-command.ts")).runSchema,
  craft: async () => (await import("./craft-command.ts")).runCraft,
  edit: async () => (await import("./edit-command.ts")).runEdit,
  report: async () => (await import("./report-command.ts")).runReport,
  compare: async () => (await import("./compare-command.ts")).runCompare,
  plot: async () => (await import("./plot-command.ts")).runPlot,
  complete: async () => (await import("./complete-command.ts")).runComplete,
  completion: async () => {
    const { runCompletion } = await import("./completion-command.ts");
    return (args) => runCompletion(args, Object.keys(COMMANDS));
  },
};

async function dispatch(args: readonly string[]): Promise<number> {
  const [first = "", ...rest] = args;
  if (args.length === 0 || first === "-h" || first === "--help" || first === "help") {
    const { usage } = await import("./usage.ts");
    process.stdout.write(usage);
    return EXIT.done;
  }
  if (first === "-v" || first === "--version") {
    const { version } = await import("./usage.ts");
    process.stdout.write(`subflow ${await version()}\n`);
    return EXIT.done;
  }
  const command = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  if (command !== undefined && (rest[0] === "--help" || rest[0] === "-h")) {
    const { usageOf } = await import("./usage.ts");
    process.stdout.write(usageOf(first));
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
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args);
  } catch (thrown) {
    if (thrown instanceof PipeClosed) return EXIT.done;
    const known = describeError(thrown);
    if (known === undefined) throw thrown;
    process.stderr.write(`subflow: ${known.message}\n`);
    return known.status;
  }
}
