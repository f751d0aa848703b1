/** `subflow craft --corpus DIR`: one file for each form and fault of an option, and a manifest. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SEEDS } from "../craft/corpus-seeds.ts";
import type { CraftInput } from "../craft/input.ts";
import { makeCorpus, manifestOf } from "../testing/corpus.ts";
import { CliError, EXIT } from "./errors.ts";

export async function writeCorpus(folder: string, input: CraftInput): Promise<number> {
  const entries = makeCorpus(await input.options(SEEDS));
  try {
    await mkdir(folder, { recursive: true });
    for (const { name, bytes } of entries) await writeFile(join(folder, `${name}.bin`), bytes);
    await writeFile(join(folder, "manifest.json"), `${JSON.stringify(manifestOf(entries), undefined, 2)}\n`);
  } catch (cause) {
    throw new CliError(
      `"${folder}" can't be written: ${cause instanceof Error ? cause.message : cause}`,
      EXIT.badInput,
    );
  }
  process.stderr.write(`${entries.length} files and manifest.json written to ${folder}\n`);
  return EXIT.done;
}
