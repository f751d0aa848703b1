/**
 * `npm run generate`: writes everything that is made from schemas/. With `--check` it writes nothing, names the files that are not
 * what they would be, and exits with 1.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { toFieldTypes } from "../backends/field-types.ts";
import { type Family, toMarkdown } from "../backends/markdown.ts";
import { hasShape, shapesName, toTypeScript } from "../backends/typescript.ts";
import { builtin } from "../default-engine.ts";
import { EXPERT_FIELDS } from "../engine/expert.ts";
import { Registry } from "../engine/registry.ts";
import { SchemaError } from "../errors.ts";
import type { FieldInfo, ValueStrings } from "../ir/fields.ts";
import type { Layout } from "../ir/nodes.ts";
import { lowerSchemas, type SchemaFile } from "../schema/lower.ts";
import { absentPage } from "./generate-absent.ts";
import { craftValidators } from "./generate-craft-validators.ts";
import { type FilterExamples, filterPage } from "./generate-filters.ts";
import { enumModule, layoutModule } from "./generate-layouts.ts";
import { validatorModule } from "./generate-validator.ts";

/** Folders below schemas/ that hold no schemas. */
const OTHER_FOLDERS: ReadonlySet<string> = new Set(["meta", "enums"]);
const VALIDATOR = "src/schema/generated/meta-validator.ts";
const FILTER_EXAMPLES = "examples/filters/reference.json";
const COMMAND = "by `npm run generate`. Do not edit.";

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

function jsonFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort(byName);
}

/** All tables of schemas/enums/; a name may stand in one file only. */
function readEnums(root: string): Record<string, ValueStrings> {
  const enums: Record<string, ValueStrings> = {};
  for (const file of jsonFiles(join(root, "schemas/enums"))) {
    for (const [name, table] of Object.entries(readJson(join(root, "schemas/enums", file)) as typeof enums)) {
      if (Object.hasOwn(enums, name))
        throw new SchemaError("id-taken", "", `the table "${name}" stands in two files`, `enums/${file}`);
      enums[name] = table;
    }
  }
  return enums;
}

