/**
 * The bundled command as a script with V8's code cache: to read and compile its text took more than half of the time
 * of a short run. Node 20 keeps no such cache for modules (`module.enableCompileCache` came with 22.1), so the bundle
 * is a CommonJS script that is compiled here.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";

/** What the wrapper of the bundle (esbuild.config.mjs) takes. */
type Bundle = (require: NodeJS.Require, url: string, importModule: (url: string) => Promise<unknown>) => void;

/** Scripts that the build makes: all commands, and reading alone. */
export type BundleName = "main" | "read";

/** Name of the code cache that belongs to a bundle. */
export const cacheOf = (bundle: BundleName): string => `${bundle}.cache`;

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Compiles a bundle of a directory. V8 refuses a cache of another version or other flags, and compiles the text. */
export function loadBundle(
  directory: string,
  name: BundleName,
): { readonly script: Script; readonly start: () => void } {
  const filename = join(directory, `${name}.cjs`);
  const cachedData = readIfThere(join(directory, cacheOf(name)));
  // esbuild writes ASCII, which takes half the room of UTF-16.
  const script = new Script(readFileSync(filename, "latin1"), {
    filename,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const start = (): void => {
    const bundle: Bundle = script.runInThisContext();
    bundle(createRequire(filename), pathToFileURL(filename).href, (url) => import(url));
  };
  return { script, start };
}
