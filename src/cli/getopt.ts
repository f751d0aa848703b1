/** Short and long options as getopt_long reads them: `-nlc1`, `-eip.src`, `--name=value`, arguments in any place. */
import { CliError } from "./errors.ts";

export interface OptionSpec {
  /** Without the dashes: one letter is a short option. */
  readonly name: string;
  readonly argument: boolean;
  /** The option that this is another spelling of. */
  readonly same?: string;
}

export interface GivenOption {
  readonly name: string;
  /** Empty for options without an argument. */
  readonly value: string;
}

export interface CommandLine {
  readonly options: readonly GivenOption[];
  readonly rest: readonly string[];
}

/** What to do with an option that is not in the list: always throws. */
export type RefuseOption = (name: string) => never;

/** Splits the command line; options come in the order given. `--` ends them. */
export function parseOptions(
  args: readonly string[],
  specs: readonly OptionSpec[],
  refuse: RefuseOption,
): CommandLine {
  const table = new Map(specs.map((spec) => [spec.name, spec]));
  const options: GivenOption[] = [];
  const rest: string[] = [];
  let at = 0;
  const known = (name: string): OptionSpec => table.get(name) ?? refuse(name);
  const argument = (name: string): string => {
    const value = args[at++];
    if (value === undefined) throw new CliError(`option requires an argument: ${name}`);
    return value;
  };
  const give = (spec: OptionSpec, value: string): void => {
    options.push({ name: spec.same ?? spec.name, value });
  };
  while (at < args.length) {
    const word = args[at++] ?? "";
    if (word === "--") {
      rest.push(...args.slice(at));
      break;
    }
    if (word.startsWith("--")) {
      const equals = word.indexOf("=");
      const spec = known(equals < 0 ? word.slice(2) : word.slice(2, equals));
      if (!spec.argument && equals >= 0) throw new CliError(`option takes no argument: ${spec.name}`);
      give(spec, !spec.argument ? "" : equals < 0 ? argument(spec.name) : word.slice(equals + 1));
    } else if (word.startsWith("-") && word.length > 1) {
      for (let letter = 1; letter < word.length; letter++) {
        const spec = known(word[letter] ?? "");
        if (!spec.argument) {
          give(spec, "");
          continue;
        }
        const tail = word.slice(letter + 1);
        give(spec, tail === "" ? argument(spec.name) : tail);
        break;
      }
    } else rest.push(word);
  }
  return { options, rest };
}
