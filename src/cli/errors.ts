/** What ends the command early: a message for standard error and the exit status, tshark's in each case. */
import { CaptureError, FilterError, SubflowError } from "../errors.ts";

/** Statuses that tshark 4.0 uses. */
export const EXIT = { done: 0, badOption: 1, badInput: 2 } as const;

/** The command line asks for something that does not exist or is not done. */
export class CliError extends SubflowError<"usage" | "input"> {
  readonly status: number;
  constructor(message: string, status: number = EXIT.badOption, options?: ErrorOptions) {
    super("CliError", status === EXIT.badOption ? "usage" : "input", message, options);
    this.status = status;
  }
}

/** The other end of standard output has gone (`| head`): nothing more to do, nothing to say. */
export class PipeClosed extends SubflowError<"closed"> {
  constructor() {
    super("PipeClosed", "closed", "standard output was closed");
  }
}

/** Does it come from a pipe whose reader has gone? */
export function isPipeClosed(thrown: unknown): boolean {
  if (thrown instanceof PipeClosed) return true;
  if (!(thrown instanceof Error)) return false;
  return ("code" in thrown && thrown.code === "EPIPE") || isPipeClosed(thrown.cause);
}

/** Text for a capture that cannot be read or written. */
function captureMessage(error: CaptureError, file: string): string {
  switch (error.code) {
    case "not-found":
      return `The file "${file}" doesn't exist.`;
    case "cut-short":
      return `The file "${file}" appears to have been cut short in the middle of a packet.`;
    case "damaged":
      return `The file "${file}" appears to be damaged or corrupt.\n(${error.message})`;
    case "unknown-format":
      return `The file "${file}" isn't a capture file in a format subflow understands.`;
    case "unwritable":
      return unwritableMessage(error, file);
    case "unreadable":
    case "unsupported":
    case "aborted":
    case "bad-frame":
      return error.message;
  }
}

function unwritableMessage(error: CaptureError, file: string): string {
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT") return `The path to the file "${file}" doesn't exist.`;
  if (code === "EISDIR") return `"${file}" is a directory (folder), not a file.`;
  if (code === "EACCES") return `You don't have permission to create or write to the file "${file}".`;
  return error.message;
}

/** A capture error with the name of its file. */
export class FileError extends CliError {
  constructor(error: CaptureError, file: string) {
    super(captureMessage(error, file), EXIT.badInput, { cause: error });
  }
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}

/** The system refuses: a full disk, a path without rights. Node's message names the reason, the call and the path. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "errno" in error && "syscall" in error;
}

/** What is printed for anything thrown on purpose or by the system, and the status; undefined for a defect of ours. */
export function describeError(
  error: unknown,
): { readonly message: string; readonly status: number } | undefined {
  if (error instanceof CliError) return { message: error.message, status: error.status };
  if (error instanceof FilterError) {
    const place = error.span === undefined ? "" : `\n${indented(error.caret)}`;
    return { message: `${error.message}${place}`, status: EXIT.badInput };
  }
  if (error instanceof CaptureError) return { message: error.message, status: EXIT.badInput };
  if (error instanceof SubflowError) return { message: error.message, status: EXIT.badOption };
  if (isSystemError(error)) return { message: error.message, status: EXIT.badInput };
  return undefined;
}
