import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { findStale, generateAll, runGenerate, writeAll } from "../../src/cli/generate.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folders: string[] = [];

/** A copy of the schemas with one family, in a folder of its own. */
function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "subflow-generate-"));
  folders.push(folder);
  for (const part of ["meta", "enums", "udp"])
    cpSync(join(root, "schemas", part), join(folder, "schemas", part), { recursive: true });
  mkdirSync(join(folder, "dissectors/generated/layouts"), { recursive: true });
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

test("what is committed is what the schemas give", () => {
  expect(findStale(root)).toEqual([]);
});

test("the same schemas give the same files", () => {
  expect([...generateAll(root)]).toEqual([...generateAll(root)]);
});

test("--check names stale files and writes nothing; without it they are written and leftovers removed", () => {
  const folder = copyProject();
  const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  expect(runGenerate(["--check"], folder)).toBe(1);
  expect(error.mock.calls.flat().join("\n")).toContain("dissectors/generated/udp.ts is not up to date");
  expect(runGenerate([], folder)).toBe(0);
  expect(log.mock.calls.flat()).toContain("schemas/FIELDS.md");
  expect(runGenerate(["--check"], folder)).toBe(0);

  writeFileSync(join(folder, "dissectors/generated/gone.ts"), "");
  writeFileSync(join(folder, "schemas/FIELDS.md"), "edited by hand");
  expect(findStale(folder)).toEqual(["dissectors/generated/gone.ts", "schemas/FIELDS.md"]);
  expect(writeAll(folder)).toEqual(["dissectors/generated/gone.ts", "schemas/FIELDS.md"]);
  expect(findStale(folder)).toEqual([]);
  vi.restoreAllMocks();
});

test("a refused schema stops everything, with its place", () => {
  const folder = copyProject();
  const path = join(folder, "schemas/udp/udp.json");
  const schema = JSON.parse(readFileSync(path, "utf8")) as { fields: { type: string }[] };
  const [first] = schema.fields;
  if (first !== undefined) first.type = "u7";
  writeFileSync(path, JSON.stringify(schema));
  expect(() => generateAll(folder)).toThrow(/^schemas\/udp\/udp\.json#\/fields\/0/);
});
