/** The engine of one run: built-in dissectors, plugins, decode-as rules, macros. */
import { readFile } from "node:fs/promises";
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
    return await readFile(path, "utf8");
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

/** Default export, or one named `dissector` or `dissectors`; each may be a list. */
async function importDissectors(path: string): Promise<readonly Dissector[]> {
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await import(pathToFileURL(resolve(path)).href);
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

/** Wireshark's dfilter_macros file: `"name","body"` a line, `#` before a comment; or JSON, `{ "name": "body" }`. */
export async function readMacros(path: string): Promise<Readonly<Record<string, string>>> {
  const text = await readText(path);
  if (text.trimStart().startsWith("{")) return jsonMacros(JSON.parse(text), path);
  const macros: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const match = /^\s*"((?:[^"\\]|\\.)*)"\s*,\s*"((?:[^"\\]|\\.)*)"/.exec(line);
    if (match === null) throw new CliError(`${path}: not a macro: ${line}`);
    const [name = "", body = ""] = match.slice(1).map(unescapeMacro);
    macros[name] = body;
  }
  return macros;
}

/** Such files write a quote inside a value as `\x22`. */
function unescapeMacro(text: string): string {
  return text.replaceAll(
    /\\x([0-9a-fA-F]{2})|\\(.)/g,
    (_, hex: string | undefined, letter: string | undefined) =>
      hex === undefined ? (letter ?? "") : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function jsonMacros(json: unknown, path: string): Readonly<Record<string, string>> {
  const entries = typeof json === "object" && json !== null ? Object.entries(json) : [];
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === "string");
  if (texts.length !== entries.length) throw new CliError(`${path}: macro bodies must be strings`);
  return Object.fromEntries(texts);
}
