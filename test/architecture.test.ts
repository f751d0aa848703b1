/** The floors: a file imports only from lower ones, or from its own folder. Type imports count. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

const FLOORS: readonly (readonly string[])[] = [
  ["src/errors.ts", "src/bytes"],
  ["src/ir", "src/codegen", "src/capture"],
  ["src/schema", "src/filter"],
  ["src/plugin.ts", "src/backends"],
  ["src/engine"],
  ["dissectors"],
  ["src/analysis"],
  ["src/default-engine.ts"],
  ["src/craft", "src/plot", "src/testing"],
  ["src/index.ts"],
  ["src/cli"],
];

/** capture and codegen read the IR's types of frames and fields; that folder is below both. */
const ALSO: readonly (readonly [string, string])[] = [
  ["src/capture", "src/ir"],
  ["src/codegen", "src/ir"],
];

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
}

function placeOf(file: string): { name: string; floor: number } | undefined {
  for (const [floor, names] of FLOORS.entries()) {
    const name = names.find((candidate) => file === candidate || file.startsWith(`${candidate}/`));
    if (name !== undefined) return { name, floor };
  }
  return undefined;
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [
    ...text.matchAll(
      /(?:^|\s)(?:import|export)\b[^"';]*?from\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|^import\s+"([^"]+)"/gm,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

const files = [...filesBelow("src"), ...filesBelow("dissectors")];

describe("the floors", () => {
  it("know every file", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => placeOf(file) === undefined)).toEqual([]);
  });

  it("are only looked down from", () => {
    const wrong: string[] = [];
    for (const file of files) {
      const from = placeOf(file);
      for (const specifier of importsOf(file)) {
        if (!specifier.startsWith(".")) continue;
        const target = relative(root, resolve(root, dirname(file), specifier));
        if (target.startsWith("schemas/")) continue;
        const to = placeOf(target);
        if (from === undefined || to === undefined)
          wrong.push(`${file} imports ${target}, which has no floor`);
        else if (
          from.name !== to.name &&
          to.floor >= from.floor &&
          !ALSO.some(([a, b]) => a === from.name && b === to.name)
        ) {
          wrong.push(`${file} (${from.floor}) imports ${target} (${to.floor})`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("let dissectors see plugin.ts and data only", () => {
    const wrong = filesBelow("dissectors").flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith("."))
        .map((specifier) => relative(root, resolve(root, dirname(file), specifier)))
        .filter(
          (target) =>
            !target.startsWith("dissectors/") && !target.startsWith("schemas/") && target !== "src/plugin.ts",
        )
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("keep node: modules out of what the library loads", () => {
    const library = files.filter((file) => !file.startsWith("src/cli/"));
    const wrong = library.filter((file) =>
      /^import\s[^;]*?from\s+"node:/m.test(readFileSync(join(root, file), "utf8")),
    );
    expect(wrong).toEqual([]);
  });
});
