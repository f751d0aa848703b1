/** Files, where the platform has any. */
import { CaptureError } from "../errors.ts";

type FilePromises = typeof import("node:fs/promises");

/** `node:fs/promises`. Throws CaptureError in a browser: a bundler gives an empty module for it (`browser` in package.json). */
export async function nodeFiles(code: "unreadable" | "unwritable"): Promise<FilePromises> {
  const files: Partial<FilePromises> | undefined = await import("node:fs/promises").catch(() => undefined);
  if (typeof files?.open !== "function")
    throw new CaptureError(code, "there are no files here: give bytes or a stream instead of a path");
  return files as FilePromises;
}
