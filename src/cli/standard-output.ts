/** Standard output, which Node opens when it is first asked for: a run that prints nothing need not wait for its streams. */

/** A reader that has gone (`| head`) is no failure; whoever writes notices by himself. */
function onError(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

export function standardOutput(): typeof process.stdout {
  const { stdout } = process;
  if (!stdout.listeners("error").includes(onError)) stdout.on("error", onError);
  return stdout;
}
