/** ajv's standalone code for the craft input of the built-in schemas: crafting works without eval, and loads no compiler. */
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { transformSync } from "esbuild";
import { AJV_OPTIONS } from "../backends/craft-validate.ts";
import { type CraftSchemaDeps, craftSchema, type JsonSchema } from "../backends/json-schema.ts";
import type { Layout } from "../ir/nodes.ts";

/** Apart, so that the text of a module is not taken for an import of this one. */
const LOAD = "import";
const TYPES = "../../../backends/craft-validate.ts";
const FOLDER = "src/craft/generated/validators";

interface Family {
  readonly name: string;
  readonly layouts: readonly Layout[];
}

/** Without what is for people: error messages take that from the schema as it is made at run time. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      typeof item === "string" && ["$schema", "title", "description"].includes(key)
        ? []
        : [[key, bare(item)]],
    ),
  );
}

/** One module for each family. Fields of the same kind share one function. */
function familyModule({ name, layouts }: Family, deps: CraftSchemaDeps): string {
  const ajv = new Ajv2020({ ...AJV_OPTIONS, code: { source: true, esm: true }, inlineRefs: false });
  const fields = new Map<string, string>();
  const reference = (schema: unknown): JsonSchema => {
    const text = JSON.stringify(bare(schema));
    let id = fields.get(text);
    if (id === undefined) {
      id = `craft:field${fields.size}`;
      fields.set(text, id);
      ajv.addSchema({ $id: id, ...JSON.parse(text) });
    }
    return { $ref: id };
  };
  const exported: Record<string, string> = {};
  for (const [index, layout] of layouts.entries()) {
    const schema = craftSchema(layout, deps);
    const properties = Object.entries((schema["properties"] ?? {}) as Readonly<Record<string, unknown>>);
    const $id = `craft:schema${index}`;
    ajv.addSchema({
      ...(bare(schema) as object),
      $id,
      properties: Object.fromEntries(properties.map(([key, field]) => [key, reference(field)])),
    });
    exported[`craft${index}`] = $id;
  }
  const code = standalone
    .default(ajv, exported)
    // One table in place of an export for each.
    .replace(/export const (craft\d+) = (validate\d+);/g, "const $1 = $2;");
  const rows = layouts.map(({ id }, index) => `  ${JSON.stringify(id)}: craft${index},`);
  const module = `${code}\nexport const table = {\n${rows.join("\n")}\n};`;
  // Nobody reads it, and it is half as long.
  const short = transformSync(module, { minify: true, format: "esm", target: "node20" }).code;
  return [
    "// @ts-nocheck",
    `// Generated from schemas/${name}/ by \`npm run generate\`. Do not edit.`,
    `import type { CraftValidate } from ${JSON.stringify(TYPES)};`,
    "",
    short.replace(
      /export\{([\w$]+) as table\};\s*$/,
      "export const validators: Readonly<Record<string, CraftValidate>> = $1;",
    ),
    "",
  ].join("\n");
}

function indexModule(families: readonly Family[]): string {
  const loaders = families.map(
    ({ name }) => `  ${JSON.stringify(name)}: async () => (await ${LOAD}("./${name}.ts")).validators,`,
  );
  const rows = families.flatMap(({ name, layouts }) =>
    layouts.map(({ id }) => `  ${JSON.stringify(id)}: ${JSON.stringify(name)},`),
  );
  return `// Generated from schemas/ by \`npm run generate\`. Do not edit.
import type { CraftValidate } from ${JSON.stringify(TYPES)};

type Validators = Readonly<Record<string, CraftValidate>>;

const FAMILIES: Readonly<Record<string, () => Promise<Validators>>> = {
${loaders.join("\n")}
};

const FAMILY: Readonly<Record<string, string>> = {
${rows.join("\n")}
};

/** The validator of a built-in schema; its family's module is loaded on first use. */
export async function builtinValidator(id: string): Promise<CraftValidate | undefined> {
  const family = Object.hasOwn(FAMILY, id) ? FAMILY[id] : undefined;
  return family === undefined ? undefined : (await FAMILIES[family]?.())?.[id];
}
`;
}

/** Paths below the root, and texts. */
export function craftValidators(families: readonly Family[], deps: CraftSchemaDeps): Map<string, string> {
  const writable = families
    .map(({ name, layouts }) => ({ name, layouts: layouts.filter(({ role }) => role !== "metadata") }))
    .filter(({ layouts }) => layouts.length > 0);
  return new Map([
    ...writable.map((family) => [`${FOLDER}/${family.name}.ts`, familyModule(family, deps)] as const),
    [`${FOLDER}/index.ts`, indexModule(writable)],
  ]);
}
