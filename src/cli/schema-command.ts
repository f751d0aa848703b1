/** `subflow schema check FILE…`: are these schema files that an engine takes? */
import { builtin, createEngine } from "../default-engine.ts";
import type { Engine } from "../engine/api.ts";
import { SchemaError } from "../errors.ts";
import { CliError, EXIT } from "./errors.ts";
import { readJson } from "./setup.ts";
import { standardOutput } from "./standard-output.ts";

function idOf(json: unknown): string {
  return typeof json === "object" && json !== null && "id" in json ? String(json.id) : "";
}

/** An engine in which a built-in schema of the same id makes room, so that a changed copy of it can be checked. */
function engineWithout(ids: ReadonlySet<string>): Engine {
  return createEngine({
    dissectors: builtin.map((dissector) => ({
      ...dissector,
      layouts: (dissector.layouts ?? []).filter((layout) => !ids.has(layout.id)),
    })),
  });
}

export async function runSchema(args: readonly string[]): Promise<number> {
  const [verb, ...files] = args;
  if (verb !== "check" || files.length === 0) throw new CliError("usage: subflow schema check FILE...");
  const schemas: (readonly [string, unknown])[] = [];
  for (const file of files) schemas.push([file, await readJson(file)]);
  const engine = engineWithout(new Set(schemas.map(([, json]) => idOf(json))));
  let status: number = EXIT.done;
  for (const [file, json] of schemas) {
    try {
      engine.loadSchema(json, { origin: file });
      standardOutput().write(`${file}: ${idOf(json)} is in order\n`);
    } catch (thrown) {
      if (!(thrown instanceof SchemaError)) throw thrown;
      process.stderr.write(`subflow: ${thrown.message} [${thrown.code}]\n`);
      status = EXIT.badOption;
    }
  }
  return status;
}
