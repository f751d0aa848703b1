/** `subflow complete TEXT`: what may stand at the end of a display filter, or at `--cursor N`. */
import { CliError, EXIT } from "./errors.ts";
import { unknownOption } from "./fields-command.ts";
import { parseOptions } from "./getopt.ts";
import { createSetup } from "./setup.ts";
import { Sink } from "./sink.ts";

const SPECS = ["plugin", "cursor"].map((name) => ({ name, argument: true }));

export async function runComplete(args: readonly string[]): Promise<number> {
  const { options, rest } = parseOptions(args, SPECS, unknownOption);
  const text = rest.join(" ");
  const values = (name: string): string[] =>
    options.filter((given) => given.name === name).map((given) => given.value);
  const given = values("cursor").at(-1) ?? String(text.length);
  const cursor = Number(given);
  if (!/^\d+$/.test(given) || cursor > text.length)
    throw new CliError(`"${given}" is no place in the filter`);
  const { engine } = await createSetup({ plugins: values("plugin") });
  const sink = new Sink();
  for (const item of engine.completeFilter(text, cursor)) {
    await sink.write(`${item.text}\t${item.kind}\t${item.description}\n`);
  }
  await sink.flush();
  sink.release();
  return EXIT.done;
}
