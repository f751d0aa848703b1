/**
 * The bundled command as a script with V8's code cache: to read and compile its text took more than half of the time
 * of a short run. Node 20 keeps no such cache for modules (`module.enableCompileCache` came with 22.1), so the bundle
 * is a CommonJS script that is compiled here.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";

/** What the wrapper of the bundle (esbuild.config.mjs) takes. */
type Bundle = (require: NodeJS.Require, launcher: Launcher) => void;

/** What a script has not that is compiled from a code cache. */
interface Launcher {
  /** Of the script. */
  readonly url: string;
  readonly importModule: (url: string) => Promise<unknown>;
  /** A piece of the texts that stand beside the script: of so many few are ever read. */
  readonly textAt: (start: number, end: number) => string;
}

/** By what a line asks for: the script that the build makes for it. Each kind has a code cache of its own. */
const SCRIPTS = {
  /** A command that has a name. */
  command: "main",
  /** Captures are read, and packets shown. */
  show: "read",
  /** Captures are read, and packets counted or written: for that few of the script's functions are needed. */
  scan: "read",
} as const;

export type Kind = keyof typeof SCRIPTS;

/** A guess from the words alone: lines of another kind only take longer to start, but for commands. */
export function kindOf(words: readonly string[]): Kind {
  if (words[0]?.startsWith("-") !== true) return "command";
  return words.some((word) => word === "-w" || word === "--count") ? "scan" : "show";
}

/** JSON of built-in schemas, ASCII. */
const TEXTS = "schemas.txt";

/** Name of the code cache for a kind. */
export const cacheOf = (kind: Kind): string => `${kind}.cache`;

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Compiles the bundle for a kind of lines. V8 refuses a cache of another version or other flags, and compiles the text. */
export function loadBundle(
  directory: string,
  kind: Kind,
): { readonly script: Script; readonly start: () => void } {
  const filename = join(directory, `${SCRIPTS[kind]}.cjs`);
  const cachedData = readIfThere(join(directory, cacheOf(kind)));
  // esbuild writes ASCII, which takes half the room of UTF-16.
  const script = new Script(readFileSync(filename, "latin1"), {
    filename,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  let texts: string | undefined;
  const launcher: Launcher = {
    get url() {
      return pathToFileURL(filename).href;
    },
    importModule: (url) => import(url),
    textAt: (start, end) => {
      texts ??= readFileSync(join(directory, TEXTS), "latin1");
      return texts.slice(start, end);
    },
  };
  const start = (): void => {
    const bundle: Bundle = script.runInThisContext();
    // The launcher stands beside the bundle: what it requires is found from the same place.
    bundle(require, launcher);
  };
  return { script, start };
}
