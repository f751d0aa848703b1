/** `subflow fields [GLOB]`: every name that filters and `-e` know. */
import { CliError, EXIT } from "./errors.ts";
import { parseOptions } from "./getopt.ts";
import { createSetup } from "./setup.ts";
import { Sink } from "./sink.ts";

/** `*` stands for any text, `?` for one character, all else for itself. */
export function globPattern(glob: string): RegExp {
  const source = glob.replaceAll(/[\\^$.*+?()[\]{}|]/g, (character) =>
    character === "*" ? ".*" : character === "?" ? "." : `\\${character}`,
  );
  return new RegExp(`^${source}$`);
}

export async function runFields(args: readonly string[]): Promise<number> {
  const { options, rest } = parseOptions(args, [{ name: "plugin", argument: true }], unknownOption);
  const [glob = "*", ...more] = rest;
  if (more.length > 0)
    throw new CliError("fields takes one pattern (quote it, so that the shell leaves it alone)");
  const { engine } = await createSetup({ plugins: options.map((given) => given.value) });
  const pattern = globPattern(glob);
  const sink = new Sink();
  const found = engine.fields().filter((field) => pattern.test(field.name));
  for (const field of found) await sink.write(`${field.name}\t${field.type}\t${field.description}\n`);
  await sink.flush();
  sink.release();
  if (found.length === 0) throw new CliError(`no field matches "${glob}"`);
  return EXIT.done;
}

/** For commands that know few options. */
export function unknownOption(name: string): never {
  throw new CliError(`unrecognized option: ${name}`);
}
