/** What is written over while it is read is lost: opening it for writing cuts it to nothing. */
import { type BigIntStats, fstatSync, statSync } from "node:fs";
import { CliError, EXIT } from "./errors.ts";

const STDIN = 0;

/** Undefined for what is not there, and for pipes and devices, which can be read and written side by side. */
function plainFile(path: string): BigIntStats | undefined {
  try {
    const found = path === "-" ? fstatSync(STDIN, { bigint: true }) : statSync(path, { bigint: true });
    return found.isFile() ? found : undefined;
  } catch {
    // Whoever opens it says so.
    return undefined;
  }
}

/**
 * Call it before `output` is opened. Names do not tell: links and other paths lead to the same file.
 * @throws CliError when one of the inputs (`"-"` is standard input) is the file that `output` names
 */
export function refuseOverwrite(inputs: readonly string[], output: string): void {
  const target = output === "-" ? undefined : plainFile(output);
  if (target === undefined) return;
  for (const input of inputs) {
    const source = plainFile(input);
    if (source?.dev !== target.dev || source.ino !== target.ino) continue;
    const name = input === "-" ? "standard input" : `"${input}"`;
    throw new CliError(`"${output}" is the same file as ${name}, which is read`, EXIT.badInput);
  }
}
