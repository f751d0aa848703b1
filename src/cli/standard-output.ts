/** Standard output, which Node opens when it is first asked for: a run that prints nothing need not wait for its streams. */
import { CliError, EXIT } from "./errors.ts";

let opened: typeof process.stdout | undefined;
let failure: CliError | undefined;

/** A reader that has gone (`| head`) is no failure; whoever writes notices by himself. */
function onError(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") return;
  const message = `standard output cannot be written: ${error.message}`;
  failure ??= new CliError(message, EXIT.badInput, { cause: error });
}

export function standardOutput(): typeof process.stdout {
  opened = process.stdout;
  if (!opened.listeners("error").includes(onError)) opened.on("error", onError);
  return opened;
}

/** @throws CliError when something that was printed is known to be lost (a full disk) */
export function checkOutput(): void {
  if (failure !== undefined) throw failure;
}

/** Waits until all that was printed has gone. @throws CliError as {@link checkOutput} does */
export async function outputGone(): Promise<void> {
  const stream = opened;
  if (stream === undefined) return;
  if (stream.writableLength > 0) await new Promise<void>((resolve) => stream.write("", () => resolve()));
  // A stream tells of a failed write in a later turn.
  await new Promise<void>((resolve) => setImmediate(resolve));
  checkOutput();
}
