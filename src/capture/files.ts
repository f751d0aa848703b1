/** Files, where the platform has any. */
import { CaptureError } from "../errors.ts";

type Files = typeof import("node:fs");

/**
 * `node:fs`, of which Node itself needs the most: `node:fs/promises` would be loaded for us alone. Throws CaptureError in a
 * browser: a bundler gives an empty module for it (`browser` in package.json).
 */
export async function nodeFiles(code: "unreadable" | "unwritable"): Promise<Files> {
  const files: Partial<Files> | undefined = await import("node:fs").catch(() => undefined);
  if (typeof files?.open !== "function")
    throw new CaptureError(code, "there are no files here: give bytes or a stream instead of a path");
  return files as Files;
}

/** What a call tells by a callback. */
export function settled<T>(call: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error === null || error === undefined ? resolve(value) : reject(error)));
  });
}
