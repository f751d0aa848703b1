/** Runs one example by name, or lists them: `npm run example -- private-option`. */
import { readdirSync } from "node:fs";

const names = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".ts") && name !== "run.ts")
  .map((name) => name.slice(0, -3));
const [wanted = ""] = process.argv.slice(2);

if (names.includes(wanted)) await import(`./${wanted}.ts`);
else console.log(`usage: npm run example -- NAME\n${names.map((name) => `  ${name}`).join("\n")}`);
