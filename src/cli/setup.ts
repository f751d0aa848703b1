/** The engine of one run: built-in dissectors, plugins, decode-as rules. */
import { readFileSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { builtin, createEngine } from "../default-engine.ts";
import type { Engine } from "../engine/api.ts";
import type { Dissector } from "../plugin.ts";
import { applyDecodeAs } from "./decode-as.ts";
import { CliError, EXIT } from "./errors.ts";

export interface Setup {
  readonly engine: Engine;
  /** Dissectors that plugins brought. */
  readonly plugins: readonly Dissector[];
}

/** Text of a file, or the error that a person expects. */
export async function readText(path: string): Promise<string> {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new CliError(
      `The file "${path}" can't be read: ${cause instanceof Error ? cause.message : cause}`,
      EXIT.badInput,
    );
  }
}

/** JSON of a file. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError(`${path}: ${cause instanceof Error ? cause.message : cause}`);
  }
}

function isDissector(value: unknown): value is Dissector {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";
}

/** `import()`, given by the launcher to the bundle, which as a script from a code cache has none of its own. */
declare const launcher:
  | { readonly importModule: (url: string) => Promise<Readonly<Record<string, unknown>>> }
  | undefined;

/** Default export, or one named `dissector` or `dissectors`; each may be a list. */
async function importDissectors(path: string): Promise<readonly Dissector[]> {
  let module: Readonly<Record<string, unknown>>;
  try {
    const { href } = pathToFileURL(resolve(path));
    module = await (typeof launcher === "object" ? launcher.importModule(href) : import(href));
  } catch (cause) {
    throw new CliError(
      `The plugin "${path}" can't be loaded: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
  const found = module["default"] ?? module["dissectors"] ?? module["dissector"];
  const list: readonly unknown[] = Array.isArray(found) ? found : [found];
  if (list.every(isDissector)) return list;
  throw new CliError(`The plugin "${path}" exports no dissector (default, dissector or dissectors)`);
}

export async function createSetup(
  options: { readonly plugins?: readonly string[]; readonly decodeAs?: readonly string[] } = {},
): Promise<Setup> {
  const engine = createEngine();
  const plugins: Dissector[] = [];
  const schemas: unknown[] = builtin.flatMap((dissector) => [...(dissector.layouts ?? [])]);
  for (const path of options.plugins ?? []) {
    if (extname(path) === ".json") {
      const schema = await readJson(path);
      engine.loadSchema(schema, { origin: path });
      schemas.push(schema);
    } else {
      for (const dissector of await importDissectors(path)) {
        engine.registerDissector(dissector);
        schemas.push(...(dissector.schemas ?? []), ...(dissector.layouts ?? []));
        plugins.push(dissector);
      }
    }
  }
  for (const rule of options.decodeAs ?? []) applyDecodeAs(engine, rule, schemas);
  return { engine, plugins };
}