/** The schemas of each folder, lowered, and the tables that they and schemas/enums/ bring. */
function readSchemas(root: string): { families: Family[]; enums: Record<string, ValueStrings> } {
  const enums = readEnums(root);
  const names = readdirSync(join(root, "schemas"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !OTHER_FOLDERS.has(entry.name))
    .map((entry) => entry.name)
    .sort(byName);
  const files: (SchemaFile & { readonly family: string })[] = names.flatMap((family) =>
    jsonFiles(join(root, "schemas", family)).map((file) => ({
      family,
      origin: `schemas/${family}/${file}`,
      json: readJson(join(root, "schemas", family, file)),
    })),
  );
  const lowered = lowerSchemas(files, (name) => Object.hasOwn(enums, name));
  for (const { enums: own } of lowered) Object.assign(enums, own);
  const families = names.map((name) => ({
    name,
    // One result a file, in the order of the files.
    layouts: lowered.flatMap(({ layout }, index) => (files[index]?.family === name ? [layout] : [])),
  }));
  return { families, enums };
}

/** The table of all built-in types, for the engine that has the built-in dissectors. */
function shapesModule(families: readonly Family[]): string {
  const shaped = families.filter(({ layouts }) => layouts.some(hasShape));
  return [
    `// Generated from schemas/ ${COMMAND}`,
    ...shaped.map(({ name }) => `import type { ${shapesName(name)} } from "./${name}.ts";`),
    "",
    ...shaped.map(({ name }) => `export type * from "./${name}.ts";`),
    "",
    "/** Types of all built-in schemas by id. */",
    `export interface BuiltinShapes extends ${shaped.map(({ name }) => shapesName(name)).join(", ")} {}`,
    "",
  ].join("\n");
}

/** Names without values, with their reasons. */
function absentNames(): readonly FieldInfo[] {
  return builtin.flatMap((dissector) => dissector.absent ?? []);
}

/** Types of all that filters know: what schemas declare, what trackers provide, what the engine says itself. */
function fieldsModule(families: readonly Family[]): string {
  const registry = new Registry();
  for (const { layouts } of families) for (const layout of layouts) registry.add(layout);
  const trackers = builtin.flatMap((dissector) => dissector.trackers ?? []);
  registry.register({ name: "trackers", trackers, absent: absentNames() });
  return toFieldTypes(
    [...registry.fields.values(), ...EXPERT_FIELDS],
    `// Generated from schemas/ ${COMMAND}`,
  );
}

/** Every generated file: path below `root` and text. Throws SchemaError where a schema is refused. */
export function generateAll(root: string): Map<string, string> {
  const { families, enums } = readSchemas(root);
  const outputs = new Map<string, string>();
  const byId = new Map(
    families.flatMap(({ layouts }) => layouts.map((layout) => [layout.id, layout] as const)),
  );
  const find = (id: string): Layout | undefined => byId.get(id);
  for (const { name, layouts } of families) {
    outputs.set(`dissectors/generated/layouts/${name}.ts`, layoutModule(name, layouts, find));
    if (layouts.some(hasShape)) {
      const header = `// Generated from schemas/${name}/ ${COMMAND}`;
      outputs.set(`dissectors/generated/${name}.ts`, toTypeScript(name, layouts, header));
    }
  }
  outputs.set("dissectors/generated/enums.ts", enumModule(enums));
  outputs.set("dissectors/generated/fields.ts", fieldsModule(families));
  outputs.set("dissectors/generated/index.ts", shapesModule(families));
  outputs.set("schemas/FIELDS.md", toMarkdown(families, `<!-- Generated from schemas/ ${COMMAND} -->`));
  outputs.set(VALIDATOR, validatorText(root));
  const deps = { layout: find, strings: (name: string) => enums[name] };
  for (const [path, text] of craftValidators(families, deps)) outputs.set(path, text);
  // Only the project itself has a page of filters.
  if (readText(join(root, FILTER_EXAMPLES)) !== undefined) {
    // Each example is run by a test, which fails where the file has another form.
    const examples = readJson(join(root, FILTER_EXAMPLES)) as FilterExamples;
    const note = `<!-- Generated from the tables of src/filter/ and ${FILTER_EXAMPLES} ${COMMAND} -->`;
    outputs.set("FILTERS.md", filterPage(examples, note));
    outputs.set(
      "schemas/ABSENT.md",
      absentPage(absentNames(), `<!-- Generated from dissectors/absent.ts ${COMMAND} -->`),
    );
  }
  return outputs;
}

function validatorText(root: string): string {
  const meta = readJson(join(root, "schemas/meta/schema.json"));
  if (typeof meta !== "object" || meta === null)
    throw new SchemaError("schema-invalid", "", "the meta-schema is no object", "schemas/meta/schema.json");
  return validatorModule(meta);
}

/** The validator that is loaded checks the schemas: when the meta-schema changed, it is written and the command begins anew. */
function renewValidator(root: string): boolean {
  const text = validatorText(root);
  const loaded = readText(join(root, VALIDATOR));
  if (loaded === undefined || loaded === text) return false;
  writeFileSync(join(root, VALIDATOR), text);
  return true;
}

/** Generated files whose schemas are gone. */
function leftovers(root: string, outputs: ReadonlyMap<string, string>): string[] {
  const folders = ["dissectors/generated", "dissectors/generated/layouts", "src/craft/generated/validators"];
  return folders.flatMap((folder) =>
    (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [])
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name}`)
      .filter((path) => !outputs.has(path)),
  );
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Paths of generated files that are missing, out of date, or without a schema. */
export function findStale(root: string): string[] {
  const outputs = generateAll(root);
  const changed = [...outputs].flatMap(([path, text]) => (readText(join(root, path)) === text ? [] : [path]));
  return [...changed, ...leftovers(root, outputs)].sort(byName);
}

/** Writes what is not up to date; gives the paths that changed. */
export function writeAll(root: string): string[] {
  const outputs = generateAll(root);
  const written: string[] = [];
  for (const [path, text] of outputs) {
    const target = join(root, path);
    if (readText(target) === text) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    written.push(path);
  }
  for (const path of leftovers(root, outputs)) {
    rmSync(join(root, path));
    written.push(path);
  }
  return written.sort(byName);
}

/** The command. Gives the exit code. */
export function runGenerate(args: readonly string[], root: string): number {
  if (args.includes("--check")) {
    const stale = findStale(root);
    for (const path of stale) console.error(`${path} is not up to date: run npm run generate`);
    return stale.length === 0 ? 0 : 1;
  }
  for (const path of writeAll(root)) console.log(path);
  return 0;
}

/** The command on this very tree: a new validator has to be loaded before it can check the schemas. */
function runHere(args: readonly string[], root: string): number {
  if (args.includes("--check") || !renewValidator(root)) return runGenerate(args, root);
  console.log(VALIDATOR);
  const again = spawnSync(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: "inherit",
  });
  return again.status ?? 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = runHere(process.argv.slice(2), fileURLToPath(new URL("../../", import.meta.url)));
