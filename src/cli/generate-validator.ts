/** ajv's standalone code for the meta-schema: schemas are checked also where code may not be generated, and start-up pays nothing. */
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { transformSync } from "esbuild";

/** What the rest of the library sees of a validator. */
const TYPE =
  "{ (data: unknown): boolean; errors?: readonly { readonly instancePath: string; readonly message?: string; " +
  "readonly params?: Record<string, unknown> }[] | null }";

/** The module that validates schema files by the meta-schema. */
export function validatorModule(metaSchema: object): string {
  const ajv = new Ajv2020({ code: { source: true, esm: true } });
  const code = standalone.default(ajv, ajv.compile(metaSchema));
  // One export in place of ajv's two; shortened, as it is parsed at every start of a program.
  const single = code.replace(
    /^"use strict";export const validate = (\w+);export default \w+;/,
    (_, name: string) => `export { ${name} as validate };\n`,
  );
  const short = transformSync(single, { minify: true, format: "esm", target: "node20" }).code.trim();
  const body = short.replace(
    /export\s*\{\s*(\w+) as validate\s*\};?$/,
    (_, name: string) => `\nreturn ${name};`,
  );
  return `// @ts-nocheck
// Generated from schemas/meta/schema.json by \`npm run generate\`. Do not edit.
type Validate = ${TYPE};
let made: Validate | undefined;

/** The validator, made when it is first asked for. */
export function validator(): Validate {
  made ??= make();
  return made;
}

function make(): Validate {
${body}
}
`;
}
