/** The table of statistics: one row a kind. */
import { CliError } from "../errors.ts";
import { conversationTaps } from "./conversations.ts";
import { endpointTaps } from "./endpoints.ts";
import { expert } from "./expert.ts";
import { followTaps } from "./follow.ts";
import { ioStat } from "./io-stat.ts";
import type { Tap, TapContext, TapKind } from "./tap.ts";

const KINDS: readonly TapKind[] = [...conversationTaps, ...endpointTaps, ioStat, expert, ...followTaps];

/** Names with what may follow each, for help and completion. */
export function tapUsages(): readonly string[] {
  return KINDS.map(({ name, usage }) => name + usage);
}

/** What `-z ARGUMENT` asks for. Throws CliError for what does not exist. */
export function createTap(argument: string, context: TapContext): Tap {
  for (const { name, create } of KINDS) {
    if (argument === name) return create(undefined, context);
    if (argument.startsWith(`${name},`)) return create(argument.slice(name.length + 1), context);
  }
  throw new CliError(
    `Invalid -z argument "${argument}"; it must be one of:\n${tapUsages()
      .map((usage) => `     ${usage}`)
      .join("\n")}`,
  );
}
